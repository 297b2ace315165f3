"""Ties: accepted on paper, verified by one officer, confirmed by another, refused with a ground."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from service.app.desk_show import show_desk_relationship
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_decide import (
    confirm_relationship,
    permit_relationship,
    refuse_relationship,
    verify_relationship,
)
from service.app.relationship_end import revoke_relationship
from service.app.relationship_show import list_at
from service.domain.access import POLICY, Target, may
from service.domain.refusal import Refusal
from service.domain.relationship import STEPS
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.shapes import Ground
from service.web.api.v1.texts import Basis, Paper
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace, grounds

SEE = "relationship.see"
COMMON = ("ground-kinship-not-proved", "ground-no-document", "ground-false-papers")


class OnPaper(Body):
    paper: Paper


class Verified(Body):
    basis: Basis
    listed: bool = False


class ForGround(Body):
    ground: Ground


class Nothing(Body):
    pass


LABELS = {
    "paper": N_("Number of the signed paper"),
    "basis": N_("Which papers you have seen"),
    "listed": N_("The personal file names this person (needed for calls)"),
    "ground": N_("Ground"),
}

Act = Callable[[UnitOfWork, str, Any], None]
ACTS: Mapping[str, tuple[type[Body], Act]] = {
    "accept": (OnPaper, lambda unit, tie, read: accept_relationship(unit, relationship=tie, paper=read.paper)),
    "decline": (OnPaper, lambda unit, tie, read: decline_relationship(unit, relationship=tie, paper=read.paper)),
    "verify": (
        Verified,
        lambda unit, tie, read: verify_relationship(unit, relationship=tie, basis=read.basis, listed=read.listed),
    ),
    "confirm": (Nothing, lambda unit, tie, _: confirm_relationship(unit, relationship=tie)),
    "permit": (Nothing, lambda unit, tie, _: permit_relationship(unit, relationship=tie)),
    "refuse": (ForGround, lambda unit, tie, read: refuse_relationship(unit, relationship=tie, ground=read.ground)),
    "revoke": (ForGround, lambda unit, tie, read: revoke_relationship(unit, relationship=tie, ground=read.ground)),
}
"""The steps of a relationship that officers take, by their name in the access policy."""


def _named(act: str) -> str:
    return f"relationship.{act}"


assert all(_named(act) in POLICY for act in ACTS), "every step has its row in the access policy"


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("relations")
    environment = face.environment

    def shown(caller: SignedIn, relationship: UUID, forms: Mapping[str, Form[Any]]) -> str:
        place = face.enter(caller, SEE)
        one = show_desk_relationship(environment, caller.actor, relationship.hex)
        target = Target(caller.institution, not_by=frozenset({one.row.verified_by or ""}))
        acts = {
            act: forms.get(act) or Form(model, labels=LABELS)
            for act, (model, _) in ACTS.items()
            if one.row.state in STEPS[act].before  # type: ignore[index]
            and may(caller.actor, _named(act), target)
            and not (act == "permit" and one.row.permitted_at is not None)
        }
        return render_template(
            "staff/relation.html",
            place=place,
            one=one,
            born=date.fromisoformat(one.born) if one.born else None,
            acts=acts,
            grounds=[("", "—"), *grounds(*COMMON)],
        )

    @part.page("/relations", audience=("officer",))
    def queue(caller: SignedIn) -> str:
        place = face.enter(caller, SEE)
        return render_template("staff/relations.html", place=place, ties=list_at(environment, caller.actor))

    @part.page("/relations/<uuid:relationship>", audience=("officer",))
    def look(caller: SignedIn, relationship: UUID) -> str:
        return shown(caller, relationship, {})

    @part.page("/relations/<uuid:relationship>/<act>", audience=("officer",), methods=("POST",))
    def decide(caller: SignedIn, relationship: UUID, act: str) -> str | Response:
        if act not in ACTS:
            abort(404)
        model, step = ACTS[act]
        form: Form[Any] = Form(model, labels=LABELS)
        if switching_language():
            form.keep()
        elif (read := form.read()) is not None:
            try:
                face.do(caller, lambda unit: step(unit, relationship.hex, read))
            except Refusal as refusal:
                refuse_into(form, refusal)
            else:
                return redirect(url_for("relations.queue"), code=303)
        return shown(caller, relationship, {act: form})

    return part
