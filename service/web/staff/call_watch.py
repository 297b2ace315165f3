"""Calls as the officer watches them: one, or a wall of them; everything that can be done to each is a plain form."""

from uuid import UUID

import structlog
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.call_align import align_room
from service.app.call_join import join_call, leave_call, take_over_call
from service.app.call_own import agreed_parties, days_kept
from service.app.call_record import record_call
from service.app.call_show import ShownCall, show_call
from service.app.call_supervise import (
    confirm_identity,
    end_call,
    mute_party,
    note_on_call,
    speak_to_parties,
    start_call,
    warn_parties,
)
from service.app.call_wall import TILES, has_call_photo, show_call_photo, show_wall
from service.domain.access import Target, may
from service.domain.call_states import ENDED_CODES, OFFICERS_CODES, SUPERVISOR, WARNINGS
from service.gateways.calls import NotInRoom, ProviderAway
from service.gateways.recordings import can_record
from service.store.unit_of_work import UnitOfWork
from service.web.api.values import Body
from service.web.call_words import CALL_STATES, END_NAMES, MARK_NAMES, PARTY_NAMES, WARNING_NAMES
from service.web.face import SignedIn
from service.web.forms import Form
from service.web.i18n import words
from service.web.pages import Pages
from service.web.photo_form import photo_response
from service.web.staff.face import StaffFace

SEE, WATCH = "call.see", "call.supervise"
SIT_AND_LEAVE = ("sit", "over", "rise")
DEEDS = (
    *SIT_AND_LEAVE, "matched", "unmatched", "live", "warn", "mute", "unmute", "speak", "quiet", "record", "unrecord",
    "note", "end",
)  # fmt: skip
"""What the officer who watches does to a call."""
USUAL_TILES = 4
_log = structlog.get_logger("web")


class Said(Body):
    code: str | None = None
    words: str | None = None
    tiles: int | None = None
    part: str | None = None


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("watching")
    environment, provider = face.environment, face.calls.provider

    def shown(caller: SignedIn, one: ShownCall) -> dict[str, object]:
        """What the part of a page about one call has to know."""
        sitting = next((seat for seat in one.seats if seat.party == SUPERVISOR and seat.left_at is None), None)
        with environment.database.reading() as session:
            kept = days_kept(session, one.row.institution_id)
            agreed = agreed_parties(session, one.row.id)
        ends_at = one.row.hard_end_at
        return {
            "one": one,
            "seconds_left": max(0, int((ends_at - environment.clock()).total_seconds())) if ends_at else 0,
            "own": sitting if sitting is not None and sitting.officer_id == caller.id else None,
            "other": sitting is not None and sitting.officer_id != caller.id,
            "absent": ", ".join(words().sentence(PARTY_NAMES[party]) for party in one.absent),
            "pictured": has_call_photo(environment, one.row.appointment_id),
            "keeps": kept if can_record(provider, one.row.id) else None,
            "agreed": agreed,
        }

    def common(caller: SignedIn) -> dict[str, object]:
        return {
            "watches": may(caller.actor, WATCH, Target(caller.institution)),
            "opens_recordings": may(caller.actor, "recording.open", Target(caller.institution)),
            "warnings": [(code, words().sentence(WARNING_NAMES[code])) for code in WARNINGS],
            "ends": [(code, words().sentence(END_NAMES[code])) for code in ENDED_CODES if code in OFFICERS_CODES],
            "STATES_OF_CALLS": CALL_STATES,
            "PARTIES": PARTY_NAMES,
            "MARKS": MARK_NAMES,
            "SAID": {**PARTY_NAMES, **END_NAMES, **WARNING_NAMES},
            "ENDS": END_NAMES,
            "tiles": None,
        }

    @part.page("/calls/<uuid:call>", audience=("officer",))
    def watch(caller: SignedIn, call: UUID) -> str:
        place = face.enter(caller, SEE)
        one = show_call(environment, caller.actor, call.hex)
        return render_template("staff/call.html", place=place, **shown(caller, one), **common(caller))

    @part.page("/calls/wall", audience=("officer",))
    def wall(caller: SignedIn) -> str:
        place = face.enter(caller, WATCH)
        tiles = request.args.get("tiles", USUAL_TILES, type=int)
        tiles = tiles if tiles in TILES else USUAL_TILES
        found = [shown(caller, one) for one in show_wall(environment, caller.actor, tiles)]
        more = {**common(caller), "tiles": tiles}
        return render_template("staff/call_wall.html", place=place, found=found, sizes=TILES, **more)

    @part.page("/calls/<uuid:call>/part", audience=("officer",))
    def acts(caller: SignedIn, call: UUID) -> str:
        face.enter(caller, WATCH)
        one = show_call(environment, caller.actor, call.hex)
        tiles = request.args.get("tiles", type=int)
        return render_template("staff/call_part.html", **shown(caller, one), **{**common(caller), "tiles": tiles})

    @part.page("/calls/<uuid:call>/photo.jpg", audience=("officer",))
    def face_of_relative(caller: SignedIn, call: UUID) -> Response:
        face.enter(caller, WATCH)
        return photo_response(show_call_photo(environment, caller.actor, call.hex))

    @part.page("/calls/<uuid:call>/<act>", audience=("officer",), methods=("POST",))
    def do(caller: SignedIn, call: UUID, act: str) -> Response:
        face.enter(caller, WATCH)
        if act not in DEEDS:
            abort(404)
        said = Form(Said).read() or abort(400)
        able = can_record(provider, call.hex)
        face.do(caller, lambda unit: _act(unit, call.hex, act, said, environment.new_id(), able))
        _carry(call.hex, act, said.code or "")
        if said.part:  # the page stays as it is, with its pictures; only this part of it is asked for again
            return redirect(url_for("watching.acts", call=call, tiles=said.tiles), code=303)
        if said.tiles:
            return redirect(url_for("watching.wall", tiles=said.tiles), code=303)
        return redirect(url_for("watching.watch", call=call), code=303)

    def _carry(call: str, act: str, code: str) -> None:
        """The room follows at once, without waiting for a worker; what fails here a worker does a moment later."""
        try:
            if act == "warn" and "text_warn" not in provider.caps:
                provider.announce(call, code)
            elif act not in ("warn", "note"):
                align_room(environment, provider, call)
        except (NotInRoom, ProviderAway) as fault:
            _log.warning("left to a worker", call=call, act=act, why=str(fault))

    return part


def _act(unit: UnitOfWork, call: str, act: str, said: Said, seat: str, able: bool) -> None:
    code = said.code or ""
    if act == "sit":
        join_call(unit, call=call, seat=seat)
    elif act == "over":
        take_over_call(unit, call=call, seat=seat)
    elif act == "rise":
        leave_call(unit, call=call, seat=code)
    elif act in ("matched", "unmatched"):
        confirm_identity(unit, call=call, matched=act == "matched")
    elif act == "live":
        start_call(unit, call=call)
    elif act == "warn":
        warn_parties(unit, call=call, code=code)
    elif act in ("mute", "unmute"):
        mute_party(unit, call=call, party=code if act == "mute" else None)
    elif act in ("speak", "quiet"):
        speak_to_parties(unit, call=call, on=act == "speak")
    elif act in ("record", "unrecord"):
        record_call(unit, call=call, on=act == "record", able=able)
    elif act == "note":
        note_on_call(unit, call=call, words=said.words or "")
    else:
        end_call(unit, call=call, code=code)
