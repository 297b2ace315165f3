"""The inbox of the demonstration: every text and letter that would have left this machine, on one page."""

from flask import Flask, Response, make_response, render_template

from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms
from service.store.environment import Environment
from service.web.face import status_of
from service.web.page_app import page_app
from service.web.pages import Pages
from service.web.settings import WebSettings

__all__ = ["create_app"]

SHOWN = 100


def create_app(
    environment: Environment,  # noqa: ARG001  (every face is made alike)
    settings: WebSettings,
    *,
    texts: LocalSms,
    letters: LocalMail | None = None,
) -> Flask:
    """The app that shows the local inboxes to whoever opens it: for a demonstration, never for real families."""
    app = page_app("inbox", settings, status_of=status_of)
    pages = Pages("inbox")

    @pages.page("/", audience=("anyone",))
    def show_inbox() -> Response:
        mail = letters.received()[:SHOWN] if letters is not None else []
        page = make_response(render_template("inbox/inbox.html", texts=texts.received()[:SHOWN], letters=mail))
        page.add_etag(weak=True)
        return page

    app.register_blueprint(pages)
    return app
