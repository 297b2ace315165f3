"""Where suppliers of calls say who came and went, and fetch what they are to say: believed, and told, only when signed.

The recordings of prompts are open to anybody: they say nothing of any call, and suppliers fetch them without a name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import structlog
from flask import Flask, abort, request, send_file
from werkzeug.wrappers import Response

from service.app.call_hear_supplier import hear_supplier
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.call_events import CallEventReader, SupplierSaid
from service.gateways.receipts import Forged
from service.language.prompts import PROMPTS, SPOKEN_BY_SUPPLIER, prompt_file
from service.store.environment import Environment
from service.web.audience import declare

SUPPLIER = Actor("system", "calls")
ROOT = "/callbacks/calls"
CALL = "<string(length=32):call>"
LIVEKIT = "livekit"
KEPT_SECONDS = 3600
_log = structlog.get_logger("kezdesu.web")


@dataclass(frozen=True)
class CallHooks:
    """The suppliers that may tell us something, by the last part of their address; `base`: our own public address.

    `signed` reads what Twilio fetches; `own_prompts`: the operator's recordings.
    """

    base: str = ""
    readers: Mapping[str, CallEventReader] = field(default_factory=dict)
    signed: Callable[..., object] | None = None
    livekit: Callable[..., SupplierSaid | None] | None = None
    own_prompts: Path | None = None


def install(app: Flask, environment: Environment, hooks: CallHooks | None) -> None:
    """Adds the addresses to the API face; without suppliers that are contracted, they are not there."""
    if hooks is None:
        return

    def heard(said: SupplierSaid | None) -> Response:
        if said is not None:
            try:
                transact(environment, SUPPLIER, lambda unit: hear_supplier(unit, said=said))
            except Refusal as refusal:  # a call that is not there, or that nobody may come into now
                _log.info("nothing came of it", call=said.call, what=said.what, sort=refusal.sort)
        return Response(status=204)

    def take(call: str, reader: CallEventReader) -> Response:
        return heard(_believed(lambda: reader.read(call=call, **_told())))

    for name, reader in hooks.readers.items():
        app.add_url_rule(
            f"{ROOT}/{name}/{CALL}",
            f"call-{name}",
            declare("supplier")(lambda call, reader=reader: take(call, reader)),
            methods=["POST"],
        )
    if hooks.livekit is not None:
        read = hooks.livekit
        app.add_url_rule(
            f"{ROOT}/{LIVEKIT}",
            "call-livekit",
            declare("supplier")(
                lambda: heard(_believed(lambda: read(headers=dict(request.headers), body=request.get_data())))
            ),
            methods=["POST"],
        )
    if hooks.signed is not None:
        _install_prompts(app, hooks, hooks.signed)


def _install_prompts(app: Flask, hooks: CallHooks, signed: Callable[..., object]) -> None:
    def say(code: str, languages: str) -> Response:
        _believed(lambda: signed(**_told()))
        wanted = languages.split("-")
        if code not in PROMPTS or not set(wanted) <= set(PROMPTS[code]):
            abort(404)
        return Response(spoken(hooks.base, code, wanted), content_type="text/xml; charset=utf-8")

    def play(language: str, code: str) -> Response:
        file = prompt_file(code, language, hooks.own_prompts)
        if file is None:
            abort(404)
        return send_file(file, mimetype="audio/wav", max_age=KEPT_SECONDS)

    app.add_url_rule(f"{ROOT}/prompts/<code>/<languages>", "call-prompt", declare("supplier")(say), methods=["POST"])
    app.add_url_rule(f"{ROOT}/prompts/<language>/<code>.wav", "call-recording", declare("anyone")(play))


def spoken(base: str, code: str, languages: list[str]) -> bytes:
    """TwiML of a prompt: said by Twilio in languages that it has a voice for, played from a recording in all others."""
    response = Element("Response")
    for language in languages:
        voice = SPOKEN_BY_SUPPLIER.get(language)
        if voice is None:
            SubElement(response, "Play").text = f"{base.rstrip('/')}{ROOT}/prompts/{language}/{code}.wav"
        else:
            SubElement(response, "Say", {"language": voice}).text = PROMPTS[code][language]
    said: bytes = tostring(response, encoding="utf-8", xml_declaration=True)
    return said


def _believed(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (Forged, ValueError, TypeError, AttributeError):
        _log.warning("not signed by the supplier, or without sense")
        abort(403)


def _told() -> dict[str, Any]:
    query = request.query_string.decode("ascii", "replace")
    body = request.get_data(cache=True)
    target = f"{request.path}?{query}" if query else request.path
    return {"target": target, "headers": dict(request.headers), "form": request.form, "body": body}
