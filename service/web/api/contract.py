"""The contract of the JSON interface: an endpoint is declared once, then checked, run and described by that.

    api = Api(title="Kezdesu", version="1", authenticator=..., idempotency=..., ...)

    @api.endpoint("POST", "/holds", summary="Hold a place for 15 minutes", principals=("relative",),
                  body=NewHold, answer=HoldAnswer, status=201, problems=(PLACE_TAKEN,), idempotent=True)
    def hold_place(caller: Principal, body: NewHold, once: Once) -> HoldAnswer: ...

    api.install(app)

A handler receives by name: `caller` if it takes one, the variable parts of its path, `body` and `query` when
declared, and `once` when idempotent. It returns the answer or raises `Refused`. Whatever else happens becomes
a documented problem.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, request
from pydantic import BaseModel, RootModel, TypeAdapter

from service.web.api import openapi
from service.web.api.answering import Problems
from service.web.api.caller import AUDIENCES, Audience, Authenticator, Caller, Principal
from service.web.api.idempotency import (
    HEADER,
    AlreadyAnsweredError,
    IdempotencyStore,
    Once,
    RememberedAnswer,
    fingerprint_of,
    key_of,
)
from service.web.api.problem import (
    FAULT,
    INVALID,
    KEY_IN_FLIGHT,
    KEY_MISSING,
    KEY_REUSED,
    NOT_FOUND,
    NOT_SIGNED_IN,
    NOT_YOURS,
    STANDARD,
    TOO_LARGE,
    TOO_MANY,
    UNAVAILABLE,
    UNREADABLE,
    WRONG_MEDIA_TYPE,
    WRONG_METHOD,
    FieldError,
    Problem,
    Refused,
)
from service.web.api.reading import read_body, read_query
from service.web.api.values import Answer, Body, Count, Day, Identifier, Moment, text, unlimited_parts
from service.web.audience import declare

__all__ = [
    "Answer", "Api", "Audience", "Authenticator", "Body", "Caller", "Count", "Day", "Endpoint", "FieldError",
    "IdempotencyStore", "Identifier", "Media", "Moment", "Once", "Principal", "Problem", "Problems",
    "Refused", "RememberedAnswer", "text",
]  # fmt: skip

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True)
class Media:
    """An answer that is not JSON: the handler returns its bytes."""

    type: str


class NoQuery(Body):
    """No parameters."""


class ProblemKind(Answer):
    code: str
    status: int
    title: str
    detail: str


class ProblemKinds(RootModel[list[ProblemKind]]):
    """Every kind of problem of this interface."""


@dataclass(frozen=True)
class Endpoint:
    """One declared operation."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    principals: tuple[Audience, ...]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | Media | None
    status: int
    problems: tuple[Problem, ...]
    idempotent: bool

    def all_problems(self) -> list[Problem]:
        """Its own problems and those that follow from what it takes."""
        found = [UNREADABLE, NOT_FOUND, WRONG_METHOD, INVALID, TOO_MANY, FAULT, UNAVAILABLE]
        if "anyone" not in self.principals:
            found += [NOT_SIGNED_IN, NOT_YOURS]
        if self.body is not None:
            found += [TOO_LARGE, WRONG_MEDIA_TYPE]
        if self.idempotent:
            found += [KEY_MISSING, KEY_IN_FLIGHT, KEY_REUSED]
        return list(dict.fromkeys([*found, *self.problems]))


class Api:
    """The endpoints under one prefix, with all they need injected."""

    def __init__(
        self,
        *,
        title: str,
        version: str,
        description: str,
        authenticator: Authenticator,
        idempotency: IdempotencyStore,
        problems: Problems | None = None,
        prefix: str = "/api/v1",
    ) -> None:
        self.title, self.version, self.description, self.prefix = title, version, description, prefix
        self.blueprint = Blueprint("api", __name__, url_prefix=prefix)
        self.endpoints: list[Endpoint] = []
        self.problems = problems or Problems(f"{prefix}/problems")
        self._authenticator, self._idempotency = authenticator, idempotency
        self._add_descriptions()

    def endpoint(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        principals: Sequence[Audience],
        answer: type[BaseModel] | Media | None,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        status: int = 200,
        problems: Sequence[Problem] = (),
        idempotent: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler of `method path`.

        TypeError at once for a declaration that cannot be kept: no or unknown principals, a handler that
        takes other arguments than it will be given, a body with a text, number or list without a limit.
        """

        def declare_endpoint(handler: Handler) -> Handler:
            declared = Endpoint(
                name=handler.__name__, method=method.upper(), path=path, summary=summary,
                description=inspect.getdoc(handler) or "", principals=tuple(principals), body=body,
                query=query, answer=answer, status=status, problems=tuple(problems), idempotent=idempotent,
            )  # fmt: skip
            _check(declared, handler)
            self.endpoints.append(declared)
            self.blueprint.add_url_rule(
                path,
                endpoint=declared.name,
                view_func=declare(*declared.principals)(self._view(declared, handler)),
                methods=[declared.method],
                provide_automatic_options=False,
            )
            return handler

        return declare_endpoint

    def install(self, app: Flask) -> None:
        """Put the endpoints on `app`, an app of its own: every error of it becomes a problem."""
        app.url_map.merge_slashes = False  # a redirect would be an answer nobody documented
        self.problems.install(app)
        app.register_blueprint(self.blueprint)

    def document(self) -> dict[str, Any]:
        """The OpenAPI 3.1 description of everything declared so far."""
        return openapi.document(
            title=self.title, version=self.version, description=self.description, prefix=self.prefix,
            endpoints=self.endpoints,
        )  # fmt: skip

    def _view(self, endpoint: Endpoint, handler: Callable[..., Any]) -> Callable[..., Response]:
        takes_caller = "caller" in inspect.signature(handler).parameters

        def view(**given: Any) -> Response:
            _check_path(given)
            caller = self._caller(endpoint)
            if takes_caller:
                given["caller"] = caller
            query = read_query(request, endpoint.query or NoQuery)
            key = key_of(request.headers.get(HEADER)) if endpoint.idempotent else ""
            meaning: Any = None
            if endpoint.query is not None:
                given["query"] = query
            if endpoint.body is not None:
                given["body"], meaning = read_body(request, endpoint.body)
            if not endpoint.idempotent:
                return _answer(endpoint, handler(**given))
            principal = f"{caller.kind}:{caller.id}" if caller else "anyone:"
            print_ = fingerprint_of(endpoint.method, request.path, request.query_string.decode("latin-1"), meaning)
            once = Once(self._idempotency, principal, key, print_, endpoint.status)
            return self._answer_once(endpoint, once, lambda: handler(once=once, **given))

        view.__name__ = endpoint.name
        return view

    def _answer_once(self, endpoint: Endpoint, once: Once, work: Callable[[], Any]) -> Response:
        earlier = once.earlier()
        if earlier is None:
            try:
                response = _answer(endpoint, work())
            except AlreadyAnsweredError:
                earlier = once.earlier()
                if earlier is None:
                    raise KEY_IN_FLIGHT.refused(headers={"Retry-After": "1"}) from None
            except Exception:
                # What stands in the way may be the effect of the same request, sent a moment before.
                earlier = once.earlier()
                if earlier is None:
                    raise
            else:
                assert once.remembered, f"{endpoint.name} is idempotent and did not remember its answer"
                return response
        response = Response(earlier[1], status=earlier[0], mimetype="application/json" if earlier[1] else None)
        response.headers["Idempotency-Replayed"] = "true"
        return response

    def _caller(self, endpoint: Endpoint) -> Principal | None:
        authorization = request.authorization
        token = authorization.token if authorization and authorization.type == "bearer" else None
        caller = self._authenticator.authenticate(token) if token else None
        if caller is not None and caller.kind in endpoint.principals:
            return caller
        if "anyone" in endpoint.principals:
            return None
        if caller is None:
            raise NOT_SIGNED_IN.refused(headers={"WWW-Authenticate": "Bearer"})
        raise NOT_YOURS.refused()

    def _add_descriptions(self) -> None:
        @self.endpoint("GET", "/problems", summary="Every kind of problem", principals=("anyone",), answer=ProblemKinds)
        def list_problems() -> ProblemKinds:
            kinds = dict.fromkeys([*STANDARD, *(kind for each in self.endpoints for kind in each.problems)])
            return ProblemKinds([ProblemKind(**self.problems.kind(problem)) for problem in kinds])

        @self.endpoint(
            "GET", "/openapi.json", summary="This description", principals=("anyone",),
            answer=RootModel[dict[str, Any]],
        )  # fmt: skip
        def describe_interface() -> RootModel[dict[str, Any]]:
            return RootModel[dict[str, Any]](self.document())


def _check_path(parts: Mapping[str, object]) -> None:
    """Refuse as not found what no id of ours can be."""
    for part in parts.values():
        if isinstance(part, int) and part > openapi.MAX_INT:
            raise NOT_FOUND.refused()
        if isinstance(part, str) and (len(part) > 200 or "\0" in part):
            raise NOT_FOUND.refused()


def _answer(endpoint: Endpoint, result: Any) -> Response:
    if endpoint.answer is None:
        assert result is None, f"{endpoint.name} answers nothing"
        return Response(status=endpoint.status, content_type="")
    if isinstance(endpoint.answer, Media):
        return Response(result, status=endpoint.status, content_type=endpoint.answer.type)
    assert isinstance(result, endpoint.answer), f"{endpoint.name} answers {endpoint.answer.__name__}"
    return Response(result.model_dump_json(by_alias=True), status=endpoint.status, mimetype="application/json")


def _check(endpoint: Endpoint, handler: Callable[..., Any]) -> None:
    if not endpoint.principals or not set(endpoint.principals) <= set(AUDIENCES):
        raise TypeError(f"{endpoint.name}: principals must name at least one of {', '.join(AUDIENCES)}")
    expected = set(openapi.path_names(endpoint.path))
    expected |= {name for name in ("body", "query") if getattr(endpoint, name) is not None}
    expected |= {"once"} if endpoint.idempotent else set()
    taken = set(inspect.signature(handler).parameters) - {"caller"}
    if taken != expected:
        raise TypeError(f"{endpoint.name}: takes {sorted(taken)}, but will be given {sorted(expected)}")
    for model in (endpoint.body, endpoint.query):
        if model is not None:
            unlimited = unlimited_parts(TypeAdapter(model).json_schema())
            if unlimited:
                raise TypeError(f"{endpoint.name}: {model.__name__} has no limit at {', '.join(unlimited)}")
