"""Arrivals at the institution, and whom the convict wants told of what happens."""

from typing import Annotated, Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.contact_name import name_contact
from service.app.convict_admit import Arrival, admit_convict
from service.app.convict_show import SEE, show_convict
from service.domain.access import Target, require
from service.domain.identity import Identity
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.web.api.v1.texts import Name, Paper
from service.web.api.values import Body, Day, Identifier
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.file_names import value_name

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


def conditions(environment: Environment, kind: str) -> list[tuple[str, str]]:
    """The conditions an institution type records, as choices; all of them for ""."""
    names = ("regular", "light", "preferential", "strict")
    recorded = not kind or environment.law.institutions[kind].condition == "recorded"
    return [(one, value_name("condition", one)) for one in names] if recorded else []


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("arrivals")
    environment = face.environment

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
            "staff/admit.html",
            place=place,
            form=form,
            conditions=conditions(environment, place.institution.kind if place else ""),
        )

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

    return part
