"""What relatives and officers alike do under *My account*: end sessions, add and remove passkeys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from flask import Response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.passkey import add_passkey, ask_new_passkey, end_passkey
from service.app.session_list import end_other_sessions, end_session_of
from service.domain.refusal import Refusal
from service.store.unit_of_work import UnitOfWork
from service.web.api.values import Body
from service.web.face import Face, SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.pages import Pages
from service.web.passkey_pages import new_passkey_form, options_response, party
from service.web.sign_ins import SignInCookie


class OneSession(Body):
    session: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class OnePasskey(Body):
    passkey: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


@dataclass(frozen=True)
class Own:
    """How the two faces differ. `audience` is who the pages are for, `cookie` theirs, `template` the page on which a
    passkey is added; `shown_as` answers what the device calls its owner, `after_end` may refuse to let a passkey go."""

    audience: str
    cookie: SignInCookie
    template: str
    shown_as: Callable[[SignedIn], str]
    after_end: Callable[[UnitOfWork], None] = lambda _: None


def add_own_pages(part: Pages, face: Face, own: Own) -> None:
    """Declares on `part`, whose page `show` is the account, what both faces have: sessions and passkeys."""

    def to_account() -> AnyResponse:
        return redirect(url_for(f"{part.name}.show"), code=303)

    def token() -> str:
        return own.cookie.token() or ""

    @part.page("/account/sessions/end", audience=(own.audience,), methods=("POST",))
    def end_session(caller: SignedIn) -> AnyResponse:
        named = Form(OneSession).read()
        if named is not None:
            face.do(caller, lambda unit: end_session_of(unit, handle=named.session))
        return to_account()

    @part.page("/account/sessions/end-others", audience=(own.audience,), methods=("POST",))
    def end_others(caller: SignedIn) -> AnyResponse:
        here = token()
        face.do(caller, lambda unit: end_other_sessions(unit, token=here))
        return to_account()

    @part.page("/account/passkeys/new", audience=(own.audience,), methods=("GET", "POST"))
    def new_passkey(caller: SignedIn) -> str | AnyResponse:
        form = new_passkey_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                add_passkey(
                    face.environment, caller.actor, token=token(), party=party(), name=read.name, answer=read.answer
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"passkey-wrong": "answer", "already-there": "answer"})
            else:
                return to_account()
        return render_template(own.template, form=form)

    @part.page("/account/passkeys/options", audience=(own.audience,), methods=("POST",))
    def passkey_options(caller: SignedIn) -> Response:
        here, name = token(), own.shown_as(caller)
        return options_response(
            face.do(caller, lambda unit: ask_new_passkey(unit, token=here, party=party(), shown_as=name))
        )

    @part.page("/account/passkeys/end", audience=(own.audience,), methods=("POST",))
    def remove_passkey(caller: SignedIn) -> AnyResponse:
        named = Form(OnePasskey).read()
        if named is not None:

            def remove(unit: UnitOfWork) -> None:
                end_passkey(unit, passkey=named.passkey)
                own.after_end(unit)

            face.do(caller, remove)
        return to_account()
