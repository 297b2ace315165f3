"""The log of the web apps: one JSON line per request and per fault, without anything personal.

A line names the template of the path, never the path; the kind of the caller, never who; where a fault arose, never
what it said: messages of faults repeat what people typed (ASVS 14.2.1, 16.2.5).
"""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, g, request

from service.web.request_id import request_id

Event = MutableMapping[str, Any]


class _StandardError:
    """Whatever standard error is at the moment of writing."""

    def write(self, line: str) -> int:
        return sys.stderr.write(line)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Write the log of this process to `stream` (standard error), one JSON object a line, times in UTC."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_arose,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream or cast(TextIO, _StandardError())),
        cache_logger_on_first_use=False,
    )


def where_it_arose(_logger: object, _method: str, event: Event) -> Event:
    """Replace an exception by its type and the places it came through, without its message and values."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["fault"] = type(error).__qualname__
        frames = traceback.extract_tb(error.__traceback__)
        event["at"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    return event


def install(app: Flask) -> None:
    """Log every request of `app`, and say its id in the answer."""
    if not structlog.is_configured():
        configure()  # what structlog writes by default shows the values of every variable

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = str(request_id())
        structlog.get_logger("web").info(
            "request",
            app=app.name,
            method=request.method if request.method in _METHODS else "other",
            path=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
            request=str(request_id()),
            caller=getattr(g.get("caller"), "kind", None),
            institution=getattr(g.get("caller"), "institution", None),
        )
        return response

    app.before_request(begin)
    app.after_request(end)


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def _short(filename: str) -> str:
    parts = filename.replace("\\", "/").split("/")
    return "/".join(parts[-3:])
