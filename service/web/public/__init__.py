"""The relatives' site: sign in by a code, link to a convict, see what is left, book, hold the pass."""

from collections.abc import Callable

from flask import Flask

from service.store.environment import Environment
from service.web.face import Sessions, install_refusals, status_of
from service.web.page_app import page_app
from service.web.public import home, sign_in
from service.web.public.face import PublicFace
from service.web.settings import WebSettings

__all__ = ["create_app"]

PARTS = (home, sign_in)


def create_app(environment: Environment, settings: WebSettings, *, send_code: Callable[[str], None]) -> Flask:
    """The app of the relatives. `send_code` hands a one-time code over to be sent, given its id."""
    app = page_app(
        "public",
        settings,
        sign_ins=Sessions(environment, "relative", "newcomer"),
        sign_in_page="/sign-in",
        status_of=status_of,
    )
    install_refusals(app)
    face = PublicFace(environment, settings, send_code)
    for part in PARTS:
        app.register_blueprint(part.pages(face))
    return app
