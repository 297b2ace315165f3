"""The pass of each adult: on the screen also without a network, as PDF, as SVG and PNG; and the calendar file."""

from collections.abc import Sequence
from typing import get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, abort, make_response, render_template, request, url_for

from service.app.appointment_sequence import sequences
from service.app.appointment_show import Shown, Wanted, list_appointments
from service.app.institution_guide import Guide
from service.app.pass_show import ShownPass, show_with_passes
from service.language.calendar_file import Entry, calendar_file
from service.web import qr, static_files
from service.web.audience import declare
from service.web.face import SignedIn, institution_name
from service.web.i18n import speak_in, words
from service.web.messages import N_
from service.web.names import kind_name
from service.web.pages import Pages
from service.web.pass_sheet import Sheet, Size, pdf
from service.web.public.appointments import appointment_of
from service.web.public.face import PublicFace

KEEPER = static_files.FOLDER / "pass" / "keeper.js"
AHEAD = ("requested", "granted", "underway")
BRING = N_("your identity document; for a child, the birth certificate")
AT_GATE = (
    N_("Turn the brightness of your screen up, or print this page."),
    N_("Hold the code before the reader, about a hand's width away."),
    N_("Show your document. The officer compares your face with it."),
)


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("passes")
    environment = face.environment

    def whole(caller: SignedIn, appointment: UUID) -> tuple[Shown, list[ShownPass], Guide | None]:
        found = show_with_passes(environment, caller.actor, appointment.hex, words().language)
        speak_in(ZoneInfo(found[0].institution.time_zone))
        return found

    def one_of(caller: SignedIn, appointment: UUID, entry: UUID) -> ShownPass:
        _, passes, _ = whole(caller, appointment)
        return next((one for one in passes if one.row.id == entry.hex), None) or abort(404)

    @part.page("/appointments/<uuid:appointment>/pass", audience=("relative",))
    def show_pass(caller: SignedIn, appointment: UUID) -> str:
        one, found, guide = whole(caller, appointment)
        title = words().sentence(N_("Code of the pass"))
        passes = [(entry, qr.svg(entry.token, title, title_id=f"pass-{number}")) for number, entry in enumerate(found)]
        return render_template("public/pass.html", one=one, passes=passes, guide=guide, at_gate=AT_GATE)

    @part.page("/appointments/<uuid:appointment>/pass.pdf", audience=("relative",))
    def pass_pdf(caller: SignedIn, appointment: UUID) -> Response:
        size: Size = "small" if request.args.get("size") == "small" else get_args(Size)[0]
        one, found, guide = whole(caller, appointment)
        if not found:
            abort(404)
        return _file(pdf([_sheet(one, entry, guide) for entry in found], size), "application/pdf", "kezdesu-pass.pdf")

    @part.page("/appointments/<uuid:appointment>/pass/<uuid:entry>.svg", audience=("relative",))
    def pass_svg(caller: SignedIn, appointment: UUID, entry: UUID) -> Response:
        drawn = qr.svg(one_of(caller, appointment, entry).token, words().sentence(N_("Code of the pass")))
        return _file(drawn.encode(), "image/svg+xml", "kezdesu-pass.svg")

    @part.page("/appointments/<uuid:appointment>/pass/<uuid:entry>.png", audience=("relative",))
    def pass_png(caller: SignedIn, appointment: UUID, entry: UUID) -> Response:
        return _file(qr.png(one_of(caller, appointment, entry).token), "image/png", "kezdesu-pass.png")

    @part.page("/appointments/<uuid:appointment>/visit.ics", audience=("relative",))
    def visit_calendar(caller: SignedIn, appointment: UUID) -> Response:
        return calendar(caller, [appointment_of(face, caller, appointment)])

    @part.page("/appointments.ics", audience=("relative",))
    def all_calendar(caller: SignedIn) -> Response:
        found = list_appointments(environment, caller.actor, Wanted(AHEAD, since=environment.clock()))
        return calendar(caller, found)

    def calendar(caller: SignedIn, shown: Sequence[Shown]) -> Response:
        numbers = sequences(environment, caller.actor, [one.row for one in shown])
        entries = [_entry(one, numbers[one.row.id]) for one in shown if one.row.state not in ("held", "lapsed")]
        if not entries and len(shown) == 1:
            abort(404)
        made = calendar_file(entries, domain=environment.domain, now=environment.clock(), language=words().language)
        return _file(made, "text/calendar; charset=utf-8", "kezdesu.ics")

    @part.route("/pass-keeper.js", endpoint="keeper", provide_automatic_options=False)
    @declare("anyone")
    def keeper() -> Response:
        answer = make_response(KEEPER.read_bytes())
        answer.content_type = "text/javascript; charset=utf-8"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    return part


def _file(data: bytes, mimetype: str, name: str) -> Response:
    return Response(data, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _sheet(one: Shown, entry: ShownPass, guide: Guide | None) -> Sheet:
    say, row = words().sentence, one.row
    until = f"{words().day_of_month(row.ends_at)}, {words().time(row.ends_at)}"
    facts = [
        (say(N_("Who enters")), entry.name or "—"),
        *([(say(N_("Children on this pass")), str(entry.row.children))] if entry.row.children else []),
        (say(N_("Kind")), say(kind_name(row.kind, row.by_video))),
        (say(N_("Where")), f"{institution_name(one.institution)}, {one.room}, {one.place}"),
        (say(N_("Gate")), entry.gate),
        (say(N_("Gate open for you from")), words().moment(entry.row.not_before)),
        (say(N_("Bring")), say(BRING)),
    ]
    way = [] if guide is None else [
        (say(N_("How to get there")), f"{guide.address}\n{guide.directions}\n{guide.phone}"),
        (say(N_("What to bring")), guide.bring),
    ]  # fmt: skip
    gate = "\n".join(say(line) for line in AT_GATE[1:])
    when = say(N_("{moment}, until {until}"), {"moment": words().moment(row.starts_at), "until": until})
    title = say(N_("Granted · entry pass"))
    notes = [*way, (say(N_("At the gate")), gate)]
    return Sheet(title, when, entry.token, facts, notes, words().language)


def _entry(one: Shown, sequence: int) -> Entry:
    say, row = words().sentence, one.row
    here = url_for("appointments.show", appointment=UUID(row.id), _external=True)
    described = say(N_("Bring")) + ": " + say(BRING)
    return Entry(
        id=str(UUID(row.id)),
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sequence=sequence,
        summary=say(kind_name(row.kind, row.by_video)),
        location=f"{institution_name(one.institution)}, {one.room}",
        description=described,
        address=here,
    )
