"""Choosing a PIN, and a second one for when somebody forces him: everybody is led through the same screens.

Nothing here shows whether he had a second PIN, whether he chose one now, or by which of his PINs he came in.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.app import here, page, session, sitting
from kiosk.seat import Sitting
from kiosk.service import Refused, SignInFailed, TooManyTries

pages = Blueprint("pins", __name__)
AGAIN = {"choose": "again", "second": "second_again"}


@pages.route("/my-pin", methods=("GET", "POST"))
def my_pin() -> AnyResponse:
    """First that nobody looks on; then the PIN he has, and the new one twice."""
    who = sitting()
    session()
    if request.method == "GET" or who.first_pin:
        return page("my_pin.html")
    who.turn("now")
    return redirect(url_for("enter.pin"))


@pages.route("/second-pin", methods=("GET", "POST"))
def second_pin() -> AnyResponse:
    """What a second PIN is for, in the same words for everybody; chosen or passed over, what follows is the same."""
    who = sitting()
    if who.current is None:
        return redirect(url_for("enter.home"))
    if request.method == "GET":
        who.turn("offered")
        return page("second_pin.html")
    if request.form.get("want") == "yes":
        who.turn("second")
        return redirect(url_for("enter.pin"))
    return _keep_second(who, None)


def chosen(who: Sitting, typed: str) -> AnyResponse:
    """A PIN was typed to its end, in one of the steps of choosing."""
    if who.step == "now":
        who.current = typed
        who.turn("choose")
    elif who.step in AGAIN:
        who.choosing = typed
        who.turn(AGAIN[who.step])
    elif who.choosing != typed:
        return _once_more(who, "pin.differ")
    elif who.step == "again":
        return _keep(who, typed)
    elif who.step == "second_again":
        return _keep_second(who, typed)
    return redirect(url_for("enter.pin"))


def _keep(who: Sitting, typed: str) -> AnyResponse:
    told = {"pin": typed} if who.first_pin else {"pin": typed, "current": who.current}
    try:
        here().service.change_pin("pin", session(), told)
    except SignInFailed:
        who.current = None
        return _once_more(who, "pin.not_this", "now")
    except TooManyTries:
        return _once_more(who, "pin.wait", "now")
    except Refused:
        return _once_more(who, "pin.weak")
    who.first_pin, who.current = False, typed
    return redirect(url_for("pins.second_pin"))


def _keep_second(who: Sitting, typed: str | None) -> AnyResponse:
    try:
        here().service.change_pin("second-pin", session(), {"pin": typed, "current": who.current})
    except (SignInFailed, TooManyTries):
        return redirect(url_for("enter.home"))
    except Refused:
        return _once_more(who, "pin.alike")
    who.turn("")
    return page("said.html", title="pin.kept", text="pin.kept_next")


def _once_more(who: Sitting, fault: str, step: str = "") -> AnyResponse:
    """The same choice again, with what was wrong."""
    who.draft["fault"] = fault
    who.turn(step or ("second" if who.step.startswith("second") else "choose"))
    return redirect(url_for("enter.pin"))
