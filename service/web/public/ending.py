"""The end of being here: the account is closed, or everything about its owner is to be erased."""

from typing import Literal

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.account_close import close_account
from service.app.appointment_show import Wanted, list_appointments
from service.app.erasure_show import own_erasure
from service.app.person_erase import ask_erasure
from service.app.relationship_show import list_own
from service.domain.refusal import Refusal
from service.domain.relationship import LIVE
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.public.face import PublicFace
from service.web.sign_ins import SignInCookie


class Closing(Body):
    close: Literal["true"]


class Erasing(Body):
    erase: Literal["true"]


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("ending")
    environment = face.environment
    cookie = SignInCookie("public", face.settings.secure, "Lax")

    def close(caller: SignedIn) -> Response:
        face.do(caller, lambda unit: close_account(unit, account=caller.id))
        response = make_response(redirect(url_for("home.first", closed="yes"), code=303))
        cookie.drop(response)
        return response

    @part.page("/account/end", audience=("relative",), methods=("GET", "POST"))
    def end(caller: SignedIn) -> str | AnyResponse:
        closing = Form(
            Closing,
            labels={"close": N_("Yes, close my account")},
            wording={"close": N_("To close the account, tick that you want it")},
        )
        erasing = Form(
            Erasing,
            labels={"erase": N_("Yes, my data are to be erased")},
            wording={"erase": N_("To ask for the erasure, tick that you want it")},
        )
        chosen = request.form.get("what")
        if switching_language():
            closing.keep()
            erasing.keep()
        elif chosen == "close" and closing.read() is not None:
            return close(caller)
        elif chosen == "erase" and erasing.read() is not None:
            try:
                face.do(caller, lambda unit: ask_erasure(unit, person=caller.actor.person or ""))
            except Refusal as refusal:
                refuse_into(erasing, refusal, {"still-bound": "erase", "already-there": "erase"})
            else:
                return redirect(url_for("ending.end"), code=303)
        now = environment.clock()
        return render_template(
            "public/account_end.html",
            closing=closing,
            erasing=erasing,
            asked=own_erasure(environment, caller.actor),
            ties=[one for one in list_own(environment, caller.actor) if one.row.state in LIVE],
            visits=[
                one
                for one in reversed(list_appointments(environment, caller.actor, Wanted()))
                if one.row.live and one.row.ends_at > now
            ],
        )

    return part
