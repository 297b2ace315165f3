"""A convict's own affairs at the kiosk: his relatives, his record, what he asks for, letters nobody here reads."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from service.app.appointment_show import list_appointments
from service.app.convict_request_decide import withdraw_request
from service.app.convict_request_make import Acknowledged, Asked, make_request
from service.app.dispute_raise import raise_dispute
from service.app.kiosk_show import ShownRequest, list_requests, list_told
from service.app.letter_seal import keep_letter
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_end import revoke_relationship
from service.app.relationship_show import list_of_convict
from service.language import LANGUAGES
from service.language.notices import notice_words, places_said
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Day, Identifier, Moment, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.appointments import Appointments, AppointmentsWanted, appointments, wanted
from service.web.api.v1.disputes import NewDispute
from service.web.api.v1.interface import Interface
from service.web.api.v1.kiosk import Sequence, standing
from service.web.api.v1.registry import Revocation
from service.web.api.v1.relationships import Relations, relation
from service.web.api.v1.shapes import Made, Purpose, Sentences, maybe_hex, maybe_id
from service.web.api.v1.texts import SealedText, Words

ACT: dict[str, Any] = {"principals": ("kiosk",), "problems": (CONFLICT, NOT_POSSIBLE), "idempotent": True}
TIE = "/kiosk/relationships/<uuid:relationship>"
RequestKind = Literal["visit", "call", "video_call", "first_visit", "keep_for", "long_to_short", "record_copy"]


class NewRequest(Body):
    kind: RequestKind
    sequence: Sequence
    asked_at: Moment
    appointment_kind: Literal["short", "long", "video"] | None = None
    purpose: Purpose = "ordinary"
    relationship: Identifier | None = None
    appointment: Identifier | None = None
    first_day: Day | None = None
    last_day: Day | None = None
    words: Words | None = None

    def asked(self) -> Asked:
        return Asked(
            self.kind,
            self.sequence,
            self.asked_at,
            self.appointment_kind,
            self.purpose,
            maybe_hex(self.relationship),
            maybe_hex(self.appointment),
            self.first_day,
            self.last_day,
            self.words,
        )


class NewLetter(Body):
    """Sealed on the kiosk to the key of the body (HPKE, base64): nobody here reads it."""

    sequence: Sequence
    asked_at: Moment
    key: Identifier
    sealed: SealedText


class Acknowledgement(Answer):
    id: UUID
    number: int
    state: str
    received_at: datetime
    decide_by: datetime | None


class RequestShown(Answer):
    id: UUID
    number: int
    kind: str
    appointment_kind: str | None
    purpose: str
    relationship: UUID | None
    appointment: UUID | None
    convict: UUID
    convict_name: str | None
    first_day: date | None
    last_day: date | None
    words: str | None
    asked_at: datetime
    received_at: datetime
    decide_by: datetime | None
    state: str
    decided_at: datetime | None
    ended_ground: str | None
    ended_words: str | None


class Requests(Answer):
    requests: list[RequestShown]


class Told(Answer):
    at: datetime
    code: str
    places: dict[str, Sentences] = Field(description="What stands in the places of the sentence for this code.")
    text: Sentences = Field(description="As relatives are told of the same; for codes the kiosk has no words for.")


class ToldLately(Answer):
    told: list[Told]


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "GET", "/kiosk/relationships", summary="Whom the convict is asked to accept, and whom he has",
        principals=("kiosk",), answer=Relations,
    )  # fmt: skip
    def list_convict_relationships(caller: SignedIn) -> Relations:
        found = list_of_convict(environment, standing(environment, caller))
        return Relations(relationships=[relation(one) for one in found])

    @api.endpoint("POST", f"{TIE}/acceptance", summary="The convict accepts a relative", answer=None, status=204, **ACT)
    def accept(caller: SignedIn, relationship: UUID, once: Once) -> None:
        actor = standing(environment, caller)
        face.do(actor, once, lambda unit: accept_relationship(unit, relationship=relationship.hex))

    @api.endpoint(
        "POST", f"{TIE}/declination", summary="The convict declines a relative", answer=None, status=204, **ACT
    )
    def decline(caller: SignedIn, relationship: UUID, once: Once) -> None:
        actor = standing(environment, caller)
        face.do(actor, once, lambda unit: decline_relationship(unit, relationship=relationship.hex))

    @api.endpoint(
        "POST", f"{TIE}/revocation", summary="The convict ends a relationship", body=Revocation, answer=None,
        status=204, **ACT,
    )  # fmt: skip
    def end(caller: SignedIn, relationship: UUID, body: Revocation, once: Once) -> None:
        actor = standing(environment, caller)
        face.do(actor, once, lambda unit: revoke_relationship(unit, relationship=relationship.hex, ground=body.ground))

    @api.endpoint(
        "GET", "/kiosk/appointments", summary="A convict's own record", principals=("kiosk",),
        query=AppointmentsWanted, answer=Appointments,
    )  # fmt: skip
    def list_convict_appointments(caller: SignedIn, query: AppointmentsWanted) -> Appointments:
        """Everything that stands under his name here, past and to come."""
        return appointments(list_appointments(environment, standing(environment, caller), wanted(query)))

    @api.endpoint(
        "POST", "/kiosk/appointments/<uuid:appointment>/disputes", summary="The convict says that the record is wrong",
        body=NewDispute, answer=Made, status=201, **ACT,
    )  # fmt: skip
    def dispute_as_convict(caller: SignedIn, appointment: UUID, body: NewDispute, once: Once) -> Made:
        return face.act(
            standing(environment, caller),
            once,
            lambda unit: raise_dispute(unit, appointment=appointment.hex, code=body.code, words=body.words),
            lambda made: Made(id=UUID(made)),
        )

    @api.endpoint(
        "GET", "/kiosk/requests", summary="What the convict asked for", principals=("kiosk",), answer=Requests
    )
    def list_own_requests(caller: SignedIn) -> Requests:
        found = list_requests(environment, standing(environment, caller))
        return Requests(requests=[request_shown(one) for one in found])

    @api.endpoint(
        "POST", "/kiosk/requests", summary="The convict asks for something", body=NewRequest, answer=Acknowledgement,
        status=201, **ACT,
    )  # fmt: skip
    def ask_as_convict(caller: SignedIn, body: NewRequest, once: Once) -> Acknowledgement:
        """The number is his proof; the same sequence is the same request."""
        actor = standing(environment, caller)
        return face.act(actor, once, lambda unit: make_request(unit, body.asked()), acknowledgement)

    @api.endpoint(
        "POST", "/kiosk/requests/<uuid:made>/withdrawal", summary="The convict takes a request back", answer=None,
        status=204, **ACT,
    )  # fmt: skip
    def withdraw_own(caller: SignedIn, made: UUID, once: Once) -> None:
        actor = standing(environment, caller)
        face.do(actor, once, lambda unit: withdraw_request(unit, request=made.hex))

    @api.endpoint(
        "POST", "/kiosk/letters", summary="A sealed letter to a body of oversight", body=NewLetter,
        answer=Acknowledgement, status=201, **ACT,
    )  # fmt: skip
    def send_letter(caller: SignedIn, body: NewLetter, once: Once) -> Acknowledgement:
        return face.act(
            standing(environment, caller),
            once,
            lambda unit: keep_letter(
                unit, key=body.key.hex, sealed=body.sealed, sequence=body.sequence, asked_at=body.asked_at
            ),
            acknowledgement,
        )

    @api.endpoint(
        "GET", "/kiosk/notices", summary="What the convict was told", principals=("kiosk",), answer=ToldLately
    )
    def list_told_lately(caller: SignedIn) -> ToldLately:
        zone, found = list_told(environment, standing(environment, caller))
        return ToldLately(
            told=[
                Told(
                    at=one.at,
                    code=one.template,
                    places=places(one.arguments, zone),
                    text=Sentences(
                        **{
                            language: notice_words(one.template, language, one.arguments, zone)
                            for language in LANGUAGES
                        }
                    ),
                )
                for one in found
            ]
        )


def places(arguments: Mapping[str, str], zone: ZoneInfo) -> dict[str, Sentences]:
    """The arguments of a notice by their names, each in the three languages."""
    said = {language: places_said(language, arguments, zone) for language in LANGUAGES}
    return {name: Sentences(**{language: said[language][name] for language in LANGUAGES}) for name in arguments}


def acknowledgement(made: Acknowledged) -> Acknowledgement:
    """A request's number as the interface tells it."""
    return Acknowledgement(
        id=UUID(made.request),
        number=made.number,
        state=made.state,
        received_at=made.received_at,
        decide_by=made.decide_by,
    )


def request_shown(shown: ShownRequest) -> RequestShown:
    """A request with its words."""
    row = shown.row
    return RequestShown(
        id=UUID(row.id),
        number=row.number,
        kind=row.kind,
        appointment_kind=row.appointment_kind,
        purpose=row.purpose,
        relationship=maybe_id(row.relationship_id),
        appointment=maybe_id(row.appointment_id),
        convict=UUID(row.convict_id),
        convict_name=shown.convict_name,
        first_day=row.first_day,
        last_day=row.last_day,
        words=shown.words,
        asked_at=row.asked_at,
        received_at=row.received_at,
        decide_by=row.decide_by,
        state=row.state,
        decided_at=row.decided_at,
        ended_ground=row.ended_ground,
        ended_words=shown.ended_words,
    )
