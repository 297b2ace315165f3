"""One's own sessions, seen and ended; whole numbers, read with a reason that stands in the record."""

import pytest
import sqlalchemy as sa

from service.app.identity_open import masked, open_identity
from service.app.session_find import find_principal
from service.app.session_list import end_other_sessions, end_session_of, open_sessions_of, whose_session
from service.app.session_open import open_session
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.tables import Event, IdentityLook
from tests.app.refusals import refused
from tests.builders import CONSOLE
from tests.cast import MAXIMUM, World

WHO = "Айгүл"


def opened(world: World, actor: Actor, **more: str) -> str:
    return world.run(CONSOLE, lambda unit: open_session(unit, actor.principal, actor.id, **more))  # type: ignore[arg-type]


def test_a_person_sees_where_they_are_signed_in_without_any_address(world: World) -> None:
    mother = world.as_relative(WHO)
    world.clock.tick(hours=30)  # the session of the registration is over
    old = opened(world, mother, device="Firefox · Android")
    world.clock.tick(minutes=10)
    new = opened(world, mother, device="Chrome · Windows", factor="passkey")
    opened(world, world.as_relative("Гульзат"))
    seen = world.run(mother, lambda unit: open_sessions_of(unit, token=new))
    assert [(one.device, one.factor, one.here) for one in seen] == [
        ("Chrome · Windows", "passkey", True),
        ("Firefox · Android", None, False),
    ]
    assert seen[1].started_at < seen[0].started_at
    assert old not in repr(seen)
    world.clock.tick(minutes=61)
    assert world.run(mother, lambda unit: open_sessions_of(unit, token=new)) == []


def test_ending_one_from_another_bites_at_once(world: World) -> None:
    mother = world.as_relative(WHO)
    here, lost, third = (opened(world, mother) for _ in range(3))
    handle = next(one.handle for one in world.run(mother, lambda unit: open_sessions_of(unit, token=lost)) if one.here)
    with refused():
        world.run(world.as_relative("Гульзат"), lambda unit: end_session_of(unit, handle=handle))
    world.run(mother, lambda unit: end_session_of(unit, handle=handle))
    assert find_principal(world.environment, lost) is None
    assert find_principal(world.environment, here) == mother
    with refused():
        world.run(mother, lambda unit: end_session_of(unit, handle=handle))
    assert world.run(mother, lambda unit: end_other_sessions(unit, token=here)) >= 1
    assert find_principal(world.environment, third) is None
    assert find_principal(world.environment, here) == mother


def test_officers_see_theirs_with_the_workstation(world: World) -> None:
    gate = world.as_officer("gate_officer")
    token = opened(world, gate, workstation="КПП-1")
    (seen,) = world.run(gate, lambda unit: open_sessions_of(unit, token=token))
    assert (seen.workstation, seen.here) == ("КПП-1", True)


def test_what_was_typed_goes_back_to_whoever_typed_it(world: World) -> None:
    mother = world.as_relative(WHO)
    token = opened(world, mother)
    world.run(mother, lambda unit: end_other_sessions(unit, token="another"))
    assert find_principal(world.environment, token) is None
    assert world.run(mother, lambda unit: whose_session(unit, token)) == mother.id
    assert world.run(mother, lambda unit: whose_session(unit, "never there")) is None


def test_a_number_is_shown_by_its_last_four_signs() -> None:
    assert masked("850101300123") == "•••• 0123"
    assert masked("KGZ passport AN123456") == "•••• 3456"
    assert masked(None) is None


def test_the_whole_number_is_read_with_a_reason_and_the_record_says_who_read_it(world: World) -> None:
    registry, person = world.as_officer("registry_officer"), world.people[WHO]
    number = world.run(registry, lambda unit: open_identity(unit, person=person, field="iin", reason="салыстыру"))
    assert number == world.identities[WHO].iin
    with world.environment.database.reading() as session:
        look = session.scalars(sa.select(IdentityLook)).one()
        leaf = session.scalars(sa.select(Event.leaf).where(Event.type == "identity.opened")).one()
    assert (look.officer_id, look.field) == (registry.id, "iin")
    assert (number.encode() in leaf) is False
    assert person.encode() not in leaf
    for reason, code in (("", "text-missing"), (" \t", "text-missing"), ("x" * 201, "text-too-long")):
        with refused(code):
            world.run(registry, lambda unit, r=reason: open_identity(unit, person=person, field="iin", reason=r))
    with refused("choice-unknown"):
        world.run(registry, lambda unit: open_identity(unit, person=person, field="wrapped_key", reason="x"))
    with refused():  # she has no foreign document
        world.run(registry, lambda unit: open_identity(unit, person=person, field="document", reason="x"))


@pytest.mark.parametrize("role", ["head", "gate_officer", "duty_officer", "account_administrator"])
def test_nobody_but_the_registry_of_the_institution_reads_it(world: World, role: str) -> None:
    person = world.people[WHO]
    for actor in (
        world.as_officer(role),
        world.as_officer("registry_officer", MAXIMUM),
        world.as_relative(WHO),
    ):
        with pytest.raises(Refusal):
            world.run(actor, lambda unit, a=actor: open_identity(unit, person=person, field="iin", reason="x"))
