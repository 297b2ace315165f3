"""Settling what no longer fits: it stays, is moved to a time that is free, or is cancelled with a ground."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.flag_settle import settle_flag, show_flag
from service.domain.grounds import grounds_for
from service.domain.refusal import Refusal
from service.web.api.v1.shapes import Ground
from service.web.api.v1.texts import Words
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace, grounds
from service.web.staff.file_names import flag_name

COMMON = ("ground-room-unusable", "ground-not-entitled", "ground-transfer")


class Settled(Body):
    outcome: Literal["kept", "moved", "cancelled"]
    time: Annotated[str, Field(pattern=r"^[0-9a-f]{32} [0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None
    ground: Ground | None = None
    words: Words | None = None


LABELS = {
    "outcome": N_("What becomes of the visit"),
    "time": N_("Move it to"),
    "ground": N_("Ground of the cancellation"),
    "words": N_("What the family will read"),
}


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("settling")
    environment = face.environment

    @part.page("/flags/<uuid:flag>/settle", audience=("officer",), methods=("GET", "POST"))
    def settle(caller: SignedIn, flag: UUID) -> str | Response:
        place = face.enter(caller, "flag.resolve")
        form = Form(Settled, labels=LABELS)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            given = read
            template, _, day = (given.time or "").partition(" ")
            try:
                face.do(
                    caller,
                    lambda unit: settle_flag(
                        unit,
                        flag=flag.hex,
                        outcome=given.outcome,
                        ground=given.ground,
                        words=given.words,
                        template=template or None,
                        day=date.fromisoformat(day) if day else None,
                    ),
                )
            except Refusal as refusal:
                missing = "words" if given.outcome == "cancelled" else "time"
                refuse_into(form, refusal, {"text-missing": missing, "not-true-of-this-call": "ground"})
            else:
                return redirect(url_for("reviews.flags"), code=303)
        found = show_flag(environment, caller.actor, flag.hex)
        among = grounds_for(found.shown.row.kind, found.shown.row.purpose)
        return render_template(
            "staff/settle.html", place=place, found=found, form=form, flag_name=flag_name,
            grounds=[("", "—"), *grounds(*COMMON, among=among)],
        )  # fmt: skip

    return part
