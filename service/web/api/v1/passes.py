"""Passes and receipts: what the family holds in hand."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.app.pass_show import ShownPass, list_passes, show_pass
from service.app.reading import Reading
from service.app.receipt_make import make_receipt
from service.web import qr
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Media, Problem
from service.web.api.v1.interface import Interface
from service.web.messages import N_

NOT_PUBLISHED = Problem(
    "not-published-yet",
    409,
    N_("Not yet in a published head"),
    N_("The newest signed head of the record does not cover this yet. It takes seconds: ask again."),
    retry_after=True,
)


class Pass(Answer):
    id: UUID
    relationship: UUID
    name: str | None
    gate: str
    not_before: datetime
    not_after: datetime
    children: int = Field(description="Minors who travel on this pass.")
    token: str = Field(description="The text of the code, 154 characters.")
    revoked_at: datetime | None


class Passes(Answer):
    passes: list[Pass]


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "GET", "/appointments/<uuid:appointment>/passes", summary="The passes of an appointment",
        principals=("relative", "officer"), answer=Passes,
    )  # fmt: skip
    def list_appointment_passes(caller: SignedIn, appointment: UUID) -> Passes:
        """One for each adult, while it opens the gate."""
        return Passes(passes=[_pass(one) for one in list_passes(environment, caller.actor, appointment.hex)])

    @api.endpoint(
        "GET", "/passes/<uuid:pass_>.svg", summary="A pass as a drawing", principals=("relative", "officer"),
        answer=Media("image/svg+xml"),
    )  # fmt: skip
    def draw_pass(caller: SignedIn, pass_: UUID) -> bytes:
        return qr.svg(show_pass(environment, caller.actor, pass_.hex).token, "Kezdesu").encode()

    @api.endpoint(
        "GET", "/passes/<uuid:pass_>.png", summary="A pass as a picture", principals=("relative", "officer"),
        answer=Media("image/png"),
    )  # fmt: skip
    def picture_pass(caller: SignedIn, pass_: UUID) -> bytes:
        return qr.png(show_pass(environment, caller.actor, pass_.hex).token)

    @api.endpoint(
        "GET", "/appointments/<uuid:appointment>/receipt", summary="The receipt: a C2SP tlog-proof",
        principals=("relative", "officer", "auditor"), answer=Media("text/plain"), problems=(NOT_PUBLISHED,),
    )  # fmt: skip
    def give_receipt(caller: SignedIn, appointment: UUID) -> bytes:
        """Proves to anybody, offline, that the newest event about it stands in the record, opening what is yours."""
        with Reading(environment, caller.actor) as reading:
            made = make_receipt(reading, appointment=appointment.hex)
        if made is None:
            raise NOT_PUBLISHED.refused(headers={"Retry-After": "10"})
        return made.data


def _pass(one: ShownPass) -> Pass:
    return Pass(
        id=UUID(one.row.id),
        relationship=UUID(one.relationship),
        name=one.name,
        gate=one.gate,
        not_before=one.row.not_before,
        not_after=one.row.not_after,
        children=one.row.children,
        token=one.token,
        revoked_at=one.row.revoked_at,
    )
