"""What he asks for: calls, visits, whom the next is kept for, a copy of his record; a number before "done"."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from firmware_bridge.actuate.escpos import Slip
from kiosk.app import WRITTEN_ON, Kiosk, NobodyHere, do, here, language, page, session, sitting
from kiosk.service import Offline
from kiosk.slip import request_slip, waiting_slip
from kiosk.waiting import LETTER_INFO, Full, sealed_to

pages = Blueprint("ask", __name__)
WITH_SOMEBODY = {"call": "call", "video_call": "video_call", "short": "visit", "long": "visit", "video": "visit"}
KEPT = ("short", "long", "video")
HELP = ("legal", "medical")
PURPOSES = ("ordinary", "exceptional", *HELP)
WINDOWS = {"soon": 7, "month": 30}
OFFLINE_KINDS = ("call", "video_call", "short", "long", "record_copy")
WORDLESS = frozenset({"record_copy"})
"""What can be asked for without saying with whom; the rest is nobody's without his words."""


@pages.get("/ask/<kind>")
def who(kind: str) -> AnyResponse:
    """With whom."""
    if kind not in WITH_SOMEBODY:
        return redirect(url_for("enter.home"))
    people = _confirmed()
    if len(people) == 1:
        return redirect(url_for("ask.when", kind=kind, tie=people[0]["id"]))
    return page("who.html", kind=kind, people=people, title=f"ask.{kind}", to="ask.when", calls="call" in kind)


@pages.get("/ask/<kind>/<tie>")
def when(kind: str, tie: str) -> AnyResponse:
    """When, and the whole said once more before it is asked."""
    person = next((one for one in _confirmed() if one["id"] == tie), None)
    if kind not in WITH_SOMEBODY or person is None:
        return redirect(url_for("enter.home"))
    left = next((one for one in here().service.get("home", session())["left"] if _is(one, kind)), None)
    purposes = () if WITH_SOMEBODY[kind] == "visit" else PURPOSES
    return page("when.html", kind=kind, person=person, windows=WINDOWS, left=left, purposes=purposes)


@pages.post("/ask/<kind>/<tie>")
def ask(kind: str, tie: str) -> AnyResponse:
    """Asked: the answer carries the number."""
    if kind not in WITH_SOMEBODY:
        return redirect(url_for("enter.home"))
    days = WINDOWS.get(request.form.get("window", ""), 30)
    today = _today(here())
    visit = WITH_SOMEBODY[kind] == "visit"
    purpose = request.form.get("purpose", "")
    return _made(
        {
            "kind": WITH_SOMEBODY[kind],
            "relationship": tie,
            "first_day": today.isoformat(),
            "last_day": (today + timedelta(days=days)).isoformat(),
            **({"appointment_kind": kind} if visit else {}),
            **({"purpose": purpose} if purpose in PURPOSES and not visit else {}),
        }
    )


@pages.route("/help-call", methods=("GET", "POST"))
def help_call() -> AnyResponse:
    """A call for legal or medical help: whom he calls is his to say."""
    purpose = request.values.get("purpose", "")
    if request.method == "GET" or purpose not in HELP or not request.form.get("words", "").strip():
        return page(
            "help_call.html",
            purposes=HELP,
            purpose=purpose if purpose in HELP else "legal",
            text=_typed(),
            fault=request.method == "POST",
        )
    return _made({"kind": "call", "purpose": purpose, "words": request.form["words"][:1000]})


@pages.post("/draft")
def draft() -> AnyResponse:
    """What he has typed so far, in memory alone: he is here, and nothing is lost when the screen asks whether he is."""
    who, screen = sitting(), request.form.get("screen", "")
    if screen in WRITTEN_ON:
        who.draft[screen] = request.form.get("words", "")[:4000]
    if who.session is not None:
        here().service.stay(who.session)
    return Response("", status=204)


@pages.get("/keep")
def keep() -> AnyResponse:
    """For whom the next visit is kept."""
    return page("keep.html", kinds=KEPT, people=_confirmed(), kept=here().service.get("home", session())["kept"])


@pages.post("/keep")
def keep_it() -> AnyResponse:
    """Takes effect at once; what was said later counts."""
    kind, tie = request.form.get("kind", ""), request.form.get("tie", "")
    if kind not in KEPT or not tie:
        return redirect(url_for("ask.keep"))
    return _made({"kind": "keep_for", "appointment_kind": kind, "relationship": tie})


@pages.route("/first-visit", methods=("GET", "POST"))
def first_visit() -> AnyResponse:
    """After quarantine he chooses the kind of his first visit (PEC 106(4))."""
    kind = request.form.get("kind", "")
    if kind not in ("short", "long"):
        return page("first_visit.html")
    return _made({"kind": "first_visit", "appointment_kind": kind})


@pages.post("/shorten/<appointment>")
def shorten(appointment: str) -> AnyResponse:
    """A short visit in place of a long one (PEC 106(5))."""
    return _made({"kind": "long_to_short", "appointment": appointment})


@pages.route("/copy", methods=("GET", "POST"))
def copy() -> AnyResponse:
    """A copy of what stands under his name (PEC 104(1)(6))."""
    if request.method == "GET":
        return page("sure.html", title="copy.title", text="copy.text", button="copy.button", to=url_for("ask.copy"))
    return _made({"kind": "record_copy"})


@pages.route("/letter", methods=("GET", "POST"))
def letter() -> AnyResponse:
    """A letter that staff can neither read nor remove: sealed here, to the key of the body alone."""
    who = sitting()
    keys = {one["body"]: one for one in here().known.get("letter_keys", ())}
    body, text = request.form.get("body", ""), request.form.get("words", "").strip()
    if request.method == "GET" or body not in keys or not text:
        return page("letter.html", bodies=list(keys), body=body, text=_typed(), fault=request.method == "POST")
    sealed = sealed_to(keys[body]["public_key"], text[:4000].encode(), LETTER_INFO)
    if who.session is None:
        return _queued({"kind": "letter", "key": keys[body]["id"].replace("-", ""), "sealed": sealed})
    said = {"sequence": here().queue.next_sequence(), "asked_at": here().now().isoformat()}
    return _done(do("letters", {**said, "key": keys[body]["id"], "sealed": sealed}))


@pages.route("/offline", methods=("GET", "POST"))
def offline() -> AnyResponse:
    """Without a line: what he asks for is sealed and waits here, and the screen says so."""
    who = sitting()
    if who.offline_pin is None:
        raise NobodyHere
    kind = request.values.get("kind", "")
    words = request.form.get("words", "").strip()[:1000]
    missing = kind not in WORDLESS and not words
    if request.method == "GET" or kind not in OFFLINE_KINDS or missing:
        return page(
            "offline_ask.html",
            kinds=OFFLINE_KINDS,
            wordless=WORDLESS,
            letters=bool(here().known.get("letter_keys")),
            kind=kind if kind in OFFLINE_KINDS and kind not in WORDLESS else "",
            text=_typed(),
            fault=request.method == "POST" and missing,
        )
    visit = kind in ("short", "long")
    told: dict[str, object] = {"kind": "visit" if visit else kind, "words": words or None}
    if visit:
        told["appointment_kind"] = kind
    return _queued(told)


def _queued(said: Mapping[str, object]) -> AnyResponse:
    who, kiosk = sitting(), here()
    if not kiosk.known or who.offline_pin is None:
        raise Offline
    whole = {"card": who.card, "pin": who.offline_pin, **said}
    try:
        device, key = kiosk.known["device"].replace("-", ""), kiosk.known["queue_key"]
        kept = kiosk.queue.put(whole, device=device, key=key, asked_at=kiosk.now().isoformat())
    except (Full, OSError):
        return page("out_of_order.html", 503)
    _forget()
    at = datetime.fromisoformat(kept.asked_at)
    printed = _printed(waiting_slip(kept.sequence, at, language(), kiosk.zone, _institution(kiosk)))
    return page("queued.html", number=kept.sequence, printed=printed)


def _made(said: Mapping[str, object]) -> AnyResponse:
    """One request at the service, with the kiosk's own count and time."""
    more = {"sequence": here().queue.next_sequence(), "asked_at": here().now().isoformat()}
    return _done(do("requests", {**more, **said}))


def _done(answer: dict[str, Any]) -> AnyResponse:
    kiosk = here()
    _forget()
    printed = _printed(request_slip(answer, language(), kiosk.zone, _institution(kiosk), kiosk.public))
    return page("done.html", answer=answer, printed=printed)


def _printed(slip: Slip) -> bool | None:
    """Whether the slip came out; None where there is no printer."""
    printer = here().slip
    return None if printer is None else printer(slip)


def _institution(kiosk: Kiosk) -> str:
    return str(kiosk.known["institution"]["name"][language()])


def _typed() -> str:
    """What stands on this screen already."""
    return request.form.get("words", sitting().draft.get(request.path, ""))


def _forget() -> None:
    """It was sent."""
    sitting().draft.pop(request.path, None)


def _confirmed() -> list[dict[str, Any]]:
    found = here().service.get("relationships", session())["relationships"]
    return [one for one in found if one["state"] == "confirmed"]


def _is(left: Mapping[str, Any], kind: str) -> bool:
    return (left["kind"], left["by_video"]) == (("short", True) if kind == "video" else (kind, False))


def _today(kiosk: Kiosk) -> date:
    return kiosk.now().astimezone(kiosk.zone).date()
