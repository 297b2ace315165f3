"""The kiosk itself, and the convict who signs in at it with card and PIN.

The kiosk shows its device key as bearer token; whatever it does for a convict carries his session in the header
`Kezdesu-Convict`. Without one it can ask nothing about anybody.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import request
from pydantic import Field

from service.app.kiosk_pin import choose_pin, choose_second_pin
from service.app.kiosk_show import Home, show_home, show_standing
from service.app.kiosk_sign_in import find_convict, sign_in_convict, sign_out_convict
from service.app.language_choose import choose_language
from service.app.letter_seal import live_oversight_keys
from service.app.queue_take import queue_key, take_queued
from service.domain.access import Actor
from service.store.environment import Environment
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Moment, Once
from service.web.api.problem import TOO_MANY
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE, SIGN_IN_FAILED
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Institute, ReasonSaid, institute, maybe_id, say
from service.web.api.v1.texts import CardNumber, SealedText

CONVICT = "Kezdesu-Convict"
"""The header with the session of the convict at the kiosk."""
Pin = Annotated[str, Field(pattern=r"^[0-9]{4}$", description="Four digits.")]
Sequence = Annotated[int, Field(ge=1, le=2**31 - 1, description="The kiosk's own count, never used twice.")]
KIOSK: dict[str, Any] = {"principals": ("kiosk",)}


class BodyKey(Answer):
    """What letters to a body of oversight are sealed to: X25519, hexadecimal."""

    id: UUID
    body: str
    public_key: str


class Kiosk(Answer):
    device: UUID = Field(description="What is sealed for the queue is bound to it, without hyphens.")
    name: str
    institution: Institute
    now: datetime
    queue_key: str = Field(description="X25519, hexadecimal: what waits for the line is sealed to it (HPKE).")
    letter_keys: list[BodyKey]
    counted: int = Field(description="The highest of its own count that came from it: the next is greater, always.")


class CardShown(Body):
    card: CardNumber
    pin: Annotated[str, Field(pattern=r"^[0-9]{1,12}$")]


class ConvictSession(Answer):
    token: str = Field(description="For the header Kezdesu-Convict; a minute without use ends it.")
    language: str
    first_pin: bool = Field(description="A PIN of his own must be chosen first.")


class NewPin(Body):
    pin: Pin
    current: Pin | None = Field(default=None, description="The one he has; left out where he signed in with the first.")


class SecondPin(Body):
    pin: Pin | None = Field(default=None, description="Opens the same screens; left out by whoever wants none.")
    current: Pin


class Language(Body):
    language: Literal["kk", "ru", "en"]


class LeftOf(Answer):
    kind: str
    by_video: bool
    allowed: bool
    due: date | None
    rate: str | None
    last: date | None
    credits: int
    reasons: list[ReasonSaid]


class Suspended(Answer):
    ground: str
    since: date
    until: date | None


class Kept(Answer):
    request: UUID
    kind: str
    relationship: UUID | None
    until: date | None


class HomeShown(Answer):
    given_name: str
    today: date
    institution: Institute
    condition: str | None
    degree: int
    left: list[LeftOf]
    suspended: list[Suspended]
    kept: list[Kept]


class Queued(Body):
    sequence: Sequence
    asked_at: Moment
    sealed: SealedText


class QueueTaken(Answer):
    outcome: Literal["kept", "failed"]
    number: int | None
    state: str | None
    received_at: datetime | None
    decide_by: datetime | None
    code: str | None = Field(description="Why it could not be carried out.")


def standing(environment: Environment, caller: SignedIn, *, first_pin: bool = False) -> Actor:
    """The kiosk as the convict whose session the request carries. Raises Refusal 'not-signed-in'."""
    return find_convict(environment, caller.actor, request.headers.get(CONVICT, ""), first_pin=first_pin)


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint("GET", "/kiosk", summary="Where the kiosk stands, and what it seals to", answer=Kiosk, **KIOSK)
    def show_kiosk(caller: SignedIn) -> Kiosk:
        shown = show_standing(environment, caller.actor)
        return Kiosk(
            device=UUID(caller.id),
            name=shown.name,
            institution=institute(shown.institution),
            now=environment.clock(),
            queue_key=queue_key(environment),
            letter_keys=[
                BodyKey(id=UUID(one.id), body=one.body, public_key=one.public_key)
                for one in live_oversight_keys(environment)
            ],
            counted=shown.counted,
        )

    @api.endpoint(
        "POST", "/kiosk/sessions", summary="A convict signs in with card and PIN", body=CardShown,
        answer=ConvictSession, status=201, problems=(SIGN_IN_FAILED, TOO_MANY), **KIOSK,
    )  # fmt: skip
    def open_convict_session(caller: SignedIn, body: CardShown) -> ConvictSession:
        """Unknown card and wrong PIN are one answer. Ends whatever session was open at this kiosk."""
        opened = sign_in_convict(environment, caller.actor, card=body.card, pin=body.pin)
        return ConvictSession(token=opened.token, language=opened.language, first_pin=opened.first_pin)

    @api.endpoint("DELETE", "/kiosk/session", summary="The convict signs out", answer=None, status=204, **KIOSK)
    def close_convict_session(caller: SignedIn) -> None:
        sign_out_convict(environment, caller.actor, request.headers.get(CONVICT, ""))

    @api.endpoint(
        "POST", "/kiosk/pin", summary="The convict chooses his PIN", body=NewPin, answer=None, status=204,
        problems=(CONFLICT, NOT_POSSIBLE, SIGN_IN_FAILED, TOO_MANY), **KIOSK,
    )  # fmt: skip
    def set_pin(caller: SignedIn, body: NewPin) -> None:
        convict = standing(environment, caller, first_pin=True)
        choose_pin(environment, convict, pin=body.pin, current=body.current)

    @api.endpoint(
        "POST", "/kiosk/second-pin", summary="The convict chooses a second PIN, or none", body=SecondPin, answer=None,
        status=204, problems=(CONFLICT, NOT_POSSIBLE, SIGN_IN_FAILED, TOO_MANY), **KIOSK,
    )  # fmt: skip
    def set_second_pin(caller: SignedIn, body: SecondPin) -> None:
        """Everybody is asked; neither the answer nor the record tells who has one."""
        choose_second_pin(environment, standing(environment, caller), pin=body.pin, current=body.current)

    @api.endpoint(
        "POST", "/kiosk/language", summary="The convict chooses his language", body=Language, answer=None, status=204,
        problems=(CONFLICT,), idempotent=True, **KIOSK,
    )  # fmt: skip
    def set_language(caller: SignedIn, body: Language, once: Once) -> None:
        actor = standing(environment, caller, first_pin=True)
        face.do(actor, once, lambda unit: choose_language(unit, language=body.language))

    @api.endpoint("GET", "/kiosk/home", summary="What is left, and what stands in the way", answer=HomeShown, **KIOSK)
    def show_convict_home(caller: SignedIn) -> HomeShown:
        return home(show_home(environment, standing(environment, caller)))

    @api.endpoint(
        "POST", "/kiosk/queue", summary="What waited on the kiosk for the line", body=Queued, answer=QueueTaken,
        problems=(CONFLICT, TOO_MANY), **KIOSK,
    )  # fmt: skip
    def take_from_queue(caller: SignedIn, body: Queued) -> QueueTaken:
        """Once, whatever is repeated: the sequence is the key. Send them in their order."""
        taken = take_queued(
            environment, caller.actor, sequence=body.sequence, asked_at=body.asked_at, sealed=body.sealed
        )
        if isinstance(taken, str):
            return QueueTaken(outcome="failed", number=None, state=None, received_at=None, decide_by=None, code=taken)
        return QueueTaken(
            outcome="kept",
            number=taken.number,
            state=taken.state,
            received_at=taken.received_at,
            decide_by=taken.decide_by,
            code=None,
        )


def home(shown: Home) -> HomeShown:
    """The first screen as the interface tells it."""
    return HomeShown(
        given_name=shown.given_name,
        today=shown.today,
        institution=institute(shown.institution),
        condition=shown.condition,
        degree=shown.degree,
        left=[
            LeftOf(
                kind=wish.kind,
                by_video=wish.by_video,
                allowed=left.answer.allowed,
                due=left.answer.due,
                rate=None if left.answer.rate is None else str(left.answer.rate),
                last=left.last,
                credits=left.credits,
                reasons=[say(one) for one in left.answer.reasons],
            )
            for wish, left in shown.left
        ],
        suspended=[Suspended(ground=ground, since=since, until=until) for ground, since, until in shown.suspended],
        kept=[
            Kept(
                request=UUID(one.id),
                kind=one.appointment_kind or "",
                relationship=maybe_id(one.relationship_id),
                until=one.last_day,
            )
            for one in shown.kept
        ],
    )
