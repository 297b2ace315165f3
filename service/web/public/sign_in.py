"""Signing in: a number, the code that was sent to it, and out again. Nobody learns whether a number is known."""

from typing import Annotated

from flask import Response, make_response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.account_sign_in import answer_code, ask_code
from service.app.provider_sign_in import proven_identity
from service.app.session_end import end_session
from service.app.transact import transact
from service.domain.access import NOBODY
from service.domain.reasons import reason
from service.domain.refusal import Refusal
from service.web.api.v1.texts import Phone
from service.web.api.values import Body
from service.web.device_words import device_words
from service.web.face import SignedIn, refuse_into, said
from service.web.forms import Form
from service.web.half_cookie import HalfCookie
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.page_app import back_to
from service.web.pages import Pages
from service.web.public.asked_code import AskedCode, AskedCodes
from service.web.public.face import PublicFace
from service.web.public.provider import ProviderCookie
from service.web.sign_ins import SignInCookie


class Number(Body):
    phone: Phone


class Code(Body):
    code: Annotated[str, Field(pattern=r"^[0-9]{3} ?[0-9]{3}$")]


def number_form() -> Form[Number]:
    """The form for the number."""
    return Form(
        Number,
        labels={"phone": N_("Mobile phone number")},
        wording={"phone": N_("Enter a phone number, for example 8 701 123 45 67")},
    )


def code_form() -> Form[Code]:
    """The form for the code."""
    return Form(Code, labels={"code": N_("Code from the message")}, wording={"code": N_("Enter the six figures")})


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("sign_in")
    environment, cookies = face.environment, AskedCodes(face.settings)
    sign_in_cookie = SignInCookie("public", face.settings.secure, "Lax")

    def send(asked: AskedCode) -> None:
        made = transact(
            environment,
            NOBODY,
            lambda unit: ask_code(
                unit,
                phone=asked.phone,
                browser=asked.browser,
                language=words().language,
                address=request.remote_addr,
            ),
        )
        face.send_code(made.code_id)

    @part.page("/sign-in", audience=("anyone",), methods=("GET", "POST"))
    def ask() -> str | AnyResponse:
        form = number_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (number := form.read()) is not None:
            asked = AskedCode(cookies.new_browser(), number.phone)
            try:
                send(asked)
            except Refusal as refusal:
                refuse_into(form, refusal, {"phone-wrong": "phone", "too-many-tries": "phone"})
            else:
                response = make_response(redirect(url_for("sign_in.answer", back=back_to()), code=303))
                cookies.keep(response, asked)
                return response
        proved = proven_identity(environment, ProviderCookie(face.settings).read())
        provider = face.settings.provider is not None and proved is None
        return render_template("public/sign_in.html", form=form, back=back_to(), provider=provider, proved=proved)

    @part.page("/sign-in/code", audience=("anyone",), methods=("GET", "POST"))
    def answer() -> str | AnyResponse:
        form, asked = code_form(), cookies.read()
        if asked is None:
            return redirect(url_for("sign_in.ask", back=back_to()), code=303)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (given := form.read()) is not None:
            result = transact(
                environment,
                NOBODY,
                lambda unit: answer_code(
                    unit,
                    phone=asked.phone,
                    code=given.code.replace(" ", ""),
                    browser=asked.browser,
                    device=device_words(request.headers.get("User-Agent")),
                ),
            )
            if result.outcome == "second":
                return on_to_second(result.token or "")
            if result.token is not None:
                return let_in(result.token)
            wrong = result.outcome == "wrong" and result.tries_left
            form.refuse(
                "code", said(reason("code-wrong", count=result.tries_left) if wrong else reason("code-expired"))
            )
        return render_template("public/sign_in_code.html", form=form, phone=asked.phone, back=back_to())

    def on_to_second(token: str) -> Response:
        response = make_response(redirect(url_for("second_step.second", back=back_to()), code=303))
        HalfCookie("public", face.settings).set(response, token)
        cookies.drop(response)
        return response

    def let_in(token: str) -> Response:
        response = make_response(redirect(back_to(), code=303))
        sign_in_cookie.set(response, token)
        cookies.drop(response)
        return response

    @part.page("/sign-out", audience=("relative", "newcomer"), methods=("POST",))
    def leave(caller: SignedIn) -> Response:
        token = sign_in_cookie.token() or ""
        face.do(caller, lambda unit: end_session(unit, token))
        response = make_response(redirect("/", code=303))
        sign_in_cookie.drop(response)
        return response

    return part
