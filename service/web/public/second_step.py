"""The second step of signing in, for relatives who have a passkey."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.passkey import answer_passkey, ask_passkey
from service.app.transact import transact
from service.domain.refusal import Refusal
from service.web.face import refuse_into
from service.web.half_cookie import HalfCookie
from service.web.i18n import switching_language
from service.web.page_app import back_to
from service.web.pages import Pages
from service.web.passkey_pages import options_response, party, passkey_answer_form
from service.web.public.face import PublicFace
from service.web.sign_ins import SignInCookie


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("second_step")
    environment, halves = face.environment, HalfCookie("public", face.settings)
    cookie = SignInCookie("public", face.settings.secure, "Lax")

    @part.page("/sign-in/second", audience=("anyone",), methods=("GET", "POST"))
    def second() -> str | AnyResponse:
        half, form = halves.find(environment), passkey_answer_form()
        if half is None or half.holder != "relative":
            return redirect(url_for("sign_in.ask", back=back_to()), code=303)
        if request.method == "POST" and not switching_language() and (read := form.read()) is not None:
            try:
                token = answer_passkey(environment, half, party=party(), answer=read.answer)
            except Refusal as refusal:
                refuse_into(form, refusal, {"passkey-wrong": "answer"})
            else:
                response = make_response(redirect(back_to(), code=303))
                cookie.set(response, token)
                halves.drop(response)
                return response
        return render_template("public/second_step.html", form=form, back=back_to())

    @part.page("/sign-in/second/options", audience=("anyone",), methods=("POST",))
    def options() -> Response:
        half = halves.find(environment)
        if half is None:
            raise Refusal("not-found")
        return options_response(
            transact(environment, half.actor, lambda unit: ask_passkey(unit, half=half, party=party()))
        )

    return part
