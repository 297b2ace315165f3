"""An officer's way in: closed, invited anew, and the second factor set up anew by two."""

from uuid import UUID

from flask import redirect, url_for
from werkzeug.wrappers import Response

from service.app.factor_reset import ask_reset, decide_reset
from service.app.officer_appoint import dismiss_officer, invite_officer
from service.app.officer_show import show_officer
from service.web.face import SignedIn
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.officers import Dismissal, handed_over, tried
from service.web.staff.signing import do_signed, say_who_signs


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("officer_ways")
    say_who_signs(part, face)
    environment = face.environment

    @part.page("/officers/<uuid:officer>/dismiss", audience=("officer",), methods=("POST",))
    def dismiss(caller: SignedIn, officer: UUID) -> str | Response:
        face.enter(caller, "officer.dismiss")
        return tried(
            face,
            caller,
            officer,
            "reason",
            Dismissal,
            lambda unit, read, _: dismiss_officer(unit, officer=officer.hex, reason=read.reason),
        )

    @part.page("/officers/<uuid:officer>/invite", audience=("officer",), methods=("POST",))
    def invite(caller: SignedIn, officer: UUID) -> str:
        face.enter(caller, "officer.appoint")
        login = show_officer(environment, caller.actor, officer.hex).row.login
        return handed_over(face, caller, face.do(caller, lambda unit: invite_officer(unit, officer=officer.hex)), login)

    @part.page("/officers/<uuid:officer>/reset", audience=("officer",), methods=("POST",))
    def ask_for_reset(caller: SignedIn, officer: UUID) -> Response:
        face.enter(caller, "factor_reset.ask")
        do_signed(face, caller, lambda unit, pen: ask_reset(unit, officer=officer.hex, pen=pen))
        return redirect(url_for("officers.look", officer=officer), code=303)

    @part.page("/officers/<uuid:officer>/reset/<uuid:asked>/<any(do,refuse):word>", audience=("officer",),
               methods=("POST",))  # fmt: skip
    def reset(caller: SignedIn, officer: UUID, asked: UUID, word: str) -> str | Response:
        face.enter(caller, "factor_reset.decide")
        login = show_officer(environment, caller.actor, officer.hex).row.login
        invitation = do_signed(
            face, caller, lambda unit, pen: decide_reset(unit, request=asked.hex, reset=word == "do", pen=pen)
        )
        if invitation is None:
            return redirect(url_for("officers.look", officer=officer), code=303)
        return handed_over(face, caller, invitation, login)

    return part
