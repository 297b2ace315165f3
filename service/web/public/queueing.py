"""Waiting for a full day: who comes is said at once, then the place in the queue is shown until it is one's turn."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.family_overview import show_left
from service.app.queue_join import join_queue, leave_queue
from service.app.queue_show import show_entry
from service.domain.queue import OFFER
from service.domain.refusal import Refusal
from service.web.entitled import day_or_none
from service.web.face import SignedIn, due_of, refuse_into
from service.web.forms import Form
from service.web.i18n import speak_in, switching_language
from service.web.names import BOOKABLE
from service.web.pages import Pages
from service.web.public.face import PublicFace
from service.web.public.party import LABELS, Comers, add_companion, named_companions, needs_choices, party_of

HOURS = int(OFFER.total_seconds()) // 3600


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("queueing")
    environment = face.environment

    @part.page("/ties/<uuid:relationship>/<kind>/queue", audience=("relative",), methods=("GET", "POST"))
    def join(caller: SignedIn, relationship: UUID, kind: str) -> str | Response:
        wish = BOOKABLE.get(kind) or abort(404)
        found, children = show_left(environment, caller.actor, relationship.hex, [wish])
        assert found.institution is not None
        speak_in(ZoneInfo(found.institution.time_zone))
        form, due = Form(Comers, labels=LABELS), None
        if request.method == "GET":
            form.show(day=request.args.get("day", ""))
        elif switching_language():
            form.keep()
        elif (read := form.read()) is not None:
            own = found.own.row
            if read.code is not None:
                add_companion(face, caller, own.id, form, read.code)
            if request.form.get("step") != "add" and not form.errors:
                party = party_of(own.id, read, form)
                try:
                    joined = face.do(
                        caller,
                        lambda unit: join_queue(
                            unit,
                            convict=own.convict_id,
                            relationships=party,
                            day=read.day,
                            wish=wish,
                            needs=read.needs,
                        ),
                    )
                except Refusal as refusal:
                    due = due_of(refusal)
                    refuse_into(form, refusal, {"choice-unknown": "needs"})
                else:
                    return redirect(url_for("queueing.show", entry=UUID(joined.entry)), code=303)
        day = day_or_none(form.value("day"))
        if day is None:
            return redirect(url_for("booking.choose_day", relationship=relationship, kind=kind), code=303)
        return render_template(
            "public/queue_join.html",
            tie=found,
            kind=kind,
            form=form,
            day=day,
            due=due,
            children=children,
            others=named_companions(face, caller, relationship, form),
            needs=needs_choices(),
            hours=HOURS,
        )

    @part.page("/queue/<uuid:entry>", audience=("relative",))
    def show(caller: SignedIn, entry: UUID) -> str:
        one = show_entry(environment, caller.actor, entry.hex)
        speak_in(ZoneInfo(one.institution.time_zone))
        return render_template("public/queue.html", one=one, hours=HOURS)

    @part.page("/queue/<uuid:entry>/leave", audience=("relative",), methods=("POST",))
    def leave(caller: SignedIn, entry: UUID) -> Response:
        try:
            face.do(caller, lambda unit: leave_queue(unit, entry=entry.hex))
        except Refusal as refusal:
            if refusal.sort != "conflict":
                raise
            # Sent twice, or the waiting had ended meanwhile: the page says what became of it.
        return redirect(url_for("queueing.show", entry=entry), code=303)

    return part
