"""The officers' desk and the gate's screen: requests, relationships, flags and disputes, who may enter."""

from flask import Flask

from service.store.environment import Environment
from service.web.face import Sessions, install_refusals, install_words, status_of
from service.web.page_app import page_app
from service.web.settings import WebSettings

__all__ = ["create_app"]


def create_app(environment: Environment, settings: WebSettings) -> Flask:
    """The app of the officers, gate officers included."""
    app = page_app(
        "staff",
        settings,
        sign_ins=Sessions(environment, "officer"),
        sign_in_page="/sign-in",
        same_site="Strict",
        status_of=status_of,
    )
    install_refusals(app)
    install_words(app)
    return app
