"""The description of the interface: OpenAPI 3.1 from the same declarations that carry it out."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.web.api.idempotency import HEADER, KEY_PATTERN
from service.web.api.problem import MEDIA_TYPE, Problem, ProblemDocument
from service.web.api.values import UUID_PATTERN

if TYPE_CHECKING:
    from service.web.api.contract import Endpoint

MAX_INT = 2**31 - 1
_REF = "#/components/schemas/{model}"
_PATH_PART = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
_PATH_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string", "minLength": 1, "maxLength": 200},
    "int": {"type": "integer", "minimum": 0, "maximum": MAX_INT},
    "uuid": {"type": "string", "format": "uuid", "pattern": UUID_PATTERN},
}
_HEADERS: Mapping[str, Any] = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
    "WWW-Authenticate": {"description": "Bearer.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods this address answers.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "true when this answer was given before to the same request.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}


def path_template(rule: str) -> str:
    """`/holds/{hold}` for the routing rule `/holds/<uuid:hold>`."""
    return _PATH_PART.sub(r"{\g<name>}", rule)


def path_names(rule: str) -> list[str]:
    """The names of the variable parts of a routing rule, in order."""
    return [part["name"] for part in _PATH_PART.finditer(rule)]


def document(
    *, title: str, version: str, description: str, prefix: str, endpoints: Iterable["Endpoint"]
) -> dict[str, Any]:
    """The whole OpenAPI 3.1 document of these endpoints, as plain JSON values."""
    endpoints = list(endpoints)
    wanted: dict[tuple[type[BaseModel], Any], None] = {(ProblemDocument, "serialization"): None}
    for endpoint in endpoints:
        for model in (endpoint.body, endpoint.query):
            if model is not None:
                wanted[(model, "validation")] = None
        if isinstance(endpoint.answer, type):
            wanted[(endpoint.answer, "serialization")] = None
        for problem in endpoint.all_problems():
            if problem.extension is not None:
                wanted[(problem.extension, "serialization")] = None
    references, definitions = models_json_schema(list(wanted), ref_template=_REF)
    schemas = definitions.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        item = paths.setdefault(prefix + path_template(endpoint.path), {})
        item[endpoint.method.lower()] = _operation(endpoint, references, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: "Endpoint", references: Mapping[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = []
    for part in _PATH_PART.finditer(endpoint.path):
        schema = _PATH_SCHEMAS[part["converter"] or "string"]
        parameters.append({"name": part["name"], "in": "path", "required": True, "schema": schema})
    if endpoint.query is not None:
        parameters += _query_parameters(references[(endpoint.query, "validation")], schemas)
    if endpoint.idempotent:
        parameters.append(
            {
                "name": HEADER,
                "in": "header",
                "required": True,
                "schema": {"type": "string", "pattern": KEY_PATTERN},
            }
        )
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "x-principals": list(endpoint.principals),
        "parameters": parameters,
        "responses": {str(endpoint.status): _success(endpoint, references)} | _refusals(endpoint, references),
        "security": [] if "anyone" in endpoint.principals else [{"token": []}],
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if endpoint.body is not None:
        content = {"application/json": {"schema": references[(endpoint.body, "validation")]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _query_parameters(reference: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[dict[str, Any]]:
    schema = schemas[reference["$ref"].rsplit("/", 1)[1]]
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def _success(endpoint: "Endpoint", references: Mapping[Any, Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": endpoint.summary}
    if isinstance(endpoint.answer, type):
        schema = references[(endpoint.answer, "serialization")]
        response["content"] = {"application/json": {"schema": schema}}
    elif endpoint.answer is not None:
        response["content"] = {endpoint.answer.type: {"schema": {}}}
    if endpoint.idempotent:
        response["headers"] = {"Idempotency-Replayed": _HEADERS["Idempotency-Replayed"]}
    return response


def _refusals(endpoint: "Endpoint", references: Mapping[Any, Any]) -> dict[str, Any]:
    by_status: dict[int, list[Problem]] = {}
    for problem in endpoint.all_problems():
        by_status.setdefault(problem.status, []).append(problem)
    return {str(status): _refusal(status, problems, references) for status, problems in sorted(by_status.items())}


def _refusal(status: int, problems: list[Problem], references: Mapping[Any, Any]) -> dict[str, Any]:
    kinds = []
    for problem in problems:
        kind: dict[str, Any] = {
            "title": problem.title,
            "properties": {"code": {"const": problem.code}, "status": {"const": status}},
        }
        if problem.extension is not None:
            kind["allOf"] = [references[(problem.extension, "serialization")]]
        kinds.append(kind)
    base = {"$ref": _REF.format(model=ProblemDocument.__name__)}
    schema = {"allOf": [base, kinds[0] if len(kinds) == 1 else {"oneOf": kinds}]}
    headers = [
        name
        for name, present in (
            ("WWW-Authenticate", status == 401),
            ("Allow", status == 405),
            ("Retry-After", any(problem.retry_after for problem in problems)),
        )
        if present
    ]
    response: dict[str, Any] = {
        "description": " / ".join(problem.title for problem in problems),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if headers:
        response["headers"] = {name: _HEADERS[name] for name in headers}
    return response
