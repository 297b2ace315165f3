"""What head or commission may decide next about a convict, and the decision with its members and minutes."""

from typing import Annotated, Literal
from uuid import UUID

from flask import abort, request
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.convict_show import SEE, ShownFile, show_convict
from service.app.proposal_decide import ACTS, Sitting, decide_proposal
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.texts import Paper, Words
from service.web.api.values import Body, Day
from service.web.face import SignedIn
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.file_names import DECISIONS, value_name
from service.web.staff.steps import Step, day_parts, take_step

DEGREES = tuple(str(one) for one in range(-3, 4))


class Decided(Body):
    value: Annotated[str, Field(min_length=1, max_length=20)]
    outcome: Literal["adopted", "declined", "beside"]
    held_on: Day
    minutes: Paper
    members: Words
    words: Words | None = None


LABELS = {
    "value": N_("What is decided about"),
    "outcome": N_("Decision"),
    "held_on": N_("Day of the sitting"),
    "minutes": N_("Number of the minutes"),
    "members": N_("Who sat, one name a line"),
    "words": N_("Why not as the facts say"),
}
FAULTS = {
    "date-impossible": "held_on", "proposal-not-ready": "outcome", "commission-too-small": "members",
    "text-missing": "words", "name-not-a-name": "members", "choice-unknown": "value", "already-there": "value",
}  # fmt: skip


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("proposals")
    environment = face.environment

    @part.page("/convicts/<uuid:convict>/decide/<what>", audience=("officer",), methods=("GET", "POST"))
    def decide(caller: SignedIn, convict: UUID, what: str) -> str | Response:
        if what not in ACTS:
            abort(404)
        face.enter(caller, SEE)
        today = show_convict(environment, caller.actor, convict.hex).today

        def do(unit: UnitOfWork, read: Decided) -> None:
            decide_proposal(
                unit,
                convict=convict.hex,
                what="degree" if what == "degree" else "condition",
                value=read.value,
                outcome=read.outcome,
                sitting=Sitting(read.held_on, read.minutes, read.members.splitlines()),
                words=read.words,
            )

        def more(shown: ShownFile) -> dict[str, object]:
            return {
                "what": what,
                "steps": [(one, one.ready(shown.today)) for one in shown.proposals if one.what == what],
                "choices": [("", "—"), *((one, value_name(what, one)) for one in values_of(shown, what))],
                "outcomes": list(DECISIONS.items()),
                "value_name": value_name,
            }

        def values_of(shown: ShownFile, what: str) -> tuple[str, ...]:
            if what == "degree" or shown.placement is None:
                return DEGREES
            kind = shown.placement.court_type or shown.placement.institution_type
            return environment.law.conditions(kind, shown.today)

        begin = {
            **day_parts("held_on", today),
            "value": request.args.get("value", ""),
            "outcome": request.args.get("outcome", "adopted"),
        }
        step = Step(ACTS[what], Decided, LABELS, do, "staff/decide.html", FAULTS, begin, more)
        return take_step(face, caller, convict, step)

    return part
