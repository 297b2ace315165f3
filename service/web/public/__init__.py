"""The relatives' site: sign in by a code, link to a convict, see what is left, book, hold the pass."""

from collections.abc import Callable

from flask import Flask, g, request

from service.store.environment import Environment
from service.web import statistics_pages
from service.web.call_room import CallRooms
from service.web.face import Sessions, install_refusals, install_words, owner_of, status_of
from service.web.i18n import words
from service.web.messages import N_
from service.web.page_app import page_app
from service.web.public import (
    account,
    appointments,
    booking,
    call_page,
    call_rooms,
    calling,
    ending,
    help_pages,
    holding,
    home,
    linking,
    moving,
    new_phone,
    news,
    passes,
    photos,
    provider,
    queueing,
    registration,
    second_step,
    sign_in,
)
from service.web.public.face import PublicFace
from service.web.settings import WebSettings

__all__ = ["create_app"]

PARTS = (
    home,
    sign_in,
    registration,
    linking,
    booking,
    queueing,
    calling,
    call_page,
    call_rooms,
    appointments,
    moving,
    news,
    passes,
    holding,
    account,
    ending,
    new_phone,
    photos,
    provider,
    second_step,
    help_pages,
)


def create_app(
    environment: Environment,
    settings: WebSettings,
    *,
    send_code: Callable[[str], None],
    calls: CallRooms | None = None,
) -> Flask:
    """The app of the relatives. `send_code` hands a one-time code over to be sent, given its id.

    `calls`: the rooms of supervised calls, in memory by default.
    """
    app = page_app(
        "public",
        settings,
        sign_ins=Sessions(environment, "relative", "newcomer"),
        sign_in_page="/sign-in",
        status_of=status_of,
        owner_of=owner_of(environment),
    )
    install_refusals(app)
    install_words(app)
    app.jinja_env.globals["frame"] = "public/layout.html"
    app.register_blueprint(statistics_pages.pages(environment))
    face = PublicFace(environment, settings, send_code, calls or CallRooms())
    for part in PARTS:
        app.register_blueprint(part.pages(face))
    app.context_processor(_places)
    return app


def _places() -> dict[str, object]:
    """The main menu of whoever is signed in."""
    caller = g.get("caller")
    if caller is None or caller.kind != "relative":
        return {}
    menu = (
        ("/", "home", N_("My family")),
        ("/appointments", "calendar", N_("Visits")),
        ("/account", "person", N_("My account")),
        ("/help", "help", N_("Help")),
    )
    here = next((address for address, _, _ in reversed(menu) if request.path.startswith(address)), "/")
    return {
        "places": [
            {"address": address, "icon": icon, "name": words().sentence(name), "here": address == here}
            for address, icon, name in menu
        ]
    }
