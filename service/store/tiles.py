"""The tiles of a log as rows: reading them for proofs, and growing them by the events that are not in them yet."""

from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from service.record import appender
from service.record.appender import Appender
from service.record.hashes import HASH_SIZE
from service.store.columns import of
from service.store.tables import Event, Tile

AT_ONCE = 8192
"""How many leaves are read and grown into tiles at a time: two megabytes of tiles."""


class StoredTiles:
    """A :class:`service.record.tree.TileReader` over the rows of one log."""

    def __init__(self, session: Session, log: str) -> None:
        self._session = session
        self._log = log

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The first `width` hashes of a tile; LookupError when the table holds fewer."""
        column = of(Tile)
        held = self._session.scalar(
            sa.select(column.hashes).where(column.log_id == self._log, column.level == level, column.number == index)
        )
        if held is None or len(held) < width * HASH_SIZE:
            raise LookupError(f"tile {level}/{index}")
        return bytes(held[: width * HASH_SIZE])


def open_tiles(session: Session, log: str, size: int) -> Appender:
    """The tree of that size, open for appending. Raises RecordRefused `tree.tile` when the tiles hold less."""
    return Appender(size, StoredTiles(session, log))


def grow_tiles(session: Session, log: str, tree: Appender, size: int) -> None:
    """Takes the events up to `size` into the tree and its tiles; the caller holds the log's row."""
    leaves = _leaf_hashes(session, log, tree.size, size)
    while batch := list(islice(leaves, AT_ONCE)):
        _keep(session, log, tree.append(batch))
    if tree.size != size:
        raise LookupError(f"the log {log} has {tree.size} events instead of {size}")


def _leaf_hashes(session: Session, log: str, start: int, stop: int) -> Iterator[bytes]:
    event = of(Event)
    hashes = (
        sa.select(event.leaf_hash)
        .where(event.log_id == log, event.number >= start, event.number < stop)
        .order_by(event.number)
        .execution_options(yield_per=AT_ONCE)
    )
    for held in session.scalars(hashes):
        yield bytes(held)


def _keep(session: Session, log: str, tiles: Iterator[appender.Tile]) -> None:
    rows = {
        (tile.level, tile.index): {"log_id": log, "level": tile.level, "number": tile.index, "hashes": tile.hashes}
        for tile in tiles
    }
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(Tile)
    statement = insert.on_conflict_do_update(
        index_elements=["log_id", "level", "number"], set_={"hashes": insert.excluded.hashes}
    )
    session.execute(statement, list(rows.values()))
