"""An e-mail address, for whoever likes letters beside the texts: added when it has answered a code, and taken away."""

import sqlalchemy as sa

from service.app.account_sign_in import CODES_AN_HOUR, HOUR, CodeAnswer, CodeAsked, new_code, open_message, try_code
from service.app.notices import Notice, notify_account
from service.app.throttle_count import count_try
from service.domain.access import Target, require
from service.domain.identity import LANGUAGES, clean_email
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import NATIONAL, Account
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Index

BOUND = "account"
"""The code answers for whoever is signed in, in whatever browser: it proves the mailbox, and nothing else."""


def ask_email_code(unit: UnitOfWork, *, email: str, language: str) -> CodeAsked:
    """Makes a code for an address of one's own. Raises Refusal 'email-wrong', 'language-unknown', 'too-many-tries'."""
    person = _own(unit)
    address = clean_email(email)
    if language not in LANGUAGES:
        raise refuse("not-possible", "language-unknown")
    index = _index(unit, person)
    count_try(unit, f"email-codes:{index}", limit=CODES_AN_HOUR, window=HOUR)
    return new_code(unit, index=index, browser=BOUND, language=language, email=address)


def confirm_email(unit: UnitOfWork, *, code: str) -> CodeAnswer | str:
    """The address has answered: letters go there from now on, and the phone is told. Answers the address.

    A wrong code is an outcome and no refusal, so that the try is counted.
    """
    person = _own(unit)
    tried = try_code(unit, index=_index(unit, person), code=code, browser=BOUND)
    if isinstance(tried, CodeAnswer):
        return tried
    address = open_message(unit.environment, tried)["email"]
    account = _account(unit, person)
    unit.change(account, **unit.sealed(Account, account.id, person, email=address))
    notify_account(unit, Notice(person, "email-added"))
    unit.tell("email.confirmed", NATIONAL)
    return address


def remove_email(unit: UnitOfWork) -> None:
    """No more letters. Raises Refusal 'not-found' where there is no address."""
    account = _account(unit, _own(unit))
    if account.email is None:
        raise Refusal("not-found")
    unit.change(account, email=None)
    unit.tell("email.removed", NATIONAL)


def _own(unit: UnitOfWork) -> str:
    person = unit.actor.person or ""
    require(unit.actor, "email.change", Target(persons=frozenset({person})))
    return person


def _index(unit: UnitOfWork, person: str) -> Index:
    return unit.environment.vault.index("account.email", person)


def _account(unit: UnitOfWork, person: str) -> Account:
    row = of(Account)
    found = unit.session.scalars(
        sa.select(Account).where(row.person_id == person, row.closed_at.is_(None)).with_for_update()
    ).first()
    if found is None:
        raise Refusal("not-found")
    return found
