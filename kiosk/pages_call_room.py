"""A call at the kiosk: the time until its room opens, the room, and what came of it. Media goes by `static/call.js`."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.app import do, here, page, session
from kiosk.service import DeviceRefused, Offline, Refused, SessionOver

pages = Blueprint("call_room", __name__)
OPS = ("join", "publish", "subscribe", "answer", "ticket", "ping", "leave")
OVER = ("ended", "no_show", "cancelled")
DUE_MINUTES = 30
"""So long before its slot a call stands on the first screen."""
AGAIN = 20
"""Seconds until a screen that waits for a room looks again."""


@pages.get("/call/<call>")
def show(call: str) -> AnyResponse:
    """One call, as it stands now. The screen stays while he is in the room: nobody asks whether he is still here."""
    told = here().service.get("calls", session())
    one = next((one for one in told["calls"] if one["id"] == call), None)
    if one is None:
        return redirect(url_for("own.join"))
    over = one["state"] in OVER
    one["minutes"] = _minutes(one["opens_at"], told["now"])
    opens = None if over else "" if one["state"] != "scheduled" else f"{AGAIN}; url={url_for('.show', call=call)}"
    return page("call_room.html", one=one, over=over, opens=opens, library=here().call_library is not None)


@pages.get("/call/of/<appointment>")
def of_appointment(appointment: str) -> AnyResponse:
    """The call of one of his appointments; the list of calls where it has none yet."""
    found = here().service.get("calls", session())["calls"]
    call = next((one["id"] for one in found if one["appointment"] == appointment), None)
    return redirect(url_for("own.join") if call is None else url_for(".show", call=call))


@pages.get("/call/library.js")
def library() -> AnyResponse:
    """The supplier's own program."""
    file = here().call_library
    if file is None:
        return Response("", status=HTTPStatus.NOT_FOUND)
    return Response(file.read_bytes(), mimetype="text/javascript")


@pages.post("/call/<call>/agree")
def agree(call: str) -> AnyResponse:
    """He agrees that this call may be recorded."""
    do(f"calls/{call}/agreement")
    return redirect(url_for(".show", call=call))


@pages.post("/call/<call>/room/<op>")
def speak_to_room(call: str, op: str) -> Response:
    """What the page says to the room of the call, handed on as it is; the answer likewise."""
    if op not in OPS:
        return Response("", status=HTTPStatus.NOT_FOUND)
    try:
        status, told = here().service.room(call, op, session(), request.get_json(silent=True) or {})
    except (Offline, DeviceRefused):
        status, told = HTTPStatus.SERVICE_UNAVAILABLE, b'{"code": "unavailable"}'
    return Response(told, status=status, mimetype="application/json")


@pages.app_context_processor
def due() -> dict[str, Any]:
    """`call_due()`: the call whose room is open or opens soon, for the first screen; None where there is none."""

    def call_due() -> dict[str, Any] | None:
        who = g.get("sitting")
        if who is None or who.session is None:
            return None
        try:
            told = here().service.get("calls", who.session)
        except (Offline, Refused, SessionOver, DeviceRefused):
            return None
        for one in told["calls"]:
            minutes = _minutes(one["starts_at"], told["now"])
            if one["state"] not in OVER and (one["state"] != "scheduled" or minutes <= DUE_MINUTES):
                return {**one, "minutes": max(0, minutes)}
        return None

    return {"call_due": call_due}


def _minutes(moment: str, now: str) -> int:
    return int((datetime.fromisoformat(moment) - datetime.fromisoformat(now)).total_seconds() // 60)
