"""Acts of two at the interface: signed with the officer's passkey where they have one."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import request
from pydantic import BaseModel

from service.app.act_sign import Pen, signing
from service.domain.access import Actor
from service.gateways.passkeys import Party
from service.store.unit_of_work import UnitOfWork
from service.web.api.contract import Once
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE, SIGNATURE_NEEDED
from service.web.api.v1.interface import Interface

T = TypeVar("T")
A = TypeVar("A", bound=BaseModel)
HEADER = "Kezdesu-Passkey"
ACT_OF_TWO: dict[str, Any] = {
    "principals": ("officer",),
    "problems": (CONFLICT, NOT_POSSIBLE, SIGNATURE_NEEDED),
    "idempotent": True,
}


def act_signed(
    face: Interface, actor: Actor, once: Once, use_case: Callable[[UnitOfWork, Pen], T], answer: Callable[[T], A]
) -> A:
    """Carries out one half of an act of two, as `Interface.act` does; asks for the signature where one is needed."""
    pen = _pen()
    return signing(
        face.environment, actor, pen, lambda: face.act(actor, once, lambda unit: use_case(unit, pen), answer)
    )


def _pen() -> Pen:
    """What this request is signed with: its session, the site it went to, and the header's answer."""
    parts = urlsplit(request.host_url)
    token = request.authorization.token if request.authorization else None
    given = request.headers.get(HEADER)
    return Pen(
        token or "",
        Party(parts.hostname or "", f"{parts.scheme}://{parts.netloc}"),
        None if given is None else _read(given),
    )


def _read(given: str) -> str:
    try:
        return base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
