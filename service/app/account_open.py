"""A relative's account: a person, a phone that answered a code, a consent with its version."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.account_sign_in import proven_phone
from service.app.person_register import add_person, known_person
from service.app.session_end import end_sessions
from service.app.session_open import open_session
from service.domain.access import Target, require
from service.domain.identity import Identity, clean_email, clean_line
from service.domain.refusal import refuse
from service.gateways.phone import clean_phone
from service.store.columns import of
from service.store.tables import NATIONAL, Account, Person
from service.store.unit_of_work import UnitOfWork

LONGEST_VERSION = 20


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """The account, its person, and the token of the session that goes on."""

    account: str
    person: str
    token: str


def register_account(
    unit: UnitOfWork,
    *,
    identity: Identity,
    consent_version: str,
    email: str | None = None,
    device: str | None = None,
    verified: bool = False,
) -> AccountOpened:
    """A newcomer, whose phone has answered a code, says who they are and agrees; a new session begins.

    `verified`: a state identity provider has said who they are, so that somebody known already is recognised.

    Raises Refusal 'conflict' 'identity-needs-desk' when the IIN or document is known: then it is settled at the desk,
    with the document in hand.
    """
    require(unit.actor, "account.open", Target())
    phone = proven_phone(unit)
    known = known_person(unit, identity)
    if known is not None and not verified:
        raise refuse("conflict", "identity-needs-desk")
    person = known or add_person(unit, identity)
    account = _add_account(unit, person, phone, consent_version, email)
    end_sessions(unit, "newcomer", unit.actor.id)
    unit.tell("account.opened", NATIONAL)
    return AccountOpened(account, person.id, open_session(unit, "relative", account, device=device))


def open_account(unit: UnitOfWork, *, person: str, phone: str, consent_version: str, email: str | None = None) -> str:
    """At the desk, with the document in hand: an account for somebody registered. Answers its id."""
    require(unit.actor, "account.open", Target(institution=unit.actor.institution))
    if unit.actor.principal == "relative":
        raise refuse("not-allowed", "identity-needs-desk")
    account = _add_account(unit, unit.get(Person, person, lock=True), clean_phone(phone), consent_version, email)
    unit.tell("account.opened", NATIONAL)
    return account


def _add_account(unit: UnitOfWork, person: Person, phone: str, consent_version: str, email: str | None) -> str:
    if not consent_version.strip():
        raise refuse("not-possible", "consent-needed")
    index = unit.environment.vault.index("account.phone", phone)
    row = of(Account)
    taken = unit.session.execute(
        sa.select(row.id).where(
            row.closed_at.is_(None), sa.or_(row.phone_index.in_(index.every), row.person_id == person.id)
        )
    ).first()
    if taken is not None:
        raise refuse("conflict", "already-there")
    unit.meet(person)
    account = unit.environment.new_id()
    address = clean_email(email) if email is not None and email.strip() else None
    unit.add(
        Account(
            id=account,
            person_id=person.id,
            phone_index=index,
            consent_version=clean_line(consent_version, LONGEST_VERSION),
            consented_at=unit.now,
            created_at=unit.now,
            **unit.sealed(Account, account, person.id, phone=phone, email=address),
        )
    )
    return account
