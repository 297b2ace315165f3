"""Holds requests and answers against Twilio's own OpenAPI description. What the description does not name is refused.

Three things a strict reader must know of it: arrays in forms are repeated fields, addresses of pages are relative
although they are called `uri`, and enumerations in answers may be null.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

FOLDER = Path(__file__).parent / "description"
FILE = FOLDER / "messages.json"
ARRAYS = "array"


class NotDescribed(Exception):
    """What was asked or answered is not in Twilio's description."""


@cache
def description() -> dict[str, Any]:
    """The documents of the folder as one: messages, conferences, rooms. No name stands in two of them."""
    whole: dict[str, Any] = {"paths": {}, "components": {"schemas": {}, "securitySchemes": {}}}
    for file in sorted(FOLDER.glob("*.json")):
        loaded = json.loads(file.read_text(encoding="utf-8"))
        whole["paths"] |= loaded["paths"]
        for group, named in loaded["components"].items():
            whole["components"][group] |= named
        whole |= {key: value for key, value in loaded.items() if key not in whole}
    return whole


def operation(method: str, path: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The operation behind a request, and the parameters in its path."""
    for template, item in description()["paths"].items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+?)", re.escape(template))
        found = re.fullmatch(pattern, path)
        if found and method.lower() in item:
            return item[method.lower()], found.groupdict()
    raise NotDescribed(f"{method} {path}")


def check_request(
    method: str, path: str, query: Mapping[str, Sequence[str]], form: Mapping[str, Sequence[str]]
) -> None:
    """Raises NotDescribed for an unknown path, an unknown or missing parameter, or a value of another kind."""
    found, in_path = operation(method, path)
    parameters = found.get("parameters", [])
    _check_values(
        {one["name"]: one["schema"] for one in parameters if one["in"] == "path"},
        {name: [value] for name, value in in_path.items()},
    )
    _check_values({one["name"]: one["schema"] for one in parameters if one["in"] == "query"}, query)
    body = (
        found.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {}).get("schema", {})
    )
    _check_values(body.get("properties", {}), form)
    missing = set(body.get("required", [])) - set(form)
    if missing:
        raise NotDescribed(f"missing: {sorted(missing)}")


def check_answer(method: str, path: str, status: int, body: object) -> None:
    """Raises NotDescribed for a success that Twilio's description does not know."""
    found, _ = operation(method, path)
    answer = found["responses"].get(str(status))
    if answer is None:
        raise NotDescribed(f"status {status}")
    if "content" not in answer:
        if body is not None:
            raise NotDescribed("answer: a body where there is none")
        return
    schema = _plain(answer["content"]["application/json"]["schema"], answering=True)
    for fault in jsonschema_rs.validator_for(schema).iter_errors(body):
        raise NotDescribed(f"answer: {fault.message}")


def _check_values(schemas: Mapping[str, Any], given: Mapping[str, Sequence[str]]) -> None:
    unknown = set(given) - set(schemas)
    if unknown:
        raise NotDescribed(f"unknown: {sorted(unknown)}")
    for name, values in given.items():
        schema = _plain(schemas[name])
        if schema.get("type") != ARRAYS and len(values) != 1:
            raise NotDescribed(f"{name} is given {len(values)} times")
        for value in values:
            _check_value(name, schema["items"] if schema.get("type") == ARRAYS else schema, value)


def _check_value(name: str, schema: Mapping[str, Any], value: str) -> None:
    read: object = value
    kind = schema.get("type")
    if kind == "boolean":
        read = {"true": True, "false": False}.get(value.lower(), value)
    elif kind in ("integer", "number") and re.fullmatch(r"-?\d+(\.\d+)?", value):
        read = int(value) if kind == "integer" and "." not in value else float(value)
    for fault in jsonschema_rs.validator_for(dict(schema)).iter_errors(read):
        raise NotDescribed(f"{name}: {fault.message}")
    if schema.get("format") == "uri" and not (urlsplit(value).scheme and urlsplit(value).hostname):
        raise NotDescribed(f"{name} is no address")


def _plain(schema: Mapping[str, Any], *, answering: bool = False) -> dict[str, Any]:
    """A schema of OpenAPI 3.0 as JSON Schema: references written out, `nullable` as a type."""
    if "$ref" in schema:
        _, _, group, name = schema["$ref"].split("/")
        return _plain(description()["components"][group][name], answering=answering)
    plain: dict[str, Any] = {key: value for key, value in schema.items() if key not in ("nullable", "format")}
    if schema.get("format") == "uri" and not answering:
        plain["format"] = "uri"
    if "properties" in plain:
        plain["properties"] = {key: _plain(value, answering=answering) for key, value in plain["properties"].items()}
        plain["additionalProperties"] = False
    if plain.get("type") == "object" and "properties" not in plain:
        plain.pop("additionalProperties", None)
    if "items" in plain:
        plain["items"] = _plain(plain["items"], answering=answering)
    if schema.get("nullable") or (answering and "enum" in schema):
        plain["type"] = [plain["type"], "null"]
        if "enum" in plain:
            plain["enum"] = [*plain["enum"], None]
    return plain
