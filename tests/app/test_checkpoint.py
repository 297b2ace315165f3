"""Heads: signed when something is new, announced in the log they close, never over what does not extend the last."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.app.checkpoint_publish import Published, logs_with_news, publish_checkpoint
from service.app.date_block import block_dates
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.record.checkpoint import open_checkpoint
from service.record.hashes import root
from service.record.keys import NoteVerifier
from service.record.leaf import Leaf, read_leaf
from service.record.refusals import RecordRefused
from service.record.tree import inclusion_proof, verify_inclusion
from service.store.columns import of
from service.store.keys import KeysMissing
from service.store.tables import Checkpoint, Event, Log, Tile
from service.store.tiles import StoredTiles
from tests.app.booking import NIGHT
from tests.cast import MEDIUM, World

PUBLISHER = Actor("system", "publish")


def publish(world: World, log: str = MEDIUM) -> Published | None:
    return world.run(PUBLISHER, lambda unit: publish_checkpoint(unit, log=log))


def something_happens(world: World, times: int = 1) -> None:
    for _ in range(times):
        day = world.environment.clock().date() + timedelta(days=90)
        world.run(
            world.as_officer("head"),
            lambda unit, day=day: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="жөндеу"),
        )


def leaves(world: World, log: str = MEDIUM) -> list[bytes]:
    with world.environment.database.reading() as session:
        event = of(Event)
        return [
            bytes(one)
            for one in session.scalars(sa.select(event.leaf_hash).where(event.log_id == log).order_by(event.number))
        ]


def newest(world: World) -> tuple[Log, Leaf]:
    with world.environment.database.reading() as session:
        log = session.get(Log, MEDIUM)
        assert log is not None
        event = session.get(Event, (MEDIUM, log.size - 1))
        assert event is not None
        return log, read_leaf(event.leaf)


def test_a_head_is_signed_over_every_event_and_announced_by_the_next(world: World) -> None:
    before = leaves(world)
    published = publish(world)
    assert published is not None
    log, announcement = newest(world)
    head = open_checkpoint(published.note, NoteVerifier.from_vkey(log.verifier_key)).checkpoint
    assert (head.size, head.root) == (len(before), root(before)) == (published.size, published.root)
    assert announcement.type == "log.published"
    assert announcement.number == published.size
    assert announcement.facts == {"size": published.size, "sha256": hashlib.sha256(published.note).hexdigest()}
    assert announcement.after == (published.size, published.root.hex()[:16]) == (log.head_size, log.head_root)


def test_the_announcement_of_a_head_is_nothing_new(world: World) -> None:
    assert publish(world) is not None
    assert publish(world) is None
    assert MEDIUM not in world.run(PUBLISHER, logs_with_news)
    something_happens(world)
    assert MEDIUM in world.run(PUBLISHER, logs_with_news)
    assert publish(world) is not None


def test_later_events_carry_the_newest_head(world: World) -> None:
    published = publish(world)
    assert published is not None
    something_happens(world)
    assert newest(world)[1].after == (published.size, published.root.hex()[:16])


def test_every_event_under_the_head_is_proven_by_the_stored_tiles(world: World) -> None:
    publish(world)
    something_happens(world, 3)
    published = publish(world)
    assert published is not None
    hashes = leaves(world)
    with world.environment.database.reading() as session:
        tiles = StoredTiles(session, MEDIUM)
        for index in range(published.size):
            proof = inclusion_proof(index, published.size, tiles)
            verify_inclusion(hashes[index], index, published.size, proof, published.root)


def test_tiles_that_are_not_those_of_the_last_head_are_not_signed_over(world: World) -> None:
    assert publish(world) is not None
    something_happens(world)
    with world.environment.database.engine.begin() as connection:
        tile = of(Tile)
        where = (tile.log_id == MEDIUM, tile.level == 0, tile.number == 0)
        held = connection.execute(sa.select(tile.hashes).where(*where)).scalar_one()
        changed = bytes(reversed(held))
        connection.execute(sa.update(Tile).where(*where).values(hashes=changed))
    with pytest.raises(RecordRefused):
        publish(world)


def test_a_head_is_not_signed_by_another_key(world: World) -> None:
    file = world.environment.keys.path / f"log-{MEDIUM}.key"
    file.write_text("07" * 32 + "\n")
    with pytest.raises(KeysMissing, match="not the one it was opened with"):
        publish(world)
    file.unlink()
    with pytest.raises(KeysMissing):
        publish(world)
    assert not file.exists(), "a lost key must not be made anew in silence"


def test_only_the_system_publishes(world: World) -> None:
    with pytest.raises(Refusal):
        world.run(world.as_officer("head"), lambda unit: publish_checkpoint(unit, log=MEDIUM))


def test_a_head_that_cannot_be_kept_leaves_no_trace(world: World) -> None:
    sizes = len(leaves(world))

    def broken(unit: object) -> None:
        publish_checkpoint(unit, log=MEDIUM)  # type: ignore[arg-type]
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        world.run(NIGHT, broken)
    with world.environment.database.reading() as session:
        kept = [
            session.scalar(sa.select(sa.func.count()).where(of(table).log_id == MEDIUM)) for table in (Tile, Checkpoint)
        ]
    assert kept == [0, 0]
    assert len(leaves(world)) == sizes
