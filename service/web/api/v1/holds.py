"""Holding a place while the form is filled in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.app.appointment_hold import Held, hold_place
from service.app.appointment_weigh import Wish
from service.domain.party_needs import CODES
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Day, Identifier, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Wished, hexes, maybe_hex

Need = Annotated[str, Field(json_schema_extra={"enum": sorted(CODES)}, pattern=f"^({'|'.join(sorted(CODES))})$")]


class NewHold(Wished):
    convict: Identifier
    relationships: Annotated[list[Identifier], Field(min_length=1, max_length=12)] = Field(
        description="Those who come, by their relationships; yours among them."
    )
    template: Identifier = Field(description="Of a free time.")
    day: Day
    exception: Identifier | None = Field(default=None, description="A granted exception to use.")
    credit: Identifier | None = Field(default=None, description="A visit earned or to be given later, to use.")
    needs: Annotated[list[Need], Field(max_length=len(CODES))] = Field(
        default=[], description="What the party needs at the institution, and what it brings in a parcel."
    )


class Hold(Answer):
    appointment: UUID = Field(description="Ask for it with POST /appointments before the hold runs out.")
    institution: str
    room: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime


def install(face: Interface) -> None:
    """Declare the resource."""

    @face.api.endpoint(
        "POST", "/holds", summary="Hold a place for 15 minutes", principals=("relative",),
        body=NewHold, answer=Hold, status=201, problems=(CONFLICT, NOT_POSSIBLE), idempotent=True,
    )  # fmt: skip
    def hold(caller: SignedIn, body: NewHold, once: Once) -> Hold:
        """Takes the place and the entitlement until a fixed moment. A new hold of yours takes the place of the last."""
        wish = Wish(
            body.kind,
            body.by_video,
            body.from_long,
            body.purpose,
            maybe_hex(body.exception),
            maybe_hex(body.credit),
        )
        return face.act(
            caller.actor,
            once,
            lambda unit: hold_place(
                unit,
                convict=body.convict.hex,
                relationships=hexes(body.relationships),
                template=body.template.hex,
                day=body.day,
                wish=wish,
                needs=body.needs,
            ),
            _held,
        )


def _held(held: Held) -> Hold:
    return Hold(
        appointment=UUID(held.appointment),
        institution=held.institution,
        room=held.room,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        held_until=held.held_until,
    )
