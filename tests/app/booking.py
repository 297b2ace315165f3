"""Short ways to book, decide, scan and look, for the tests of an appointment's life."""

from datetime import date

import pytest
import sqlalchemy as sa

from service.app.appointment_decide import Decided, grant_appointment
from service.app.appointment_hold import Held, hold_place
from service.app.appointment_request import Requested, request_appointment
from service.app.appointment_weigh import Wish
from service.app.identity_match import match_identity
from service.app.pass_issue import pass_token
from service.app.scan_take import Reading, Verdict, take_scan
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Appointment, EntryPass, Event
from tests.cast import MEDIUM, World

SATURDAY = date(2026, 3, 14)
NIGHT = Actor("system", "night")


def hold(
    world: World,
    who: str = "Айгүл",
    convict: str = "Ерлан",
    day: date = SATURDAY,
    template: str = "long",
    others: tuple[str, ...] = (),
    **wish: object,
) -> Held:
    """A hold by a relative, for the party of themselves and others."""
    kind = str(wish.pop("kind", "long" if template == "long" else "short"))
    return world.run(
        world.as_relative(who),
        lambda unit: hold_place(
            unit,
            convict=world.people[convict],
            relationships=[world.relations[name, convict] for name in (who, *others)],
            template=world.templates[MEDIUM, template],
            day=day,
            wish=Wish(kind, **wish),  # type: ignore[arg-type]
        ),
    )


def request(world: World, held: Held, who: str = "Айгүл") -> Requested:
    return world.run(world.as_relative(who), lambda unit: request_appointment(unit, appointment=held.appointment))


def grant(world: World, appointment: str) -> Decided:
    return world.run(world.as_officer("head"), lambda unit: grant_appointment(unit, appointment=appointment))


def granted(world: World, **asked: object) -> Decided:
    held = hold(world, **asked)  # type: ignore[arg-type]
    request(world, held, str(asked.get("who", "Айгүл")))
    return grant(world, held.appointment)


def codes(error: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [one.code for one in error.value.reasons]


def row(world: World, appointment: str) -> Appointment:
    with world.environment.database.reading() as session:
        return session.get_one(Appointment, appointment)


def events(world: World, appointment: str) -> list[str]:
    with world.environment.database.reading() as session:
        found = session.scalars(sa.select(Event).where(of(Event).log_id == MEDIUM).order_by(of(Event).number)).all()
    return [one.type for one in found if appointment in one.leaf.decode()]


def token(world: World, decided: Decided, number: int = 0) -> str:
    with world.environment.database.reading() as session:
        return pass_token(world.environment, session, session.get_one(EntryPass, decided.passes[number]))


def scan(world: World, text: str, sequence: int, direction: str = "entry", offline: str | None = None) -> Verdict:
    now = world.environment.clock()
    reading = Reading(world.gates[MEDIUM], sequence, text, direction, now, offline)
    return world.run(world.bridge(MEDIUM), lambda unit: take_scan(unit, reading))


def match(world: World, admission: str | None, matched: bool = True) -> str:
    assert admission is not None
    return world.run(
        world.as_officer("gate_officer"), lambda unit: match_identity(unit, admission=admission, matched=matched)
    )
