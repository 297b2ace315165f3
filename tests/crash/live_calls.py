"""Calls that are under way at once, for harnesses that kill what watches over them."""

from datetime import timedelta

from service.app.call_timers import set_timer
from service.app.transact import transact
from service.domain.call_states import LIMIT
from service.store.tables import Appointment, Call, CallParty
from service.store.unit_of_work import UnitOfWork
from tests.builders import CONSOLE
from tests.cast import MEDIUM, World

KINDS = ("warn", "missing_supervisor", "remind", "room", "cut")
"""Five timers a call: what is said before the end, two that have gone stale, the room, and the end."""
SLOT = timedelta(minutes=15)


def live_calls(
    world: World, count: int, spread: timedelta, provider: str = "ledger", left: timedelta = timedelta(0)
) -> None:
    """`count` calls under way whose limits pass one after another within `spread` from `left` on; five timers each."""
    for first in range(0, count, 20):
        transact(
            world.environment,
            CONSOLE,
            lambda unit, first=first: _some(
                unit, world, range(first, min(first + 20, count)), spread / count, provider, left
            ),  # type: ignore[misc]
        )


def _some(unit: UnitOfWork, world: World, numbers: range, apart: timedelta, provider: str, left: timedelta) -> None:
    convict, officer = world.people["Ерлан"], world.as_officer("call_supervisor").id
    ids = {number: (unit.environment.new_id(), unit.environment.new_id()) for number in numbers}
    slots = {number: unit.now - (number + 1) * SLOT for number in numbers}
    unit.key_of(convict)
    unit.add(
        *(
            Appointment(
                id=ids[number][1], institution_id=MEDIUM, convict_id=convict, kind="call",
                room_id=world.rooms[MEDIUM, "call"], place_id=world.places[MEDIUM, "call"][0], starts_at=slots[number],
                ends_at=slots[number] + SLOT, state="underway", live=True, charge_rule="uncounted", charge_kind="call",
                charge_day=slots[number].date(), purpose="legal", asked_by=convict, asked_at=unit.now,
            )
            for number in numbers
        )
    )  # fmt: skip
    unit.add(
        *(
            Call(
                id=ids[number][0], institution_id=MEDIUM, appointment_id=ids[number][1], convict_id=convict,
                kind="call", provider=provider, supervisor_id=officer, state="live", opened_at=unit.now - SLOT,
                identified_at=unit.now - SLOT, identified_by=officer, live_at=unit.now + left + number * apart - LIMIT,
                hard_end_at=unit.now + left + number * apart,
            )
            for number in numbers
        )
    )  # fmt: skip
    unit.add(
        *(
            CallParty(
                id=unit.environment.new_id(), institution_id=MEDIUM, call_id=ids[number][0], party="supervisor",
                seat="seat", officer_id=officer, joined_at=unit.now - SLOT,
            )
            for number in numbers
        )
    )  # fmt: skip
    for number in numbers:
        for kind in KINDS:
            set_timer(unit, ids[number][0], kind, unit.now + left + number * apart if kind == "cut" else unit.now)
    unit.tell("call.arranged", MEDIUM)
