"""The interface as an app of its own."""

import time
from collections.abc import Callable

from flask import Flask

from service.gateways.receipts import ReceiptReader
from service.store.environment import Environment
from service.web.api import call_callbacks, callbacks, v1
from service.web.api.answering import Problems
from service.web.api.call_callbacks import CallHooks
from service.web.api.callers import Callers, KeptAnswers
from service.web.api.contract import Api
from service.web.api.refusals import refused
from service.web.api.v1.interface import Interface
from service.web.base import base_app
from service.web.call_room import CallRooms
from service.web.settings import WebSettings

PREFIX = "/api/v1"
DESCRIPTION = """\
Appointments of people in prison with their families. Tokens go in `Authorization: Bearer`; those of officers with roles
at several institutions are joined by `Kezdesu-Institution`. Writes take an `Idempotency-Key` and are carried out once.
Errors are RFC 9457 problems, in Kazakh, Russian or English by `Accept-Language`. What is not yours is not found.
"""


def create_api(
    environment: Environment,
    send_code: Callable[[str], None],
    second_factor: tuple[str, ...] = (),
    pause: Callable[[float], None] = time.sleep,
    calls: CallRooms | None = None,
) -> Api:
    """The declared interface. `send_code` hands a one-time code over to be sent, given its id; `second_factor` names
    the roles that sign in with one; `pause` waits for so many seconds, before answers that may not tell by their time
    what was found; `calls` are the rooms of supervised calls."""
    api = Api(
        title="Kezdesu",
        version="1",
        description=DESCRIPTION,
        authenticator=Callers(environment),
        idempotency=KeptAnswers(environment),
        problems=Problems(f"{PREFIX}/problems", refusal_of=refused),
        prefix=PREFIX,
    )
    v1.install(Interface(api, environment, send_code, second_factor, pause, calls or CallRooms()))
    return api


def create_app(
    environment: Environment,
    settings: WebSettings,
    *,
    send_code: Callable[[str], None],
    receipts: ReceiptReader | None = None,
    hooks: CallHooks | None = None,
    calls: CallRooms | None = None,
) -> Flask:
    """The app that answers `/api/v1`, for kiosks, bridges and outside systems; what suppliers tell, if any
    is contracted: of messages by `receipts`, of calls by `hooks`."""
    app = base_app("api", settings)
    create_api(environment, send_code, settings.second_factor, settings.pause, calls).install(app)
    callbacks.install(app, environment, receipts)
    call_callbacks.install(app, environment, hooks)
    return app
