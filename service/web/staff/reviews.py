"""What no longer fits, and what somebody says is wrong: plain lists, each line settled with a coded outcome."""

from typing import Literal
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from service.app.appointment_show import Wanted, list_appointments
from service.app.desk_show import list_disputes
from service.app.dispute_raise import answer_dispute
from service.app.review_nightly import resolve_flag
from service.domain.appointment import UPCOMING
from service.domain.grounds import DISPUTE_OUTCOMES
from service.web.api.values import Body
from service.web.face import SignedIn
from service.web.forms import Form
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.file_names import flag_name


class FlagOutcome(Body):
    outcome: Literal["kept", "moved", "cancelled"]


class DisputeOutcome(Body):
    outcome: Literal["record-stands", "record-was-wrong", "sent-to-prosecutor"]


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("reviews")
    environment = face.environment

    @part.page("/flags", audience=("officer",))
    def flags(caller: SignedIn) -> str:
        place = face.enter(caller, "flag.resolve")
        flagged = list_appointments(environment, caller.actor, Wanted(states=tuple(sorted(UPCOMING)), flagged=True))
        return render_template("staff/flags.html", place=place, flagged=list(reversed(flagged)), flag_name=flag_name)

    @part.page("/flags/<uuid:flag>", audience=("officer",), methods=("POST",))
    def resolve(caller: SignedIn, flag: UUID) -> Response:
        face.enter(caller, "flag.resolve")
        outcome = (Form(FlagOutcome).read() or abort(400)).outcome
        face.do(caller, lambda unit: resolve_flag(unit, flag=flag.hex, outcome=outcome))
        return redirect(url_for("reviews.flags"), code=303)

    @part.page("/disputes", audience=("officer",))
    def disputes(caller: SignedIn) -> str:
        place = face.enter(caller, "dispute.answer")
        found = list_disputes(environment, caller.actor)
        return render_template("staff/disputes.html", place=place, disputes=found, outcomes=DISPUTE_OUTCOMES)

    @part.page("/disputes/<uuid:dispute>", audience=("officer",), methods=("POST",))
    def settle(caller: SignedIn, dispute: UUID) -> Response:
        face.enter(caller, "dispute.answer")
        outcome = (Form(DisputeOutcome).read() or abort(400)).outcome
        face.do(caller, lambda unit: answer_dispute(unit, dispute=dispute.hex, outcome=outcome))
        return redirect(url_for("reviews.disputes"), code=303)

    return part
