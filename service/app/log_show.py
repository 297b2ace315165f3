"""The record as it is published: heads, tiles and entries of C2SP tlog-tiles, up to the newest signed head."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal
from service.record.tiles import ENTRIES, encode_bundle, parse_tile_path
from service.record.tree import TILE_HEIGHT, TILE_WIDTH
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Checkpoint, Event, Log
from service.store.tiles import StoredTiles


@dataclass(frozen=True, slots=True)
class ShownLog:
    """A log: its name, the key that verifies its heads, how many events it has, and how many the newest head covers."""

    id: str
    origin: str
    verifier_key: str
    size: int
    head_size: int
    head_at: datetime | None


def list_logs(environment: Environment, actor: Actor) -> list[ShownLog]:
    """Every log, by id."""
    with Reading(environment, actor) as reading:
        require(actor, "record.see", Target())
        log, head = of(Log), of(Checkpoint)
        rows = reading.session.execute(
            sa.select(Log, head.published_at)
            .outerjoin(Checkpoint, sa.and_(head.log_id == log.id, head.size == log.head_size))
            .order_by(log.id)
        )
        return [ShownLog(row.id, row.origin, row.verifier_key, row.size, row.head_size, at) for row, at in rows]


def show_checkpoint(environment: Environment, actor: Actor, log: str) -> bytes:
    """The newest signed head, a signed note. Raises Refusal 'not-found' while there is none."""
    with Reading(environment, actor) as reading:
        require(actor, "record.see", Target())
        head = of(Checkpoint)
        note = reading.session.scalar(
            sa.select(head.note).where(head.log_id == log).order_by(head.size.desc()).limit(1)
        )
        if note is None:
            raise Refusal("not-found")
        return bytes(note)


def show_tile(environment: Environment, actor: Actor, log: str, path: str) -> bytes:
    """The bytes at `tile/<level>/<index>[.p/<width>]`. Raises Refusal 'not-found' for what the newest head lacks."""
    parsed = parse_tile_path(path)
    with Reading(environment, actor) as reading:
        require(actor, "record.see", Target())
        size = reading.session.scalar(sa.select(of(Log).head_size).where(of(Log).id == log))
        if parsed is None or size is None:
            raise Refusal("not-found")
        level, index, width = parsed
        height = 0 if isinstance(level, str) else level
        if index * TILE_WIDTH + width > size >> TILE_HEIGHT * height:
            raise Refusal("not-found")
        if level == ENTRIES:
            return _entries(reading, log, index * TILE_WIDTH, width)
        try:
            return StoredTiles(reading.session, log).tile(height, index, width)
        except LookupError as error:
            raise Refusal("not-found") from error


def _entries(reading: Reading, log: str, start: int, count: int) -> bytes:
    event = of(Event)
    leaves = reading.session.scalars(
        sa.select(event.leaf)
        .where(event.log_id == log, event.number >= start, event.number < start + count)
        .order_by(event.number)
    )
    return encode_bundle(bytes(leaf) for leaf in leaves)
