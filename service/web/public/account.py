"""My account: number and e-mail, photograph, language of notices, passkeys, and where I am signed in."""

from typing import Annotated

from flask import Response, make_response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.language_choose import choose_language
from service.app.own_document import own_document
from service.app.passkey import MOST, add_passkey, ask_new_passkey, end_passkey, passkeys
from service.app.phone_change import cancel_phone_change, show_phones
from service.app.photo_show import has_photo
from service.app.session_list import end_other_sessions, end_session_of, open_sessions_of
from service.domain.refusal import Refusal
from service.web.api.v1.shapes import Language
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.pages import Pages
from service.web.passkey_pages import new_passkey_form, options_response, party
from service.web.public.face import PublicFace
from service.web.sign_ins import SignInCookie


class OneSession(Body):
    session: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class OnePasskey(Body):
    passkey: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Chosen(Body):
    language: Language


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("account")
    environment = face.environment
    cookie = SignInCookie("public", face.settings.secure, "Lax")

    def to_account() -> AnyResponse:
        return redirect(url_for("account.show"), code=303)

    @part.page("/account", audience=("relative",))
    def show(caller: SignedIn) -> str:
        token, actor = cookie.token() or "", caller.actor
        return render_template(
            "public/account.html",
            own=own_document(environment, actor),
            phones=show_phones(environment, actor),
            photo=has_photo(environment, person=actor.person or ""),
            passkeys=passkeys(environment, actor),
            most=MOST,
            sessions=face.do(caller, lambda unit: open_sessions_of(unit, token=token)),
        )

    @part.page("/account/language", audience=("relative",), methods=("POST",))
    def speak(caller: SignedIn) -> AnyResponse:
        chosen = Form(Chosen).read()
        if chosen is not None:
            face.do(caller, lambda unit: choose_language(unit, language=chosen.language))
        return to_account()

    @part.page("/account/sessions/end", audience=("relative",), methods=("POST",))
    def end_session(caller: SignedIn) -> AnyResponse:
        named = Form(OneSession).read()
        if named is not None:
            face.do(caller, lambda unit: end_session_of(unit, handle=named.session))
        return to_account()

    @part.page("/account/sessions/end-others", audience=("relative",), methods=("POST",))
    def end_others(caller: SignedIn) -> AnyResponse:
        token = cookie.token() or ""
        face.do(caller, lambda unit: end_other_sessions(unit, token=token))
        return to_account()

    @part.page("/account/phone/cancel", audience=("relative",), methods=("POST",))
    def keep_phone(caller: SignedIn) -> Response:
        change = show_phones(environment, caller.actor).change
        if change is None:
            raise Refusal("not-found")
        face.do(caller, lambda unit: cancel_phone_change(unit, change=change))
        response = make_response(redirect(url_for("sign_in.ask", back=url_for("account.show")), code=303))
        cookie.drop(response)
        return response

    @part.page("/account/passkeys/new", audience=("relative",), methods=("GET", "POST"))
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
        return render_template("public/passkey_new.html", form=form)

    @part.page("/account/passkeys/options", audience=("relative",), methods=("POST",))
    def passkey_options(caller: SignedIn) -> Response:
        token, name = cookie.token() or "", own_document(environment, caller.actor).name
        return options_response(
            face.do(caller, lambda unit: ask_new_passkey(unit, token=token, party=party(), shown_as=name))
        )

    @part.page("/account/passkeys/end", audience=("relative",), methods=("POST",))
    def remove_passkey(caller: SignedIn) -> AnyResponse:
        named = Form(OnePasskey).read()
        if named is not None:
            face.do(caller, lambda unit: end_passkey(unit, passkey=named.passkey))
        return to_account()

    return part
