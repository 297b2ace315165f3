"""When a relative can be called: a week of blocks to tick, for telephone and for video."""

from typing import Annotated, Literal
from uuid import UUID

from flask import redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.call_hours_set import set_call_hours, show_call_hours
from service.app.family_overview import show_left
from service.domain.call_hours import CallHours, blocks
from service.domain.refusal import Refusal
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.public.face import PublicFace

KINDS = {"telephone": "call", "video": "video_call"}


class Hours(Body):
    hours: Annotated[list[Annotated[str, Field(pattern=r"^[1-7] [0-2][0-9]:00$")]], Field(max_length=42)] = Field(
        default=[]
    )


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("calling")
    environment = face.environment

    def offered() -> tuple[tuple[str, str], ...]:
        rule = environment.law.hours["call"]
        return blocks(rule.opens, rule.closes)

    @part.page("/ties/<uuid:relationship>/calls", audience=("relative",), methods=("GET", "POST"))
    def choose_hours(caller: SignedIn, relationship: UUID) -> str | Response:
        way: Literal["telephone", "video"] = "video" if request.values.get("by") == "video" else "telephone"
        kind = KINDS[way]
        found, _ = show_left(environment, caller.actor, relationship.hex, [])
        standing = show_call_hours(environment, caller.actor, relationship.hex)
        form = Form(Hours, labels={"hours": N_("When can you be called?")})
        ends = dict(offered())
        if switching_language():
            form.keep()
        elif request.method == "POST":
            if (read := form.read()) is not None:
                days = [one.split(" ") for one in read.hours]
                chosen = [CallHours(int(day), starts, ends.get(starts, "")) for day, starts in days]
                try:
                    face.do(
                        caller,
                        lambda unit: set_call_hours(unit, relationship=relationship.hex, kind=kind, chosen=chosen),
                    )
                except Refusal as refusal:
                    refuse_into(form, refusal, {"choice-unknown": "hours"})
                else:
                    address = url_for("calling.choose_hours", relationship=relationship, by=way, kept=1)
                    return redirect(address, code=303)
        else:
            form.typed.setlist("hours", [f"{one.weekday} {one.starts}" for one in standing.get(kind, ())])
        return render_template(
            "public/calls.html",
            tie=found,
            form=form,
            way=way,
            blocks=offered(),
            kept=request.method == "GET" and "kept" in request.args,
        )

    return part
