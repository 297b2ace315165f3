"""What an officer signs in with, and where they are signed in."""

from typing import Annotated

from flask import Response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.officer_sign_in import factors_of
from service.app.passkey import MOST, add_passkey, ask_new_passkey, end_passkey, passkeys
from service.app.session_list import end_other_sessions, end_session_of, open_sessions_of
from service.domain.refusal import Refusal, refuse
from service.store.tables import Officer
from service.store.unit_of_work import UnitOfWork
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.pages import Pages
from service.web.passkey_pages import new_passkey_form, options_response, party
from service.web.sign_ins import SignInCookie
from service.web.staff.face import StaffFace


class OneSession(Body):
    session: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class OnePasskey(Body):
    passkey: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("own_account")
    environment = face.environment
    cookie = SignInCookie("staff", face.settings.secure, "Strict")

    def to_account() -> AnyResponse:
        return redirect(url_for("own_account.show"), code=303)

    def ways(unit: UnitOfWork) -> tuple[str, ...]:
        return factors_of(unit, unit.get(Officer, unit.actor.id))

    @part.page("/account", audience=("officer",))
    def show(caller: SignedIn) -> str:
        token = cookie.token() or ""
        return render_template(
            "staff/account.html",
            passkeys=passkeys(environment, caller.actor),
            most=MOST,
            ways=face.do(caller, ways),
            sessions=face.do(caller, lambda unit: open_sessions_of(unit, token=token)),
        )

    @part.page("/account/sessions/end", audience=("officer",), methods=("POST",))
    def end_session(caller: SignedIn) -> AnyResponse:
        named = Form(OneSession).read()
        if named is not None:
            face.do(caller, lambda unit: end_session_of(unit, handle=named.session))
        return to_account()

    @part.page("/account/sessions/end-others", audience=("officer",), methods=("POST",))
    def end_others(caller: SignedIn) -> AnyResponse:
        token = cookie.token() or ""
        face.do(caller, lambda unit: end_other_sessions(unit, token=token))
        return to_account()

    @part.page("/account/passkeys/new", audience=("officer",), methods=("GET", "POST"))
    def new_passkey(caller: SignedIn) -> str | AnyResponse:
        form = new_passkey_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                add_passkey(
                    environment, caller.actor, token=cookie.token() or "", party=party(), name=read.name,
                    answer=read.answer,
                )  # fmt: skip
            except Refusal as refusal:
                refuse_into(form, refusal, {"passkey-wrong": "answer", "already-there": "answer"})
            else:
                return to_account()
        return render_template("staff/passkey_new.html", form=form)

    @part.page("/account/passkeys/options", audience=("officer",), methods=("POST",))
    def passkey_options(caller: SignedIn) -> Response:
        token = cookie.token() or ""

        def ask(unit: UnitOfWork) -> str:
            login = unit.get(Officer, unit.actor.id).login
            return ask_new_passkey(unit, token=token, party=party(), shown_as=login)

        return options_response(face.do(caller, ask))

    @part.page("/account/passkeys/end", audience=("officer",), methods=("POST",))
    def remove_passkey(caller: SignedIn) -> AnyResponse:
        named = Form(OnePasskey).read()
        if named is not None:

            def remove(unit: UnitOfWork) -> None:
                end_passkey(unit, passkey=named.passkey)
                held = frozenset(unit.actor.roles)
                if held & set(face.settings.second_factor) and not ways(unit):
                    raise refuse("conflict", "second-factor-needed")

            face.do(caller, remove)
        return to_account()

    return part
