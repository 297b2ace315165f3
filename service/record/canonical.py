"""One value, one sequence of bytes: JSON Canonicalization Scheme (RFC 8785) for what an event may hold.

An event holds strings, integers, booleans, null, lists and objects. Fractions are left out, since two
programs print one fraction in two ways; integers stay within what every JSON reader keeps exactly. Object
keys are printable ASCII: RFC 8785 orders keys by UTF-16 code units, Python by code points, and for ASCII the
two are the same order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn, TypeAlias

from service.record.refusals import RecordRefused

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
MAX_ENTRY_BYTES = 65_535
"""An entry of a log at its longest: C2SP tlog-tiles writes its length in two bytes."""


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes (UTF-8) of a value.

    Raises RecordRefused ``canonical.type``, ``canonical.integer``, ``canonical.text``, ``canonical.key``
    or ``canonical.depth`` when the value holds what an event may not hold.
    """
    _check(value, 0)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()


def canonical_entry(event: Mapping[str, object]) -> bytes:
    """The bytes of an event as an entry of a log: at most 65,535 of them, else ``canonical.size``."""
    data = canonical(dict(event))
    if len(data) > MAX_ENTRY_BYTES:
        raise RecordRefused("canonical.size", size=len(data), limit=MAX_ENTRY_BYTES)
    return data


def parse_canonical(data: bytes) -> JSON:
    """The value of canonical bytes; every other spelling of the same value is refused.

    Raises RecordRefused ``canonical.json`` for what is no JSON, ``canonical.duplicate`` for a key given
    twice, ``canonical.form`` for JSON that is not in canonical form, and the grounds of :func:`canonical`.
    """
    try:
        value: JSON = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except RecordRefused:
        raise
    except (ValueError, RecursionError) as error:
        raise RecordRefused("canonical.json") from error
    if canonical(value) != data:
        raise RecordRefused("canonical.form")
    return value


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RecordRefused("canonical.depth", limit=MAX_DEPTH)
    if isinstance(value, str):
        _check_text(value)
    elif value is None or isinstance(value, bool):
        pass
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise RecordRefused("canonical.integer", limit=MAX_INTEGER)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii() and key.isprintable()):
                raise RecordRefused("canonical.key")
            _check(item, depth + 1)
    else:
        raise RecordRefused("canonical.type", type=type(value).__name__)


def _check_text(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:  # half of a surrogate pair has no UTF-8 form
            raise RecordRefused("canonical.text") from error


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RecordRefused("canonical.duplicate")
    return found


def _refuse_number(literal: str) -> NoReturn:
    raise RecordRefused("canonical.type", type=f"number {literal[:20]}")
