"""What an officer signs in with, and where they are signed in."""

from flask import render_template

from service.app.officer_sign_in import factors_of
from service.app.passkey import MOST, passkeys
from service.app.session_list import open_sessions_of
from service.domain.refusal import refuse
from service.store.tables import Officer
from service.store.unit_of_work import UnitOfWork
from service.web.face import SignedIn
from service.web.own_pages import Own, add_own_pages
from service.web.pages import Pages
from service.web.sign_ins import SignInCookie
from service.web.staff.face import StaffFace


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("own_account")
    environment = face.environment
    cookie = SignInCookie("staff", face.settings.secure, "Strict")

    def ways(unit: UnitOfWork) -> tuple[str, ...]:
        return factors_of(unit, unit.get(Officer, unit.actor.id))

    def login(caller: SignedIn) -> str:
        return face.do(caller, lambda unit: unit.get(Officer, unit.actor.id).login)

    def keep_one(unit: UnitOfWork) -> None:
        held = frozenset(unit.actor.roles)
        if held & set(face.settings.second_factor) and not ways(unit):
            raise refuse("conflict", "second-factor-needed")

    @part.page("/account", audience=("officer",))
    def show(caller: SignedIn) -> str:
        token = cookie.token() or ""
        return render_template(
            "staff/account.html",
            passkeys=passkeys(environment, caller.actor),
            most=MOST,
            ways=face.do(caller, ways),
            sessions=face.do(caller, lambda unit: open_sessions_of(unit, token=token)),
        )

    add_own_pages(part, face, Own("officer", cookie, "staff/passkey_new.html", login, keep_one))
    return part
