"""Booking in steps: which kind, which day, who comes. Then the place is kept, and all is looked over once more."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.appointment_hold import hold_place
from service.app.companion_find import companion_code
from service.app.family_overview import Overview, show_day, show_left, show_times
from service.app.relationship_show import ShownRelationship
from service.app.times_list import Offer
from service.domain.refusal import Refusal
from service.web.entitled import day_or_none, say_left
from service.web.face import SignedIn, due_of, refuse_into
from service.web.forms import Form
from service.web.i18n import speak_in, switching_language
from service.web.names import BOOKABLE
from service.web.pages import Pages
from service.web.public.calendar import calendar, wanted_month
from service.web.public.face import PublicFace
from service.web.public.party import (
    LABELS,
    Party,
    add_companion,
    named_companions,
    needs_choices,
    party_of,
)


def party_form() -> Form[Party]:
    """Who comes."""
    return Form(Party, labels=LABELS)


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("booking")
    environment = face.environment

    def tie(caller: SignedIn, relationship: UUID, *kinds: str) -> tuple[Overview, tuple[ShownRelationship, ...]]:
        """The tie and its children; times are shown as at the institution from here on."""
        wishes = [BOOKABLE[kind] for kind in kinds]
        found, children = show_left(environment, caller.actor, relationship.hex, wishes)
        if found.institution is not None:
            speak_in(ZoneInfo(found.institution.time_zone))
        return found, children

    @part.page("/ties/<uuid:relationship>", audience=("relative",))
    def choose_kind(caller: SignedIn, relationship: UUID) -> str:
        found, children = tie(caller, relationship, *BOOKABLE)
        left = [(kind, say_left(one)) for kind, (_, one) in zip(BOOKABLE, found.left, strict=True)]
        code = companion_code(environment, relationship.hex)
        return render_template("public/tie.html", tie=found, left=left, children=children, code=code)

    @part.page("/ties/<uuid:relationship>/<kind>", audience=("relative",))
    def choose_day(caller: SignedIn, relationship: UUID, kind: str) -> str:
        wish = BOOKABLE.get(kind) or abort(404)
        asked = request.args.get("month")
        found, first, times = show_times(
            environment,
            caller.actor,
            relationship.hex,
            wish,
            lambda today, due: wanted_month(asked or (f"{due:%Y-%m}" if due else None), today),
        )
        assert found.institution is not None
        assert found.today is not None
        speak_in(ZoneInfo(found.institution.time_zone))
        left, today = found.left[0][1], found.today
        here = url_for("booking.choose_day", relationship=relationship, kind=kind)

        def turn(month: str) -> str:
            return f"{here}?month={month}"

        def choose(day: str, template: str | None) -> str:
            if template is not None:
                return f"{here}/party?template={UUID(template)}&day={day}"
            return f"{here}?month={first:%Y-%m}&day={day}#times"

        def queue(day: str) -> str:
            return f"{here}/queue?day={day}"

        chosen = day_or_none(request.args.get("day"))
        shown = calendar(times, first, today, chosen, turn=turn, choose=choose, queue=queue)
        return render_template(
            "public/choose_day.html", tie=found, kind=kind, left=say_left(left), calendar=shown, choose=choose
        )

    @part.page("/ties/<uuid:relationship>/<kind>/party", audience=("relative",), methods=("GET", "POST"))
    def choose_party(caller: SignedIn, relationship: UUID, kind: str) -> str | Response:
        if kind not in BOOKABLE:
            abort(404)
        found, children = tie(caller, relationship, kind)
        form, answer = party_form(), None
        if request.method == "GET":
            form.show(template=request.args.get("template", ""), day=request.args.get("day", ""))
        elif switching_language():
            form.keep()
        else:
            answer = _answer(face, caller, found, kind, form)
        if isinstance(answer, Response):
            return answer
        offer = _offer(face, caller, relationship, kind, form)
        if offer is None and answer is None:
            return redirect(url_for("booking.choose_day", relationship=relationship, kind=kind), code=303)
        return render_template(
            "public/choose_party.html",
            tie=found,
            kind=kind,
            form=form,
            children=children,
            others=named_companions(face, caller, relationship, form),
            needs=needs_choices(),
            offer=offer,
            due=None if answer is None else due_of(answer),
            instead=[] if answer is None else _instead(answer, relationship, kind),
        )

    return part


def party_address(relationship: UUID, kind: str, template: str, day: str) -> str:
    """The page that asks who comes at a time."""
    return url_for("booking.choose_party", relationship=relationship, kind=kind, template=UUID(template), day=day)


def _answer(
    face: PublicFace, caller: SignedIn, found: Overview, kind: str, form: Form[Party]
) -> Response | Refusal | None:
    """Keeps the place, where nothing has to be asked again; a refusal stands in the form then."""
    read, own = form.read(), found.own.row
    if read is None:
        return None
    if read.code is not None:
        add_companion(face, caller, own.id, form, read.code)
    if request.form.get("step") == "add" or form.errors:
        return None
    party = party_of(own.id, read, form)
    try:
        held = face.do(
            caller,
            lambda unit: hold_place(
                unit,
                convict=own.convict_id,
                relationships=party,
                template=read.template.hex,
                day=read.day,
                wish=BOOKABLE[kind],
                needs=read.needs,
            ),
        )
    except Refusal as refusal:
        refuse_into(form, refusal, {"choice-unknown": "needs"})
        return refusal
    return redirect(url_for("appointments.show", appointment=UUID(held.appointment)), code=303)


def _offer(face: PublicFace, caller: SignedIn, relationship: UUID, kind: str, form: Form[Party]) -> Offer | None:
    """The time that the form is about, if it is still free."""
    day = day_or_none(form.value("day"))
    if day is None:
        return None
    offers = show_day(face.environment, caller.actor, relationship.hex, BOOKABLE[kind], day)
    wanted = form.value("template").replace("-", "")
    return next((one for one in offers if one.slot.template == wanted), None)


def _instead(refused: Refusal, relationship: UUID, kind: str) -> list[tuple[datetime, str]]:
    """Each free time that a refusal offers instead, and where to choose it."""
    return [
        (datetime.fromisoformat(one["starts_at"]), party_address(relationship, kind, one["template"], one["day"]))
        for one in refused.alternatives
        if "template" in one
    ]
