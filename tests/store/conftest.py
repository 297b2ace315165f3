"""The founded installation, for every test of the store."""

from tests.store.bare_rows import rows
from tests.store.world import clock, founded

__all__ = ["clock", "founded", "rows"]
