"""What the family holds in hand: the receipt, and the right to say that a record is wrong."""

import base64
import binascii
from typing import Literal
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.app.dispute_raise import raise_dispute
from service.app.reading import Reading
from service.app.receipt_make import MadeReceipt, make_receipt, make_slip_receipt
from service.domain.access import NOBODY
from service.domain.refusal import Refusal
from service.record.policy_write import keys_for
from service.record.receipt import parse_receipt
from service.web.api.v1.texts import Words
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.names import DISPUTES
from service.web.pages import Pages
from service.web.public.appointments import appointment_of
from service.web.public.face import PublicFace
from service.web.public.receipt_page import CHECKER, Filled, served


class Wrong(Body):
    code: Literal["did-not-happen", "was-not-there", "unknown-person", "other-time", "not-asked-for", "other"]
    words: Words | None = None


def slip_of(code: str) -> str:
    """The request or letter that a slip names, in 22 signs. Raises Refusal 'not-found' for anything else."""
    try:
        octets = base64.b64decode(f"{code}==".encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise Refusal("not-found") from error
    if len(octets) != 16:
        raise Refusal("not-found")
    return octets.hex()


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("holding")
    environment = face.environment

    def receipt_of(caller: SignedIn, appointment: UUID) -> MadeReceipt | None:
        with Reading(environment, caller.actor) as reading:
            return make_receipt(reading, appointment=appointment.hex)

    def _filled(made: MadeReceipt) -> Filled:
        policy = environment.witness_policy
        signed = () if policy is None else policy.seen(parse_receipt(made.data).checkpoint)
        return Filled(keys_for(policy, made.verifier_key, signed), made.data.decode(), words().language)

    @part.page("/appointments/<uuid:appointment>/receipt", audience=("relative",))
    def receipt(caller: SignedIn, appointment: UUID) -> str:
        one, made = appointment_of(face, caller, appointment), receipt_of(caller, appointment)
        if made is None:
            return render_template("public/receipt_soon.html", one=one)
        return render_template("public/receipt.html", one=one, made=made)

    @part.page("/appointments/<uuid:appointment>/receipt.tlog-proof", audience=("relative",))
    def receipt_file(caller: SignedIn, appointment: UUID) -> AnyResponse:
        made = receipt_of(caller, appointment)
        if made is None:
            return redirect(url_for("holding.receipt", appointment=appointment), code=303)
        return _saved(made.data, "application/octet-stream", f"kezdesu-{made.event}.tlog-proof")

    @part.page("/help/receipt-check.html", audience=("anyone",))
    def receipt_check() -> AnyResponse:
        return _saved(CHECKER.read_bytes(), "text/html", "kezdesu-receipt-check.html")

    @part.page("/help/receipt-check", audience=("anyone",))
    def check_any() -> AnyResponse:
        return served(Filled("", "", words().language))

    @part.page("/k/<code>", audience=("anyone",))
    def check_slip(code: str) -> AnyResponse:
        """What stands on a slip of the kiosk leads here: no name, no account, only the proof that it was asked."""
        with Reading(environment, NOBODY) as reading:
            made = make_slip_receipt(reading, slip=slip_of(code))
        if made is None:
            answer = served(Filled("", "", words().language))
            answer.headers["Refresh"] = "20"
            return answer
        return served(_filled(made))

    @part.page("/appointments/<uuid:appointment>/receipt/check", audience=("relative",))
    def check_own(caller: SignedIn, appointment: UUID) -> AnyResponse:
        made = receipt_of(caller, appointment)
        if made is None:
            return redirect(url_for("holding.receipt", appointment=appointment), code=303)
        return served(_filled(made))

    @part.page("/appointments/<uuid:appointment>/wrong", audience=("relative",), methods=("GET", "POST"))
    def dispute(caller: SignedIn, appointment: UUID) -> str | AnyResponse:
        one = appointment_of(face, caller, appointment)
        form = Form(Wrong, labels={"code": N_("What is wrong?"), "words": N_("What happened, in your own words")})
        if switching_language():
            form.keep()
        elif request.method == "POST" and (read := form.read()) is not None:
            code, said = read.code, read.words
            try:
                face.do(caller, lambda unit: raise_dispute(unit, appointment=appointment.hex, code=code, words=said))
            except Refusal as refusal:
                refuse_into(form, refusal)
            else:
                return redirect(url_for("holding.disputed", appointment=appointment), code=303)
        codes = [(code, words().sentence(said)) for code, said in DISPUTES.items()]
        return render_template("public/dispute.html", one=one, form=form, codes=codes)

    @part.page("/appointments/<uuid:appointment>/wrong/said", audience=("relative",))
    def disputed(caller: SignedIn, appointment: UUID) -> str:
        return render_template("public/disputed.html", one=appointment_of(face, caller, appointment))

    return part


def _saved(data: bytes, mimetype: str, name: str) -> Response:
    """A file that the browser keeps, instead of a page."""
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
