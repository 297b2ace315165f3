"""Exceptions and merges: asked by one, approved by another in another role, counted for whoever approves."""

from typing import Annotated
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response

from service.app.act_sign import Pen
from service.app.convict_find import convict_with_number
from service.app.erasure_show import list_erasures
from service.app.exception_ask import ask_exception, decide_exception
from service.app.exception_show import list_exceptions
from service.domain.access import Target, may
from service.domain.grounds import EXCEPTION_GROUNDS, REOPENING
from service.domain.refusal import Refusal
from service.store.tables.appointments import APPOINTMENT_KINDS
from service.store.unit_of_work import UnitOfWork
from service.web.api.v1.texts import FileNumber, LegalArticle, Words
from service.web.api.values import Body, Day
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.names import KINDS
from service.web.pages import Pages
from service.web.staff.desk_words import ASKED_STATES, EXCEPTION_GROUND_NAMES, EXCEPTION_KINDS, MERGE_GROUND_NAMES
from service.web.staff.face import StaffFace
from service.web.staff.signing import do_signed, say_who_signs

Code = Annotated[str, Field(pattern=r"^[a-z][a-z_-]{2,40}$")]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
LABELS = {
    "file_number": N_("Number of the convict's file"),
    "kind": N_("What is to be set aside"),
    "appointment_kind": N_("For what"),
    "ground": N_("Ground"),
    "article": N_("Article"),
    "words": N_("Why, in your words"),
    "usable_until": N_("To be used by"),
    "relationship": N_("Which refused tie"),
    "kept": N_("Who goes on"),
    "ended": N_("Who ends and points there"),
}


LISTED = "exceptions.everything"


class Asked(Body):
    file_number: FileNumber
    kind: Code
    appointment_kind: Code
    ground: Code
    article: LegalArticle
    words: Words
    usable_until: Day


class Said(Body):
    grant: bool


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("exceptions")
    say_who_signs(part, face)
    environment = face.environment

    @part.page("/exceptions", audience=("officer",))
    def everything(caller: SignedIn) -> str:
        place, target = face.enter(caller, "exception.see"), Target(caller.institution)
        return render_template(
            "staff/exceptions.html",
            place=place,
            found=list_exceptions(environment, caller.actor),
            may_act=lambda act: may(caller.actor, act, target),
            own=caller.id,
            erasures=len(list_erasures(environment, caller.actor))
            if may(caller.actor, "erasure.decide", target)
            else 0,
            KIND_NAMES=EXCEPTION_KINDS,
            GROUNDS={**EXCEPTION_GROUND_NAMES, **MERGE_GROUND_NAMES},
            STATE_NAMES=ASKED_STATES,
            VISITS=KINDS,
        )

    @part.page("/exceptions/new", audience=("officer",), methods=("GET", "POST"))
    def ask(caller: SignedIn) -> str | Response:
        place = face.enter(caller, "exception.ask")
        form = Form(Asked, labels=LABELS)
        if request.method == "GET":
            form.show(file_number=request.args.get("file", ""))
        elif switching_language():
            form.keep()
        elif (read := form.read()) is not None:
            asked = read

            def act(unit: UnitOfWork, pen: Pen) -> None:
                ask_exception(
                    unit,
                    convict=convict_with_number(unit, asked.file_number),
                    kind=asked.kind,
                    appointment_kind=asked.appointment_kind,
                    ground=asked.ground,
                    article=asked.article,
                    words=asked.words,
                    usable_until=asked.usable_until,
                    pen=pen,
                )

            try:
                do_signed(face, caller, act)
            except Refusal as refusal:
                if refusal.sort != "not-found":
                    refuse_into(form, refusal, {"date-impossible": "usable_until"})
                else:
                    form.refuse("file_number", N_("Nobody with this number serves here"))
            else:
                return redirect(url_for(LISTED), code=303)
        kinds = [one for one in EXCEPTION_KINDS if one != REOPENING]
        return render_template(
            "staff/exception_new.html",
            place=place,
            form=form,
            kinds=[("", "—"), *((one, words().sentence(EXCEPTION_KINDS[one])) for one in kinds)],
            visits=[("", "—"), *((one, words().sentence(KINDS[one])) for one in APPOINTMENT_KINDS)],
            grounds=exception_grounds(),
        )

    @part.page("/exceptions/<uuid:exception>/decide", audience=("officer",), methods=("POST",))
    def decide(caller: SignedIn, exception: UUID) -> Response:
        face.enter(caller, "exception.decide")
        grant = (Form(Said).read() or abort(400)).grant
        do_signed(face, caller, lambda unit, pen: decide_exception(unit, request=exception.hex, grant=grant, pen=pen))
        return redirect(url_for(LISTED), code=303)

    return part


def exception_grounds() -> list[tuple[str, str]]:
    return [("", "—"), *((one, words().sentence(EXCEPTION_GROUND_NAMES[one])) for one in EXCEPTION_GROUNDS)]
