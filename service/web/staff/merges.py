"""Acts of two about ties and persons: a refused tie taken up again, two records that are one person."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.app.exception_ask import ask_reopening
from service.app.person_merge import ask_merge, decide_merge
from service.app.relationship_show import OPEN, ShownRelationship, list_at
from service.domain.grounds import MERGE_GROUNDS
from service.domain.refusal import Refusal
from service.web.api.v1.texts import LegalArticle, Words
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.pages import Pages
from service.web.staff.desk_words import MERGE_GROUND_NAMES
from service.web.staff.exceptions import LABELS, LISTED, Code, Id, Said, exception_grounds
from service.web.staff.face import StaffFace
from service.web.staff.signing import do_signed, say_who_signs


class AskedAgain(Body):
    relationship: Id
    ground: Code
    article: LegalArticle
    words: Words


class AskedMerge(Body):
    kept: Id
    ended: Id
    ground: Code
    words: Words


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("merges")
    say_who_signs(part, face)
    environment = face.environment

    @part.page("/exceptions/reopening", audience=("officer",), methods=("GET", "POST"))
    def ask_again(caller: SignedIn) -> str | Response:
        place = face.enter(caller, "reopening.ask")
        form = Form(AskedAgain, labels=LABELS)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            asked = read
            try:
                do_signed(
                    face,
                    caller,
                    lambda unit, pen: ask_reopening(
                        unit,
                        relationship=asked.relationship,
                        ground=asked.ground,
                        article=asked.article,
                        words=asked.words,
                        pen=pen,
                    ),
                )
            except Refusal as refusal:
                refuse_into(form, refusal)
            else:
                return redirect(url_for(LISTED), code=303)
        refused = list_at(environment, caller.actor, ("refused",))
        return render_template(
            "staff/reopening.html", place=place, form=form, ties=_ties(refused), grounds=exception_grounds()
        )

    @part.page("/exceptions/merge", audience=("officer",), methods=("GET", "POST"))
    def ask_one(caller: SignedIn) -> str | Response:
        place = face.enter(caller, "merge.ask")
        form = Form(AskedMerge, labels=LABELS)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            asked = read
            try:
                do_signed(
                    face,
                    caller,
                    lambda unit, pen: ask_merge(
                        unit, kept=asked.kept, ended=asked.ended, ground=asked.ground, words=asked.words, pen=pen
                    ),
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"merge-not-relatives": "ended", "already-there": "ended"})
            else:
                return redirect(url_for(LISTED), code=303)
        ties = list_at(environment, caller.actor, (*OPEN, "confirmed", "refused", "declined"))
        grounds = [(one, words().sentence(MERGE_GROUND_NAMES[one])) for one in MERGE_GROUNDS]
        return render_template(
            "staff/merge.html", place=place, form=form, ties=_ties(ties), grounds=[("", "—"), *grounds]
        )

    @part.page("/exceptions/merges/<uuid:merge>/decide", audience=("officer",), methods=("POST",))
    def decide_one(caller: SignedIn, merge: UUID) -> Response:
        face.enter(caller, "merge.decide")
        grant = (Form(Said).read() or abort(400)).grant
        do_signed(face, caller, lambda unit, pen: decide_merge(unit, request=merge.hex, grant=grant, pen=pen))
        return redirect(url_for(LISTED), code=303)

    return part


def _ties(found: list[ShownRelationship]) -> list[tuple[str, str]]:
    """(relationship, who to whom) of a list: two rows of one person read alike, so the day of the claim tells them."""
    shown = [
        (one.row.id, f"{one.person or '—'} – {one.convict or '—'}, {words().day(one.row.claimed_at)}") for one in found
    ]
    return [("", "—"), *shown]
