"""Setting up the first second factor, where a role needs one: a code by time, or a passkey."""

from flask import Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from service.app.half_session import make_whole
from service.app.passkey import add_passkey, ask_new_passkey
from service.app.time_code import begin_time_code, begun_time_code, prove_time_code
from service.app.transact import transact
from service.domain.refusal import Refusal
from service.store.tables import Officer
from service.store.unit_of_work import UnitOfWork
from service.web.address_code import address_svg
from service.web.face import refuse_into
from service.web.i18n import switching_language
from service.web.page_app import back_to
from service.web.pages import Pages
from service.web.passkey_pages import new_passkey_form, options_response, party
from service.web.staff.face import StaffFace
from service.web.staff.second_step import AT_CODE, half_here, let_in, time_code_form, ways_of


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("set_up")
    environment = face.environment

    @part.page("/sign-in/set-up", audience=("anyone",), methods=("GET", "POST"))
    def by_code() -> str | AnyResponse:
        half = half_here(face)
        if half is None:
            return redirect(url_for("entrance.sign_in", back=back_to()), code=303)
        if ways_of(face, half):  # somebody else's window was faster: from here on it is asked for, not set up
            return redirect(url_for("second_step.second", back=back_to()), code=303)
        form = time_code_form()
        if begun_time_code(environment, half.actor) is None:
            transact(environment, half.actor, begin_time_code)
        begun = begun_time_code(environment, half.actor)
        if switching_language():
            form.keep()
        elif request.method == "POST" and (given := form.read()) is not None:
            try:
                token = prove_time_code(environment, half.actor, code=given.time_code, half=half)
            except Refusal as refusal:
                refuse_into(form, refusal, AT_CODE)
            else:
                return let_in(face, token or "")
        secret, address = (begun.secret, begun.address) if begun is not None else ("", "")
        return render_template(
            "staff/set_up.html",
            form=form,
            secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            picture=Markup(address_svg(address)) if address else "",  # noqa: S704  (our own drawing)
            address=address,
            back=back_to(),
        )

    @part.page("/sign-in/set-up/passkey", audience=("anyone",), methods=("GET", "POST"))
    def by_passkey() -> str | AnyResponse:
        half = half_here(face)
        if half is None or ways_of(face, half):
            return redirect(url_for("entrance.sign_in", back=back_to()), code=303)
        form = new_passkey_form()
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            try:
                add_passkey(
                    environment, half.actor, token=half.token, party=party(), name=read.name, answer=read.answer
                )
            except Refusal as refusal:
                refuse_into(form, refusal, {"passkey-wrong": "answer", "already-there": "answer"})
            else:
                return let_in(face, transact(environment, half.actor, lambda unit: make_whole(unit, half, "passkey")))
        return render_template("staff/set_up_passkey.html", form=form, back=back_to())

    @part.page("/sign-in/set-up/passkey/options", audience=("anyone",), methods=("POST",))
    def options() -> Response:
        half = half_here(face)
        if half is None or ways_of(face, half):
            raise Refusal("not-found")

        def ask(unit: UnitOfWork) -> str:
            login = unit.get(Officer, half.actor.id).login
            return ask_new_passkey(unit, token=half.token, party=party(), shown_as=login)

        return options_response(transact(environment, half.actor, ask))

    return part
