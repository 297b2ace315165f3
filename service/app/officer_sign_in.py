"""Officers sign in with login and password; unknown logins take as long as wrong passwords."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.app.officer_appoint import NO_PASSWORD, clean_login, set_password
from service.app.session_open import open_session, token_hash
from service.app.throttle_count import count_try
from service.app.transact import transact
from service.domain.access import NOBODY, Target, require
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Officer
from service.store.unit_of_work import UnitOfWork

# OWASP password storage cheat sheet: Argon2id, 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST = 15
LONGEST = 128
TRIES = 5
TRIES_FROM_ADDRESS = 30
WINDOW = timedelta(minutes=15)
FEWEST_DIFFERENT_SIGNS = 6
WEAK = ("password", "kezdesu", "qwerty", "12345678", "пароль", "құпиясөз", "йцукен")


@dataclass(frozen=True, slots=True)
class OfficerSignedIn:
    """A new session of an officer."""

    officer: str
    token: str


def sign_in_officer(
    environment: Environment, *, login: str, password: str, address: str, workstation: str | None = None
) -> OfficerSignedIn:
    """Opens a session. Raises Refusal 'sign-in-failed', or 'too-many-tries' for this login or this address.

    Each try is committed before the password is looked at, and the password is checked outside of any transaction:
    a slow hash must not hold the one writer's lock.
    """
    try:
        name = clean_login(login)
    except Refusal:
        name = ""
    transact(environment, NOBODY, lambda unit: _count(unit, name, address))
    row = of(Officer)
    with environment.database.reading() as session:
        found = session.execute(
            sa.select(row.id, row.password_hash).where(row.login == name, row.closed_at.is_(None))
        ).first()
    right = _fits(found.password_hash if found is not None else _nobodys_hash(), password)
    if found is None or not right:
        raise refuse("not-allowed", "sign-in-failed")
    token = transact(environment, NOBODY, lambda unit: _open(unit, found.id, found.password_hash, workstation))
    return OfficerSignedIn(found.id, token)


def choose_password(environment: Environment, *, invitation: str, password: str) -> str:
    """The owner of an invitation chooses a password of at least 15 characters. Raises Refusal 'password-too-weak'."""
    hashed = hash_password(password)
    return transact(environment, NOBODY, lambda unit: set_password(unit, invitation=invitation, password_hash=hashed))


def hash_password(password: str) -> str:
    """The Argon2id hash of a password that is long enough and no usual one. Raises Refusal 'password-too-weak'."""
    plain = password.casefold()
    if (
        not SHORTEST <= len(password) <= LONGEST
        or any(word in plain for word in WEAK)
        or len(set(plain)) < FEWEST_DIFFERENT_SIGNS
    ):
        raise refuse("not-possible", "password-too-weak", count=SHORTEST)
    try:
        return HASHER.hash(password)
    except UnicodeEncodeError as error:
        raise refuse("not-possible", "text-not-plain") from error


def _count(unit: UnitOfWork, name: str, address: str) -> None:
    require(unit.actor, "session.open", Target())
    count_try(unit, f"sign-in-from:{token_hash(address)}", limit=TRIES_FROM_ADDRESS, window=WINDOW)
    count_try(unit, f"sign-in-of:{token_hash(name)}", limit=TRIES, window=WINDOW)


def _open(unit: UnitOfWork, officer: str, seen_hash: str, workstation: str | None) -> str:
    require(unit.actor, "session.open", Target())
    row = unit.get(Officer, officer, lock=True)
    if row.closed_at is not None or row.password_hash != seen_hash:
        raise refuse("not-allowed", "sign-in-failed")
    return open_session(unit, "officer", officer, workstation and workstation[:60])


def _fits(hashed: str, password: str) -> bool:
    if hashed == NO_PASSWORD:
        hashed, password = _nobodys_hash(), ""
    try:
        return len(password) <= LONGEST and HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@cache
def _nobodys_hash() -> str:
    """A hash that no password fits for which it is asked, so that an unknown login costs the same work."""
    return HASHER.hash(HASHER.hash("nobody"))
