"""The pages of bodies of oversight: what happens in an institution, where it is proven, and what they answer."""

from flask import Flask, g, request

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

PARTS = (entrance, current, letters, leads, openings)
SIGN_IN = (second_step, set_up)


def create_app(environment: Environment, settings: WebSettings) -> Flask:
    """The app of auditors; nobody else signs in to it, and nothing of a family or a convict is changed by it."""
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
    face = OversightFace(environment, settings, "oversight")
    for part in PARTS:
        app.register_blueprint(part.pages(face))
    for signing in SIGN_IN:
        app.register_blueprint(signing.pages(face))
    app.register_blueprint(statistics_pages.pages(environment))
    install_heads(app, face)
    app.context_processor(_places)
    return app


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
