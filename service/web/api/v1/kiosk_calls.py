"""A convict's calls at the kiosk: when, how they stand, what came of them; and whether he agrees to be recorded."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.app.call_own import OwnCall, list_own_calls
from service.app.call_record import agree_to_recording
from service.gateways.recordings import can_record
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.kiosk import standing

ACT: dict[str, Any] = {"principals": ("kiosk",), "problems": (CONFLICT, NOT_POSSIBLE), "idempotent": True}


class CallWarned(Answer):
    at: datetime
    code: str


class CallShown(Answer):
    id: UUID
    appointment: UUID
    kind: str
    state: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime = Field(description="When its room opens.")
    room: str
    place: str
    with_whom: list[str]
    hard_end_at: datetime | None
    ended_at: datetime | None
    ended_code: str | None
    ended_by_officer: bool
    lasted_seconds: int | None = Field(description="Empty where it never went live.")
    carried: bool = Field(description="False where neither sound nor picture is carried.")
    keeps_days: int | None = Field(description="For how many days a recording is kept; empty where none is made.")
    agreed: bool
    recorded: bool
    warnings: list[CallWarned]
    cost: int | None = Field(description="In tiyn; empty where nothing is charged.")


class CallsShown(Answer):
    now: datetime
    calls: list[CallShown]


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment
    provider = face.calls.provider
    carried = face.calls.provider.name != "memory"

    @api.endpoint(
        "GET", "/kiosk/calls", summary="The convict's calls to come, and those that were over less than a day ago",
        principals=("kiosk",), answer=CallsShown,
    )  # fmt: skip
    def show_calls(caller: SignedIn) -> CallsShown:
        found = list_own_calls(environment, standing(environment, caller))
        return CallsShown(
            now=environment.clock(), calls=[_said(one, can_record(provider, one.row.id), carried) for one in found]
        )

    @api.endpoint(
        "POST", "/kiosk/calls/<uuid:call>/agreement", summary="The convict agrees that this call may be recorded",
        answer=None, status=204, **ACT,
    )  # fmt: skip
    def agree(caller: SignedIn, call: UUID, once: Once) -> None:
        actor = standing(environment, caller)
        face.do(actor, once, lambda unit: agree_to_recording(unit, call=call.hex))


def _said(one: OwnCall, able: bool, carried: bool) -> CallShown:
    row, shown = one.row, one.shown
    return CallShown(
        id=UUID(row.id),
        appointment=UUID(row.appointment_id),
        kind=row.kind,
        state=row.state,
        starts_at=shown.row.starts_at,
        ends_at=shown.row.ends_at,
        opens_at=one.opens_at,
        room=shown.room,
        place=shown.place,
        with_whom=[who.name for who in shown.visitors if who.name is not None],
        hard_end_at=row.hard_end_at,
        ended_at=row.ended_at,
        ended_code=row.ended_code,
        ended_by_officer=row.ended_by is not None,
        lasted_seconds=None if one.lasted is None else int(one.lasted.total_seconds()),
        carried=carried,
        keeps_days=one.keeps_days if able else None,
        agreed=one.agreed,
        recorded=one.recorded,
        warnings=[CallWarned(at=mark.at, code=mark.code or "") for mark in one.warned],
        cost=one.cost,
    )
