"""Arrivals, transfers and departures; quarantine, and whom the convict wants told."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.contact_name import name_contact
from service.app.convict_admit import Arrival, admit_convict
from service.app.convict_enter import leave_quarantine
from service.app.convict_show import SEE, ShownFile, show_convict
from service.app.convict_transfer import end_stay, transfer_convict
from service.app.desk_show import institutions_open
from service.app.rehearse import Rehearsed, review_now
from service.domain.access import Target, require
from service.domain.identity import Identity
from service.domain.refusal import Refusal
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.shapes import InstitutionCode
from service.web.api.v1.texts import Name, Paper
from service.web.api.values import Body, Day, Identifier
from service.web.face import SignedIn, institution_name, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.entries import rehearse_for, said_left
from service.web.staff.face import StaffFace
from service.web.staff.file_names import value_name
from service.web.staff.previewed import seen_mark, to_be_shown, typed_mark

FileNumber = Annotated[str, Field(min_length=1, max_length=40)]
Condition = Annotated[str, Field(max_length=20)]


class Admitted(Body):
    family_name: Name
    given_name: Name
    patronymic: Name | None = None
    birth_date: Day
    iin: Annotated[str, Field(max_length=20)] | None = None
    language: Literal["kk", "ru", "en"] = "kk"
    file_number: FileNumber
    since: Day
    paper: Paper
    condition: Condition | None = None
    lifer: bool = False


class Transferred(Body):
    institution: InstitutionCode
    since: Day
    paper: Paper
    condition: Condition | None = None


class Left(Body):
    how: Literal["released", "died"]
    since: Day
    paper: Paper


class FreeOfQuarantine(Body):
    since: Day


class Contact(Body):
    relationship: Identifier
    paper: Paper


LABELS = {
    "family_name": N_("Family name"),
    "given_name": N_("Given name"),
    "patronymic": N_("Patronymic"),
    "birth_date": N_("Date of birth"),
    "iin": N_("IIN"),
    "language": N_("Language of messages"),
    "file_number": N_("Number of the personal file"),
    "since": N_("From which day"),
    "paper": N_("Number of the paper"),
    "condition": N_("Condition of serving"),
    "lifer": N_("Serves life"),
    "institution": N_("To which institution"),
    "how": N_("What happened"),
    "relationship": N_("Who is to be told"),
}
FAULTS = {
    "date-impossible": "since", "choice-unknown": "condition", "iin-wrong": "iin", "name-not-a-name": "family_name",
    "already-there": "file_number",
}  # fmt: skip


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("movements")
    environment = face.environment

    def step(
        caller: SignedIn, convict: UUID, act: str, model: type[Body], template: str, do: Any, more: Any
    ) -> str | Response:
        """A step about one convict: its form, what it touches, and, seen, the step itself."""
        place = face.enter(caller, SEE)
        require(caller.actor, act, Target(caller.institution))
        shown = show_convict(environment, caller.actor, convict.hex)
        if shown.placement is None:
            abort(404)
        form: Form[Any] = Form(model, labels=LABELS)
        preview: Rehearsed[Any] | None = None
        mark = typed = ""
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read

            def act_on(unit: UnitOfWork) -> None:
                do(unit, given)

            try:
                preview = to_be_shown(form, read, lambda: rehearse_for(face, caller, convict.hex, shown.today, act_on))
                if preview is None:
                    face.do(caller, act_on)
                    review_now(environment, [one.id for one in shown.upcoming])
                    return redirect(url_for("convicts.everybody"), code=303)
                mark, typed = seen_mark(read, preview), typed_mark(read)
            except Refusal as refusal:
                refuse_into(form, refusal, {**FAULTS, "already-there": "institution"})
        else:
            day = shown.today
            form.show(**{"since-day": str(day.day), "since-month": str(day.month), "since-year": str(day.year)})
        return render_template(
            template,
            place=place,
            shown=shown,
            form=form,
            preview=preview,
            before=said_left(preview.before) if preview else {},
            after=said_left(preview.after) if preview else {},
            mark=mark,
            typed=typed,
            **more(shown),
        )

    @part.page("/convicts/admit", audience=("officer",), methods=("GET", "POST"))
    def admit(caller: SignedIn) -> str | Response:
        place = face.enter(caller, "convict.admit")
        form = Form(Admitted, labels=LABELS)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read
            who = Identity(
                given.family_name, given.given_name, given.birth_date, given.patronymic, given.iin, None, given.language
            )
            arrival = Arrival(caller.institution or "", given.since, given.paper, given.condition or None)
            try:
                convict = face.do(
                    caller,
                    lambda unit: admit_convict(
                        unit, identity=who, file_number=given.file_number, arrival=arrival, lifer=given.lifer
                    ),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {**FAULTS, "identity-needs-desk": "iin"})
            else:
                return redirect(url_for("convicts.look", convict=UUID(convict)), code=303)
        return render_template(
            "staff/admit.html", place=place, form=form, conditions=_conditions(place.institution.kind if place else "")
        )

    @part.page("/convicts/<uuid:convict>/transfer", audience=("officer",), methods=("GET", "POST"))
    def transfer(caller: SignedIn, convict: UUID) -> str | Response:
        def do(unit: UnitOfWork, read: Transferred) -> None:
            arrival = Arrival(read.institution, read.since, read.paper, read.condition or None)
            transfer_convict(unit, convict=convict.hex, arrival=arrival)

        def more(_shown: ShownFile) -> dict[str, object]:
            houses = [one for one in institutions_open(environment) if one.id != caller.institution]
            return {
                "houses": [("", "—"), *((one.id, institution_name(one)) for one in houses)],
                "conditions": [("", "—"), *_conditions("")],
            }

        return step(caller, convict, "convict.transfer", Transferred, "staff/transfer.html", do, more)

    @part.page("/convicts/<uuid:convict>/leave", audience=("officer",), methods=("GET", "POST"))
    def leave(caller: SignedIn, convict: UUID) -> str | Response:
        def do(unit: UnitOfWork, read: Left) -> None:
            end_stay(unit, convict=convict.hex, on=read.since, how=read.how, paper=read.paper)

        return step(caller, convict, "convict.release", Left, "staff/leave.html", do, lambda _: {})

    @part.page("/convicts/<uuid:convict>/quarantine", audience=("officer",), methods=("GET", "POST"))
    def quarantine(caller: SignedIn, convict: UUID) -> str | Response:
        def do(unit: UnitOfWork, read: FreeOfQuarantine) -> None:
            leave_quarantine(unit, convict=convict.hex, on=read.since)

        return step(caller, convict, "convict.enter_file", FreeOfQuarantine, "staff/quarantine.html", do, lambda _: {})

    @part.page("/convicts/<uuid:convict>/contact", audience=("officer",), methods=("GET", "POST"))
    def contact(caller: SignedIn, convict: UUID) -> str | Response:
        place = face.enter(caller, SEE)
        require(caller.actor, "contact.name", Target(caller.institution))
        shown = show_convict(environment, caller.actor, convict.hex)
        form = Form(Contact, labels=LABELS)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read
            try:
                face.do(
                    caller,
                    lambda unit: name_contact(
                        unit, convict=convict.hex, relationship=given.relationship.hex, paper=given.paper
                    ),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"already-there": "relationship", "not-confirmed": "relationship"})
            else:
                return redirect(url_for("convicts.look", convict=convict), code=303)
        return render_template("staff/contact.html", place=place, shown=shown, form=form)

    def _conditions(kind: str) -> list[tuple[str, str]]:
        names = ("regular", "light", "preferential", "strict")
        recorded = not kind or environment.law.institutions[kind].condition == "recorded"
        return [(one, value_name("condition", one)) for one in names] if recorded else []

    return part
