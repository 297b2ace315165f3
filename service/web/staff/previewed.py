"""Saving in two steps: first what the change touches is shown, then, if that is still so, it is made."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import request
from pydantic import BaseModel

from service.app.rehearse import Rehearsed
from service.domain.reasons import reason
from service.web.face import said
from service.web.forms import Form

SEEN = "seen"
"""The field that says what was shown; it changes with what was typed and with what is touched."""


def seen_mark(read: BaseModel, rehearsed: Rehearsed[Any]) -> str:
    """The mark of a preview."""
    return hashlib.sha256(f"{read.model_dump_json()} {rehearsed.mark}".encode()).hexdigest()[:32]


def to_be_shown(form: Form[Any], read: BaseModel, rehearse: Callable[[], Rehearsed[Any]]) -> Rehearsed[Any] | None:
    """What to show before saving; None when exactly that was shown already, and the change may be made.

    Where something else is touched than was shown, the form says so. Raises Refusal as the act would.
    """
    rehearsed = rehearse()
    mark, sent = seen_mark(read, rehearsed), request.form.get(SEEN, "")
    if sent == mark:
        return None
    if sent and request.form.get("seen_of") == typed_mark(read):
        form.refuse("", said(reason("touched-changed")))
    return rehearsed


def typed_mark(read: BaseModel) -> str:
    """The mark of what was typed alone."""
    return hashlib.sha256(read.model_dump_json().encode()).hexdigest()[:32]
