"""Letters sealed to the body: a list, each as a file that only the body's own machine opens, and 'we have it'."""

import json
from datetime import datetime
from uuid import UUID

from flask import Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.letter_seal import Letter, list_letters, mark_fetched
from service.domain.refusal import Refusal
from service.store.tables import SealedLetter
from service.web.face import SignedIn
from service.web.oversight.current import as_file
from service.web.oversight.face import OversightFace
from service.web.pages import Pages


def pages(face: OversightFace) -> Pages:
    """The pages of this part."""
    part = Pages("letters")
    environment = face.environment

    def found(caller: SignedIn, letter: UUID) -> Letter:
        for one in list_letters(environment, caller.actor):
            if one.letter == letter.hex:
                return one
        raise Refusal("not-found")

    @part.page("/letters", audience=("auditor",))
    def everything(caller: SignedIn) -> str:
        house = face.here(caller)
        letters = list_letters(environment, caller.actor)
        fetched: dict[str, datetime | None] = {}
        with environment.database.reading() as session:
            for one in letters:
                row = session.get(SealedLetter, one.letter)
                fetched[one.letter] = row.fetched_at if row is not None else None
        return render_template("oversight/letters.html", house=house, letters=letters, fetched=fetched)

    @part.page("/letters/<uuid:letter>/file", audience=("auditor",))
    def file(caller: SignedIn, letter: UUID) -> Response:
        face.here(caller)
        one = found(caller, letter)
        told = {
            "form": "kezdesu/letter@v1",
            "letter": one.letter,
            "institution": one.institution,
            "number": one.number,
            "key": one.key,
            "received_at": one.received_at.isoformat(),
            "sealed": one.sealed,
        }
        text = json.dumps(told, indent=1, sort_keys=True) + "\n"
        headers = as_file(f"letter-{one.institution}-{one.number}.json")
        return Response(text, content_type="application/json", headers=headers)

    @part.page("/letters/<uuid:letter>/fetched", audience=("auditor",), methods=("POST",))
    def fetched(caller: SignedIn, letter: UUID) -> AnyResponse:
        face.here(caller)
        face.do(caller, lambda unit: mark_fetched(unit, letter=letter.hex))
        return redirect(url_for("letters.everything"), code=303)

    return part
