"""The other side of the kiosk: officers issue cards and answer requests; a body of oversight fetches its letters."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from service.app.card_issue import end_card, issue_card
from service.app.convict_request_decide import grant_request, refuse_request
from service.app.kiosk_show import list_requests
from service.app.letter_seal import list_letters, mark_fetched
from service.app.transact import transact
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Identifier, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.kiosk_own import Requests, request_shown
from service.web.api.v1.shapes import Ground, maybe_hex
from service.web.api.v1.texts import CardNumber, Words

OFFICER: dict[str, Any] = {"principals": ("officer",), "problems": (CONFLICT, NOT_POSSIBLE)}
RequestState = Literal["asked", "granted", "refused", "withdrawn", "done"]


class NewCard(Body):
    number: CardNumber


class CardMade(Answer):
    card: UUID
    first_pin: str = Field(description="For one sealed slip, for the convict alone; it is kept nowhere.")


class CardEnding(Body):
    code: Literal["lost", "stolen", "replaced", "released", "transferred"]


class RequestsWanted(Body):
    state: Annotated[list[RequestState], Field(max_length=5)] = Field(default=[])


class Granting(Body):
    appointment: Identifier | None = Field(default=None, description="What was booked for it.")


class Refusing(Body):
    ground: Ground
    words: Words


class LetterShown(Answer):
    id: UUID
    institution: str
    number: int
    key: UUID
    sealed: str
    received_at: datetime


class Letters(Answer):
    letters: list[LetterShown]


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "POST", "/convicts/<uuid:convict>/cards", summary="Give a convict a card", body=NewCard, answer=CardMade,
        status=201, **OFFICER,
    )  # fmt: skip
    def give_card(caller: SignedIn, convict: UUID, body: NewCard) -> CardMade:
        """Not repeated by key: its answer is a secret. A card he still had ends as replaced."""
        made = transact(
            environment, caller.actor, lambda unit: issue_card(unit, convict=convict.hex, number=body.number)
        )
        return CardMade(card=UUID(made.card), first_pin=made.first_pin)

    @api.endpoint(
        "POST", "/convicts/<uuid:convict>/card-ending", summary="A card opens nothing any more", body=CardEnding,
        answer=None, status=204, idempotent=True, **OFFICER,
    )  # fmt: skip
    def finish_card(caller: SignedIn, convict: UUID, body: CardEnding, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: end_card(unit, convict=convict.hex, code=body.code))

    @api.endpoint(
        "GET", "/convict-requests", summary="What convicts asked for, the next due first", principals=("officer",),
        query=RequestsWanted, answer=Requests,
    )  # fmt: skip
    def list_all_requests(caller: SignedIn, query: RequestsWanted) -> Requests:
        found = list_requests(environment, caller.actor, query.state or ("asked",))
        return Requests(requests=[request_shown(one) for one in found])

    @api.endpoint(
        "POST", "/convict-requests/<uuid:made>/grant", summary="Give what a convict asked for", body=Granting,
        answer=None, status=204, idempotent=True, **OFFICER,
    )  # fmt: skip
    def grant_convict_request(caller: SignedIn, made: UUID, body: Granting, once: Once) -> None:
        face.do(
            caller.actor,
            once,
            lambda unit: grant_request(unit, request=made.hex, appointment=maybe_hex(body.appointment)),
        )

    @api.endpoint(
        "POST", "/convict-requests/<uuid:made>/refusal", summary="Refuse, with a ground and words", body=Refusing,
        answer=None, status=204, idempotent=True, **OFFICER,
    )  # fmt: skip
    def refuse_convict_request(caller: SignedIn, made: UUID, body: Refusing, once: Once) -> None:
        face.do(
            caller.actor,
            once,
            lambda unit: refuse_request(unit, request=made.hex, ground=body.ground, words=body.words),
        )

    @api.endpoint("GET", "/letters", summary="Sealed letters to your body", principals=("auditor",), answer=Letters)
    def list_sealed_letters(caller: SignedIn) -> Letters:
        """Opened with the body's own key, on its own machine."""
        return Letters(
            letters=[
                LetterShown(
                    id=UUID(one.letter),
                    institution=one.institution,
                    number=one.number,
                    key=UUID(one.key),
                    sealed=one.sealed,
                    received_at=one.received_at,
                )
                for one in list_letters(environment, caller.actor)
            ]
        )

    @api.endpoint(
        "POST", "/letters/<uuid:letter>/fetching", summary="Your body has the letter", principals=("auditor",),
        answer=None, status=204, problems=(CONFLICT,), idempotent=True,
    )  # fmt: skip
    def fetch_letter(caller: SignedIn, letter: UUID, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: mark_fetched(unit, letter=letter.hex))
