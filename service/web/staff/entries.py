"""Entering papers into a file and ending what they began: what changes is shown before it is saved."""

from typing import Annotated, Any
from uuid import UUID

from flask import abort
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.convict_enter import enter_file, lift_entry
from service.app.convict_show import ShownFile, TimelineEntry, show_convict
from service.domain.file_entries import DAYS, ENTERED, LASTING, ORDERS, choices_of
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.texts import Paper
from service.web.api.values import Body, Day
from service.web.face import SignedIn
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.file_names import ENTRIES, value_name
from service.web.staff.steps import Step, day_parts, take_step


class Entered(Body):
    value: Annotated[str, Field(min_length=1, max_length=60)]
    since: Day
    until: Day | None = None
    paper: Paper


class EnteredDay(Body):
    value: Day
    since: Day
    paper: Paper


class Ended(Body):
    until: Day
    paper: Paper


LABELS = {
    "value": N_("What it says"),
    "since": N_("From which day"),
    "until": N_("Until before which day"),
    "paper": N_("Number of the paper"),
}
ENDED_LABELS = {"until": N_("From which day it no longer holds"), "paper": N_("Number of the paper that ends it")}
END_FAULTS = dict.fromkeys(("date-impossible", "lifting-too-early", "lifting-malicious"), "until")


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("entries")
    environment = face.environment

    @part.page("/convicts/<uuid:convict>/enter/<kind>", audience=("officer",), methods=("GET", "POST"))
    def enter(caller: SignedIn, convict: UUID, kind: str) -> str | Response:
        if kind not in ENTERED:
            abort(404)

        def do(unit: UnitOfWork, read: Any) -> None:
            enter_file(
                unit,
                convict=convict.hex,
                kind=kind,
                value=str(read.value),
                since=read.since,
                until=getattr(read, "until", None),
                paper=read.paper,
            )

        def more(_shown: ShownFile) -> dict[str, object]:
            return {
                "kind": kind,
                "title_name": ENTRIES[kind],
                "choices": [("", "—"), *((one, value_name(kind, one)) for one in choices_of(environment.law, kind))],
                "a_day": kind in DAYS,
                "lasts": kind in LASTING,
            }

        model = EnteredDay if kind in DAYS else Entered
        faults = {"date-impossible": "since", "choice-unknown": "value"}
        step = Step(_act(kind), model, LABELS, do, "staff/entry.html", faults, more=more)
        return take_step(face, caller, convict, step)

    @part.page("/convicts/<uuid:convict>/entries/<uuid:entry>/end", audience=("officer",), methods=("GET", "POST"))
    def end(caller: SignedIn, convict: UUID, entry: UUID) -> str | Response:
        face.enter(caller, "convict.enter_file")
        shown = show_convict(environment, caller.actor, convict.hex)
        one: TimelineEntry = next(
            (one for one in shown.timeline if one.id == entry.hex and one.may_end), None
        ) or abort(404)

        def do(unit: UnitOfWork, read: Ended) -> None:
            lift_entry(unit, entry=entry.hex, until=read.until, paper=read.paper)

        def more(_shown: ShownFile) -> dict[str, object]:
            return {"one": one, "title_name": ENTRIES[one.kind], "said": value_name(one.kind, one.value)}

        begin = day_parts("until", one.since if one.may_end == "take-back" else shown.today)
        step = Step(_act(one.kind), Ended, ENDED_LABELS, do, "staff/entry_end.html", END_FAULTS, begin, more)
        return take_step(face, caller, convict, step)

    return part


def _act(kind: str) -> str:
    return "convict.enter_order" if kind in ORDERS else "convict.enter_file"
