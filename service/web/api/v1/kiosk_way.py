"""At the kiosk: degree, condition, live penalties and the computed way on; whom the convict wants told."""

from datetime import date
from uuid import UUID

from pydantic import Field

from service.app.contact_name import name_contact
from service.app.way_show import Way, show_way
from service.domain.behaviour_facts import Proposal
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Identifier, Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.kiosk import standing
from service.web.api.v1.shapes import ReasonSaid, maybe_id, say


class PenaltyShown(Answer):
    kind: str
    on: date


class StepShown(Answer):
    """A step that head or commission may decide; a machine decides none."""

    what: str
    present: str
    proposed: str
    article: str
    ready: bool
    not_before: date | None = Field(description="The first day on which the facts bear it; null while some is lacking.")
    earliest: date | None = Field(description="The first day it could be, if what is lacking came as soon as it may.")
    supports: list[ReasonSaid]
    lacking: list[ReasonSaid]


class WayShown(Answer):
    today: date
    condition: str | None
    degree: int
    penalties: list[PenaltyShown]
    spent_on: date | None = Field(description="From this day the penalties count no more, unless a new one comes.")
    steps: list[StepShown]
    contact: UUID | None = Field(description="Relationship of whoever is told of transfer and release.")


class NewContact(Body):
    relationship: Identifier


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "GET", "/kiosk/way", summary="Degree, condition, live penalties, and the way on", principals=("kiosk",),
        answer=WayShown,
    )  # fmt: skip
    def show_convict_way(caller: SignedIn) -> WayShown:
        return way(show_way(environment, standing(environment, caller)))

    @api.endpoint(
        "POST", "/kiosk/contact", summary="The convict names who is told of transfer and release", body=NewContact,
        answer=None, status=204, principals=("kiosk",), problems=(CONFLICT, NOT_POSSIBLE), idempotent=True,
    )  # fmt: skip
    def name_own_contact(caller: SignedIn, body: NewContact, once: Once) -> None:
        actor, tie = standing(environment, caller), body.relationship.hex
        face.do(actor, once, lambda unit: name_contact(unit, convict=actor.person or "", relationship=tie))


def way(shown: Way) -> WayShown:
    """The way as the interface tells it."""
    return WayShown(
        today=shown.today,
        condition=shown.condition,
        degree=shown.degree,
        penalties=[PenaltyShown(kind=one.kind, on=one.on) for one in shown.penalties],
        spent_on=shown.spent_on,
        steps=[_step(one, shown.today) for one in shown.steps],
        contact=maybe_id(shown.contact),
    )


def _step(step: Proposal, today: date) -> StepShown:
    return StepShown(
        what=step.what,
        present=step.present,
        proposed=step.proposed,
        article=step.article,
        ready=step.ready(today),
        not_before=step.not_before,
        earliest=step.earliest,
        supports=[say(one) for one in step.supports],
        lacking=[say(one) for one in step.lacking],
    )
