"""The screens. Nothing of one person is left for the next: no cookie outlives him, no page is kept, no back way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from firmware_bridge.actuate.escpos import Slip
from kiosk import words
from kiosk.seat import Seat, Sitting
from kiosk.service import DeviceRefused, Offline, Refused, Service, SessionOver
from kiosk.speech import Speak
from kiosk.waiting import Queue

COOKIE = "kezdesu-kiosk"
CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
    " media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ASKED_AFTER, GONE_AFTER = 40, 15
"""Seconds until the screen asks whether somebody is still here, and until it forgets him; together under a minute."""
WRITTEN_ON, WRITING = ("/letter", "/help-call", "/offline"), 120
"""Screens with a keyboard: whoever types is not asked so soon; what he has typed is kept while he is asked."""
HOSTS = ("127.0.0.1", "localhost")


@dataclass
class Kiosk:
    """All that a screen needs. `slip` prints and says whether it came out; None where there is no printer."""

    service: Service
    queue: Queue
    seat: Seat
    language: str = "kk"
    typed_cards: bool = True
    slip: Callable[[Slip], bool] | None = None
    speak: Speak | None = None
    public: str = ""
    """Where the short links of slips lead: the address of the families' pages."""
    call_library: Path | None = None
    """The program of a supplier of calls, where pages speak to one themselves; `call_server`: its address, `wss://…`."""
    call_server: str = ""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    known: dict[str, Any] = field(default_factory=dict)
    """What the service said of this kiosk last, for the time without a line."""
    keep: Callable[[dict[str, Any]], None] | None = None
    """Keeps it for a start without a line."""
    is_refused: bool = False

    def look(self) -> bool:
        """Asks where the kiosk stands; False when there is no line."""
        try:
            self.known = self.service.kiosk()
            self.is_refused = False
        except Offline:
            return False
        except DeviceRefused:
            self.is_refused = True
            return False
        # A service that is still to be upgraded does not say it.
        self.queue.count_on(self.known.get("counted", 0))
        if self.keep is not None:
            self.keep(self.known)
        return True

    def end_silent(self) -> None:
        """Ends the session of whoever has gone: silent for too long, or with another card shown in his place."""
        while (gone := self.seat.gone()) is not None:
            self.sign_out(gone)

    def sign_out(self, gone: Sitting) -> None:
        """Ends his session at the service; without a line it ends by itself within a minute."""
        if gone.session is not None:
            try:
                self.service.sign_out(gone.session)
            except (Offline, DeviceRefused, SessionOver, Refused):
                return

    @property
    def zone(self) -> ZoneInfo:
        """The wall on which days are counted here."""
        return ZoneInfo(self.known["institution"]["time_zone"] if self.known else "Asia/Almaty")


class NobodyHere(Exception):
    """Whoever stood here has gone."""


def create_app(kiosk: Kiosk) -> Flask:
    """The kiosk's own web application, for the one browser on loopback."""
    # They know this module.
    from kiosk import pages_ask, pages_call_room, pages_enter, pages_own, pages_pin  # noqa: PLC0415

    app = Flask(__name__, template_folder=str(templates()), static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.extensions["kiosk"] = kiosk
    app.jinja_env.globals.update(
        t=_say, day=_day, long_day=_long_day, article=_article, moment=_moment, rate=_rate, kiosk=kiosk, words=words
    )
    app.jinja_env.autoescape = True
    for part in (pages_enter, pages_pin, pages_ask, pages_call_room, pages_own):
        app.register_blueprint(part.pages)
    app.before_request(_guard)
    app.after_request(_headers)
    app.register_error_handler(NobodyHere, lambda _: redirect(url_for("enter.start")))
    app.register_error_handler(SessionOver, lambda _: _gone(kiosk))
    app.register_error_handler(Offline, lambda _: (page("offline.html"), 503))
    app.register_error_handler(DeviceRefused, lambda _: _out_of_order(kiosk))
    app.register_error_handler(Refused, lambda refused: (page("refused.html", reasons=refused.said(language())), 422))
    app.register_error_handler(404, lambda _: (page("refused.html", reasons=[_say("start.not_found")]), 404))
    app.register_error_handler(405, lambda _: redirect(url_for("enter.start")))
    app.register_error_handler(500, lambda _: (page("out_of_order.html"), 500))
    return app


def templates() -> Path:
    """The folder of the kiosk's templates, in a checkout and where it is installed."""
    root = Path(__file__).parent.parent
    beside = root / "templates" / "kiosk"
    return beside if beside.exists() else root / "service" / "templates" / "kiosk"


def here() -> Kiosk:
    """The kiosk of this request."""
    from flask import current_app  # noqa: PLC0415

    found: Kiosk = current_app.extensions["kiosk"]
    return found


def sitting() -> Sitting:
    """Who stands here. Raises NobodyHere."""
    found: Sitting | None = g.get("sitting")
    if found is None:
        raise NobodyHere
    return found


def session() -> str:
    """The session at the service. Raises NobodyHere before the PIN was right."""
    found = sitting().session
    if found is None:
        raise NobodyHere
    return found


def language() -> str:
    """The language of whoever stands here, or the kiosk's own."""
    found: Sitting | None = g.get("sitting")
    return found.language if found else request.args.get("language", here().language)


def page(template: str, status: int = 200, opens: str | None = None, **given: Any) -> Response:
    """A screen. `opens` is what the browser opens by itself when nobody touches it ("15; url=/end")."""
    text = render_template(template, language=language(), sitting=g.get("sitting"), **given)
    answer = Response(text, status=status, mimetype="text/html")
    if opens is None and g.get("sitting") is not None:
        back = request.path if request.method == "GET" else "/home"
        after = WRITING if request.path in WRITTEN_ON else ASKED_AFTER
        opens = f"{after}; url={url_for('enter.still_here', back=back)}"
    if opens:
        answer.headers["Refresh"] = opens
    return answer


def do(path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
    """An act at the service, under a key of its own for each screen it was asked on."""
    key = request.form.get("once", "")
    return here().service.post(path, session(), body, key)


def _say(name: str, /, **arguments: object) -> str:
    try:
        return words.said(language(), name, **arguments)
    except KeyError:
        return words.said(here().language, name, **arguments)


def _day(text: str) -> str:
    return words.day(language(), datetime.fromisoformat(text).date())


def _long_day(text: str) -> str:
    return words.long_day(language(), datetime.fromisoformat(text).date())


def _article(text: str) -> str:
    return words.article(language(), text)


def _moment(text: str) -> str:
    return words.moment(language(), datetime.fromisoformat(text), here().zone)


def _rate(text: str) -> str:
    return words.rate(language(), text)


def _guard() -> AnyResponse | None:
    # Another name for loopback would let a page of somewhere else speak to the kiosk (DNS rebinding).
    if request.host.split(":")[0] not in HOSTS:
        return Response("", status=421)
    if request.endpoint == "static":
        return None
    here().end_silent()
    g.sitting = here().seat.sitting(request.cookies.get(COOKIE, ""))
    if here().is_refused and request.endpoint != "enter.state":
        here().look()
        if here().is_refused:
            return _out_of_order(here())
    if request.method == "POST" and request.endpoint != "enter.begin":
        if g.sitting is None:
            return redirect(url_for("enter.start"))
        if not compare_digest(_token(), g.sitting.token):
            return redirect(url_for("enter.home"))
    return None


def _token() -> str:
    """The token of the screen: in its form, or in a header where a script sends."""
    return request.headers.get("X-Form-Token") or request.form.get("token", "")


def _connects() -> str:
    server = here().call_server
    return f"connect-src 'self' {server} {server.replace('ws', 'http', 1)}" if server else "connect-src 'self'"


def _headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CSP.replace("connect-src 'self'", _connects())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _gone(kiosk: Kiosk) -> AnyResponse:
    kiosk.seat.leave()
    return redirect(url_for("enter.start"))


def _out_of_order(kiosk: Kiosk) -> Response:
    kiosk.is_refused = True
    kiosk.seat.leave()
    g.sitting = None
    return page("out_of_order.html", 503, "20; url=/")
