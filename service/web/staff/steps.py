"""A step about one convict: its form, what it touches shown before, and, once that was seen, the step itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.convict_show import SEE, ShownFile, left_of, show_convict
from service.app.entitlement_show import Left
from service.app.rehearse import Rehearsed, rehearse, review_now, upcoming_where
from service.domain.access import Target, require
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.facts import convict_file
from service.store.tables import Appointment, Convict
from service.store.unit_of_work import UnitOfWork
from service.web.api.values import Body
from service.web.entitled import Said, say_left
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import Message
from service.web.staff.face import StaffFace
from service.web.staff.previewed import seen_mark, to_be_shown, typed_mark

Preview = Rehearsed[dict[str, Left | None]]


@dataclass(frozen=True)
class Step:
    """`act` of the access policy with its form, its deed, and at which field each refusal stands.

    `begin` fills the form at first, `more` adds to what the template is given; afterwards the page of the file is
    shown, or the list where the convict is here no more.
    """

    act: str
    model: type[Body]
    labels: Mapping[str, Message]
    do: Callable[[UnitOfWork, Any], object]
    template: str
    faults: Mapping[str, str] = field(default_factory=dict)
    begin: Mapping[str, str] = field(default_factory=dict)
    more: Callable[[ShownFile], Mapping[str, object]] = lambda _: {}
    leaves: bool = False


def take_step(face: StaffFace, caller: SignedIn, convict: UUID, step: Step) -> str | Response:
    """The page of the step, or, when it is done, the way on."""
    place = face.enter(caller, SEE)
    require(caller.actor, step.act, Target(caller.institution))
    shown = show_convict(face.environment, caller.actor, convict.hex)
    form: Form[Any] = Form(step.model, labels=step.labels)
    preview: Preview | None = None
    mark = typed = ""
    if switching_language():
        form.keep()
    elif request.method == "POST" and (read := form.read()) is not None:
        given = read

        def act_on(unit: UnitOfWork) -> None:
            step.do(unit, given)

        try:
            preview = to_be_shown(form, read, lambda: _rehearsed(face, caller, convict.hex, shown.today, act_on))
            if preview is None:
                face.do(caller, act_on)
                review_now(face.environment, [one.id for one in shown.upcoming])
                if step.leaves:
                    return redirect(url_for("convicts.everybody"), code=303)
                return redirect(url_for("convicts.look", convict=convict), code=303)
            mark, typed = seen_mark(read, preview), typed_mark(read)
        except Refusal as refusal:
            refuse_into(form, refusal, step.faults)
    else:
        form.show(**(step.begin or day_parts("since", shown.today)))
    return render_template(
        step.template,
        place=place,
        shown=shown,
        form=form,
        preview=preview,
        before=_said(preview.before) if preview else {},
        after=_said(preview.after) if preview else {},
        mark=mark,
        typed=typed,
        **step.more(shown),
    )


def day_parts(name: str, day: date) -> dict[str, str]:
    """A day as the three fields of a form."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def _rehearsed(
    face: StaffFace, caller: SignedIn, convict: str, today: date, act: Callable[[UnitOfWork], object]
) -> Preview:
    return rehearse(
        face.environment,
        caller.actor,
        act,
        upcoming_where(of(Appointment).convict_id == convict),
        lambda unit: left_of(unit, convict_file(unit.session, unit.get(Convict, convict)), today),
    )


def _said(left: dict[str, Left | None]) -> dict[str, Said]:
    return {kind: say_left(one) for kind, one in left.items() if one is not None}
