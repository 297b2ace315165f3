"""Error pages: what happened, what was kept, what to do next; in the reader's language and without a detail."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import Forbidden, HTTPException

from service.language import LANGUAGES
from service.web.i18n import COOKIE, language_of_header
from service.web.messages import N_, Message
from service.web.request_id import request_id
from service.web.words import Words


class StaleFormError(Forbidden):
    """The form was not given out to this session, or not by us."""


@dataclass(frozen=True)
class ErrorText:
    """What an error page says: the fact, and what to do."""

    title: Message
    what_next: Message


_NOTHING_CHANGED = N_("Nothing was changed. Please try again in a few minutes.")
TEXTS = {
    400: ErrorText(N_("We could not read this request"), N_("Go back, open the page again and repeat what you did.")),
    403: ErrorText(
        N_("This page is not open to you"),
        N_("If you think it should be, sign out and sign in again, or ask at the institution."),
    ),
    404: ErrorText(
        N_("There is no such page"),
        N_("Check the address, or start from the first page. Your bookings are not affected."),
    ),
    405: ErrorText(N_("This cannot be done here"), N_("Go back and use the buttons on the page.")),
    413: ErrorText(N_("What you sent is too large"), N_("Shorten what you wrote, or choose a smaller file.")),
    429: ErrorText(N_("Too many attempts"), N_("Wait a few minutes and try again.")),
    500: ErrorText(N_("A fault on our side"), _NOTHING_CHANGED),
    503: ErrorText(N_("The service is not available just now"), _NOTHING_CHANGED),
}
STALE_FORM = ErrorText(
    N_("This form has become too old"),
    N_("Nothing was saved. Open the page again and fill in the form once more."),
)
_LAST_RESORT = (
    '<!doctype html><html lang="kk"><meta charset="utf-8"><title>Kezdesu</title>'
    "<p>Қызмет уақытша қолжетімсіз. Ештеңе өзгерген жоқ.</p>"
    '<p lang="ru">Сервис временно недоступен. Ничего не изменилось.</p>'
    '<p lang="en">The service is not available just now. Nothing was changed.</p>'
)


def install(app: Flask, *, time_zone: Callable[[], ZoneInfo], status_of: Callable[[Exception], int | None]) -> None:
    """Answer every error of `app` with a page. `status_of` knows the errors of the layers below that are no faults
    (the store is not available: 503), and answers None for the others."""

    def page(status: int, text: ErrorText) -> Response:
        if not isinstance(g.get("words"), Words):  # the error came before the language was chosen
            kept = request.cookies.get(COOKIE)
            language = kept if kept in LANGUAGES else language_of_header(request.headers.get("Accept-Language"))
            g.words = Words(language or "kk", time_zone())
        try:
            html = render_template("shared/error.html", text=text, status=status, quote=request_id())
        except Exception:
            structlog.get_logger("web").exception("fault in the error page", request=str(request_id()))
            html = _LAST_RESORT
        return Response(html, status=status, mimetype="text/html")

    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if 300 <= status < 400:
            return Response(status=status, headers={"Location": str(getattr(error, "new_url", "/"))})
        text = STALE_FORM if isinstance(error, StaleFormError) else TEXTS.get(status)
        response = page(status, text or TEXTS[400 if status < 500 else 500])
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    def any_error(error: Exception) -> Response:
        status = status_of(error)
        if status is None:
            structlog.get_logger("web").exception("fault", request=str(request_id()))
        response = page(status or 500, TEXTS.get(status or 500, TEXTS[500]))
        if status in {429, 503}:
            response.headers["Retry-After"] = "60"
        return response

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, any_error)
