"""Acts of two on the desk's pages: signed with the officer's passkey where they have one, by `static/passkey.js`.

The script sends the form once with the header X-Passkey: the act is tried, taken back, and answered with what the
passkey has to sign; then the form goes as usual, with the answer in it.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, g, request

from service.app.act_sign import Pen, must_sign, to_be_signed
from service.store.unit_of_work import UnitOfWork
from service.web.face import Face, SignedIn
from service.web.pages import Pages
from service.web.passkey_pages import LONGEST_ANSWER, options_response, party
from service.web.sign_ins import SignInCookie
from service.web.staff.face import StaffFace

T = TypeVar("T")
ASKING = "X-Passkey"
ANSWER = "answer"


def do_signed(face: StaffFace, caller: SignedIn, use_case: Callable[[UnitOfWork, Pen], T]) -> T:
    """Carries out one half of an act of two. Ends the request with the passkey's options where the page asks for them;
    with "null" where there is nothing to sign with. Raises Refusal."""
    token = SignInCookie(face.app, face.settings.secure, "Strict").token() or ""
    if ASKING in request.headers:
        options = to_be_signed(face.environment, caller.actor, Pen(token, party()), use_case)
        abort(options_response(options or "null"))
    answer = request.form.get(ANSWER, "")[: LONGEST_ANSWER + 1]
    pen = Pen(token, party(), answer or None)
    return face.do(caller, lambda unit: use_case(unit, pen))


def say_who_signs(part: Pages, face: Face) -> None:
    """Tells the templates of a part whether this officer signs acts of two (`signs`)."""

    def told() -> dict[str, object]:
        caller = g.get("caller")
        return {"signs": caller is not None and must_sign(face.environment, caller.actor)}

    part.context_processor(told)
