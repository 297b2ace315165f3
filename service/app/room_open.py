"""Gates, rooms and the places in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.app.convict_find import local_today
from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.tables import Gate, Institution, Place, Room
from service.store.unit_of_work import UnitOfWork

ROOM_KINDS = ("short", "long", "video", "call")
LAST_ZONE = 255
"""A zone is one byte of the pass."""
MOST_PLACES = 500


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """The room, and its places in the order they were named."""

    room: str
    places: tuple[str, ...]


def open_gate(unit: UnitOfWork, *, institution: str, name: str, zone: int) -> str:
    """A reader's place: checkpoint, hall, door of the long-visit block. `zone` (0-255) is signed into passes."""
    require(unit.actor, "room.open", Target(institution))
    unit.get(Institution, institution)
    if not 0 <= zone <= LAST_ZONE:
        raise refuse("not-possible", "choice-unknown")
    gate = unit.environment.new_id()
    unit.add(Gate(id=gate, institution_id=institution, name=clean_line(name, 80), zone=zone, opened_at=unit.now))
    unit.tell("gate.opened", institution)
    return gate


def open_room(
    unit: UnitOfWork, *, institution: str, kind: str, name: str, gate: str, places: Sequence[str]
) -> RoomOpened:
    """A room for one kind of appointment with its places: long-visit rooms, seats of a hall, booths."""
    require(unit.actor, "room.open", Target(institution))
    if unit.get(Gate, gate).institution_id != institution:
        raise Refusal("not-found")
    labels = [clean_line(label, 20) for label in places]
    if kind not in ROOM_KINDS or not 0 < len(labels) <= MOST_PLACES:
        raise refuse("not-possible", "choice-unknown")
    if len(set(labels)) < len(labels):
        raise refuse("not-possible", "already-there")
    room = unit.environment.new_id()
    unit.add(
        Room(
            id=room,
            institution_id=institution,
            kind=kind,
            name=clean_line(name, 80),
            gate_id=gate,
            opened_at=unit.now,
        )
    )
    made = [
        Place(id=unit.environment.new_id(), institution_id=institution, room_id=room, label=label, opened_at=unit.now)
        for label in labels
    ]
    unit.add(*made)
    unit.tell("room.opened", institution)
    return RoomOpened(room, tuple(one.id for one in made))


def close_room(unit: UnitOfWork, *, room: str, on: date) -> None:
    """From the day `on` the room takes nobody; what is booked there later is flagged by the nightly re-check."""
    row = unit.get(Room, room, lock=True)
    require(unit.actor, "room.open", Target(row.institution_id))
    today = local_today(unit, unit.get(Institution, row.institution_id))
    if on < today:
        raise refuse("not-possible", "date-impossible", day=on)
    if row.closed_on is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, closed_on=on)
    unit.tell("room.closed", row.institution_id)


def close_place(unit: UnitOfWork, *, place: str, on: date) -> None:
    """One place is taken out of use from the day `on`."""
    row = unit.get(Place, place)
    room = unit.get(Room, row.room_id, lock=True)
    require(unit.actor, "room.open", Target(room.institution_id))
    today = local_today(unit, unit.get(Institution, room.institution_id))
    if on < today:
        raise refuse("not-possible", "date-impossible", day=on)
    if row.closed_on is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, closed_on=on)
    unit.tell("place.closed", room.institution_id)
