"""Hands a one-time code over to be sent, worded in the language in which it was asked for."""

from collections.abc import Callable

from service.app.account_sign_in import code_to_send
from service.gateways.sms import SmsGateway
from service.language.notices import code_text
from service.store.environment import Environment


def code_sender(environment: Environment, texts: SmsGateway) -> Callable[[str], None]:
    """What `create_app` of the public site and of the interface ask for as `send_code`."""

    def send(code_id: str) -> None:
        found = code_to_send(environment, code_id)
        if found is not None:
            texts.send(to=found.phone, text=code_text(found.code, found.language), reference=code_id)

    return send
