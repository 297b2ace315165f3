"""Signing in as an auditor, choosing the first password and the institution to look at, and out again."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.officer_sign_in import SHORTEST, choose_password, sign_in_officer
from service.app.oversight_show import institutions_of
from service.app.session_end import end_session
from service.domain.access import INSTITUTION_BODY
from service.domain.refusal import Refusal, refuse
from service.store.tables import Officer
from service.web.api.v1.shapes import InstitutionCode
from service.web.api.values import Body
from service.web.device_words import device_words
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.half_cookie import HalfCookie
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.oversight.face import HOUSE_COOKIE, OversightFace
from service.web.page_app import back_to
from service.web.pages import Pages
from service.web.sign_ins import SignInCookie
from service.web.staff.entrance import YEAR, Credentials, FirstPassword

AT_LOGIN = dict.fromkeys(("sign-in-failed", "too-many-tries"), "login")


class Chosen(Body):
    institution: InstitutionCode


def pages(face: OversightFace) -> Pages:
    """The pages of this part."""
    part = Pages("entrance")
    environment = face.environment
    cookie = SignInCookie(face.app, face.settings.secure, "Strict")

    @part.page("/", audience=("auditor",))
    def first() -> AnyResponse:
        return redirect(url_for("current.now"), code=303)

    @part.page("/sign-in", audience=("anyone",), methods=("GET", "POST"))
    def sign_in() -> str | AnyResponse:
        form = Form(Credentials, labels={"login": N_("Login"), "password": N_("Password")})
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                return _on(face, cookie, read.login, read.password)
            except Refusal as refusal:
                refuse_into(form, refusal, AT_LOGIN)
        return render_template("oversight/sign_in.html", form=form, back=back_to())

    @part.page("/first-password", audience=("anyone",), methods=("GET", "POST"))
    def choose() -> str | AnyResponse:
        labels = {
            "invitation": N_("Invitation"),
            "password": N_("New password"),
            "again": N_("New password once more"),
        }
        form = Form(
            FirstPassword, labels=labels, wording={"invitation": N_("Copy the invitation as it was given to you")}
        )
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            if read.password != read.again:
                form.refuse("again", N_("The two passwords differ"))
            else:
                try:
                    choose_password(environment, invitation=read.invitation, password=read.password)
                    return redirect(url_for("entrance.sign_in"), code=303)
                except Refusal as refusal:
                    if refusal.sort == "not-found" or not refusal.reasons:
                        form.refuse("invitation", N_("This invitation is not good any more"))
                    else:
                        refuse_into(form, refusal, {"password-too-weak": "password"})
        return render_template("staff/first_password.html", form=form, shortest=SHORTEST)

    @part.page("/institution", audience=("auditor",), methods=("GET", "POST"))
    def choose_institution(caller: SignedIn) -> str | AnyResponse:
        form, houses = Form(Chosen), institutions_of(environment, cookie.token() or "")
        read = form.read() if request.method == "POST" else None
        if read is not None and read.institution in {one.id for one in houses}:
            response = make_response(redirect(url_for("entrance.first"), code=303))
            response.set_cookie(
                HOUSE_COOKIE, read.institution, max_age=YEAR, secure=face.settings.secure, httponly=True,
                samesite="Strict",
            )  # fmt: skip
            return response
        return render_template("oversight/institution.html", houses=houses, here=caller.institution)

    @part.page("/sign-out", audience=("auditor",), methods=("POST",))
    def leave(caller: SignedIn) -> Response:
        token = cookie.token() or ""
        face.do(caller, lambda unit: end_session(unit, token))
        response = make_response(redirect(url_for("entrance.sign_in"), code=303))
        cookie.drop(response)
        return response

    return part


def _on(face: OversightFace, cookie: SignInCookie, login: str, password: str) -> Response:
    """Into the pages, or on to the second step. An officer of an institution is told what an unknown login is told."""
    environment = face.environment
    device = device_words(request.headers.get("User-Agent"))
    opened = sign_in_officer(
        environment,
        login=login,
        password=password,
        address=request.remote_addr or "",
        workstation=None,
        device=device,
        needed=face.settings.second_factor,
    )
    with environment.database.reading() as session:
        officer = session.get(Officer, opened.officer)
        ours = officer is not None and officer.body != INSTITUTION_BODY
    if not ours:
        raise refuse("not-allowed", "sign-in-failed")
    back = back_to()
    steps = {
        "in": back,
        "second": url_for("second_step.second", back=back),
        "set-up": url_for("set_up.by_code", back=back),
    }
    response = make_response(redirect(steps[opened.step], code=303))
    if opened.step == "in":
        cookie.set(response, opened.token)
    else:
        HalfCookie(face.app, face.settings).set(response, opened.token)
    return response
