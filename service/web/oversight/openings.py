"""Openings of an institution's log: asked by one auditor, granted by another, taken once as a file by the first."""

import tempfile
from pathlib import Path
from typing import Annotated
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.openings_release import GROUNDS, ask_openings, decide_openings, release_openings
from service.app.oversight_show import list_releases
from service.domain.refusal import Refusal
from service.store.tables import OpeningRelease
from service.store.unit_of_work import UnitOfWork
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_, Message
from service.web.oversight.current import as_file
from service.web.oversight.face import OversightFace
from service.web.pages import Pages

GROUND_NAMES: dict[str, Message] = {
    "complaint": N_("a complaint"),
    "inspection": N_("an inspection"),
    "criminal-case": N_("a criminal case"),
    "court-order": N_("an order of a court"),
    "lead": N_("a lead"),
}
STATES: dict[str, tuple[Message, str]] = {
    "asked": (N_("waits for another auditor"), "waiting"),
    "granted": (N_("granted"), "granted"),
    "refused": (N_("refused"), "refused"),
    "released": (N_("taken"), "over"),
}


class Asked(Body):
    ground: Annotated[str, Field(min_length=1, max_length=20)]
    paper: Annotated[str, Field(min_length=1, max_length=80)]


def pages(face: OversightFace) -> Pages:
    """The pages of this part."""
    part = Pages("openings")
    environment = face.environment

    @part.page("/openings", audience=("auditor",), methods=("GET", "POST"))
    def everything(caller: SignedIn) -> str | AnyResponse:
        house = face.here(caller)
        form = Form(Asked, labels={"ground": N_("Ground"), "paper": N_("Number of the paper it rests on")})
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                face.do(
                    caller,
                    lambda unit: ask_openings(unit, institution=house.id, ground=read.ground, paper=read.paper),
                )
                return redirect(url_for("openings.everything"), code=303)
            except Refusal as refusal:
                places = {"choice-unknown": "ground"}
                refuse_into(form, refusal, {one.code: places.get(one.code, "paper") for one in refusal.reasons})
        return render_template(
            "oversight/openings.html",
            house=house,
            form=form,
            releases=list_releases(environment, caller.actor),
            me=caller.id,
            grounds=[(code, words().sentence(GROUND_NAMES[code])) for code in GROUNDS],
            ground_names=GROUND_NAMES,
            states=STATES,
        )

    @part.page("/openings/<uuid:release>/decide", audience=("auditor",), methods=("POST",))
    def decide(caller: SignedIn, release: UUID) -> AnyResponse:
        house = face.here(caller)
        grant = request.form.get("grant") == "true"

        def act(unit: UnitOfWork) -> str:
            _of(unit, release, house.id)
            return decide_openings(unit, request=release.hex, grant=grant)

        face.do(caller, act)
        return redirect(url_for("openings.everything"), code=303)

    @part.page("/openings/<uuid:release>/file", audience=("auditor",), methods=("POST",))
    def take(caller: SignedIn, release: UUID) -> Response:
        house = face.here(caller)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "openings"

            def act(unit: UnitOfWork) -> None:
                _of(unit, release, house.id)
                release_openings(unit, request=release.hex, file=file)

            face.do(caller, act)
            octets = file.read_bytes()
        headers = as_file(f"openings-{house.id}-{release.hex[:8]}.jsonl")
        return Response(octets, content_type="application/jsonl", headers=headers)

    return part


def _of(unit: UnitOfWork, release: UUID, institution: str) -> None:
    """Raises Refusal 'not-found' for a request of another institution."""
    if unit.get(OpeningRelease, release.hex).institution_id != institution:
        raise Refusal("not-found")
