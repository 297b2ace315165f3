"""How long ago a quorum outside saw a log, and what does not count as having seen it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from service.app.witnessed_show import show_witnessed
from service.domain.witnessing import Step
from service.store.columns import of
from service.store.tables import WitnessLine
from tests.app.witness_field import OUTSIDE, Field, field
from tests.cast import MEDIUM

__all__ = ["field"]


def test_the_age_counts_from_the_newest_moment_that_a_quorum_saw(field: Field) -> None:
    field.publish()
    field.feed("prosecutor", "ombudsman")
    for name in ("ngo", "prosecutor"):
        field.passes(minutes=20)
        field.feed(name)
    shown = field.shown()
    assert (shown.age, shown.step) == (timedelta(minutes=20), Step.BANNER)
    field.passes(minutes=40)
    assert field.shown().step is Step.NO_EXCEPTIONS
    field.passes(hours=3)
    assert field.shown().step is Step.PAPER
    field.feed()
    assert field.shown().step is Step.NORMAL


def test_cosignatures_of_old_heads_do_not_hide_events_that_nobody_published(field: Field) -> None:
    field.publish()
    field.feed()
    field.happens()
    for _ in range(2):
        field.passes(minutes=10)
        field.feed()
    assert field.shown().age == timedelta(minutes=20)


def test_before_the_first_cosignature_the_age_counts_from_the_first_try(field: Field) -> None:
    field.publish()
    assert field.shown().size == 0
    field.silent.update(f"http://{name}.example" for name in OUTSIDE)
    field.feed()
    field.passes(minutes=70)
    assert field.shown().step is Step.NO_EXCEPTIONS


def test_where_nobody_was_asked_to_watch_it_is_said_so(field: Field) -> None:
    with field.world.environment.database.reading() as session:
        shown = show_witnessed(session, None, field.world.clock.now, MEDIUM)
    assert (shown.step, shown.age) == (Step.UNWITNESSED, None)


def test_a_cosignature_changed_in_the_table_counts_as_none(field: Field) -> None:
    field.publish()
    field.feed()
    with field.world.environment.database.writes() as session:
        line = session.scalars(sa.select(WitnessLine).where(of(WitnessLine).log_id == MEDIUM)).all()
        forged = (2**40).to_bytes(8) + bytes(line[0].signature or b"")[8:]
        session.execute(sa.update(WitnessLine).where(of(WitnessLine).log_id == MEDIUM).values(signature=forged))
        session.commit()
    assert field.shown().size == 0


def test_a_witness_whose_clock_runs_ahead_does_not_make_a_head_newer(field: Field) -> None:
    field.publish()
    field.world.clock.now += timedelta(days=30)
    ahead = field.world.clock.now
    for witness in field.witnesses.values():
        witness.clock = lambda: ahead
    field.world.clock.now -= timedelta(days=30)
    field.feed()
    field.passes(minutes=30)
    assert field.shown().age == timedelta(minutes=30)
