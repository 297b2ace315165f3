"""The pages of bodies of oversight: what happens in an institution, where it is proven, and what they answer."""

from contextlib import suppress

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError

from service.store import replica
from service.store.environment import Environment
from service.web import statistics_pages
from service.web.face import install_refusals, install_words, owner_of, status_of
from service.web.i18n import words
from service.web.oversight import current, entrance, leads, letters, openings
from service.web.oversight.face import MENU, AuditorSessions, OversightFace, install_heads
from service.web.page_app import page_app
from service.web.settings import WebSettings
from service.web.staff import second_step, set_up

__all__ = ["create_app"]

PARTS = (current, letters, leads, openings)
SIGN_IN = (entrance, second_step, set_up)


def create_app(environment: Environment, settings: WebSettings, reading: Environment | None = None) -> Flask:
    """The app of auditors; nobody else signs in to it, and nothing of a family or a convict is changed by it.

    `reading` is the same world with a streamed copy to read from. Who is signed in is asked of the primary, since a
    session that has just begun, or ended, must be known at once.
    """
    app = page_app(
        "oversight",
        settings,
        sign_ins=AuditorSessions(environment),
        sign_in_page="/sign-in",
        same_site="Strict",
        status_of=status_of,
        owner_of=owner_of(environment),
    )
    install_refusals(app)
    install_words(app)
    app.jinja_env.globals["frame"] = "oversight/layout.html"
    face = OversightFace(reading or environment, settings, "oversight")
    for signing in SIGN_IN:
        app.register_blueprint(signing.pages(OversightFace(environment, settings, "oversight")))
    for part in PARTS:
        app.register_blueprint(part.pages(face))
    app.register_blueprint(statistics_pages.pages(face.environment))
    install_heads(app, face)
    _wait_after_changes(app, face.environment)
    app.context_processor(_places)
    return app


def _wait_after_changes(app: Flask, environment: Environment) -> None:
    """Whoever has said something finds it on the next page, also where that is read from a copy."""

    @app.after_request
    def wait(response: Response) -> Response:
        if request.method == "POST" and response.status_code < 400:
            with suppress(OperationalError):  # a copy that is away must not make what was done seem undone
                replica.wait_until_read(environment.database, replica.PATIENCE)
        return response


def _places() -> dict[str, object]:
    """The main menu of whoever is signed in."""
    if g.get("caller") is None:
        return {}
    return {
        "places": [
            {
                "address": address,
                "icon": icon,
                "name": words().sentence(name),
                "here": request.path.startswith(address),
            }
            for address, icon, name in MENU
        ]
    }
