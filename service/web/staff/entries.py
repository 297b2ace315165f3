"""Entering papers into a file and ending what they began: what changes is shown before it is saved."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.convict_enter import enter_file, lift_entry
from service.app.convict_show import SEE, left_of, show_convict
from service.app.entitlement_show import Left
from service.app.rehearse import Rehearsed, rehearse, review_now, upcoming_where
from service.domain.access import Target, require
from service.domain.file_entries import DAYS, ENTERED, LASTING, ORDERS, choices_of
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.facts import convict_file
from service.store.tables import Appointment, Convict
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.texts import Paper
from service.web.api.values import Body, Day
from service.web.entitled import Said, say_left
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.file_names import ENTRIES, value_name
from service.web.staff.previewed import seen_mark, to_be_shown, typed_mark


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
Preview = Rehearsed[dict[str, Left | None]]


def said_left(left: dict[str, Left | None]) -> dict[str, Said]:
    """What is left of each kind, in the words of the page."""
    return {kind: say_left(one) for kind, one in left.items() if one is not None}


def rehearse_for(face: StaffFace, caller: SignedIn, convict: str, today: date, act: Any) -> Preview:
    """What an act on a file changes: the entitlement before and after, and the appointments it touches."""
    return rehearse(
        face.environment,
        caller.actor,
        act,
        upcoming_where(of(Appointment).convict_id == convict),
        lambda unit: _left(unit, convict, today),
    )


def _left(unit: UnitOfWork, convict: str, today: date) -> dict[str, Left | None]:
    return left_of(unit, convict_file(unit.session, unit.get(Convict, convict)), today)


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("entries")
    environment = face.environment

    @part.page("/convicts/<uuid:convict>/enter/<kind>", audience=("officer",), methods=("GET", "POST"))
    def enter(caller: SignedIn, convict: UUID, kind: str) -> str | Response:
        place = face.enter(caller, SEE)
        if kind not in ENTERED:
            abort(404)
        act = "convict.enter_order" if kind in ORDERS else "convict.enter_file"
        require(caller.actor, act, Target(caller.institution))
        shown = show_convict(environment, caller.actor, convict.hex)
        form: Form[Any] = Form(EnteredDay if kind in DAYS else Entered, labels=LABELS)
        preview: Preview | None = None
        mark = typed = ""
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read

            def do(unit: UnitOfWork) -> None:
                until = getattr(given, "until", None)
                enter_file(
                    unit, convict=convict.hex, kind=kind, value=str(given.value), since=given.since, paper=given.paper,
                    until=until,
                )  # fmt: skip

            try:
                preview = to_be_shown(form, read, lambda: rehearse_for(face, caller, convict.hex, shown.today, do))
                if preview is None:
                    face.do(caller, do)
                    review_now(environment, [one.id for one in shown.upcoming])
                    return redirect(url_for("convicts.look", convict=convict), code=303)
                mark, typed = seen_mark(read, preview), typed_mark(read)
            except Refusal as refusal:
                refuse_into(form, refusal, {"date-impossible": "since", "choice-unknown": "value"})
        else:
            form.show(**_parts(shown.today))
        return render_template(
            "staff/entry.html",
            place=place,
            shown=shown,
            kind=kind,
            title_name=ENTRIES[kind],
            form=form,
            choices=[("", "—"), *((one, value_name(kind, one)) for one in choices_of(environment.law, kind))],
            a_day=kind in DAYS,
            lasts=kind in LASTING,
            preview=preview,
            before=said_left(preview.before) if preview else {},
            after=said_left(preview.after) if preview else {},
            mark=mark,
            typed=typed,
        )

    @part.page("/convicts/<uuid:convict>/entries/<uuid:entry>/end", audience=("officer",), methods=("GET", "POST"))
    def end(caller: SignedIn, convict: UUID, entry: UUID) -> str | Response:
        place = face.enter(caller, SEE)
        shown = show_convict(environment, caller.actor, convict.hex)
        one = next((one for one in shown.timeline if one.id == entry.hex and one.may_end), None) or abort(404)
        act = "convict.enter_order" if one.kind in ORDERS else "convict.enter_file"
        require(caller.actor, act, Target(caller.institution))
        form = Form(Ended, labels=ENDED_LABELS)
        preview: Preview | None = None
        mark = typed = ""
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read

            def do(unit: UnitOfWork) -> None:
                lift_entry(unit, entry=entry.hex, until=given.until, paper=given.paper)

            try:
                preview = to_be_shown(form, read, lambda: rehearse_for(face, caller, convict.hex, shown.today, do))
                if preview is None:
                    face.do(caller, do)
                    review_now(environment, [one.id for one in shown.upcoming])
                    return redirect(url_for("convicts.look", convict=convict), code=303)
                mark, typed = seen_mark(read, preview), typed_mark(read)
            except Refusal as refusal:
                refuse_into(
                    form,
                    refusal,
                    {"date-impossible": "until", "lifting-too-early": "until", "lifting-malicious": "until"},
                )
        else:
            form.show(**_parts(one.since if one.may_end == "take-back" else shown.today, "until"))
        return render_template(
            "staff/entry_end.html",
            place=place,
            shown=shown,
            one=one,
            title_name=ENTRIES[one.kind],
            said=value_name(one.kind, one.value),
            form=form,
            preview=preview,
            before=said_left(preview.before) if preview else {},
            after=said_left(preview.after) if preview else {},
            mark=mark,
            typed=typed,
        )

    return part


def _parts(day: date, name: str = "since") -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
