"""What is due is done once, whoever looks how often."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import Held, hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.convict_enter import set_condition
from service.app.identity_match import match_identity
from service.app.pass_issue import pass_token
from service.app.scan_take import Reading, take_scan
from service.domain.appointment import HOLD
from service.jobs import tasks
from service.jobs.lease import Lease
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, EntryPass, Event, JobLease, Log, OneTimeCode, ReviewFlag, Session
from tests.cast import MEDIUM, World

DAY = date(2026, 3, 12)


def held(world: World, day: date = DAY) -> Held:
    mother, convict = world.as_relative("Айгүл"), world.people["Ерлан"]
    relation, template = world.relations["Айгүл", "Ерлан"], world.templates[MEDIUM, "long"]
    return world.run(
        mother,
        lambda unit: hold_place(
            unit, convict=convict, relationships=[relation], template=template, day=day, wish=Wish("long")
        ),
    )


def granted(world: World, day: date = DAY) -> Held:
    hold = held(world, day)
    world.run(world.as_relative("Айгүл"), lambda unit: request_appointment(unit, appointment=hold.appointment))
    world.run(world.as_officer("head"), lambda unit: grant_appointment(unit, appointment=hold.appointment))
    return hold


def come(world: World, appointment: str, sequence: int, direction: str) -> str | None:
    environment, bridge = world.environment, world.bridge(MEDIUM)
    with environment.database.reading() as session:
        row = session.scalars(sa.select(EntryPass).where(of(EntryPass).appointment_id == appointment)).one()
        token = pass_token(environment, session, row)
    reading = Reading(world.gates[MEDIUM], sequence, token, direction, environment.clock())
    return world.run(bridge, lambda unit: take_scan(unit, reading)).admission


def state(world: World, appointment: str) -> str:
    with world.environment.database.reading() as session:
        return session.get_one(Appointment, appointment).state


def events(environment: Environment) -> int:
    with environment.database.reading() as session:
        return int(session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0)


@pytest.mark.parametrize(
    "task", [tasks.lapse_holds, tasks.miss_appointments, tasks.complete_appointments, tasks.review_appointments]
)
def test_with_nothing_due_nothing_is_written(world: World, task: object) -> None:
    granted(world)
    before = events(world.environment)
    assert task(world.environment) == 0  # type: ignore[operator]
    assert events(world.environment) == before


def test_a_hold_lapses_once_after_its_deadline(world: World) -> None:
    hold = held(world)
    world.clock.tick(seconds=HOLD.total_seconds() - 1)
    assert tasks.lapse_holds(world.environment) == 0
    world.clock.tick(seconds=1)
    assert tasks.lapse_holds(world.environment) == 1
    assert state(world, hold.appointment) == "lapsed"
    assert tasks.lapse_holds(world.environment) == 0


def test_nobody_came_and_it_is_recorded_once(world: World) -> None:
    visit = granted(world)
    world.clock.set(visit.starts_at + timedelta(minutes=59))
    assert tasks.miss_appointments(world.environment) == 0
    world.clock.tick(minutes=1)
    assert tasks.miss_appointments(world.environment) == 1
    assert state(world, visit.appointment) == "no_show"
    assert tasks.miss_appointments(world.environment) == 0


def test_whoever_is_behind_the_gate_and_not_yet_compared_is_no_no_show(world: World) -> None:
    visit = granted(world)
    world.clock.set(visit.starts_at)
    come(world, visit.appointment, 1, "entry")
    world.clock.tick(hours=2)
    assert tasks.miss_appointments(world.environment) == 0


def test_a_visit_is_closed_when_its_time_is_over_and_everybody_has_left(world: World) -> None:
    visit = granted(world)
    world.clock.set(visit.starts_at)
    admission = come(world, visit.appointment, 1, "entry") or ""
    world.run(world.as_officer("gate_officer"), lambda unit: match_identity(unit, admission=admission, matched=True))
    world.clock.set(visit.ends_at)
    assert tasks.complete_appointments(world.environment) == 0
    come(world, visit.appointment, 2, "exit")
    assert tasks.complete_appointments(world.environment) == 1
    assert state(world, visit.appointment) == "completed"
    assert tasks.complete_appointments(world.environment) == 0


def test_a_visit_that_no_longer_fits_is_flagged_once_and_stays(world: World) -> None:
    visit = granted(world)
    convict = world.people["Ерлан"]
    world.run(
        world.as_officer("commission_secretary"),
        lambda unit: set_condition(
            unit, convict=convict, condition="strict", since=date(2026, 3, 1), paper="протокол № 4"
        ),
    )
    assert tasks.review_appointments(world.environment) == 1
    assert tasks.review_appointments(world.environment) == 0
    with world.environment.database.reading() as session:
        flags = session.scalars(sa.select(ReviewFlag)).all()
    assert {one.appointment_id for one in flags} == {visit.appointment}
    assert state(world, visit.appointment) == "granted"


def test_every_log_with_something_new_gets_a_head_and_only_then(world: World) -> None:
    assert tasks.publish_heads(world.environment) == 4  # three institutions and the national log
    assert tasks.publish_heads(world.environment) == 0
    held(world)
    assert tasks.publish_heads(world.environment) == 1
    with world.environment.database.reading() as session:
        log = session.get_one(Log, MEDIUM)
    assert log.head_size == log.size - 1


def test_pruning_takes_what_is_over_and_leaves_what_is_in_use(world: World) -> None:
    Lease(world.environment, "one").take()

    def counted() -> tuple[int, int]:
        with world.environment.database.reading() as session:
            return tuple(  # type: ignore[return-value]
                session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Session, OneTimeCode)
            )

    assert min(counted()) > 0
    world.clock.set(datetime(2025, 12, 1, 5, tzinfo=UTC))
    before = counted()
    tasks.prune(world.environment)
    assert counted() == before
    world.clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    assert tasks.prune(world.environment) > 0
    assert counted() == (0, 0)
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(of(JobLease).holder)) == "one"
