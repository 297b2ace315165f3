"""A log's head is signed and published, and the log itself says so: the next event carries the size and the hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.domain.access import Target, require
from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.keys import NoteSigner
from service.record.refusals import RecordRefused
from service.record.tree import tree_root
from service.store import tables
from service.store.columns import of
from service.store.keys import KeysMissing
from service.store.tables import Log
from service.store.tiles import grow_tiles, open_tiles
from service.store.unit_of_work import UnitOfWork

PREFIX_DIGITS = 16
"""How much of a root later events carry, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Published:
    """A head as it was signed: for witnesses, receipts and the staff's pages."""

    log: str
    size: int
    root: bytes
    note: bytes
    at: datetime


def anything_new(log: Log) -> bool:
    """Whether a head would say more than the last one: an event beside the announcement of that head."""
    announcement = 1 if log.head_size else 0
    return log.size > log.head_size + announcement


def logs_with_news(unit: UnitOfWork) -> list[str]:
    """The logs whose head is not published yet, by id; for the job that publishes."""
    rows = unit.session.scalars(sa.select(Log).order_by(of(Log).id)).all()
    return [row.id for row in rows if anything_new(row)]


def publish_checkpoint(unit: UnitOfWork, *, log: str) -> Published | None:
    """Takes new events into the tiles, signs the head, keeps it and tells `log.published`; None when nothing is new.

    The event that tells it is the first one after the head, and carries the head as `after`. Raises KeysMissing when
    the key at hand is not the one the log was opened with, RecordRefused when the tiles are not those of the last head.
    """
    require(unit.actor, "record.publish", Target())
    row = unit.get(Log, log, lock=True)
    if not anything_new(row):
        return None
    signer = _signer(unit, row)
    tree = open_tiles(unit.session, log, row.head_size)
    if row.head_size and _prefix(tree_root(tree.size, tree)) != row.head_root:
        # A signed head that does not extend the last one would be evidence against the log itself.
        raise RecordRefused("tree.head", size=row.head_size)
    grow_tiles(unit.session, log, tree, row.size)
    root = tree_root(tree.size, tree)
    note = sign_checkpoint(Checkpoint(row.origin, row.size, root), [signer]).encode()
    at = max(unit.now, row.last_at)
    unit.session.execute(sa.insert(tables.Checkpoint).values(log_id=log, size=row.size, note=note, published_at=at))
    head = {"head_size": row.size, "head_root": _prefix(root)}
    unit.session.execute(
        sa.update(Log).where(of(Log).id == log).values(**head), execution_options={"synchronize_session": False}
    )
    unit.tell("log.published", log, size=row.size, sha256=hashlib.sha256(note).hexdigest())
    return Published(log, row.size, root, note, at)


def _prefix(root: bytes) -> str:
    return root.hex()[:PREFIX_DIGITS]


def _signer(unit: UnitOfWork, row: Log) -> NoteSigner:
    seed = unit.environment.keys.read(f"log-{row.id}")
    signer = NoteSigner(row.origin, Ed25519PrivateKey.from_private_bytes(seed))
    if signer.vkey != row.verifier_key:
        raise KeysMissing(f"the key of the log {row.id} is not the one it was opened with")
    return signer
