"""People and roles: for whoever keeps the accounts, and for the head who gives the second word. No case is shown."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.officer_appoint import DISMISSAL_REASONS, appoint_officer
from service.app.officer_show import list_officers, show_officer
from service.app.role_give import END_REASONS, approve_role, ask_role, end_role
from service.domain.access import AUDITOR, ROLES, Target, may
from service.domain.identity import Identity
from service.domain.refusal import Refusal
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.texts import Label, Login, Name
from service.web.api.values import Body, Day
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.desk_words import END_NAMES, ROLE_NAMES
from service.web.staff.face import StaffFace
from service.web.staff.signing import do_signed, say_who_signs

SEE = "officer.see"
NEW = {
    "family_name": N_("Family name"),
    "given_name": N_("Given name"),
    "patronymic": N_("Patronymic, if there is one"),
    "birth_date": N_("Date of birth"),
    "iin": N_("IIN"),
    "employee_number": N_("Employee number"),
    "login": N_("Login"),
}
PLACES = {"iin-wrong": "iin", "date-impossible": "birth_date", "name-not-a-name": "family_name"}


class NewOfficer(Body):
    family_name: Name
    given_name: Name
    patronymic: Name | None = None
    birth_date: Day
    iin: Annotated[str, Field(pattern=r"^[0-9]{6} ?[0-9]{6}$")]
    employee_number: Label
    login: Login


class WantedRole(Body):
    role: Annotated[str, Field(pattern=r"^[a-z_]{3,40}$")]


class EndOfRole(Body):
    reason: Literal["left", "moved", "misconduct", "lost-access", "not-approved"]


class Dismissal(Body):
    reason: Literal["left", "moved", "misconduct", "lost-access"]


def handed_over(face: StaffFace, caller: SignedIn, invitation: str, login: str) -> str:
    """The page with an invitation, which is shown once."""
    return render_template("staff/invitation.html", place=face.enter(caller, SEE), invitation=invitation, login=login)


def shown(face: StaffFace, caller: SignedIn, officer: UUID, forms: dict[str, Form[Any]] | None = None) -> str:
    """The page of an officer."""
    place = face.enter(caller, SEE)
    one, target = show_officer(face.environment, caller.actor, officer.hex), Target(caller.institution)
    held = {role.role for role in (*one.held, *one.asked)}
    given = {
        "role": Form(WantedRole, labels={"role": N_("Role")}),
        "reason": Form(Dismissal, labels={"reason": N_("Reason")}),
    }
    return render_template(
        "staff/officer.html",
        place=place,
        one=one,
        forms={**given, **(forms or {})},
        may_act=lambda act: may(caller.actor, act, target),
        own=officer.hex == caller.id,
        roles=[("", "—")] + [(r, words().sentence(ROLE_NAMES[r])) for r in ROLES if r != AUDITOR and r not in held],
        reasons=[("", "—"), *((r, words().sentence(END_NAMES[r])) for r in DISMISSAL_REASONS)],
        end_reasons=[(r, words().sentence(END_NAMES[r])) for r in END_REASONS],
        ROLE_NAMES=ROLE_NAMES,
        END_NAMES=END_NAMES,
    )


def tried(
    face: StaffFace, caller: SignedIn, officer: UUID, name: str, model: type[Body], act: Callable[..., Any]
) -> str | Response:
    """One form of the officer's page: done, or shown again with what is wrong."""
    labels = {"role": N_("Role"), "reason": N_("Reason")}
    form: Form[Any] = Form(model, labels=labels)
    if switching_language():
        form.keep()
    elif (read := form.read()) is not None:
        try:
            do_signed(face, caller, lambda unit, pen: act(unit, read, pen))
        except Refusal as refusal:
            refuse_into(form, refusal, {"roles-exclude-each-other": name, "already-there": name})
        else:
            return redirect(url_for("officers.look", officer=officer), code=303)
    return shown(face, caller, officer, {name: form})


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("officers")
    say_who_signs(part, face)
    environment = face.environment

    @part.page("/officers", audience=("officer",))
    def everybody(caller: SignedIn) -> str:
        place = face.enter(caller, SEE)
        return render_template(
            "staff/officers.html",
            place=place,
            officers=list_officers(environment, caller.actor),
            appoints=may(caller.actor, "officer.appoint", Target(caller.institution)),
            ROLE_NAMES=ROLE_NAMES,
        )

    @part.page("/officers/new", audience=("officer",), methods=("GET", "POST"))
    def appoint(caller: SignedIn) -> str:
        place = face.enter(caller, "officer.appoint")
        form = Form(NewOfficer, labels=NEW)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            known = Identity(
                read.family_name, read.given_name, read.birth_date, read.patronymic, read.iin, None, words().language
            )

            def act(unit: UnitOfWork) -> str:
                number, login = read.employee_number, read.login
                return appoint_officer(unit, identity=known, employee_number=number, login=login).invitation

            try:
                return handed_over(face, caller, face.do(caller, act), read.login)
            except Refusal as refusal:
                refuse_into(form, refusal, PLACES)
        return render_template("staff/officer_new.html", place=place, form=form)

    @part.page("/officers/<uuid:officer>", audience=("officer",))
    def look(caller: SignedIn, officer: UUID) -> str:
        return shown(face, caller, officer)

    @part.page("/officers/<uuid:officer>/roles", audience=("officer",), methods=("POST",))
    def ask(caller: SignedIn, officer: UUID) -> str | Response:
        face.enter(caller, "role.ask")
        here = caller.institution or ""
        return tried(
            face,
            caller,
            officer,
            "role",
            WantedRole,
            lambda unit, read, pen: ask_role(unit, officer=officer.hex, institution=here, role=read.role, pen=pen),
        )

    @part.page("/officers/<uuid:officer>/roles/<uuid:role>/approve", audience=("officer",), methods=("POST",))
    def approve(caller: SignedIn, officer: UUID, role: UUID) -> Response:
        face.enter(caller, "role.approve")
        do_signed(face, caller, lambda unit, pen: approve_role(unit, role=role.hex, pen=pen))
        return redirect(url_for("officers.look", officer=officer), code=303)

    @part.page("/officers/<uuid:officer>/roles/<uuid:role>/end", audience=("officer",), methods=("POST",))
    def end(caller: SignedIn, officer: UUID, role: UUID) -> str | Response:
        face.enter(caller, "role.end")
        return tried(
            face,
            caller,
            officer,
            "end",
            EndOfRole,
            lambda unit, read, _: end_role(unit, role=role.hex, reason=read.reason),
        )

    return part
