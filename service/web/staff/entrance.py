"""Signing in with a password, choosing the first one, choosing where one works, and out again."""

from typing import Annotated

from flask import Response, make_response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.desk_show import workplaces
from service.app.officer_sign_in import LONGEST, SHORTEST, OfficerSignedIn, choose_password, sign_in_officer
from service.app.session_end import end_session
from service.domain.identity import clean_line
from service.domain.refusal import Refusal
from service.web.api.v1.shapes import InstitutionCode
from service.web.api.v1.texts import Login
from service.web.api.values import Body
from service.web.device_words import device_words
from service.web.face import INSTITUTION_COOKIE, SignedIn, refuse_into
from service.web.forms import Form
from service.web.half_cookie import HalfCookie
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.page_app import back_to
from service.web.pages import Pages
from service.web.sign_ins import SignInCookie
from service.web.staff.face import StaffFace, menu_of

Secret = Annotated[str, Field(min_length=1, max_length=LONGEST)]
YEAR = 365 * 24 * 3600
WORKSTATION_COOKIE = "kezdesu_workstation"
"""What this workstation is called: asked once, kept in each session that begins here; no secret."""
LONGEST_WORKSTATION = 60


class Credentials(Body):
    login: Login
    password: Secret
    workstation: Annotated[str, Field(max_length=LONGEST_WORKSTATION)] | None = None


class FirstPassword(Body):
    invitation: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{20,100}$")]
    password: Secret
    again: Secret


class Workplace(Body):
    institution: InstitutionCode


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("entrance")
    environment = face.environment
    cookie = SignInCookie("staff", face.settings.secure, "Strict")

    @part.page("/", audience=("officer",))
    def first(caller: SignedIn) -> AnyResponse:
        menu = menu_of(caller)
        return redirect(menu[0][0] if menu else url_for("entrance.choose_workplace"), code=303)

    @part.page("/sign-in", audience=("anyone",), methods=("GET", "POST"))
    def sign_in() -> str | AnyResponse:
        known = request.cookies.get(WORKSTATION_COOKIE, "")[:LONGEST_WORKSTATION]
        device = device_words(request.headers.get("User-Agent"))
        form = _credentials_form(known or device or "")
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                workstation = clean_line(read.workstation or known or device or "?", LONGEST_WORKSTATION)
                opened = sign_in_officer(
                    environment,
                    login=read.login,
                    password=read.password,
                    address=request.remote_addr or "",
                    workstation=workstation,
                    device=device,
                    needed=face.settings.second_factor,
                )
            except Refusal as refusal:
                places = {"sign-in-failed": "login", "too-many-tries": "login", "text-not-plain": "workstation"}
                refuse_into(form, refusal, places)
            else:
                return _on(face, opened, workstation)
        return render_template("staff/sign_in.html", form=form, back=back_to(), known=known)

    @part.page("/first-password", audience=("anyone",), methods=("GET", "POST"))
    def choose() -> str | AnyResponse:
        form = Form(
            FirstPassword,
            labels={
                "invitation": N_("Invitation"),
                "password": N_("New password"),
                "again": N_("New password once more"),
            },
            wording={"invitation": N_("Copy the invitation as it was given to you")},
        )
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            if read.password != read.again:
                form.refuse("again", N_("The two passwords differ"))
            else:
                try:
                    choose_password(environment, invitation=read.invitation, password=read.password)
                except Refusal as refusal:
                    if refusal.sort == "not-found" or not refusal.reasons:
                        form.refuse("invitation", N_("This invitation is not good any more"))
                    else:
                        refuse_into(form, refusal, {"password-too-weak": "password"})
                else:
                    return redirect(url_for("entrance.sign_in"), code=303)
        return render_template("staff/first_password.html", form=form, shortest=SHORTEST)

    @part.page("/workplace", audience=("officer",), methods=("GET", "POST"))
    def choose_workplace(caller: SignedIn) -> str | AnyResponse:
        form, places = Form(Workplace), workplaces(environment, caller.actor)
        read = form.read() if request.method == "POST" else None
        if read is not None and read.institution in {place.id for place in places}:
            response = make_response(redirect(url_for("entrance.first"), code=303))
            response.set_cookie(
                INSTITUTION_COOKIE, read.institution, max_age=YEAR, secure=face.settings.secure, httponly=True,
                samesite="Strict",
            )  # fmt: skip
            return response
        return render_template("staff/workplace.html", places_of_work=places, here=caller.institution)

    @part.page("/sign-out", audience=("officer",), methods=("POST",))
    def leave(caller: SignedIn) -> Response:
        token = cookie.token() or ""
        face.do(caller, lambda unit: end_session(unit, token))
        response = make_response(redirect(url_for("entrance.sign_in"), code=303))
        cookie.drop(response)
        return response

    return part


def _credentials_form(workstation: str) -> Form[Credentials]:
    labels = {"login": N_("Login"), "password": N_("Password"), "workstation": N_("Name of this workstation")}
    form = Form(Credentials, labels=labels)
    return form if request.method == "POST" else form.show(workstation=workstation)


def _on(face: StaffFace, opened: OfficerSignedIn, workstation: str) -> Response:
    """Into the desk, or on to the second step; the workstation keeps its name."""
    secure, back = face.settings.secure, back_to()
    steps = {
        "in": back,
        "second": url_for("second_step.second", back=back),
        "set-up": url_for("set_up.by_code", back=back),
    }
    response = make_response(redirect(steps[opened.step], code=303))
    if opened.step == "in":
        SignInCookie("staff", secure, "Strict").set(response, opened.token)
    else:
        HalfCookie("staff", face.settings).set(response, opened.token)
    response.set_cookie(WORKSTATION_COOKIE, workstation, max_age=YEAR, secure=secure, httponly=True, samesite="Strict")
    return response
