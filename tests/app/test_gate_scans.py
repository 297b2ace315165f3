"""At the gate: who goes in, who does not, and what is kept of each reading."""

import json
from datetime import datetime

import pytest
import sqlalchemy as sa

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_decide import Decided
from service.store.columns import of
from service.store.tables import Admission, Event, Scan
from tests.app.booking import granted, match, row, scan, token
from tests.cast import MEDIUM, World


def at_the_gate(world: World) -> tuple[Decided, str]:
    decided = granted(world)
    text = token(world, decided)
    world.clock.set(datetime.fromisoformat("2026-03-14T09:30:00+05:00"))
    return decided, text


def test_a_pass_lets_in_once_until_its_holder_has_left(world: World) -> None:
    _, text = at_the_gate(world)
    assert scan(world, text, 1).verdict == "admit"
    assert (scan(world, text, 2).verdict, scan(world, text, 3).refusal) == ("refuse", "already-inside")
    assert scan(world, text, 4, "exit").verdict == "leave"
    assert scan(world, text, 5, "exit").refusal == "not-inside"
    assert scan(world, text, 6).verdict == "admit"


def test_a_repeated_upload_gets_its_first_answer_and_changes_nothing(world: World) -> None:
    _, text = at_the_gate(world)
    first = scan(world, text, 1)
    again = scan(world, text, 1)
    assert (again.scan, again.verdict) == (first.scan, first.verdict)
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 1


def test_who_is_not_the_person_goes_no_further(world: World) -> None:
    decided, text = at_the_gate(world)
    inside = scan(world, text, 1)
    assert match(world, inside.admission, matched=False) == "granted"
    with world.environment.database.reading() as session:
        admission = session.scalars(sa.select(Admission)).one()
    assert (admission.ended_code, admission.left_at is None) == ("identity-not-matched", False)
    assert row(world, decided.appointment).state == "granted"


@pytest.mark.parametrize(
    ("when", "refusal"), [("2026-03-14T08:29:59+05:00", "too-early"), ("2026-03-16T10:00:01+05:00", "too-late")]
)
def test_a_pass_opens_only_in_its_window(world: World, when: str, refusal: str) -> None:
    text = token(world, granted(world))
    world.clock.set(datetime.fromisoformat(when))
    assert scan(world, text, 1).refusal == refusal


def test_what_no_pass_is_recorded_too(world: World) -> None:
    at_the_gate(world)
    assert scan(world, "KZP1:" + "0" * 149, 1).refusal == "malformed"
    assert scan(world, "https://example.kz/ticket?id=1", 2).refusal == "malformed"
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 2


def test_what_the_gate_did_offline_is_kept_and_labelled(world: World) -> None:
    decided, text = at_the_gate(world)
    world.run(
        world.as_relative("Айгүл"),
        lambda unit: cancel_appointment(unit, appointment=decided.appointment, ground="ground-visitor-asks"),
    )
    fact = scan(world, text, 1, offline="admit")
    assert (fact.verdict, fact.refusal) == ("admit", "revoked")
    assert fact.admission is not None


def test_an_offline_refusal_never_lets_in_afterwards(world: World) -> None:
    _, text = at_the_gate(world)
    fact = scan(world, text, 1, offline="refuse")
    assert (fact.verdict, fact.admission) == ("refuse", None)
    assert scan(world, text, 2).verdict == "admit"


def test_a_live_answer_that_came_too_late_gives_way_to_what_the_gate_did(world: World) -> None:
    _, text = at_the_gate(world)
    assert scan(world, text, 1).verdict == "admit"
    assert scan(world, text, 1, offline="refuse").verdict == "refuse"
    assert scan(world, text, 2).verdict == "admit"


def test_no_leaf_of_an_appointments_life_names_anybody(world: World) -> None:
    _, text = at_the_gate(world)
    match(world, scan(world, text, 1).admission)
    known = [world.people[name] for name in ("Айгүл", "Ерлан")]
    with world.environment.database.reading() as session:
        leaves = [one.leaf.decode() for one in session.scalars(sa.select(Event).where(of(Event).log_id == MEDIUM))]
    for leaf in leaves:
        assert not any(person in leaf for person in known), json.loads(leaf)["t"]
        assert "Ахмет" not in leaf
