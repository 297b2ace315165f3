"""What happens: rooms, deadlines, refusals, exceptions, doors, disputes, recordings; each page as a file with proof."""

from typing import Annotated
from uuid import UUID

from flask import Response, render_template, request
from pydantic import Field

from service.app.oversight_show import (
    exceptions_by_officer,
    in_rooms_now,
    list_disputes,
    look_at_party,
    refusals_by_ground,
)
from service.app.page_export import export_page
from service.app.reconcile_day import reconciliations
from service.app.recording_oversee import list_overseen_recordings
from service.app.request_late import list_late
from service.domain.refusal import Refusal
from service.record.page_proof import to_csv, to_json
from service.web.api.values import Body
from service.web.call_words import PARTY_NAMES
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_, Message
from service.web.oversight.face import OversightFace
from service.web.pages import Pages

FORMS = {"json": ("application/json", to_json), "csv": ("text/csv; charset=utf-8", to_csv)}
VERDICTS: dict[str, tuple[Message, str]] = {
    "clean": (N_("in order"), "granted"),
    "findings": (N_("to be followed up"), "attention"),
    "incomplete": (N_("a gate was not heard yet"), "waiting"),
}


class Look(Body):
    paper: Annotated[str, Field(min_length=1, max_length=80)]


def pages(face: OversightFace) -> Pages:
    """The pages of this part."""
    part = Pages("current")
    environment = face.environment

    @part.page("/now", audience=("auditor",))
    def now(caller: SignedIn) -> str:
        house = face.here(caller)
        return render_template(
            "oversight/now.html", house=house, rooms=in_rooms_now(environment, caller.actor), at=environment.clock()
        )

    @part.page("/now/<uuid:appointment>", audience=("auditor",), methods=("GET", "POST"))
    def look(caller: SignedIn, appointment: UUID) -> str:
        house = face.here(caller)
        form = Form(Look, labels={"paper": N_("Number of the paper it rests on")})
        named: list[tuple[str, str]] = []
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                named = face.do(caller, lambda unit: look_at_party(unit, appointment=appointment.hex, paper=read.paper))
            except Refusal as refusal:
                refuse_into(form, refusal, dict.fromkeys((one.code for one in refusal.reasons), "paper"))
        return render_template("oversight/look.html", house=house, appointment=appointment, form=form, named=named)

    @part.page("/late", audience=("auditor",))
    def late(caller: SignedIn) -> str:
        house = face.here(caller)
        return render_template("oversight/late.html", house=house, found=list_late(environment, caller.actor, house.id))

    @part.page("/refusals", audience=("auditor",))
    def refusals(caller: SignedIn) -> str:
        house = face.here(caller)
        return render_template(
            "oversight/refusals.html", house=house, grounds=refusals_by_ground(environment, caller.actor)
        )

    @part.page("/exceptions", audience=("auditor",))
    def exceptions(caller: SignedIn) -> str:
        house = face.here(caller)
        return render_template(
            "oversight/exceptions.html", house=house, officers=exceptions_by_officer(environment, caller.actor)
        )

    @part.page("/reconciliation", audience=("auditor",))
    def reconciliation(caller: SignedIn) -> str:
        house = face.here(caller)
        days = reconciliations(environment, caller.actor, institution=house.id)
        matched, doors = sum(one.matched for one in days), sum(one.doors for one in days)
        return render_template(
            "oversight/reconciliation.html", house=house, days=days, matched=matched, doors=doors, verdicts=VERDICTS
        )

    @part.page("/disputes", audience=("auditor",))
    def disputes(caller: SignedIn) -> str:
        house = face.here(caller)
        return render_template("oversight/disputes.html", house=house, found=list_disputes(environment, caller.actor))

    @part.page("/recordings", audience=("auditor",))
    def recordings(caller: SignedIn) -> str:
        house = face.here(caller)
        found = list_overseen_recordings(environment, caller.actor)
        return render_template("oversight/recordings.html", house=house, found=found, PARTIES=PARTY_NAMES)

    @part.page("/export/<page>.<form>", audience=("auditor",))
    def export(caller: SignedIn, page: str, form: str) -> Response:
        house = face.here(caller)
        if form not in FORMS:
            raise Refusal("not-found")
        kind, written = FORMS[form]
        file = export_page(environment, caller.actor, page)
        name = f"{house.id}-{page}-{file.at[:19].replace(':', '')}Z.{form}"
        return Response(written(file), content_type=kind, headers=as_file(name))

    return part


def as_file(name: str) -> dict[str, str]:
    """The headers of a file to keep."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
