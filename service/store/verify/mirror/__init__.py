"""The auditor's verifier: everything that a copy of the logs lets anybody check, without the database and its keys."""

from service.store.verify.mirror.proofs import Proved, prove
from service.store.verify.mirror.run import logs_in, verify_mirror
from service.store.verify.mirror.state import MirrorReport, Unreadable

__all__ = ["MirrorReport", "Proved", "Unreadable", "logs_in", "prove", "verify_mirror"]
