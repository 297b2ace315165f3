"""What somebody inside can do with a whole log: the drill's insider, for the tests of the verifier."""

from service.demo.drill.insider import Forger, Leaves, log_key, unguarded

__all__ = ["Forger", "Leaves", "log_key", "unguarded"]
