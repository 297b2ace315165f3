"""Problems on the wire: RFC 9457 documents in the reader's language, for every error of an app."""

import json
from collections.abc import Callable
from typing import TypedDict

import structlog
from flask import Flask, Response, request
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException

from service.domain.reasons import Reason
from service.language import reason_text
from service.web.api.problem import (
    FAULT,
    MEDIA_TYPE,
    OF_STATUS,
    UNREADABLE,
    FieldErrorDocument,
    Problem,
    ProblemDocument,
    ReasonDocument,
    Refused,
)
from service.web.i18n import language_of_header, translate
from service.web.messages import N_
from service.web.request_id import request_id

_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Location")


class Kind(TypedDict):
    code: str
    status: int
    title: str
    detail: str


def nothing_known(_error: Exception) -> Refused | None:
    """No error of the layers below is known by name."""
    return None


class Problems:
    """Makes the documents.

    `reason_text` says a reason of the domain in a language; `refusal_of` knows which errors of the layers
    below are refusals and not faults.
    """

    def __init__(
        self,
        where: str,
        *,
        reason_text: Callable[[Reason, str], str] = reason_text,
        refusal_of: Callable[[Exception], Refused | None] = nothing_known,
    ) -> None:
        self._where, self._reason_text, self._refusal_of = where, reason_text, refusal_of

    def install(self, app: Flask) -> None:
        """Answer every error of `app` with a problem document."""
        app.register_error_handler(Refused, self.answer)
        app.register_error_handler(HTTPException, self._http_error)
        app.register_error_handler(Exception, self._any_error)

    def kind(self, problem: Problem) -> Kind:
        """How a kind of problem reads, in the language of the request; arguments stand as {name}."""
        language = language_of_header(request.headers.get("Accept-Language"))
        return Kind(
            code=problem.code,
            status=problem.status,
            title=translate(problem.title, language),
            detail=translate(problem.detail, language),
        )

    def answer(self, refused: Refused) -> Response:
        """The response for one refusal."""
        problem = refused.problem
        language = language_of_header(request.headers.get("Accept-Language"))
        document = ProblemDocument(
            type=f"{self._where}#{problem.code}",
            title=translate(problem.title, language),
            status=problem.status,
            detail=translate(problem.detail, language, refused.arguments),
            code=problem.code,
            instance=f"urn:uuid:{request_id()}",
            errors=[
                FieldErrorDocument(
                    pointer=error.pointer,
                    place=error.place,
                    code=error.code,
                    detail=translate(error.detail, language, error.arguments),
                )
                for error in refused.errors
            ],
            reasons=[self._reason(reason, language) for reason in refused.reasons],
        )
        response = Response(_json(document, refused.extension), status=problem.status, content_type=MEDIA_TYPE)
        response.headers["Content-Language"] = language
        response.headers.update(refused.headers)
        if problem.retry_after and "Retry-After" not in response.headers:
            response.headers["Retry-After"] = "1"
        response.vary.add("Accept-Language")
        return response

    def _reason(self, reason: Reason, language: str) -> ReasonDocument:
        return ReasonDocument(code=reason.code, article=reason.article, text=self._reason_text(reason, language))

    def _http_error(self, error: HTTPException) -> Response:
        headers = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
        problem = OF_STATUS.get(error.code or 500)
        if problem is None:  # what the server framework refuses by itself: 400 and its neighbours
            problem = UNREADABLE if (error.code or 500) < 500 else FAULT
        arguments = {"why": N_("it is not a valid HTTP request")} if problem is UNREADABLE else {}
        return self.answer(problem.refused(arguments=arguments, headers=headers))

    def _any_error(self, error: Exception) -> Response:
        refused = self._refusal_of(error)
        if refused is None:
            structlog.get_logger("web").exception("fault", request=request_id())
            refused = FAULT.refused()
        return self.answer(refused)


def _json(document: ProblemDocument, extension: BaseModel | None) -> str:
    members = document.model_dump(mode="json", by_alias=True)
    if extension is not None:
        members |= extension.model_dump(mode="json", by_alias=True)
    return json.dumps(members, ensure_ascii=False)
