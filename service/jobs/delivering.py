"""Delivers notices by the suppliers at hand. No database session is open while a supplier is spoken to."""

from dataclasses import dataclass

import structlog

from service.app.notice_send import (
    NoticeToSend,
    claim_notice,
    due_notices,
    notice_to_send,
    put_off_notice,
    tell_notice_sent,
)
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.mail import MailGateway
from service.gateways.sms import NotSent, Sent, SmsGateway
from service.language.notices import notice_subject, notice_text
from service.store.environment import Environment

DELIVERER = Actor("system", "deliver")
_log = structlog.get_logger("kezdesu.jobs")


@dataclass(frozen=True)
class Suppliers:
    """Who carries texts and letters out of the house."""

    sms: SmsGateway
    mail: MailGateway


def deliver_notices(environment: Environment, suppliers: Suppliers) -> int:
    """Sends every notice that is due; answers how many went out."""
    with environment.database.reading() as session:
        due = due_notices(session, environment.clock())
    return sum(_deliver(environment, suppliers, message) for message in due if claim_notice(environment, message))


def _deliver(environment: Environment, suppliers: Suppliers, message: str) -> bool:
    notice = notice_to_send(environment, message)
    if notice is None:
        put_off_notice(environment, message)
        return False
    try:
        sent = _hand_over(suppliers, notice)
    except NotSent as fault:
        _log.warning("not sent", again=fault.again, channel=notice.channel)
        put_off_notice(environment, message)
        return False
    try:
        transact(
            environment,
            DELIVERER,
            lambda unit: tell_notice_sent(unit, message=message, reference=sent.reference),
        )
    except Refusal:  # another worker, whose claim had run out, told it meanwhile
        return False
    return True


def _hand_over(suppliers: Suppliers, notice: NoticeToSend) -> Sent:
    text = notice_text(notice.template, notice.language, notice.arguments, notice.time_zone)
    if notice.channel == "sms":
        return suppliers.sms.send(to=notice.to, text=text, reference=notice.message)
    subject = notice_subject(notice.language)
    return suppliers.mail.send(to=notice.to, subject=subject, text=text, reference=notice.message)
