"""Delivers notices by the suppliers at hand. No database session is open while a supplier is spoken to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from service.app.notice_send import (
    DELIVERER,
    Claim,
    NoticeToSend,
    claim_notice,
    due_notices,
    give_up_notice,
    notice_to_send,
    put_off_notice,
    release_notice,
    tell_notice_sent,
    unknown_references,
)
from service.app.transact import transact
from service.domain.refusal import Refusal
from service.gateways.mail import Attachment, MailGateway
from service.gateways.sms import NotReached, NotSent, Sent, SmsGateway, Unanswered
from service.jobs.letter_calendar import calendar_of
from service.language.notices import notice_subject, notice_text
from service.store.environment import Environment

ALMATY = ZoneInfo("Asia/Almaty")
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
"""How long a supplier that does not work is left alone: twice as long each time."""
SKEW = timedelta(minutes=5)
"""How far a supplier's clock may stand behind ours."""
_log = structlog.get_logger("kezdesu.jobs")


@dataclass(frozen=True)
class Suppliers:
    """Who carries texts and letters out of the house; `time_zone` is that of notices about accounts."""

    sms: SmsGateway
    mail: MailGateway
    time_zone: ZoneInfo = ALMATY


class _Way(Protocol):
    """A supplier, with the words of one notice in its hands."""

    def send(self) -> Sent: ...

    def find(self, since: datetime) -> Sequence[Sent]: ...


@dataclass
class Deliverer:
    """Delivers in the order of writing. While a supplier does not work, its notices wait for it behind the oldest.

    That keeps the order after an outage, and asks a supplier in trouble once a pause instead of once a notice.
    """

    suppliers: Suppliers
    _rest: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)

    def turn(self, environment: Environment) -> int:
        """Delivers what is due; answers how many notices went out."""
        with environment.database.reading() as session:
            due = due_notices(session, environment.clock(), self.suppliers.time_zone)
        sent = 0
        for one in due:
            if one.channel in self._rest and environment.clock() < self._rest[one.channel][0]:
                continue
            claim = claim_notice(environment, one.message)
            if claim is not None:
                sent += self._deliver(environment, one.message, one.channel, claim)
        return sent

    def _deliver(self, environment: Environment, message: str, channel: str, claim: Claim) -> bool:
        notice = notice_to_send(environment, message, self.suppliers.time_zone)
        if notice is None:
            give_up_notice(environment, message, why="no-way-to-the-person")
            return False
        try:
            sent = self._hand_over(environment, notice, claim)
        except NotReached as fault:
            self._rest_for(channel, fault, environment.clock())
            release_notice(environment, message, unsure=claim.unsure_since is not None)
            return False
        except Unanswered as fault:
            self._rest_for(channel, fault, environment.clock())
            if channel == "sms":
                release_notice(environment, message, unsure=True)
            else:  # nobody can be asked about a letter: it goes again, under the same Message-ID, a few times
                put_off_notice(environment, message, why=fault.why)
            return False
        except NotSent as fault:
            _log.warning("not sent", again=fault.again, channel=channel, why=fault.why)
            self._rest.pop(channel, None)
            put_off = put_off_notice if fault.again else give_up_notice
            put_off(environment, message, why=fault.why)
            return False
        self._rest.pop(channel, None)
        return sent is not None and _told(environment, message, sent)

    def _hand_over(self, environment: Environment, notice: NoticeToSend, claim: Claim) -> Sent | None:
        way = _way(environment, self.suppliers, notice)
        if claim.unsure_since is not None:
            taken = way.find(claim.unsure_since - SKEW)
            unknown = unknown_references(environment, [one.reference for one in taken])
            if unknown:
                return Sent(unknown[-1])
        if notice.too_late(environment.clock()):
            raise NotSent("too-late", again=False)
        if environment.clock() >= claim.until:  # this process stood still; the notice may be another's now
            return None
        return way.send()

    def _rest_for(self, channel: str, fault: NotSent, now: datetime) -> None:
        _, before = self._rest.get(channel, (None, FIRST_PAUSE / 2))
        pause = min(before * 2, LONGEST_PAUSE)
        self._rest[channel] = (now + pause, pause)
        _log.warning("supplier does not work", channel=channel, why=fault.why, seconds=pause.total_seconds())


def _told(environment: Environment, message: str, sent: Sent) -> bool:
    try:
        transact(
            environment,
            DELIVERER,
            lambda unit: tell_notice_sent(unit, message=message, reference=sent.reference),
        )
    except Refusal:  # the supplier's own receipt, or another worker, told it meanwhile
        return False
    return True


def deliver_notices(environment: Environment, suppliers: Suppliers) -> int:
    """One turn of a deliverer that remembers nothing of earlier ones."""
    return Deliverer(suppliers).turn(environment)


@dataclass(frozen=True)
class _Text:
    gateway: SmsGateway
    to: str
    text: str
    reference: str

    def send(self) -> Sent:
        return self.gateway.send(to=self.to, text=self.text, reference=self.reference)

    def find(self, since: datetime) -> Sequence[Sent]:
        return self.gateway.find(to=self.to, text=self.text, reference=self.reference, since=since)


@dataclass(frozen=True)
class _Letter:
    gateway: MailGateway
    to: str
    subject: str
    text: str
    reference: str
    attachments: Sequence[Attachment]

    def send(self) -> Sent:
        return self.gateway.send(
            to=self.to,
            subject=self.subject,
            text=self.text,
            reference=self.reference,
            attachments=self.attachments,
        )

    def find(self, since: datetime) -> Sequence[Sent]:  # noqa: ARG002
        return ()


def _way(environment: Environment, suppliers: Suppliers, notice: NoticeToSend) -> _Way:
    text = notice_text(notice.template, notice.language, notice.arguments, notice.time_zone)
    if notice.channel == "sms":
        return _Text(suppliers.sms, notice.to, text, notice.message)
    files = calendar_of(environment, notice)
    return _Letter(suppliers.mail, notice.to, notice_subject(notice.language), text, notice.message, files)
