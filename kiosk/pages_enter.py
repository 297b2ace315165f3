"""From the card to the first screen, and out again."""

from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.app import COOKIE, GONE_AFTER, here, page, session, sitting
from kiosk.pages_pin import chosen
from kiosk.seat import PIN, Sitting
from kiosk.service import Offline, Refused, SignInFailed, TooManyTries
from kiosk.speech import NotSpoken
from kiosk.spoken import spoken
from kiosk.words import LANGUAGES

pages = Blueprint("enter", __name__)


@pages.get("/")
def start() -> AnyResponse:
    """Nobody stands here; the screen waits for a card, and takes one that is shown up at once."""
    if g.sitting is not None and g.sitting.session is not None:
        return redirect(url_for("enter.home"))
    if here().seat.card_is_shown():
        return _seated()
    return page("start.html", opens="4", online=here().look())


@pages.get("/state")
def state() -> Response:
    """For the waiting screen: whether a card was shown."""
    return jsonify(card=here().seat.card_is_shown())


@pages.post("/begin")
def begin() -> AnyResponse:
    """Takes up the number that was typed where there is no reader."""
    number = request.form.get("card", "").strip()
    if number and here().typed_cards:
        here().seat.show_card(number[:40])
    return _seated()


def _seated() -> AnyResponse:
    found = here().seat.sit(here().language)
    if found is None:
        return redirect(url_for("enter.start"))
    answer = make_response(redirect(url_for("enter.pin")))
    answer.set_cookie(COOKIE, found.mark, httponly=True, samesite="Strict")
    return answer


@pages.get("/pin")
def pin() -> AnyResponse:
    """The keypad, for whatever is to be typed."""
    who = sitting()
    if not who.step:
        return redirect(url_for("enter.home"))
    fault = who.draft.pop("fault", "")
    return page("pin.html", typed=len(who.typed), digits=PIN, fault=fault)


@pages.post("/pin")
def press() -> AnyResponse:
    """One key of the pad, or several digits from a keyboard; the last digit is the end of it."""
    who = sitting()
    key = request.form.get("key", "")
    if key == "back":
        who.typed = who.typed[:-1]
    elif who.step and key.isascii() and key.isdigit():
        who.typed = (who.typed + key)[:PIN]
    if who.session is not None:
        here().service.stay(who.session)
    if len(who.typed) < PIN:
        return redirect(url_for("enter.pin"))
    typed, who.typed = who.typed, ""
    return _sign_in(who, typed) if who.step == "enter" else chosen(who, typed)


def _sign_in(who: Sitting, typed: str) -> AnyResponse:
    try:
        opened = here().service.sign_in(who.card, typed)
    except SignInFailed:
        who.draft["fault"] = "pin.wrong"
        return redirect(url_for("enter.pin"))
    except TooManyTries:
        who.draft["fault"] = "pin.wait"
        return redirect(url_for("enter.pin"))
    except Offline:
        who.offline_pin = typed
        return redirect(url_for("ask.offline"))
    who.session, who.first_pin = opened["token"], opened["first_pin"]
    if who.chose_language:
        _remember(who)
    elif opened["language"] in LANGUAGES:
        who.language = opened["language"]
    who.turn("choose" if who.first_pin else "")
    return redirect(url_for("enter.pin" if who.first_pin else "enter.home"))


def _remember(who: Sitting) -> None:
    """His language is kept with him at the service, not here: the next kiosk begins in it."""
    try:
        here().service.post("language", session(), {"language": who.language}, token_urlsafe(18))
    except (Offline, Refused):
        return


@pages.get("/home")
def home() -> AnyResponse:
    """What he can do, and what is left, in one screen."""
    who = sitting()
    if who.first_pin:
        return redirect(url_for("enter.pin"))
    who.turn("" if who.session else who.step)
    shown = here().service.get("home", session())
    ties = here().service.get("relationships", session())["relationships"]
    return page("home.html", home=shown, asked_of_him=sum(1 for one in ties if one["state"] == "claimed"))


@pages.get("/still-here")
def still_here() -> AnyResponse:
    """Before everything is wiped, the screen asks."""
    sitting()
    return page(
        "still_here.html", opens=f"{GONE_AFTER}; url={url_for('enter.end')}", back=_inside(request.args.get("back", ""))
    )


@pages.post("/language")
def language() -> AnyResponse:
    """Another language, on the same screen and from now on."""
    who = sitting()
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        who.language, who.chose_language = wanted, True
        if who.session is not None:
            _remember(who)
    return redirect(_inside(request.form.get("back", "")))


@pages.route("/end", methods=("GET", "POST"))
def end() -> AnyResponse:
    """Everything of this person is gone from the screen, the browser and this program."""
    gone = here().seat.leave()
    if gone is not None:
        here().sign_out(gone)
    g.sitting = None
    answer = make_response(redirect(url_for("enter.start")))
    answer.delete_cookie(COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@pages.get("/aloud/<mark>.wav")
def aloud(mark: str) -> AnyResponse:
    """The screen's words as sound; `mark` names the screen they stand on, so that nothing else is said."""
    who = sitting()
    speak = here().speak
    if speak is None or not who.spoken or who.draft.get("aloud") != mark:
        return Response("", status=404)
    try:
        return Response(speak(who.spoken, who.language), mimetype="audio/wav")
    except NotSpoken:
        return Response("", status=404)


@pages.app_context_processor
def speaking() -> dict[str, Any]:
    """`aloud(html)` keeps what a screen says, and answers the address of its sound."""

    def remember(html: str) -> str:
        who = g.get("sitting")
        if who is None or here().speak is None:
            return ""
        who.spoken, who.draft["aloud"] = spoken(html, who.language), token_urlsafe(8)
        return url_for("enter.aloud", mark=who.draft["aloud"])

    return {"aloud": remember, "once": lambda: token_urlsafe(18)}


def _inside(path: str) -> str:
    """A path of this kiosk, or the first screen."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else url_for("enter.home")
