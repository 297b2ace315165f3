"""A notice on its way out: claimed by one worker, handed to a supplier outside of any transaction, told as sent.

A claim also notes that a supplier may have been asked (`unsure_since`), before it is. Whoever comes after a worker that
was cut off asks the supplier first whether it has the notice. Only an answer takes the note away.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from service.app.transact import transact
from service.domain.access import Actor, Target, require
from service.domain.quiet_hours import is_quiet
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import NATIONAL, Account, AccountMessage, Institution, Message, Person
from service.store.unit_of_work import UnitOfWork

CLAIM = timedelta(minutes=2)
"""How long a worker has for one notice before another may take it: many times what a supplier is waited for."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720))
"""Between tries; after the last, the notice is given up."""
ASKED_AGAIN = timedelta(minutes=1)
"""When no answer came: by then a request that was on its way has arrived, or never will."""
CHANNELS = ("sms", "email")
"""What the worker delivers; a notice for the kiosk waits there until it is read."""

DELIVERER = Actor("system", "deliver")
Outgoing = Message | AccountMessage
TABLES: tuple[type[Message], type[AccountMessage]] = (Message, AccountMessage)


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice that may be delivered now."""

    message: str
    channel: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A notice is one worker's until then. `unsure_since`: before this claim, a supplier may have been asked."""

    until: datetime
    unsure_since: datetime | None


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

    def too_late(self, now: datetime) -> bool:
        """Whether nobody is helped by it any more."""
        return self.template == "appointment-reminder" and now >= datetime.fromisoformat(self.arguments["starts_at"])


def due_notices(session: Session, now: datetime, time_zone: ZoneInfo, limit: int = 100) -> list[DueNotice]:
    """Notices that nobody is delivering now, the oldest first; at night the urgent ones only.

    Night is that of the institution; for notices about accounts, that of `time_zone`.
    """
    account, message, house = of(AccountMessage), of(Message), of(Institution)
    zones = session.scalars(sa.select(house.time_zone).distinct()).all()
    asleep = [zone for zone in zones if is_quiet(now, ZoneInfo(zone))]
    of_houses = (
        sa.select(message.id, message.channel, message.created_at)
        .join(Institution, house.id == message.institution_id)
        .where(*_waiting(Message, now), sa.or_(message.urgent, house.time_zone.not_in(asleep)))
    )
    of_accounts = sa.select(account.id, account.channel, account.created_at).where(
        *_waiting(AccountMessage, now), sa.or_(account.urgent, sa.literal(not is_quiet(now, time_zone)))
    )
    both = [
        DueNotice(*row)
        for table, statement in ((message, of_houses), (account, of_accounts))
        for row in session.execute(statement.order_by(table.created_at, table.id).limit(limit)).all()
    ]
    return sorted(both, key=lambda one: (one.created_at, one.message))[:limit]


def claim_notice(environment: Environment, message: str) -> Claim | None:
    """Takes a notice for `CLAIM`; None when another worker was faster, or it is sent or given up."""
    now = environment.clock()
    with environment.database.writes() as session:
        for table in TABLES:
            row = of(table)
            claimed = session.execute(
                sa.update(table)
                .where(row.id == message, *_waiting(table, now))
                .values(
                    claimed_until=now + CLAIM,
                    unsure_since=sa.func.coalesce(row.unsure_since, sa.literal(now, row.unsure_since.type)),
                )
                .returning(sa.type_coerce(row.unsure_since, row.unsure_since.type))
            ).first()
            if claimed is not None:
                session.commit()
                return Claim(now + CLAIM, claimed[0] if claimed[0] < now else None)
    return None


def release_notice(environment: Environment, message: str, *, unsure: bool) -> None:
    """Gives a claimed notice back although nothing is wrong with it: the supplier does not work as a whole.

    `unsure`: the supplier may have taken it all the same, and is asked before it is handed over again.
    """
    again_at = environment.clock() + ASKED_AGAIN if unsure else None
    _set(environment, message, claimed_until=None, next_try_at=again_at, **({} if unsure else {"unsure_since": None}))


def put_off_notice(environment: Environment, message: str, *, why: str) -> None:
    """The supplier did not take this notice: it is tried after a pause that grows with the tries, or given up."""
    with environment.database.reading() as session:
        tries = 1 + sum(session.scalar(sa.select(of(one).tries).where(of(one).id == message)) or 0 for one in TABLES)
    if tries > len(PAUSES):
        give_up_notice(environment, message, why=why)
        return
    again_at = environment.clock() + PAUSES[tries - 1]
    _set(environment, message, claimed_until=None, unsure_since=None, tries=tries, next_try_at=again_at)


def give_up_notice(environment: Environment, message: str, *, why: str) -> None:
    """No further try; `why` is a code of at most 40 characters, which the record and the desk show."""

    def given_up(unit: UnitOfWork) -> None:
        row = load_outgoing(unit, message)
        if row.sent_at is None and row.outcome is None:
            unit.change(row, outcome="given-up", outcome_code=why[:40], outcome_at=unit.now)
            unit.tell("notice.given-up", log_of(row))

    transact(environment, DELIVERER, given_up)


def notice_to_send(environment: Environment, message: str, time_zone: ZoneInfo) -> NoticeToSend | None:
    """The notice and where it goes; None when there is no such way to the person any more."""
    account, person, house = of(Account), of(Person), of(Institution)
    with environment.database.reading() as session:
        notice: Outgoing | None = session.get(Message, message) or session.get(AccountMessage, message)
        who = session.get(Person, notice.person_id) if notice else None
        if notice is None or who is None or who.wrapped_key is None:
            return None
        known = session.scalars(
            sa.select(Account).where(account.person_id == person.id, person.id == who.id, account.closed_at.is_(None))
        ).first()
        if isinstance(notice, Message):
            zone = session.scalar(sa.select(house.time_zone).where(house.id == notice.institution_id))
            time_zone = ZoneInfo(zone or time_zone.key)
    key = environment.vault.unwrap(who.id, who.wrapped_key)
    table = notice.__tablename__
    column = "phone" if notice.channel == "sms" else "email"
    if notice.contact is not None:
        to = key.open(f"{table}/contact/{notice.id}", notice.contact)
    elif known is not None and (sealed := getattr(known, column)) is not None:
        to = key.open(f"account/{column}/{known.id}", sealed)
    else:
        return None
    return NoticeToSend(
        notice.id,
        notice.channel,
        to,
        notice.template,
        notice.language,
        json.loads(key.open(f"{table}/arguments/{notice.id}", notice.arguments)),
        time_zone,
    )


def unknown_references(environment: Environment, references: Sequence[str]) -> list[str]:
    """Those of a supplier's names that stand at none of our notices yet."""
    with environment.database.reading() as session:
        known = {
            one
            for table in TABLES
            for one in session.scalars(
                sa.select(of(table).supplier_reference).where(of(table).supplier_reference.in_(references))
            )
        }
    return [one for one in references if one not in known]


def tell_notice_sent(unit: UnitOfWork, *, message: str, reference: str) -> None:
    """Records that a supplier took the notice over. Raises Refusal 'conflict' when that was told before."""
    row = load_outgoing(unit, message)
    require(unit.actor, "notice.send", Target(getattr(row, "institution_id", None)))
    if row.sent_at is not None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, sent_at=unit.now, supplier_reference=reference[:80])
    unit.tell("notice.sent", log_of(row))


def load_outgoing(unit: UnitOfWork, message: str) -> Outgoing:
    """The notice, locked, whichever log it belongs to. Raises Refusal 'not-found'."""
    try:
        return unit.get(Message, message, lock=True)
    except Refusal:
        return unit.get(AccountMessage, message, lock=True)


def log_of(row: Outgoing) -> str:
    """The log a notice belongs to."""
    return row.institution_id if isinstance(row, Message) else NATIONAL


def _set(environment: Environment, message: str, **values: object) -> None:
    with environment.database.writes() as session:
        for table in TABLES:
            session.execute(sa.update(table).where(of(table).id == message).values(**values))
        session.commit()


def _waiting(table: type[Message] | type[AccountMessage], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    row = of(table)
    return (
        row.sent_at.is_(None),
        row.outcome.is_(None),
        row.channel.in_(CHANNELS),
        sa.or_(row.claimed_until.is_(None), row.claimed_until <= now),
        sa.or_(row.next_try_at.is_(None), row.next_try_at <= now),
    )
