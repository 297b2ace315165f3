"""An institution's rooms, timetable, blocked dates and devices."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from service.app.date_block import block_dates, lift_block
from service.app.device_add import revoke_device
from service.app.room_open import RoomOpened, close_place, close_room, open_gate, open_room
from service.app.timetable_change import end_sessions_on, open_sessions
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Day, Identifier, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import InstitutionCode, Made, maybe_hex
from service.web.api.v1.texts import BlockGround, Label, Title

ACT: dict[str, Any] = {"principals": ("officer",), "problems": (CONFLICT, NOT_POSSIBLE), "idempotent": True}
MADE: dict[str, Any] = {**ACT, "answer": Made, "status": 201}
DONE: dict[str, Any] = {**ACT, "answer": None, "status": 204}


class NewGate(Body):
    institution: InstitutionCode
    name: Title
    zone: Annotated[int, Field(ge=1, le=255)] = Field(description="Signed into each pass.")


class NewRoom(Body):
    institution: InstitutionCode
    kind: Literal["short", "long", "video", "call"]
    name: Title
    gate: Identifier
    places: Annotated[list[Label], Field(min_length=1, max_length=500)]


class Opened(Answer):
    id: UUID
    places: list[UUID]


class Closing(Body):
    on: Day


class NewSessions(Body):
    """A weekly opening of a room."""

    weekdays: Annotated[str, Field(pattern=r"^[1-7]{1,7}$")] = Field(description="ISO: 1 is Monday.")
    starts: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    minutes: Annotated[int, Field(ge=1, le=7200)]
    valid_from: Day
    valid_to: Day | None = None


class Ending(Body):
    last: Day


class NewBlock(Body):
    institution: InstitutionCode
    room: Identifier | None = Field(default=None, description="The whole institution if none is named.")
    first: Day
    last: Day
    ground: BlockGround = Field(description="In words that families may read.")


class DeviceRevocation(Body):
    code: Literal["lost", "stolen", "replaced", "compromised"]


def install(face: Interface) -> None:
    """Declare the resource."""
    api = face.api

    def made(hex_: str) -> Made:
        return Made(id=UUID(hex_))

    @api.endpoint("POST", "/gates", summary="Open a gate", body=NewGate, **MADE)
    def open_new_gate(caller: SignedIn, body: NewGate, once: Once) -> Made:
        return face.act(
            caller.actor,
            once,
            lambda unit: open_gate(unit, institution=body.institution, name=body.name, zone=body.zone),
            made,
        )

    @api.endpoint(
        "POST", "/rooms", summary="Open a room with its places", body=NewRoom, answer=Opened, status=201, **ACT
    )
    def open_new_room(caller: SignedIn, body: NewRoom, once: Once) -> Opened:
        return face.act(
            caller.actor,
            once,
            lambda unit: open_room(
                unit,
                institution=body.institution,
                kind=body.kind,
                name=body.name,
                gate=body.gate.hex,
                places=body.places,
            ),
            _opened,
        )

    @api.endpoint("POST", "/rooms/<uuid:room>/closing", summary="Close a room from a day on", body=Closing, **DONE)
    def close_one_room(caller: SignedIn, room: UUID, body: Closing, once: Once) -> None:
        _on(face, caller, once, close_room, "room", room, body.on)

    @api.endpoint("POST", "/places/<uuid:place>/closing", summary="Close a place from a day on", body=Closing, **DONE)
    def close_one_place(caller: SignedIn, place: UUID, body: Closing, once: Once) -> None:
        _on(face, caller, once, close_place, "place", place, body.on)

    @api.endpoint("POST", "/rooms/<uuid:room>/sessions", summary="A weekly opening", body=NewSessions, **MADE)
    def open_weekly(caller: SignedIn, room: UUID, body: NewSessions, once: Once) -> Made:
        return face.act(
            caller.actor,
            once,
            lambda unit: open_sessions(
                unit,
                room=room.hex,
                weekdays=body.weekdays,
                starts=body.starts,
                minutes=body.minutes,
                valid_from=body.valid_from,
                valid_to=body.valid_to,
            ),
            made,
        )

    @api.endpoint(
        "POST", "/session-templates/<uuid:template>/end", summary="The last day of a weekly opening", body=Ending,
        **DONE,
    )  # fmt: skip
    def end_weekly(caller: SignedIn, template: UUID, body: Ending, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: end_sessions_on(unit, template=template.hex, last=body.last))

    @api.endpoint("POST", "/blocked-dates", summary="Days that receive nobody", body=NewBlock, **MADE)
    def block(caller: SignedIn, body: NewBlock, once: Once) -> Made:
        """Appointments already granted stay, are flagged, and are decided one by one."""
        return face.act(
            caller.actor,
            once,
            lambda unit: block_dates(
                unit,
                institution=body.institution,
                first=body.first,
                last=body.last,
                ground=body.ground,
                room=maybe_hex(body.room),
            ),
            made,
        )

    @api.endpoint("POST", "/blocked-dates/<uuid:block>/lifting", summary="The days are open again", **DONE)
    def lift_one_block(caller: SignedIn, block: UUID, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: lift_block(unit, block=block.hex))

    @api.endpoint(
        "POST", "/devices/<uuid:device>/revocation", summary="A bridge or kiosk is trusted no more",
        body=DeviceRevocation, **DONE,
    )  # fmt: skip
    def revoke(caller: SignedIn, device: UUID, body: DeviceRevocation, once: Once) -> None:
        """Its key opens nothing from now on."""
        face.do(caller.actor, once, lambda unit: revoke_device(unit, device=device.hex, code=body.code))


def _on(face: Interface, caller: SignedIn, once: Once, use_case: Any, name: str, id_: UUID, on: date) -> None:
    face.do(caller.actor, once, lambda unit: use_case(unit, **{name: id_.hex}, on=on))


def _opened(room: RoomOpened) -> Opened:
    return Opened(id=UUID(room.room), places=[UUID(place) for place in room.places])
