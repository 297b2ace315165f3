"""The second step of signing in to the desk: a code by time, or a passkey."""

from typing import Annotated

from flask import Response, make_response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.half_session import Half
from service.app.officer_sign_in import factors_of
from service.app.passkey import answer_passkey, ask_passkey
from service.app.time_code import answer_time_code
from service.app.transact import transact
from service.domain.refusal import Refusal
from service.store.tables import Officer
from service.store.unit_of_work import UnitOfWork
from service.web.api.values import Body
from service.web.face import refuse_into
from service.web.forms import Form
from service.web.half_cookie import HalfCookie
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.page_app import back_to
from service.web.pages import Pages
from service.web.passkey_pages import options_response, party, passkey_answer_form
from service.web.sign_ins import SignInCookie
from service.web.staff.face import StaffFace

AT_CODE = dict.fromkeys(("time-code-wrong", "time-code-used", "too-many-tries"), "time_code")


class TimeCodeGiven(Body):
    time_code: Annotated[str, Field(pattern=r"^[0-9]{3} ?[0-9]{3}$")]


def time_code_form() -> Form[TimeCodeGiven]:
    """The form for the code of the app."""
    return Form(
        TimeCodeGiven,
        labels={"time_code": N_("Code from the app")},
        wording={"time_code": N_("Enter the six figures")},
    )


def half_here(face: StaffFace) -> Half | None:
    """The officer who is half signed in at this browser."""
    half = HalfCookie(face.app, face.settings).find(face.environment)
    return half if half is not None and half.holder == "officer" else None


def ways_of(face: StaffFace, half: Half) -> tuple[str, ...]:
    """The second factors of somebody half signed in."""

    def look(unit: UnitOfWork) -> tuple[str, ...]:
        return factors_of(unit, unit.get(Officer, half.actor.id))

    return transact(face.environment, half.actor, look)


def let_in(face: StaffFace, token: str) -> Response:
    """Into the desk with a whole session."""
    response = make_response(redirect(back_to(), code=303))
    SignInCookie(face.app, face.settings.secure, "Strict").set(response, token)
    HalfCookie(face.app, face.settings).drop(response)
    return response


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("second_step")
    environment = face.environment

    def into(token: str) -> Response:
        return let_in(face, token)

    @part.page("/sign-in/second", audience=("anyone",), methods=("GET", "POST"))
    def second() -> str | AnyResponse:
        half = half_here(face)
        if half is None:
            return redirect(url_for("entrance.sign_in", back=back_to()), code=303)
        form, by_key = time_code_form(), passkey_answer_form()
        if switching_language():
            form.keep()
        elif request.method == "POST":
            try:
                if "answer" in request.form:
                    answered = by_key.read()
                    if answered is not None:
                        return into(answer_passkey(environment, half, party=party(), answer=answered.answer))
                elif (given := form.read()) is not None:
                    return into(answer_time_code(environment, half, code=given.time_code))
            except Refusal as refusal:
                refuse_into(
                    by_key if "answer" in request.form else form, refusal, {**AT_CODE, "passkey-wrong": "answer"}
                )
        return render_template(
            "staff/second_step.html", form=form, by_key=by_key, ways=ways_of(face, half), back=back_to()
        )

    @part.page("/sign-in/second/options", audience=("anyone",), methods=("POST",))
    def options() -> Response:
        half = half_here(face)
        if half is None:
            raise Refusal("not-found")
        return options_response(
            transact(environment, half.actor, lambda unit: ask_passkey(unit, half=half, party=party()))
        )

    return part
