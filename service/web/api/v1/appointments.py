"""Appointments: asked for, seen, moved, cancelled."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_move import move_appointment
from service.app.appointment_request import request_appointment
from service.app.appointment_show import Shown, Wanted, list_appointments, show_appointment
from service.domain.reasons import REASONS, reason
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Day, Identifier, Moment, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import (
    Ground,
    Institute,
    Limit,
    Made,
    Sentences,
    State,
    institute,
    maybe_hex,
    say,
)
from service.web.api.v1.texts import Words

AppointmentState = Literal[
    "held", "requested", "granted", "underway", "completed", "no_show", "refused", "cancelled", "lapsed"
]


class Visitor(Answer):
    relationship: UUID
    kind: str
    adult: bool
    name: str | None = Field(description="None for auditors, and for those whose data were erased.")


class Flag(Answer):
    """Something that no longer fits; a person decides about it."""

    id: UUID
    code: str
    article: str
    raised_at: datetime


class Ended(Answer):
    at: datetime
    code: str
    article: str | None
    text: Sentences | None
    words: str | None = Field(description="What the officer wrote to the family.")


class Appointment(Answer):
    id: UUID
    kind: str
    by_video: bool
    state: str
    institution: Institute
    room: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None
    requested_at: datetime | None
    decide_by: datetime | None
    decided_at: datetime | None
    convict: UUID
    convict_name: str | None = Field(description="For officers.")
    visitors: list[Visitor]
    charge_rule: str = Field(description="By which rule it draws on the entitlement.")
    flags: list[Flag]
    ended: Ended | None


class Appointments(Answer):
    appointments: list[Appointment]


class AppointmentsWanted(Body):
    state: Annotated[list[AppointmentState], Field(max_length=9)] = Field(default=[])
    since: Moment | None = None
    before: Moment | None = None
    after: Identifier | None = Field(default=None, description="The last appointment of the page before.")
    limit: Limit = 100


class NewAppointment(Body):
    appointment: Identifier = Field(description="Of the hold.")


class Requested(Answer):
    id: UUID
    state: Literal["requested"] = "requested"
    starts_at: datetime
    decide_by: datetime = Field(description="By when the institution owes an answer (IR 79-81).")


class Cancellation(Body):
    ground: Ground
    words: Words | None = Field(default=None, description="Officers must add words.")


class Move(Body):
    template: Identifier
    day: Day


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "GET", "/appointments", summary="Appointments, the latest first", principals=("relative", "officer"),
        query=AppointmentsWanted, answer=Appointments,
    )  # fmt: skip
    def list_own_appointments(caller: SignedIn, query: AppointmentsWanted) -> Appointments:
        """A relative's own; an officer's are those of the institution."""
        return appointments(list_appointments(environment, caller.actor, wanted(query)))

    @api.endpoint(
        "GET", "/appointments/<uuid:appointment>", summary="One appointment",
        principals=("relative", "officer", "auditor"), answer=Appointment,
    )  # fmt: skip
    def show_one_appointment(caller: SignedIn, appointment: UUID) -> Appointment:
        return shown(show_appointment(environment, caller.actor, appointment.hex))

    @api.endpoint(
        "POST", "/appointments", summary="Ask for the appointment that is held", principals=("relative",),
        body=NewAppointment, answer=Requested, status=201, problems=(CONFLICT, NOT_POSSIBLE), idempotent=True,
    )  # fmt: skip
    def request(caller: SignedIn, body: NewAppointment, once: Once) -> Requested:
        """From now on the institution owes an answer by a deadline."""
        return face.act(
            caller.actor,
            once,
            lambda unit: request_appointment(unit, appointment=body.appointment.hex),
            lambda asked: Requested(id=UUID(asked.appointment), starts_at=asked.starts_at, decide_by=asked.decide_by),
        )

    @api.endpoint(
        "POST", "/appointments/<uuid:appointment>/cancellation", summary="Cancel", principals=("relative", "officer"),
        body=Cancellation, answer=State, problems=(CONFLICT, NOT_POSSIBLE), idempotent=True,
    )  # fmt: skip
    def cancel(caller: SignedIn, appointment: UUID, body: Cancellation, once: Once) -> State:
        """Place and entitlement are free again, the passes end, and everybody is told the ground."""
        return face.act(
            caller.actor,
            once,
            lambda unit: cancel_appointment(unit, appointment=appointment.hex, ground=body.ground, words=body.words),
            lambda state: State(id=appointment, state=state),
        )

    @api.endpoint(
        "POST", "/appointments/<uuid:appointment>/move", summary="Move the time", principals=("relative", "officer"),
        body=Move, answer=Made, problems=(CONFLICT, NOT_POSSIBLE), idempotent=True,
    )  # fmt: skip
    def move(caller: SignedIn, appointment: UUID, body: Move, once: Once) -> Made:
        """The same people and kind at another time; the law is asked anew, and both sides are told."""
        return face.act(
            caller.actor,
            once,
            lambda unit: move_appointment(unit, appointment=appointment.hex, template=body.template.hex, day=body.day),
            lambda moved: Made(id=UUID(moved)),
        )


def wanted(query: AppointmentsWanted) -> Wanted:
    """The page that is asked for."""
    return Wanted(tuple(query.state), query.since, query.before, maybe_hex(query.after), query.limit)


def appointments(found: list[Shown]) -> Appointments:
    """A page on the wire."""
    return Appointments(appointments=[shown(one) for one in found])


def shown(one: Shown) -> Appointment:
    """An appointment on the wire."""
    row = one.row
    return Appointment(
        id=UUID(row.id),
        kind=row.kind,
        by_video=row.by_video,
        state=row.state,
        institution=institute(one.institution),
        room=one.room,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        held_until=row.held_until if row.state == "held" else None,
        requested_at=row.requested_at,
        decide_by=row.decide_by,
        decided_at=row.decided_at,
        convict=UUID(row.convict_id),
        convict_name=one.convict_name,
        visitors=[
            Visitor(relationship=UUID(who.relationship), kind=who.kind, adult=who.adult, name=who.name)
            for who in one.visitors
        ],
        charge_rule=row.charge_rule,
        flags=[
            Flag(id=UUID(flag.id), code=flag.code, article=flag.article, raised_at=flag.raised_at) for flag in one.flags
        ],
        ended=_ended(one),
    )


def _ended(one: Shown) -> Ended | None:
    row = one.row
    if row.ended_at is None or row.ended_code is None:
        return None
    rule = REASONS.get(row.ended_code)
    text = say(reason(rule.code)).text if rule is not None and not rule.arguments else None
    return Ended(at=row.ended_at, code=row.ended_code, article=row.ended_article, text=text, words=one.words)
