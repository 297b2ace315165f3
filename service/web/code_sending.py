"""Hands a one-time code over to be sent, worded in the language in which it was asked for."""

from collections.abc import Callable

import structlog

from service.app.account_sign_in import CodeToSend, code_to_send
from service.domain.refusal import refuse
from service.gateways.mail import MailGateway
from service.gateways.sms import NotSent, SmsGateway
from service.language.notices import code_text, email_code_text, notice_subject
from service.store.environment import Environment

_log = structlog.get_logger("kezdesu.web")


def code_sender(
    environment: Environment, texts: SmsGateway, letters: MailGateway | None = None
) -> Callable[[str], None]:
    """What `create_app` of the public site and of the interface ask for as `send_code`.

    It raises Refusal 'code-not-sent' where the supplier took nothing: whoever asked can ask again.
    """

    def send(code_id: str) -> None:
        found = code_to_send(environment, code_id)
        if found is None:
            return
        try:
            _hand_over(found, code_id)
        except NotSent as fault:
            _log.warning("code not sent", why=fault.why, by_mail=found.email is not None)
            raise refuse("not-possible", "code-not-sent") from None

    def _hand_over(found: CodeToSend, code_id: str) -> None:
        if found.email is None:
            texts.send(to=found.phone, text=code_text(found.code, found.language), reference=code_id)
        elif letters is not None:
            text, subject = email_code_text(found.code, found.language), notice_subject(found.language)
            letters.send(to=found.email, subject=subject, text=text, reference=code_id)

    return send
