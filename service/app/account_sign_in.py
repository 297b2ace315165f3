"""Relatives sign in by a one-time code sent to their phone. Nobody learns whether a number is known."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from service.app.passkey import has_passkey
from service.app.server_key import ServerKey
from service.app.session_open import open_session
from service.app.throttle_count import count_try
from service.domain.access import Target, require
from service.domain.identity import LANGUAGES
from service.domain.refusal import Refusal, refuse
from service.gateways.phone import clean_phone
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Account, OneTimeCode
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Index

LASTS = timedelta(minutes=10)
TRIES = 5
CODES_AN_HOUR = 5
"""For one number."""
ASKED_AN_HOUR = 60
"""From one address: a village may share one."""
HOUR = timedelta(hours=1)
DIGITS = 6


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """A code was made for the number, whoever has it; `code_id` is for sending it, never for the browser."""

    code_id: str
    good_until: datetime


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """What the worker or face words and sends, to a phone or, where there is none, by e-mail."""

    phone: str
    code: str
    language: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What became of an answer. `token` opens the session: of the account, of the registration that comes next, or, for
    "second", half a session, that a passkey makes whole."""

    outcome: Literal["signed-in", "second", "register", "wrong", "expired"]
    token: str | None = None
    tries_left: int = 0

    def insist(self) -> str:
        """The token. Raises Refusal 'code-wrong', 'code-expired' or 'second-factor-needed'."""
        if self.outcome == "second":
            raise refuse("not-allowed", "second-factor-needed")
        if self.outcome == "wrong":
            raise refuse("not-possible", "code-wrong", count=self.tries_left)
        if self.token is None:
            raise refuse("not-possible", "code-expired")
        return self.token


def ask_code(unit: UnitOfWork, *, phone: str, browser: str, language: str, address: str | None = None) -> CodeAsked:
    """Makes a code for a number, bound to the browser that asks (a random value in its cookie).

    Raises Refusal: 'phone-wrong', 'language-unknown', 'too-many-tries'.
    """
    require(unit.actor, "session.open", Target())
    number = clean_phone(phone)
    if language not in LANGUAGES:
        raise refuse("not-possible", "language-unknown")
    environment = unit.environment
    index = environment.vault.index("account.phone", number)
    if address is not None:
        count_try(unit, f"codes-from:{_digest(address)}", limit=ASKED_AN_HOUR, window=HOUR)
    count_try(unit, f"codes-to:{index}", limit=CODES_AN_HOUR, window=HOUR)
    return new_code(unit, index=index, browser=browser, language=language, phone=number)


def new_code(unit: UnitOfWork, *, index: str, browser: str, language: str, **where: str) -> CodeAsked:
    """Makes a code, found again by `index` and `browser`. `where` it goes is sealed: `phone` or `email`."""
    environment = unit.environment
    code_id = environment.new_id()
    code = f"{int.from_bytes(environment.random_bytes(16)) % 10**DIGITS:0{DIGITS}}"
    message = json.dumps({**where, "code": code})
    unit.session.execute(
        sa.insert(OneTimeCode).values(
            id=code_id,
            phone_index=index,
            code_hash=_code_hashes(environment, code_id, code)[0],
            browser_hash=_digest(browser),
            sealed_message=_server_key(environment).seal(f"one_time_code/{code_id}", message),
            language=language,
            asked_at=unit.now,
            tries_left=TRIES,
        )
    )
    return CodeAsked(code_id, unit.now + LASTS)


def code_to_send(environment: Environment, code_id: str) -> CodeToSend | None:
    """What is to be sent for a code that is still good; None when there is nothing to send any more."""
    with environment.database.reading() as session:
        row = session.get(OneTimeCode, code_id)
    if row is None or row.used_at is not None or environment.clock() >= row.asked_at + LASTS:
        return None
    message = open_message(environment, row)
    return CodeToSend(message.get("phone", ""), message["code"], row.language, message.get("email"))


def answer_code(unit: UnitOfWork, *, phone: str, code: str, browser: str, device: str | None = None) -> CodeAnswer:
    """Tries a code. A wrong answer is an outcome and no refusal, so that the try is counted.

    A right one opens a new session: of the account with that number, or, where there is none, of a newcomer who may
    register (`register_account`). Raises Refusal 'phone-wrong'.
    """
    require(unit.actor, "session.open", Target())
    index = unit.environment.vault.index("account.phone", clean_phone(phone))
    tried = try_code(unit, index=index, code=code, browser=browser)
    if not isinstance(tried, OneTimeCode):
        return tried
    account = of(Account)
    known = unit.session.execute(
        sa.select(account.id, account.person_id).where(
            account.phone_index.in_(index.every), account.closed_at.is_(None)
        )
    ).first()
    if known is None:
        return CodeAnswer("register", open_session(unit, "newcomer", tried.id, device=device))
    if has_passkey(unit, known.person_id, "relative"):
        return CodeAnswer("second", open_session(unit, "relative-1st", known.id, device=device))
    return CodeAnswer("signed-in", open_session(unit, "relative", known.id, device=device))


def try_code(unit: UnitOfWork, *, index: Index, code: str, browser: str) -> OneTimeCode | CodeAnswer:
    """The code that was answered rightly, used from now on; or the outcome "wrong" or "expired"."""
    environment, row = unit.environment, of(OneTimeCode)
    asked = unit.session.scalars(
        sa.select(OneTimeCode)
        .where(
            row.phone_index.in_(index.every),
            row.browser_hash == _digest(browser),
            row.used_at.is_(None),
            row.asked_at > unit.now - LASTS,
        )
        .order_by(row.asked_at.desc(), row.id)
        .limit(1)
        .with_for_update()
    ).first()
    if asked is None or asked.tries_left <= 0:
        return CodeAnswer("expired")
    this = sa.update(OneTimeCode).where(row.id == asked.id)
    if not any(hmac.compare_digest(asked.code_hash, one) for one in _code_hashes(environment, asked.id, code)):
        left = asked.tries_left - 1
        unit.session.execute(this.values(tries_left=left))
        return CodeAnswer("wrong", tries_left=left)
    unit.session.execute(this.values(used_at=unit.now))
    return asked


def proven_phone(unit: UnitOfWork) -> str:
    """The number that the newcomer who acts has answered for. Raises Refusal 'not-found'."""
    row = unit.session.get(OneTimeCode, unit.actor.id) if unit.actor.person is None else None
    if row is None or row.used_at is None:
        raise Refusal("not-found")
    return open_message(unit.environment, row)["phone"]


def open_message(environment: Environment, row: OneTimeCode) -> dict[str, str]:
    """The number and the code behind a row."""
    opened: dict[str, str] = json.loads(_server_key(environment).open(f"one_time_code/{row.id}", row.sealed_message))
    return opened


def _server_key(environment: Environment) -> ServerKey:
    return ServerKey(environment, b"kezdesu one-time codes, sealing 1")


def _code_hashes(environment: Environment, code_id: str, code: str) -> list[str]:
    """The hash of a code under each server key that is accepted now, that of new codes first."""
    told = f"{code_id}/{''.join(code.split())}".encode("utf-8", "replace")
    keys = [
        hmac.digest(key, b"kezdesu one-time codes, checking 1", "sha256") for key in environment.keys.accepted("server")
    ]
    return [hmac.digest(key, told, "sha256").hex() for key in keys]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
