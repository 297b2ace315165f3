"""Recordings of calls: opened by head and deputy with a reason, played as two tracks, held past their day."""

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.recording_keep import hold_recording, look_at_recording, note_played, play_recording, show_recordings
from service.web.api.values import Body
from service.web.call_words import PARTY_NAMES
from service.web.face import SignedIn
from service.web.forms import Form
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace

OPEN, HOLD = "recording.open", "recording.hold"


class Why(Body):
    reason: str


class Ground(Body):
    ground: str


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("kept")
    environment = face.environment

    @part.page("/calls/<uuid:call>/recording", audience=("officer",), methods=("GET", "POST"))
    def ask(caller: SignedIn, call: UUID) -> str | AnyResponse:
        place = face.enter(caller, OPEN)
        form = Form(Why, labels={"reason": N_("Why it is opened")})
        if request.method == "POST" and (read := form.read()) is not None:
            face.do(caller, lambda unit: look_at_recording(unit, call=call.hex, reason=read.reason))
            return redirect(url_for("kept.ask", call=call), code=303)
        found, looks = show_recordings(environment, caller.actor, call.hex)
        return render_template(
            "staff/call_kept.html",
            place=place,
            call=call,
            found=found,
            looks=looks,
            form=form,
            hold=Form(Ground, labels={"ground": N_("Why it is kept longer")}),
            PARTIES=PARTY_NAMES,
        )

    @part.page("/calls/<uuid:call>/recording/hold", audience=("officer",), methods=("POST",))
    def hold(caller: SignedIn, call: UUID) -> AnyResponse:
        face.enter(caller, HOLD)
        read = None if request.form.get("off") else Form(Ground).read()
        if read is not None or request.form.get("off"):
            ground = None if read is None else read.ground
            face.do(caller, lambda unit: hold_recording(unit, call=call.hex, ground=ground))
        return redirect(url_for("kept.ask", call=call), code=303)

    @part.page("/calls/recordings/<uuid:recording>.webm", audience=("officer",))
    def play(caller: SignedIn, recording: UUID) -> Response:
        face.enter(caller, OPEN)
        face.do(caller, lambda unit: note_played(unit, recording=recording.hex))
        octets = play_recording(environment, caller.actor, recording.hex, face.calls.recordings)
        return Response(octets, mimetype="video/webm", headers={"Content-Disposition": "inline"})

    return part
