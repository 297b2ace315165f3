"""My account: number and e-mail, photograph, language of notices, passkeys, and where I am signed in."""

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.language_choose import choose_language
from service.app.own_document import own_document
from service.app.passkey import MOST, passkeys
from service.app.phone_change import cancel_phone_change, show_phones
from service.app.photo_show import has_photo
from service.app.session_list import open_sessions_of
from service.domain.refusal import Refusal
from service.web.api.v1.shapes import Language
from service.web.api.values import Body
from service.web.face import SignedIn
from service.web.forms import Form
from service.web.own_pages import Own, add_own_pages
from service.web.pages import Pages
from service.web.public.face import PublicFace
from service.web.sign_ins import SignInCookie


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

    @part.page("/account/phone/cancel", audience=("relative",), methods=("POST",))
    def keep_phone(caller: SignedIn) -> Response:
        change = show_phones(environment, caller.actor).change
        if change is None:
            raise Refusal("not-found")
        face.do(caller, lambda unit: cancel_phone_change(unit, change=change))
        response = make_response(redirect(url_for("sign_in.ask", back=url_for("account.show")), code=303))
        cookie.drop(response)
        return response

    def shown_as(caller: SignedIn) -> str:
        return own_document(environment, caller.actor).name

    add_own_pages(part, face, Own("relative", cookie, "public/passkey_new.html", shown_as))
    return part
