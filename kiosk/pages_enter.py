"""From the card to the first screen, and out again."""

from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.app import COOKIE, GONE_AFTER, here, page, session, sitting
from kiosk.seat import LONGEST_PIN, Sitting
from kiosk.service import Offline, Refused, SignInFailed, TooManyTries
from kiosk.words import LANGUAGES

pages = Blueprint("enter", __name__)
FEWEST = 4


@pages.get("/")
def start() -> AnyResponse:
    """Nobody stands here; the screen waits for a card."""
    if g.sitting is not None and g.sitting.session is not None:
        return redirect(url_for("enter.home"))
    card = here().seat.card_is_shown()
    return page("start.html", opens="20" if card else "4", online=here().look(), card=card)


@pages.get("/state")
def state() -> Response:
    """For the waiting screen: whether a card was shown."""
    return jsonify(card=here().seat.card_is_shown())


@pages.post("/begin")
def begin() -> AnyResponse:
    """Takes up the card, or the number that was typed where there is no reader."""
    number = request.form.get("card", "").strip()
    if number and here().typed_cards:
        here().seat.show_card(number[:40])
    chosen = request.form.get("language", here().language)
    found = here().seat.sit(chosen if chosen in LANGUAGES else here().language)
    if found is None:
        return redirect(url_for("enter.start"))
    answer = make_response(redirect(url_for("enter.pin")))
    answer.set_cookie(COOKIE, found.mark, httponly=True, samesite="Strict")
    return answer


@pages.get("/pin")
def pin() -> AnyResponse:
    """The keypad."""
    who = sitting()
    if who.session is not None and not who.first_pin:
        return redirect(url_for("enter.home"))
    return page("pin.html", typed=len(who.typed), asked=_asked(who), fault=who.draft.pop("fault", ""))


@pages.post("/pin")
def press() -> AnyResponse:
    """One key of the pad, or several digits from a keyboard."""
    who = sitting()
    key = request.form.get("key", "")
    if key == "back":
        who.typed = who.typed[:-1]
    elif key == "language":
        who.language = LANGUAGES[(LANGUAGES.index(who.language) + 1) % len(LANGUAGES)]
    elif key == "done":
        return _enter(who)
    elif key.isascii() and key.isdigit():
        who.typed = (who.typed + key)[:LONGEST_PIN]
    return redirect(url_for("enter.pin"))


def _asked(who: Sitting) -> str:
    if not who.first_pin:
        return "pin.enter"
    return "pin.again" if who.choosing else "pin.choose"


def _enter(who: Sitting) -> AnyResponse:
    typed, who.typed = who.typed, ""
    if len(typed) < FEWEST:
        who.draft["fault"] = "pin.short"
        return redirect(url_for("enter.pin"))
    return _choose(who, typed) if who.first_pin else _sign_in(who, typed)


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
    return redirect(url_for("enter.pin" if who.first_pin else "enter.home"))


def _choose(who: Sitting, typed: str) -> AnyResponse:
    if who.choosing is None:
        who.choosing = typed
        return redirect(url_for("enter.pin"))
    chosen, who.choosing = who.choosing, None
    if chosen != typed:
        who.draft["fault"] = "pin.differ"
        return redirect(url_for("enter.pin"))
    try:
        here().service.post("pin", session(), {"pin": typed})
    except Refused:
        who.draft["fault"] = "pin.weak"
        return redirect(url_for("enter.pin"))
    who.first_pin = False
    return redirect(url_for("enter.home"))


@pages.get("/home")
def home() -> AnyResponse:
    """What he can do, and what is left, in one screen."""
    if sitting().first_pin:
        return redirect(url_for("enter.pin"))
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
    """The next language, on the same screen."""
    who = sitting()
    chosen = request.form.get("language", "")
    who.language = chosen if chosen in LANGUAGES else who.language
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
    return Response(speak(who.spoken, who.language), mimetype="audio/wav")


@pages.app_context_processor
def speaking() -> dict[str, Any]:
    """`aloud(text)` keeps what a screen says, and answers the address of its sound."""

    def remember(text: str) -> str:
        who = g.get("sitting")
        if who is None or here().speak is None:
            return ""
        who.spoken, who.draft["aloud"] = text, token_urlsafe(8)
        return url_for("enter.aloud", mark=who.draft["aloud"])

    return {"aloud": remember, "once": lambda: token_urlsafe(18)}


def _inside(path: str) -> str:
    """A path of this kiosk, or the first screen."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else url_for("enter.home")
