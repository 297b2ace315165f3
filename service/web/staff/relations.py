"""Ties: accepted on paper, verified by one officer, confirmed by another, refused with a ground."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response as AnyResponse
from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from service.app.desk_show import show_desk_relationship
from service.app.identity_open import open_identity
from service.app.photo_show import has_photo, show_photo
from service.app.registry_ask import ASKABLE, ask_registry
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_check import check_relationship, queue_beside
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
from service.web.api.v1.texts import Basis, Paper, Title
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.desk_words import CHECK_NAMES, DIFFERENCE_NAMES, REGISTRY_ANSWERS, REGISTRY_SHORT, VERDICTS
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


class Look(Body):
    reason: Title


class Nothing(Body):
    pass


LABELS = {
    "paper": N_("Number of the signed paper"),
    "basis": N_("Which papers you have seen"),
    "listed": N_("The personal file names this person (needed for calls)"),
    "ground": N_("Ground"),
    "reason": N_("Why you need the whole number"),
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

    def shown(
        caller: SignedIn,
        relationship: UUID,
        forms: Mapping[str, Form[Any]],
        number: str | None = None,
        look_form: Form[Any] | None = None,
    ) -> str:
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
        checked = check_relationship(environment, caller.actor, relationship.hex)
        photo = may(caller.actor, "photo.see", Target(caller.institution)) and has_photo(
            environment, person=one.row.person_id
        )
        return render_template(
            "staff/relation.html",
            place=place,
            one=one,
            checked=checked,
            photo=photo,
            pictures=may(caller.actor, "photo.add", Target(caller.institution)),
            asks=one.row.state in ASKABLE
            and may(caller.actor, "relationship.ask_registry", Target(caller.institution))
            and (checked.question is None or checked.question.state != "asked"),
            opens=may(caller.actor, "identity.open", Target(caller.institution)) and one.document is not None,
            number=number,
            look_form=look_form or Form(Look, labels=LABELS),
            CHECK_NAMES=CHECK_NAMES,
            VERDICTS=VERDICTS,
            ANSWERS=REGISTRY_ANSWERS,
            DIFFERENCES=DIFFERENCE_NAMES,
            born=date.fromisoformat(one.born) if one.born else None,
            acts=acts,
            grounds=[("", "—"), *grounds(*COMMON)],
        )

    @part.page("/relations", audience=("officer",))
    def queue(caller: SignedIn) -> str:
        place = face.enter(caller, SEE)
        ties = list_at(environment, caller.actor)
        beside = queue_beside(environment, caller.actor, [one.row for one in ties])
        return render_template(
            "staff/relations.html",
            place=place,
            ties=ties,
            numbers=beside.numbers,
            answers=beside.answers,
            ANSWERS=REGISTRY_SHORT,
        )

    @part.page("/relations/<uuid:relationship>", audience=("officer",))
    def look(caller: SignedIn, relationship: UUID) -> str:
        return shown(caller, relationship, {})

    @part.page("/relations/<uuid:relationship>/photo", audience=("officer",))
    def photo(caller: SignedIn, relationship: UUID) -> Response:
        face.enter(caller, "photo.see")
        one = show_desk_relationship(environment, caller.actor, relationship.hex)
        image = show_photo(environment, caller.actor, person=one.row.person_id)
        return AnyResponse(image, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})

    @part.page("/relations/<uuid:relationship>/number", audience=("officer",), methods=("POST",))
    def read_number(caller: SignedIn, relationship: UUID) -> str:
        face.enter(caller, "identity.open")
        one = show_desk_relationship(environment, caller.actor, relationship.hex)
        form = Form(Look, labels=LABELS)
        read = None if switching_language() else form.read()
        if read is None or one.document is None:
            return shown(caller, relationship, {}, look_form=form.keep())
        field, why = one.document[0], read.reason
        number = face.do(caller, lambda unit: open_identity(unit, person=one.row.person_id, field=field, reason=why))
        return shown(caller, relationship, {}, number=number)

    @part.page("/relations/<uuid:relationship>/registry", audience=("officer",), methods=("POST",))
    def ask(caller: SignedIn, relationship: UUID) -> Response:
        face.enter(caller, "relationship.ask_registry")
        face.do(caller, lambda unit: ask_registry(unit, relationship=relationship.hex))
        return redirect(url_for("relations.look", relationship=relationship), code=303)

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
