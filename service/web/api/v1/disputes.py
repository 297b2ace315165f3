""" "This did not happen": raised by relatives, answered by the head."""

from typing import Literal
from uuid import UUID

from service.app.dispute_raise import answer_dispute, raise_dispute
from service.web.api.callers import SignedIn
from service.web.api.contract import Body, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Made
from service.web.api.v1.texts import Words


class NewDispute(Body):
    code: Literal["did-not-happen", "was-not-there", "unknown-person", "other-time", "not-asked-for", "other"]
    words: Words | None = None


class DisputeAnswer(Body):
    outcome: Literal["record-stands", "record-was-wrong", "sent-to-prosecutor"]


def install(face: Interface) -> None:
    """Declare the resource."""
    api = face.api

    @api.endpoint(
        "POST", "/appointments/<uuid:appointment>/disputes", summary="Say that the record is wrong",
        principals=("relative",), body=NewDispute, answer=Made, status=201, problems=(CONFLICT, NOT_POSSIBLE),
        idempotent=True,
    )  # fmt: skip
    def dispute(caller: SignedIn, appointment: UUID, body: NewDispute, once: Once) -> Made:
        """Never removed, whatever the answer is."""
        return face.act(
            caller.actor,
            once,
            lambda unit: raise_dispute(unit, appointment=appointment.hex, code=body.code, words=body.words),
            lambda made: Made(id=UUID(made)),
        )

    @api.endpoint(
        "POST", "/disputes/<uuid:dispute>/answer", summary="Answer a dispute", principals=("officer",),
        body=DisputeAnswer, answer=None, status=204, problems=(CONFLICT, NOT_POSSIBLE), idempotent=True,
    )  # fmt: skip
    def settle_dispute(caller: SignedIn, dispute: UUID, body: DisputeAnswer, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: answer_dispute(unit, dispute=dispute.hex, outcome=body.outcome))
