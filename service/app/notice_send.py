"""A notice on its way out: claimed by one worker, handed to the supplier outside of any transaction, told as sent.

Whoever is cut off between handing over and telling lets the claim run out; the notice is handed over again under the
same reference, by which a supplier knows it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.access import Target, require
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Account, Institution, Message, Person
from service.store.unit_of_work import UnitOfWork

CLAIM = timedelta(minutes=2)
"""How long a worker has for one notice before another may take it."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720))
"""Between tries; after the last, a person is needed."""
CHANNELS = ("sms", "email")
"""What the worker delivers; a notice for the kiosk waits there until it is read."""


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """One notice with its address, still to be worded; moments are shown in the institution's `time_zone`."""

    message: str
    channel: str
    to: str
    template: str
    language: str
    arguments: Mapping[str, str]
    time_zone: ZoneInfo


def due_notices(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Notices that nobody is delivering now, the oldest first."""
    row = of(Message)
    return list(
        session.scalars(
            sa.select(row.id)
            .where(row.sent_at.is_(None), row.channel.in_(CHANNELS), row.tries <= len(PAUSES), *_free(now))
            .order_by(row.created_at, row.id)
            .limit(limit)
        )
    )


def claim_notice(environment: Environment, message: str) -> bool:
    """Takes a notice for `CLAIM`; False when another worker was faster or it is sent."""
    now, row = environment.clock(), of(Message)
    with environment.database.writes() as session:
        claimed = session.execute(
            sa.update(Message)
            .where(row.id == message, row.sent_at.is_(None), *_free(now))
            .values(claimed_until=now + CLAIM, tries=row.tries + 1)
            .returning(row.id)
        ).first()
        session.commit()
    return claimed is not None


def put_off_notice(environment: Environment, message: str) -> None:
    """Gives a claimed notice back, to be tried again after a pause that grows with the tries."""
    now, row = environment.clock(), of(Message)
    with environment.database.writes() as session:
        tries = session.scalar(sa.select(row.tries).where(row.id == message)) or 1
        pause = PAUSES[min(tries, len(PAUSES)) - 1]
        session.execute(sa.update(Message).where(row.id == message).values(claimed_until=None, next_try_at=now + pause))
        session.commit()


def notice_to_send(environment: Environment, message: str) -> NoticeToSend | None:
    """The notice and where it goes; None when there is no such way to the person any more."""
    row, account, person = of(Message), of(Account), of(Person)
    with environment.database.reading() as session:
        found = session.execute(
            sa.select(Message, Person, Account, of(Institution).time_zone)
            .join(Person, person.id == row.person_id)
            .join(Account, sa.and_(account.person_id == row.person_id, account.closed_at.is_(None)))
            .join(Institution, of(Institution).id == row.institution_id)
            .where(row.id == message, person.wrapped_key.is_not(None))
        ).first()
    if found is None:
        return None
    notice, who, known, time_zone = found
    sealed = known.phone if notice.channel == "sms" else known.email
    if sealed is None:
        return None
    key = environment.vault.unwrap(who.id, who.wrapped_key)
    column = "phone" if notice.channel == "sms" else "email"
    return NoticeToSend(
        notice.id,
        notice.channel,
        key.open(f"account/{column}/{known.id}", sealed),
        notice.template,
        notice.language,
        json.loads(key.open(f"message/arguments/{notice.id}", notice.arguments)),
        ZoneInfo(time_zone),
    )


def tell_notice_sent(unit: UnitOfWork, *, message: str, reference: str) -> None:
    """Records that a supplier took the notice over. Raises Refusal 'conflict' when that was told before."""
    row = unit.get(Message, message, lock=True)
    require(unit.actor, "notice.send", Target(row.institution_id))
    if row.sent_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, sent_at=unit.now, supplier_reference=reference[:80])
    unit.tell("notice.sent", row.institution_id)


def _free(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    row = of(Message)
    return (
        sa.or_(row.claimed_until.is_(None), row.claimed_until <= now),
        sa.or_(row.next_try_at.is_(None), row.next_try_at <= now),
    )
