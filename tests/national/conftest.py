"""The founded installation of the store's tests, for the tests of a country."""

from tests.store.world import clock, founded

__all__ = ["clock", "founded"]
