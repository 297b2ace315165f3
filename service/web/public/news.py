"""What we told you, and whether it arrived; and an e-mail address for whoever likes letters beside the texts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from flask import request as asked
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.account_sign_in import CodeAnswer
from service.app.email_confirm import ask_email_code, confirm_email, remove_email
from service.app.notice_show import ShownNotice, list_notices
from service.app.phone_change import show_phones
from service.domain.reasons import reason
from service.domain.refusal import Refusal
from service.language.notices import notice_words
from service.web.api.v1.texts import Email
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into, said
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_, Message
from service.web.pages import Pages
from service.web.public.face import PublicFace

CHANNELS: Mapping[str, Message] = {"sms": N_("Text message"), "email": N_("Letter"), "kiosk": N_("At the kiosk")}
STATES: Mapping[str, Message] = {
    "waiting": N_("waits to be sent"),
    "sent": N_("sent"),
    "delivered": N_("delivered"),
    "undelivered": N_("did not arrive"),
    "failed": N_("did not arrive"),
    "given-up": N_("could not be sent"),
}


class Address(Body):
    email: Email


class Code(Body):
    code: Annotated[str, Field(pattern=r"^[0-9]{3} ?[0-9]{3}$")]


def address_form() -> Form[Address]:
    """The form for the address."""
    return Form(Address, labels={"email": N_("E-mail address")}, wording={"email": N_("Enter an e-mail address")})


def code_form() -> Form[Code]:
    """The form for the code."""
    return Form(Code, labels={"code": N_("Code from the letter")}, wording={"code": N_("Enter the six figures")})


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("news")
    environment = face.environment

    @part.page("/messages", audience=("relative",))
    def read(caller: SignedIn) -> str:
        notices = list_notices(environment, caller.actor)
        own = show_phones(environment, caller.actor)
        return render_template(
            "public/messages.html",
            notices=[
                (one, _text(one, face.settings.time_zone), _moment(one, face.settings.time_zone)) for one in notices
            ],
            own=own,
            channels=CHANNELS,
            states=STATES,
        )

    @part.page("/messages/email", audience=("relative",), methods=("GET", "POST"))
    def ask(caller: SignedIn) -> str | Response:
        form = address_form()
        if switching_language():
            form.keep()
        elif asked.method == "POST" and (given := form.read()) is not None:
            try:
                made = face.do(caller, lambda unit: ask_email_code(unit, email=given.email, language=words().language))
                face.send_code(made.code_id)
            except Refusal as refusal:
                refuse_into(form, refusal, dict.fromkeys(("email-wrong", "too-many-tries", "code-not-sent"), "email"))
            else:
                return redirect(url_for("news.answer"), code=303)
        return render_template("public/email.html", form=form, own=show_phones(environment, caller.actor))

    @part.page("/messages/email/code", audience=("relative",), methods=("GET", "POST"))
    def answer(caller: SignedIn) -> str | Response:
        form = code_form()
        if switching_language():
            form.keep()
        elif asked.method == "POST" and (given := form.read()) is not None:
            result = face.do(caller, lambda unit: confirm_email(unit, code=given.code.replace(" ", "")))
            if not isinstance(result, CodeAnswer):
                return redirect(url_for("news.read"), code=303)
            wrong = result.outcome == "wrong" and result.tries_left
            form.refuse(
                "code", said(reason("code-wrong", count=result.tries_left) if wrong else reason("code-expired"))
            )
        return render_template("public/email_code.html", form=form)

    @part.page("/messages/email/end", audience=("relative",), methods=("POST",))
    def end(caller: SignedIn) -> Response:
        face.do(caller, remove_email)
        return redirect(url_for("news.read"), code=303)

    return part


def _text(one: ShownNotice, zone: ZoneInfo) -> str:
    return notice_words(one.template, words().language, one.arguments, _zone(one, zone))


def _zone(one: ShownNotice, zone: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(one.time_zone) if one.time_zone else zone


def _moment(one: ShownNotice, zone: ZoneInfo) -> datetime:
    return one.created_at.astimezone(_zone(one, zone))
