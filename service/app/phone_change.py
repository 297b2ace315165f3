"""A relative's number changes: the new one answers a code, both are told, and for three days the old one may object.

Until then everything goes to the old number, the codes for signing in too: whoever got hold of a phone for an hour
wins nothing by changing the number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.app.account_sign_in import CodeAnswer, CodeAsked, ask_code, try_code
from service.app.notices import Contact, Notice, notify_account
from service.app.reading import Reading
from service.app.session_end import end_sessions
from service.app.transact import transact
from service.domain.access import NOBODY, Actor, Target, require
from service.domain.refusal import Refusal, refuse
from service.gateways.phone import clean_phone
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import NATIONAL, Account, Person, PhoneChange
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Index

WAITS = timedelta(hours=72)
LOOKUP = "account.phone"


@dataclass(frozen=True, slots=True)
class Phones:
    """The number of somebody's account, and the one that waits to take its place; and the e-mail address."""

    number: str
    email: str | None
    next: str | None
    next_from: datetime | None
    change: str | None


def show_phones(environment: Environment, actor: Actor) -> Phones:
    """What stands on the page of one's own account."""
    person = actor.person or ""
    require(actor, "session.see", Target(persons=frozenset({person})))
    with Reading(environment, actor) as reading:
        account, change = _account(reading, person), _waiting(reading, person)
        return Phones(
            reading.open(account, "phone") or "",
            reading.open(account, "email"),
            None if change is None else reading.open(change, "phone"),
            None if change is None else change.effective_at,
            None if change is None else change.id,
        )


def ask_new_phone(
    environment: Environment, actor: Actor, *, phone: str, browser: str, language: str, address: str | None = None
) -> CodeAsked:
    """Sends a code to the number wanted. Raises Refusal 'phone-wrong', 'phone-same', 'too-many-tries'.

    Whether the number has an account of its own is not said here: only whoever holds it may know.
    """
    person = actor.person or ""
    require(actor, "phone.change", Target(persons=frozenset({person})))
    number = clean_phone(phone)
    with Reading(environment, actor) as reading:
        if reading.open(_account(reading, person), "phone") == number:
            raise refuse("not-possible", "phone-same")
    return transact(
        environment,
        NOBODY,
        lambda unit: ask_code(unit, phone=number, browser=browser, language=language, address=address),
    )


def change_phone(unit: UnitOfWork, *, phone: str, code: str, browser: str) -> CodeAnswer | str:
    """The new number has answered: the change is told to both numbers and waits; answers its id.

    A wrong code is an outcome and no refusal, so that the try is counted. A change that waits already gives way to
    this one. Raises Refusal 'phone-taken' for the number of another account.
    """
    person = unit.actor.person or ""
    require(unit.actor, "phone.change", Target(persons=frozenset({person})))
    number = clean_phone(phone)
    index = unit.environment.vault.index(LOOKUP, number)
    tried = try_code(unit, index=index, code=code, browser=browser)
    if isinstance(tried, CodeAnswer):
        return tried
    if _taken(unit, index):
        raise refuse("conflict", "phone-taken")
    unit.meet(unit.get(Person, person, lock=True))
    before = _waiting(unit, person)
    if before is not None:
        unit.change(before, state="cancelled", ended_at=unit.now, ended_code="replaced")
    old = unit.open(_account(unit, person), "phone") or ""
    new, effective = unit.environment.new_id(), unit.now + WAITS
    unit.add(
        PhoneChange(
            id=new,
            person_id=person,
            state="waiting",
            asked_at=unit.now,
            effective_at=effective,
            **unit.sealed(PhoneChange, new, person, phone=number, before=old),
        )
    )
    told = {"effective_at": effective.isoformat()}
    notify_account(
        unit,
        Notice(person, "phone-changing", told, Contact("sms", old)),
        Notice(person, "phone-changing", told, Contact("sms", number)),
    )
    unit.tell("phone.changing", NATIONAL)
    return new


def cancel_phone_change(unit: UnitOfWork, *, change: str) -> None:
    """The number stays. By whoever signed in with it, or at the desk; all sessions end, because one of them may be a
    stranger's, and nobody here can tell which."""
    row = unit.get(PhoneChange, change, lock=True)
    require(unit.actor, "phone.cancel", Target(unit.actor.institution, frozenset({row.person_id})))
    if row.state != "waiting":
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, state="cancelled", ended_at=unit.now, ended_code="asked")
    end_sessions(unit, "relative", _account(unit, row.person_id).id)
    unit.tell("phone.change_cancelled", NATIONAL)


def due_phone_changes(session: Session, now: datetime, limit: int = 500) -> list[str]:
    """Changes that nobody objected to in time."""
    row = of(PhoneChange)
    return list(
        session.scalars(
            sa.select(row.id)
            .where(row.state == "waiting", row.effective_at <= now)
            .order_by(row.effective_at, row.id)
            .limit(limit)
        )
    )


def take_new_phone(unit: UnitOfWork, *, change: str) -> bool:
    """From now on the new number is the account's. Answers whether it is: an account closed meanwhile, or a number
    that somebody else registered meanwhile, ends the change without effect."""
    row = unit.get(PhoneChange, change, lock=True)
    require(unit.actor, "phone.take_effect", Target())
    if row.state != "waiting" or row.effective_at > unit.now:
        raise refuse("conflict", "state-does-not-allow")
    person = unit.get(Person, row.person_id)
    account = _account_or_none(unit, row.person_id)
    number = None if person.wrapped_key is None or account is None else unit.open(row, "phone")
    index = unit.environment.vault.index(LOOKUP, number or "")
    done = number is not None and account is not None and not _taken(unit, index)
    if done and account is not None:
        unit.change(account, phone_index=index, **unit.sealed(Account, account.id, person.id, phone=number))
    unit.change(
        row, state="done" if done else "cancelled", ended_at=unit.now, ended_code=None if done else "not-possible"
    )
    unit.tell("phone.changed" if done else "phone.change_cancelled", NATIONAL)
    return done


def end_phone_changes(unit: UnitOfWork, person: str, code: str) -> None:
    """Ends what waits, as part of a larger act: a closed account."""
    row = _waiting(unit, person)
    if row is not None:
        unit.change(row, state="cancelled", ended_at=unit.now, ended_code=code)


def _waiting(unit: UnitOfWork, person: str) -> PhoneChange | None:
    row = of(PhoneChange)
    return unit.session.scalars(sa.select(PhoneChange).where(row.person_id == person, row.state == "waiting")).first()


def _account(unit: UnitOfWork, person: str) -> Account:
    found = _account_or_none(unit, person)
    if found is None:
        raise Refusal("not-found")
    return found


def _account_or_none(unit: UnitOfWork, person: str) -> Account | None:
    row = of(Account)
    return unit.session.scalars(sa.select(Account).where(row.person_id == person, row.closed_at.is_(None))).first()


def _taken(unit: UnitOfWork, index: Index) -> bool:
    row = of(Account)
    return (
        unit.session.execute(sa.select(row.id).where(row.phone_index.in_(index.every), row.closed_at.is_(None))).first()
        is not None
    )
