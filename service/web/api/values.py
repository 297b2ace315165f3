"""What may come in: strict models, and the few kinds of text, day and moment every body is made of.

A number is never a date, a naive time is never a moment, an unknown field is never ignored, and no text or
list is without a limit: what a page forbids, raw HTTP is refused too (ASVS 2.2.2, 15.3.3).
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

# Control characters, line and paragraph separators, and the marks that turn the reading direction of what
# follows: a name holding one of them shows another name than it is.
_UNSAFE = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_UNSAFE_BUT_NEWLINE = _UNSAFE.replace(r"\u0000-\u001f", r"\u0000-\u0009\u000b-\u001f")
_SPACE = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"

_LEAP = r"(?:0[48]|[2468][048]|[13579][26])"
_DAY = (
    r"(?:(?:19|20|21)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|(?:(?:19|20|21){_LEAP}|2000)-02-29)"
)
DAY_PATTERN = rf"^{_DAY}$"
MOMENT_PATTERN = (
    rf"^{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$"
)
UUID_PATTERN = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"


class Body(BaseModel):
    """Base of everything a client sends: unknown fields and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Answer(BaseModel):
    """Base of everything we answer: the listed fields and no others (ASVS 15.3.1)."""

    model_config = ConfigDict(frozen=True)


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(DAY_PATTERN, value):
        raise PydanticCustomError("day", "a day of the calendar, 1900 to 2199, as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError as error:  # 1900-02-29 and 2100-02-29: the pattern knows only the rule of four years
        raise PydanticCustomError("day", "a day of the calendar, 1900 to 2199, as YYYY-MM-DD") from error


def _moment(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str) or not re.fullmatch(MOMENT_PATTERN, value):
        raise PydanticCustomError("moment", "a date and time with its zone, as 2026-03-19T10:00:00+05:00")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("moment", "a date and time with its zone") from error


def _identifier(value: object) -> UUID:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not re.fullmatch(UUID_PATTERN, value):
        raise PydanticCustomError("identifier", "an identifier of the form 8-4-4-4-12 hexadecimal digits")
    return UUID(value)


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "pattern": DAY_PATTERN, "description": "ISO 8601 day, institution-local."}),
]
"""A day of the calendar (RFC 3339 full-date, as text only), 1900 to 2199; institution-local."""

Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "pattern": MOMENT_PATTERN, "description": "RFC 3339 time with its offset."}),
]
"""An aware date and time (RFC 3339, as text only), 1900 to 2199."""

Identifier = Annotated[
    UUID,
    BeforeValidator(_identifier),
    WithJsonSchema({"type": "string", "format": "uuid", "pattern": UUID_PATTERN}),
]
"""An id of ours, in the usual 8-4-4-4-12 form."""

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A whole number from 0 to 2 147 483 647."""


def text(max_length: int, *, lines: bool = False) -> Any:
    """The type of a text of 1 to `max_length` characters: NFC, trimmed, on one line unless `lines`.

    Refused are control characters, NUL, lone surrogates and marks that turn the reading direction. Letters of
    any script, emoji and right-to-left names pass unchanged.
    """
    unsafe = _UNSAFE_BUT_NEWLINE if lines else _UNSAFE
    gap = _SPACE + (r"\n" if lines else "")
    pattern = rf"^[^{unsafe}]*[^{unsafe}{gap}][^{unsafe}]*$"

    def clean(value: str) -> str:
        if re.search(rf"[{unsafe}\ud800-\udfff]", value):
            raise PydanticCustomError("unsafe_text", "a character that cannot be shown")
        value = unicodedata.normalize("NFC", value).strip()
        if not value:
            raise PydanticCustomError("empty_text", "empty")
        if len(value) > max_length:  # NFC lengthens some letters
            raise PydanticCustomError("string_too_long", "too long", {"max_length": max_length})
        return value

    return Annotated[
        str,
        Field(min_length=1, max_length=max_length),
        AfterValidator(clean),
        WithJsonSchema({"type": "string", "minLength": 1, "maxLength": max_length, "pattern": pattern}),
    ]


def unlimited_parts(schema: Any, at: str = "#") -> list[str]:
    """The places of a JSON schema where a text, number or list has no upper limit."""
    if isinstance(schema, list):
        return [place for index, part in enumerate(schema) for place in unlimited_parts(part, f"{at}/{index}")]
    if not isinstance(schema, dict):
        return []
    kind = schema.get("type")
    fixed = {"enum", "const"} & schema.keys()
    limit = {
        "string": {"maxLength", "pattern", "format"},
        "integer": {"maximum", "exclusiveMaximum"},
        "number": {"maximum", "exclusiveMaximum"},
        "array": {"maxItems"},
    }.get(kind if isinstance(kind, str) else "")
    found = [at] if limit and not fixed and not limit & schema.keys() else []
    for name, part in schema.items():
        if name in {"properties", "$defs"}:
            for key, value in part.items():
                found += unlimited_parts(value, f"{at}/{key}")
        elif name not in {"default", "examples", "const", "enum"}:
            found += unlimited_parts(part, f"{at}/{name}")
    return found
