"""The receipt: what the family holds proves the appointment without us, and tells nobody else's name."""

import pytest

from service.app.checkpoint_publish import publish_checkpoint
from service.app.receipt_make import MadeReceipt, make_receipt
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.record.disclosure import check_receipt
from service.record.keys import NoteVerifier
from service.record.refusals import RecordRefused
from tests.app.booking import grant, hold, request
from tests.cast import MEDIUM, World


def granted(world: World) -> str:
    held = hold(world, others=("Динара",))
    request(world, held)
    grant(world, held.appointment)
    return held.appointment


def publish(world: World) -> None:
    world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))


def receipt(world: World, who: Actor, appointment: str) -> MadeReceipt | None:
    return world.run(who, lambda unit: make_receipt(unit, appointment=appointment))


def test_there_is_no_receipt_before_a_head_covers_the_event(world: World) -> None:
    publish(world)
    appointment = granted(world)
    assert receipt(world, world.as_relative("Айгүл"), appointment) is None
    publish(world)
    assert receipt(world, world.as_relative("Айгүл"), appointment) is not None


def test_a_receipt_proves_the_newest_event_and_opens_what_is_the_askers_own(world: World) -> None:
    appointment = granted(world)
    publish(world)
    for name in ("Айгүл", "Ерлан"):
        actor = world.at_kiosk(name) if name == "Ерлан" else world.as_relative(name)
        made = receipt(world, actor, appointment)
        assert made is not None
        shown = check_receipt(made.data, NoteVerifier.from_vkey(made.verifier_key))
        assert (shown.entry["t"], made.type, shown.proven.index) == ("appointment.granted", made.type, made.event)
        mine = world.people[name]
        strangers = {person for other, person in world.people.items() if other != name}
        assert strangers.isdisjoint(str(value) for value in shown.values.values())
        assert all(value == mine for path, value in shown.values.items() if path.endswith("person_id"))


def test_the_one_who_booked_finds_themselves_in_their_receipt(world: World) -> None:
    held = hold(world)
    publish(world)
    made = receipt(world, world.as_relative("Айгүл"), held.appointment)
    assert made is not None
    shown = check_receipt(made.data, NoteVerifier.from_vkey(made.verifier_key))
    assert shown.values[f"appointment/{held.appointment}/asked_by"] == world.people["Айгүл"]


def test_an_auditors_receipt_opens_nothing(world: World) -> None:
    appointment = granted(world)
    publish(world)
    made = receipt(world, Actor("auditor", "prosecutor"), appointment)
    assert made is not None
    assert check_receipt(made.data, NoteVerifier.from_vkey(made.verifier_key)).values == {}


def test_nobody_else_gets_the_receipt(world: World) -> None:
    appointment = granted(world)
    publish(world)
    for stranger in (world.as_relative("Гульзат"), world.at_kiosk("Олег")):
        with pytest.raises(Refusal) as refusal:
            receipt(world, stranger, appointment)
        assert refusal.value.sort == "not-found"


def test_a_receipt_with_one_changed_character_is_none(world: World) -> None:
    appointment = granted(world)
    publish(world)
    made = receipt(world, world.as_relative("Айгүл"), appointment)
    assert made is not None
    key = NoteVerifier.from_vkey(made.verifier_key)
    for place in range(0, len(made.data), 7):
        changed = bytearray(made.data)
        changed[place] = changed[place] ^ 1 or 2
        with pytest.raises(RecordRefused):
            check_receipt(bytes(changed), key)
