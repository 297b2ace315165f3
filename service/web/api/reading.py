"""Reading a request: bytes to a checked model, or a problem that says what to correct.

JSON is read so that no two readers can differ on it (RFC 8259, RFC 7493): UTF-8 without byte order mark, no
duplicate names, no NaN or infinity, no lone surrogates, at most 64 KiB and 20 levels.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service.web.api.problem import INVALID, TOO_LARGE, UNREADABLE, WRONG_MEDIA_TYPE, FieldError, Refused
from service.web.messages import N_

MAX_BODY = 64 * 1024
MAX_DEPTH = 20
Model = TypeVar("Model", bound=BaseModel)


class _UnreadableError(ValueError):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _UnreadableError(N_("the same name stands twice in one JSON object"))
    return members


def _no_constant(_: str) -> NoReturn:
    raise _UnreadableError(N_("NaN and infinity are not JSON numbers"))


def _number(digits: str) -> float | int:
    value = float(digits)
    if math.isinf(value):
        raise _UnreadableError(N_("a number is too large"))
    return int(value) if value.is_integer() else value  # 13.0 is a whole number to every JSON schema


def parse_json(raw: bytes) -> Any:
    """The value of strict JSON. Refused: `unreadable`, saying why; `invalid`, saying where a surrogate is."""
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(N_("it begins with a byte order mark"))
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_number
        )
    except _UnreadableError as error:
        raise _unreadable(error.why) from error
    except UnicodeDecodeError as error:
        raise _unreadable(N_("it is not UTF-8")) from error
    except RecursionError as error:
        raise _unreadable(N_("it is nested too deeply")) from error
    except ValueError as error:
        raise _unreadable(N_("it is not JSON")) from error
    _check_texts(value)
    return value


def _check_texts(value: Any) -> None:
    """Refuse lone surrogates and deep nesting; iterative, because the input chooses the depth."""
    waiting: list[tuple[Any, str, int]] = [(value, "#", 1)]
    while waiting:
        part, pointer, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _unreadable(N_("it is nested too deeply"))
        if isinstance(part, str) and any("\ud800" <= letter <= "\udfff" for letter in part):
            raise INVALID.refused(errors=[FieldError(pointer, "unsafe-text", _SENTENCES["unsafe_text"][1])])
        if isinstance(part, dict):
            if any("\ud800" <= letter <= "\udfff" for name in part for letter in name):
                raise INVALID.refused(errors=[FieldError(pointer, "unsafe-text", _SENTENCES["unsafe_text"][1])])
            waiting += [(inner, f"{pointer}/{_escaped(name)}", depth + 1) for name, inner in part.items()]
        elif isinstance(part, list):
            waiting += [(inner, f"{pointer}/{index}", depth + 1) for index, inner in enumerate(part)]


def read_body(request: Request, model: type[Model]) -> tuple[Model, Any]:
    """The checked body, and the plain value it was read from.

    Refused: `wrong-media-type`, `too-large`, `unreadable`, `invalid` with a pointer for each fault.
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    plain = request.headers.get("Content-Encoding", "identity").lower() == "identity"
    if request.mimetype != "application/json" or charset not in {"utf-8", "utf8"} or not plain:
        raise WRONG_MEDIA_TYPE.refused(headers={"Accept": "application/json"})
    request.max_content_length = MAX_BODY
    if (request.content_length or 0) > MAX_BODY:
        raise TOO_LARGE.refused()
    raw = request.get_data(cache=False)
    value = parse_json(raw)
    try:
        # what was read is what is checked: pydantic's own reader would take the first of two names, and NaN
        return model.model_validate_json(json.dumps(value)), value
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False), "body") from error


def read_query(request: Request, model: type[Model]) -> Model:
    """The checked query. A parameter given twice is refused unless the model has a list there."""
    try:
        unquote_to_bytes(request.query_string.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(N_("it is not UTF-8")) from error
    names = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    values: dict[str, Any] = {}
    for name, given in request.args.lists():
        if getattr(names.get(name), "__origin__", None) in {list, tuple, set}:
            values[name] = given
        elif len(given) == 1:
            values[name] = given[0]
        else:
            raise INVALID.refused(errors=[field_error("repeated", f"#/{_escaped(name)}", {}, "query")])
    try:
        return model.model_validate(values, strict=False)  # everything in a query is text, or a list of texts
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False), "query") from error


def invalid(details: Iterable[ErrorDetails], place: str) -> Refused:
    """The problem `invalid` for what pydantic found, without repeating what was sent."""
    errors = []
    for detail in details:
        pointer = "#" + "".join(f"/{_escaped(str(step))}" for step in detail["loc"])
        errors.append(field_error(detail["type"], pointer, detail.get("ctx", {}), place))
    return INVALID.refused(errors=errors[:50])


def _unreadable(why: str) -> Refused:
    return UNREADABLE.refused(arguments={"why": why})


def _escaped(step: str) -> str:
    """A step of a JSON pointer (RFC 6901 section 3); shortened, because names come from the client."""
    return step[:100].replace("~", "~0").replace("/", "~1")


def field_error(kind: str, pointer: str, arguments: Mapping[str, object], place: str) -> FieldError:
    """Our code and sentence for a kind of fault that pydantic names."""
    code, sentence = _SENTENCES.get(kind) or _SENTENCES["other"]
    kept = {name: value for name, value in arguments.items() if isinstance(value, int | float | str)}
    if "expected" in kept:  # pydantic joins the choices with an English word
        kept["expected"] = str(kept["expected"]).replace(" or ", ", ").replace("'", "")
    return FieldError(pointer, code, sentence, kept, place)


_SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("required", N_("This is required.")),
    "extra_forbidden": ("unknown-field", N_("This is not known here.")),
    "repeated": ("repeated", N_("This may be given only once.")),
    "string_type": ("not-text", N_("A text is expected here.")),
    "int_type": ("not-whole-number", N_("A whole number is expected here.")),
    "int_parsing": ("not-whole-number", N_("A whole number is expected here.")),
    "int_parsing_size": ("not-whole-number", N_("A whole number is expected here.")),
    "int_from_float": ("not-whole-number", N_("A whole number is expected here.")),
    "bool_type": ("not-yes-or-no", N_("True or false is expected here.")),
    "bool_parsing": ("not-yes-or-no", N_("True or false is expected here.")),
    "list_type": ("not-a-list", N_("A list is expected here.")),
    "tuple_type": ("not-a-list", N_("A list is expected here.")),
    "model_type": ("not-an-object", N_("An object with named fields is expected here.")),
    "model_attributes_type": ("not-an-object", N_("An object with named fields is expected here.")),
    "dict_type": ("not-an-object", N_("An object with named fields is expected here.")),
    "string_too_long": ("too-long", N_("At most {max_length} characters.")),
    "string_too_short": ("empty", N_("This must not be empty.")),
    "empty_text": ("empty", N_("This must not be empty.")),
    "unsafe_text": ("unsafe-text", N_("This holds a character that cannot be shown. Type it again.")),
    "string_unicode": ("unsafe-text", N_("This holds a character that cannot be shown. Type it again.")),
    "string_pattern_mismatch": ("wrong-form", N_("This does not have the expected form.")),
    "too_long": ("too-many", N_("At most {max_length} entries.")),
    "too_short": ("too-few", N_("At least {min_length} entries.")),
    "greater_than_equal": ("too-small", N_("At least {ge}.")),
    "less_than_equal": ("too-great", N_("At most {le}.")),
    "enum": ("not-a-choice", N_("This is none of the choices: {expected}.")),
    "literal_error": ("not-a-choice", N_("This is none of the choices: {expected}.")),
    "day": ("not-a-day", N_("A day as YYYY-MM-DD is expected here, for example 2026-03-19.")),
    "moment": (
        "not-a-moment",
        N_("A date and time with its zone is expected here, for example 2026-03-19T10:00:00+05:00."),
    ),
    "identifier": ("not-an-identifier", N_("An identifier as given by this service is expected here.")),
    "other": ("not-accepted", N_("This value cannot be accepted.")),
}
