from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string, request
from werkzeug.exceptions import TooManyRequests

from service.web.api.caller import Caller
from service.web.audience import declare
from service.web.page_app import page_app
from service.web.pages import Pages, from_other_systems
from service.web.settings import WebSettings

ALMATY = ZoneInfo("Asia/Almaty")
SESSIONS = {
    "aigul": Caller("relative", "aigul"),
    "marat": Caller("relative", "marat"),
    "dinara": Caller("officer", "1"),
}


class SignedIn:
    def find(self, token: str) -> Caller | None:
        return SESSIONS.get(token)


class StoreAwayError(Exception):
    """The store cannot be reached."""


@pytest.fixture
def make_app() -> Callable[..., Flask]:
    """An app of two pages and a form, as strict as every other."""

    def make(**changed: object) -> Flask:
        settings = {"key": b"k" * 32, "secure": False, "time_zone": ALMATY} | changed
        app = page_app(
            "public",
            WebSettings(**settings),
            sign_ins=SignedIn(),
            sign_in_page="/sign-in",
            status_of=lambda error: 503 if isinstance(error, StoreAwayError) else None,
        )
        pages = Pages("small")

        @pages.page("/", audience=("anyone",))
        def first() -> str:
            return render_template_string("{{ words.language }} {{ _('Day') }} {{ form_token() }}")

        @pages.page("/mine", audience=("relative",), methods=("GET", "POST"))
        def mine(caller: Caller) -> str:
            return render_template_string("{{ who }} {{ form_token() }}", who=caller.id)

        @pages.page("/open", audience=("anyone",), methods=("GET", "POST"))
        def open_form() -> str:
            return render_template_string("{{ form_token() }} {{ request.form.get('name') }}")

        @pages.page("/hook", audience=("anyone",), methods=("POST",))
        @from_other_systems
        def hook() -> str:
            return "heard"

        @pages.page("/broken/<kind>", audience=("anyone",))
        def broken(kind: str) -> str:
            if kind == "busy":
                raise TooManyRequests(retry_after=30)
            if kind == "away":
                raise StoreAwayError
            raise RuntimeError(f"the IIN is 850101300123, the name is {request.args.get('name')}")

        app.register_blueprint(pages)
        app.add_url_rule("/forgotten", "forgotten", lambda: "an open door")
        app.add_url_rule("/placed", "placed", declare("officer")(lambda: "placed"))
        return app

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()
