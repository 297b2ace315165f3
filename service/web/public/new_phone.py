"""A new number: it is typed, answers a code, and waits three days before the eyes of the old one."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.account_sign_in import CodeAnswer
from service.app.phone_change import ask_new_phone, change_phone
from service.domain.reasons import reason
from service.domain.refusal import Refusal
from service.web.face import SignedIn, refuse_into, said
from service.web.i18n import switching_language, words
from service.web.pages import Pages
from service.web.public.asked_code import AskedCode, AskedCodes
from service.web.public.face import PublicFace
from service.web.public.sign_in import code_form, number_form

AT_PHONE = dict.fromkeys(("phone-wrong", "phone-same", "phone-taken", "too-many-tries"), "phone")


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("new_phone")
    environment, cookies = face.environment, AskedCodes(face.settings)

    @part.page("/account/phone", audience=("relative",), methods=("GET", "POST"))
    def ask(caller: SignedIn) -> str | AnyResponse:
        form = number_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (number := form.read()) is not None:
            asked = AskedCode(cookies.new_browser(), number.phone)
            try:
                made = ask_new_phone(
                    environment,
                    caller.actor,
                    phone=asked.phone,
                    browser=asked.browser,
                    language=words().language,
                    address=request.remote_addr,
                )
            except Refusal as refusal:
                refuse_into(form, refusal, AT_PHONE)
            else:
                face.send_code(made.code_id)
                response = make_response(redirect(url_for("new_phone.answer"), code=303))
                cookies.keep(response, asked)
                return response
        return render_template("public/new_phone.html", form=form)

    @part.page("/account/phone/code", audience=("relative",), methods=("GET", "POST"))
    def answer(caller: SignedIn) -> str | AnyResponse:
        form, asked = code_form(), cookies.read()
        if asked is None:
            return redirect(url_for("new_phone.ask"), code=303)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (given := form.read()) is not None:
            code = given.code.replace(" ", "")
            try:
                result = face.do(
                    caller, lambda unit: change_phone(unit, phone=asked.phone, code=code, browser=asked.browser)
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"phone-taken": "code"})
            else:
                if not isinstance(result, CodeAnswer):
                    response = make_response(redirect(url_for("account.show"), code=303))
                    cookies.drop(response)
                    return response
                wrong = result.outcome == "wrong" and result.tries_left
                form.refuse(
                    "code", said(reason("code-wrong", count=result.tries_left) if wrong else reason("code-expired"))
                )
        return render_template("public/new_phone_code.html", form=form, phone=asked.phone)

    return part
