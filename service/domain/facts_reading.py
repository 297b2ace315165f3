"""A case as JSON, `{"law": "kz", "facts": {…}, "request": {…}}`: read into facts and request, and written
again.

The keys are the fields of `service.domain.facts`; docs/entitlement.md has the schema.
"""

import json
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from service.domain.facts import AppointmentRequest, ConvictFacts

T = TypeVar("T")
_LENGTHS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class BadCase(ValueError):
    """A case that cannot be read; the text says which field and what would be right."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it is put in a file."""

    facts: ConvictFacts
    request: AppointmentRequest
    law: str = "kz"


def read_case(text: str, replaced: Mapping[str, object] | None = None) -> Case:
    """Reads a case; `replaced` overrides fields of the request by their JSON values. Raises `BadCase`."""
    try:
        cells = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadCase(f"the file is not JSON: {error}") from error
    if not isinstance(cells, dict):
        raise BadCase("the file must hold one object with law, facts and request")
    if replaced:
        request = cells.get("request", {})
        if not isinstance(request, dict):
            raise BadCase("request: must be an object")
        cells = {**cells, "request": {**request, **replaced}}
    return read(Case, cells)


def read(kind: type[T], cells: object, path: str = "") -> T:
    """Reads JSON cells into a dataclass of facts; raises `BadCase` for unknown, missing and ill-typed fields."""
    found = _read(kind, cells, path)
    assert isinstance(found, kind)
    return found


def written(value: object) -> object:
    """Facts as JSON cells, fields that hold their default left out; `read` gives the same facts again."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: written(getattr(value, one.name))
            for one in fields(value)
            if getattr(value, one.name) != _default(one)
        }
    if isinstance(value, tuple):
        return [written(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, timedelta):
        return written_length(value)
    return value.isoformat() if isinstance(value, date | time) else value


def written_length(length: timedelta) -> str:
    """2h, 3d, 15min."""
    minutes = length // timedelta(minutes=1)
    if minutes % 60:
        return f"{minutes}min"
    return f"{minutes // 60}h" if minutes % 1440 else f"{minutes // 1440}d"


def _default(one: Field[Any]) -> object:
    return one.default if one.default is not MISSING else MISSING


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, cells: object, path: str) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(one for one in get_args(kind) if one is not type(None))
        return None if cells is None else _read(inner, cells, path)
    if origin is Literal:
        if cells not in get_args(kind):
            raise BadCase(f"{path}: {cells!r} is none of {', '.join(get_args(kind))}")
        return cells
    if origin in (tuple, frozenset):
        if not isinstance(cells, list):
            raise BadCase(f"{path}: must be a list")
        read_cells = [_read(get_args(kind)[0], one, f"{path}[{place}]") for place, one in enumerate(cells)]
        return origin(read_cells)
    if is_dataclass(kind):
        return _read_fields(kind, cells, path)
    if kind in _TEXTS:
        return _read_text(kind, cells, path)
    if type(cells) is not kind:
        raise BadCase(f"{path}: must be {_NAMES[kind]}, not {cells!r}")
    return cells


def _read_fields(kind: Any, cells: object, path: str) -> object:
    if not isinstance(cells, dict):
        raise BadCase(f"{path or 'the case'}: must be an object")
    names = [one.name for one in fields(kind)]
    if unknown := sorted(set(cells) - set(names)):
        raise BadCase(f"{path or 'the case'}: no field named {', '.join(unknown)}; there are {', '.join(names)}")
    prefix = f"{path}." if path else ""
    given = {}
    for one in fields(kind):
        if one.name in cells:
            given[one.name] = _read(_types(kind)[one.name], cells[one.name], f"{prefix}{one.name}")
        elif one.default is MISSING:
            raise BadCase(f"{prefix}{one.name} is missing")
    try:
        return kind(**given)
    except ValueError as error:
        raise BadCase(f"{path}: {error}") from error


def read_day(text: object, path: str) -> date:
    """A day written 2026-03-10; raises `BadCase` for any other writing and for days that do not exist."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise BadCase(f"{path}: {text!r} is no day; write it as 2026-03-10")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadCase(f"{path}: there is no day {text}") from None


def _read_hour(text: object, path: str) -> time:
    try:
        if isinstance(text, str) and re.fullmatch(r"\d{2}:\d{2}(:\d{2})?", text, re.ASCII):
            return time.fromisoformat(text)
    except ValueError:
        pass
    raise BadCase(f"{path}: {text!r} is no time of day; write it as 09:30")


def _read_length(text: object, path: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,4})(min|h|d)", text, re.ASCII) if isinstance(text, str) else None
    if match is None:
        raise BadCase(f"{path}: {text!r} is no length; write it as 90min, 2h or 1d")
    return int(match[1]) * _LENGTHS[match[2]]


_TEXTS = {date: read_day, time: _read_hour, timedelta: _read_length}
_NAMES = {str: "a text", int: "a whole number", bool: "true or false"}


def _read_text(kind: Any, cells: object, path: str) -> object:
    return _TEXTS[kind](cells, path)
