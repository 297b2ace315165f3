"""What stands under his name: visits and calls to look at and to dispute, his relatives, his requests, his news."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.app import do, here, page, session, sitting

pages = Blueprint("own", __name__)
DISPUTES = ("did-not-happen", "unknown-person", "was-not-there", "other-time", "not-asked-for")
TIE_STATES = ("claimed", "accepted", "verified", "confirmed")
"""Whom he is asked about first, then who waits for others, then who is confirmed."""
A_PAGE, WITH_REASONS = 4, 2


@pages.get("/record")
def record() -> AnyResponse:
    """Every appointment under his name, past and to come."""
    found = here().service.get("appointments", session())["appointments"]
    return page("record.html", **_part([one for one in found if one["state"] != "held"]))


@pages.get("/record/<appointment>")
def one(appointment: str) -> AnyResponse:
    """One of them, and what he can say against it."""
    found = _appointment(appointment)
    if found is None:
        return redirect(url_for("own.record"))
    return page("appointment.html", one=found, disputes=DISPUTES)


@pages.post("/record/<appointment>/dispute")
def dispute(appointment: str) -> AnyResponse:
    """'This did not happen': in the record for good."""
    code = request.form.get("code", "")
    if code not in DISPUTES:
        return redirect(url_for("own.one", appointment=appointment))
    do(f"appointments/{appointment}/disputes", {"code": code})
    return page("said.html", title="record.disputed", text="record.disputed_next")


@pages.get("/join")
def join() -> AnyResponse:
    """Calls to come: the seat and the time until they begin."""
    found = here().service.get("appointments", session())["appointments"]
    calls = [one for one in found if one["kind"] in ("call", "video_call") and one["state"] in ("granted", "underway")]
    now = here().now()
    for one in calls:
        one["minutes"] = int((datetime.fromisoformat(one["starts_at"]) - now).total_seconds() // 60)
    return page("join.html", calls=sorted(calls, key=lambda one: one["starts_at"])[:A_PAGE])


@pages.get("/people")
def people() -> AnyResponse:
    """Whom he is asked to accept, first, and whom he has."""
    found = here().service.get("relationships", session())["relationships"]
    return page("people.html", **_part(sorted(found, key=lambda one: TIE_STATES.index(one["state"]))))


@pages.route("/people/<tie>/<act>", methods=("GET", "POST"))
def answer(tie: str, act: str) -> AnyResponse:
    """Accept, decline, end: asked once more before it is done."""
    acts = {"accept": "acceptance", "decline": "declination", "end": "revocation"}
    found = next(
        (one for one in here().service.get("relationships", session())["relationships"] if one["id"] == tie), None
    )
    if act not in acts or found is None:
        return redirect(url_for("own.people"))
    if request.method == "GET":
        return page("person.html", person=found, asked=act)
    do(f"relationships/{tie}/{acts[act]}", {"ground": "ground-convict-refuses"} if act == "end" else None)
    return page("said.html", title=f"people.{act}_done", text="people.told")


@pages.get("/requests")
def requests() -> AnyResponse:
    """What he asked for, and what became of it."""
    return page("requests.html", **_part(here().service.get("requests", session())["requests"]))


@pages.post("/requests/<made>/withdraw")
def withdraw(made: str) -> AnyResponse:
    """Taken back; it stays in the record."""
    do(f"requests/{made}/withdrawal")
    return page("said.html", title="requests.withdrawn", text="requests.withdrawn_next")


@pages.get("/left")
def left() -> AnyResponse:
    """What is left of each kind, when the next falls due, and why."""
    home = here().service.get("home", session())
    return page("left.html", suspended=home["suspended"], **_part(home["left"], WITH_REASONS))


@pages.get("/way")
def way() -> AnyResponse:
    """Degree, condition, live penalties, and the computed way on, with what is lacking in short sentences."""
    return page("way.html", way=here().service.get("way", session()))


@pages.route("/contact", methods=("GET", "POST"))
def contact() -> AnyResponse:
    """Who is told when he is moved, released, or falls ill (Mandela Rules 68 to 70)."""
    tie = request.form.get("tie", "")
    if tie:
        do("contact", {"relationship": tie})
        return page("said.html", title="contact.done", text="contact.done_next")
    found = here().service.get("relationships", session())["relationships"]
    named = here().service.get("way", session())["contact"]
    return page("contact.html", people=[one for one in found if one["state"] == "confirmed"], named=named)


@pages.get("/news")
def news() -> AnyResponse:
    """What he was told."""
    return page("news.html", **_part(here().service.get("notices", session())["told"]))


def _appointment(wanted: str) -> dict[str, Any] | None:
    sitting()
    found = here().service.get("appointments", session())["appointments"]
    return next((one for one in found if one["id"] == wanted), None)


def _part(found: list[Any], most: int = A_PAGE) -> dict[str, Any]:
    """One screen of a list: nobody scrolls with shaking hands."""
    first = max(0, min(request.args.get("from", 0, type=int), max(0, len(found) - 1)))
    return {
        "found": found[first : first + most],
        "before": first - most if first >= most else 0 if first else None,
        "after": first + most if first + most < len(found) else None,
    }
