"""What head or commission may decide next about a convict, and the decision with its members and minutes."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.convict_show import SEE, show_convict
from service.app.proposal_decide import ACTS, Sitting, decide_proposal
from service.app.rehearse import Rehearsed, review_now
from service.domain.access import Target, require
from service.domain.refusal import Refusal
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.texts import Paper, Words
from service.web.api.values import Body, Day
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.entries import rehearse_for, said_left
from service.web.staff.face import StaffFace
from service.web.staff.file_names import DECISIONS, value_name
from service.web.staff.previewed import seen_mark, to_be_shown, typed_mark

What = Literal["degree", "condition"]
DEGREES = tuple(str(one) for one in range(-3, 4))


class Decided(Body):
    value: Annotated[str, Field(min_length=1, max_length=20)]
    outcome: Literal["adopted", "declined", "beside"]
    held_on: Day
    minutes: Paper
    members: Annotated[str, Field(min_length=1, max_length=1500)]
    words: Words | None = None


LABELS = {
    "value": N_("What is decided about"),
    "outcome": N_("Decision"),
    "held_on": N_("Day of the sitting"),
    "minutes": N_("Number of the minutes"),
    "members": N_("Who sat, one name a line"),
    "words": N_("Why not as the facts say"),
}


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("proposals")
    environment = face.environment

    @part.page("/convicts/<uuid:convict>/decide/<what>", audience=("officer",), methods=("GET", "POST"))
    def decide(caller: SignedIn, convict: UUID, what: str) -> str | Response:
        place = face.enter(caller, SEE)
        if what not in ACTS:
            abort(404)
        require(caller.actor, ACTS[what], Target(caller.institution))
        shown = show_convict(environment, caller.actor, convict.hex)
        if shown.placement is None:
            abort(404)
        form = Form(Decided, labels=LABELS)
        preview: Rehearsed[Any] | None = None
        mark = typed = ""
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read

            def do(unit: UnitOfWork) -> None:
                decide_proposal(
                    unit,
                    convict=convict.hex,
                    what="degree" if what == "degree" else "condition",
                    value=given.value,
                    outcome=given.outcome,
                    sitting=Sitting(given.held_on, given.minutes, given.members.splitlines()),
                    words=given.words,
                )

            try:
                preview = to_be_shown(form, read, lambda: rehearse_for(face, caller, convict.hex, shown.today, do))
                if preview is None:
                    face.do(caller, do)
                    review_now(environment, [one.id for one in shown.upcoming])
                    return redirect(url_for("convicts.look", convict=convict), code=303)
                mark, typed = seen_mark(read, preview), typed_mark(read)
            except Refusal as refusal:
                fields = {
                    "date-impossible": "held_on", "proposal-not-ready": "outcome", "commission-too-small": "members",
                    "text-missing": "words", "name-not-a-name": "members", "choice-unknown": "value",
                    "already-there": "value",
                }  # fmt: skip
                refuse_into(form, refusal, fields)
        else:
            day = shown.today
            form.show(
                **{"held_on-day": str(day.day), "held_on-month": str(day.month), "held_on-year": str(day.year)},
                value=request.args.get("value", ""),
                outcome=request.args.get("outcome", "adopted"),
            )
        kind = shown.placement.court_type or shown.placement.institution_type
        values = DEGREES if what == "degree" else tuple(sorted(environment.law.conditions(kind, shown.today)))
        return render_template(
            "staff/decide.html",
            place=place,
            shown=shown,
            what=what,
            form=form,
            steps=[(one, one.ready(shown.today)) for one in shown.proposals if one.what == what],
            choices=[("", "—"), *((one, value_name(what, one)) for one in values)],
            outcomes=list(DECISIONS.items()),
            preview=preview,
            before=said_left(preview.before) if preview else {},
            after=said_left(preview.after) if preview else {},
            mark=mark,
            typed=typed,
            value_name=value_name,
        )

    return part
