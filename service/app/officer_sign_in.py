"""Officers sign in with login and password; unknown logins take as long as wrong passwords."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Literal

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.app.officer_appoint import NO_PASSWORD, clean_login, live_roles, set_password
from service.app.passkey import has_passkey
from service.app.session_open import open_session, token_hash
from service.app.throttle_count import count_try
from service.app.time_code import has_time_code
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
    """A new session of an officer: whole ("in"), or half, with the second factor to come ("second") or still to be set
    up ("set-up"). `ways` are those there are: "time-code", "passkey"."""

    officer: str
    token: str
    step: Literal["in", "second", "set-up"] = "in"
    ways: tuple[str, ...] = ()


def sign_in_officer(
    environment: Environment,
    *,
    login: str,
    password: str,
    address: str,
    workstation: str | None = None,
    device: str | None = None,
    needed: Collection[str] = (),
) -> OfficerSignedIn:
    """Opens a session. Raises Refusal 'sign-in-failed', or 'too-many-tries' for this login or this address.

    `needed` names the roles that sign in with a second factor; whoever has one set up is asked for it in any case.

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
    return transact(
        environment, NOBODY, lambda unit: _open(unit, found.id, found.password_hash, workstation, device, needed)
    )


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


def _open(
    unit: UnitOfWork,
    officer: str,
    seen_hash: str,
    workstation: str | None,
    device: str | None,
    needed: Collection[str],
) -> OfficerSignedIn:
    require(unit.actor, "session.open", Target())
    row = unit.get(Officer, officer, lock=True)
    if row.closed_at is not None or row.password_hash != seen_hash:
        raise refuse("not-allowed", "sign-in-failed")
    ways = factors_of(unit, row)
    step: Literal["in", "second", "set-up"] = "second" if ways else "in"
    if not ways and needed:
        held = {role.role for role in live_roles(unit, officer)}
        step = "set-up" if not held or held & set(needed) else "in"
    principal = "officer" if step == "in" else "officer-1st"
    token = open_session(unit, principal, officer, workstation and workstation[:60], device=device)
    return OfficerSignedIn(officer, token, step, ways)


def factors_of(unit: UnitOfWork, officer: Officer) -> tuple[str, ...]:
    """The second factors an officer has set up."""
    passkey = has_passkey(unit, officer.person_id, "officer")
    return (*(("time-code",) if has_time_code(unit, officer.id) else ()), *(("passkey",) if passkey else ()))


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
