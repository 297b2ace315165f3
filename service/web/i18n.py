"""Which language to speak to whom.

On pages the reader's own choice wins (`?language=ru`, a button of a form, then the cookie), then what the browser asks
for, then Kazakh. Addresses do not change with the language, so that a link can be sent to anybody.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, Request, Response, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.local import LocalProxy
from werkzeug.urls import iri_to_uri

from service.language import LANGUAGES
from service.web.words import NAMES, Words

STATE_LANGUAGE = "kk"
COOKIE = "kezdesu_language"
PARAMETER = "language"
BUTTON = "switch_language"
_YEAR = 365 * 24 * 3600


def language_of_header(accept_language: str | None) -> str:
    """The language an Accept-Language header (RFC 9110 section 12.5.4) wants most; else Kazakh."""
    wanted = parse_accept_header(accept_language, LanguageAccept)
    for tag, quality in wanted:  # best first; a region says nothing here, "kk-KZ" is Kazakh
        language = tag.split("-")[0].lower()
        if language in LANGUAGES and quality > 0:
            return language
    return STATE_LANGUAGE


def chosen_language(asked: Request) -> str | None:
    """The language chosen with this very request, or None."""
    choice = asked.args.get(PARAMETER) or (asked.form.get(BUTTON) if asked.method == "POST" else None)
    return choice if choice in LANGUAGES else None


def language_of(asked: Request) -> str:
    """The language of the page that answers this request."""
    kept = asked.cookies.get(COOKIE)
    return (
        chosen_language(asked)
        or (kept if kept in LANGUAGES else None)
        or language_of_header(asked.headers.get("Accept-Language"))
    )


def switching_language() -> bool:
    """Whether this POST only changes the language: show the form again as it was filled in, and do nothing."""
    return request.method == "POST" and request.form.get(BUTTON) in LANGUAGES


def translate(message: str, language: str, arguments: Mapping[str, object] | None = None) -> str:
    """The English `message` of the catalogue `pages` in `language`, its {named} places filled; no times in it."""
    return Words(language, ZoneInfo("UTC")).sentence(message, arguments)


def words() -> Words:
    """The words of the page being made."""
    found = g.get("words")
    if not isinstance(found, Words):
        raise RuntimeError("this app has no pages: see service.web.page_app")
    return found


def ngettext(one: str, many: str, count: int, /, **arguments: object) -> str:
    """The sentence that goes with `count`, in the language of the page being made; it fills {count} too."""
    return words().plural(one, many, count, **arguments)


def speak_in(time_zone: ZoneInfo) -> None:
    """From here on this page shows times of `time_zone`: that of the institution it is about."""
    g.words = Words(words().language, time_zone)


def switch_address(language: str) -> str:
    """The address of this page in another language: the same path and query."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    return iri_to_uri(f"{request.path}?{urlencode([*query, (PARAMETER, language)])}")


def install(app: Flask, *, time_zone: Callable[[], ZoneInfo], secure: bool) -> None:
    """Choose the language before each request of `app`, keep an explicit choice, and give templates their words."""

    def choose() -> None:
        g.chosen_language = chosen_language(request)
        g.words = Words(language_of(request), time_zone())

    def keep(response: Response) -> Response:
        choice = g.get("chosen_language")  # the form is not read here: an oversized one would be a fault again
        if choice and request.cookies.get(COOKIE) != choice:
            response.set_cookie(COOKIE, choice, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
        if "words" in g and response.mimetype == "text/html":
            response.headers["Content-Language"] = words().language
            response.vary.update(("Accept-Language", "Cookie"))
        return response

    app.before_request(choose)
    app.after_request(keep)
    app.jinja_env.globals.update(
        _=lambda message, **arguments: words().markup(message, **arguments),
        ngettext=ngettext,
        words=LocalProxy(words),
        language_names=NAMES,
        language_button=BUTTON,
        switch_address=switch_address,
    )
