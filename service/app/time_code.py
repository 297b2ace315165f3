"""Codes by time for officers (RFC 6238): a secret shown once, proved by a first code, each code good once."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import sqlalchemy as sa

from service.app.half_session import Half, make_whole
from service.app.reading import Reading
from service.app.throttle_count import count_try
from service.app.transact import transact
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import NATIONAL, Officer, TimeCode
from service.store.unit_of_work import UnitOfWork

ISSUER = "Kezdesu"
STEP = 30
"""Seconds a code lasts; the one before and the one after are taken too, for clocks that differ."""
DRIFT = 1
TRIES = 5
WINDOW = timedelta(minutes=15)
SECRET_OCTETS = 20


@dataclass(frozen=True, slots=True)
class Begun:
    """What the officer's app has to know: as text to type, and as an address for a QR code."""

    secret: str
    address: str


def begin_time_code(unit: UnitOfWork) -> None:
    """A new secret for whoever acts, not good yet. One that was begun and never proved gives way.

    Raises Refusal 'conflict' 'already-there' where one is in use.
    """
    actor = unit.actor
    require(actor, "time_code.add", Target(persons=frozenset({actor.person or ""})))
    officer = unit.get(Officer, actor.id, lock=True)
    before = _live(unit, officer.id)
    if before is not None and before.started_at is not None:
        raise refuse("conflict", "already-there")
    if before is not None:
        unit.change(before, ended_at=unit.now, ended_reason="never-proved")
    new = unit.environment.new_id()
    secret = base64.b32encode(unit.environment.random_bytes(SECRET_OCTETS)).decode()
    unit.add(
        TimeCode(
            id=new,
            officer_id=officer.id,
            person_id=officer.person_id,
            added_at=unit.now,
            **unit.sealed(TimeCode, new, officer.person_id, secret=secret),
        )
    )
    unit.tell("time_code.added", NATIONAL)


def begun_time_code(environment: Environment, actor: Actor) -> Begun | None:
    """The secret that waits for its first code; None where there is none, or it is in use and never shown again."""
    require(actor, "time_code.add", Target(persons=frozenset({actor.person or ""})))
    with Reading(environment, actor) as reading:
        row = _live(reading, actor.id)
        if row is None or row.started_at is not None:
            return None
        secret = reading.open(row, "secret") or ""
        login = reading.get(Officer, actor.id).login
    return Begun(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER))


def prove_time_code(environment: Environment, actor: Actor, *, code: str, half: Half | None = None) -> str | None:
    """The first code shows that the secret arrived: from now on each sign-in asks for one.

    For somebody half signed in it answers the token of the whole session. Raises Refusal 'time-code-wrong'.
    """

    def prove(unit: UnitOfWork) -> str | None:
        require(unit.actor, "time_code.add", Target(persons=frozenset({unit.actor.person or ""})))
        row = _live(unit, unit.actor.id)
        if row is None or row.started_at is not None:
            raise refuse("conflict", "state-does-not-allow")
        step = _step_of(unit.open(row, "secret") or "", code, unit.now)
        if step is None:
            raise refuse("not-possible", "time-code-wrong")
        unit.change(row, started_at=unit.now, last_step=step)
        unit.tell("time_code.started", NATIONAL)
        return make_whole(unit, half, "time-code") if half is not None else None

    return _counted(environment, actor, prove)


def answer_time_code(environment: Environment, half: Half, *, code: str) -> str:
    """The second step with a code; answers the token of the whole session.

    Raises Refusal 'time-code-wrong', 'time-code-used' or 'too-many-tries'.
    """

    def answer(unit: UnitOfWork) -> str:
        _use(unit, half.actor.id, code)
        return make_whole(unit, half, "time-code")

    return _counted(environment, half.actor, answer)


def has_time_code(unit: UnitOfWork, officer: str) -> bool:
    """Whether an officer's sign-in asks for a code."""
    row = _live(unit, officer)
    return row is not None and row.started_at is not None


def end_time_codes(unit: UnitOfWork, officer: str, reason: str) -> None:
    """Ends what secret there is, as part of a larger act."""
    row = _live(unit, officer)
    if row is not None:
        unit.change(row, ended_at=unit.now, ended_reason=reason)


def _use(unit: UnitOfWork, officer: str, code: str) -> None:
    row = _live(unit, officer)
    if row is None or row.started_at is None or row.last_step is None:
        raise Refusal("not-found")
    step = _step_of(unit.open(row, "secret") or "", code, unit.now)
    if step is None:
        raise refuse("not-possible", "time-code-wrong")
    if step <= row.last_step:
        raise refuse("not-possible", "time-code-used")
    unit.change(row, last_step=step)
    unit.tell("time_code.used", NATIONAL)


def _counted(environment: Environment, actor: Actor, act: Callable[[UnitOfWork], str | None]) -> str:
    """Counts the try in a transaction of its own, so that a wrong one counts too."""
    transact(environment, actor, lambda unit: count_try(unit, f"time-code-of:{actor.id}", limit=TRIES, window=WINDOW))
    return transact(environment, actor, act) or ""


def _live(unit: UnitOfWork, officer: str) -> TimeCode | None:
    row = of(TimeCode)
    return unit.session.scalars(
        sa.select(TimeCode).where(row.officer_id == officer, row.ended_at.is_(None)).with_for_update()
    ).first()


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, among the present one and its neighbours; the newest first."""
    maker, present = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    given = "".join(code.split())
    fitting = [
        step
        for step in range(present + DRIFT, present - DRIFT - 1, -1)
        if pyotp.utils.strings_equal(given, maker.generate_otp(step))
    ]
    return fitting[0] if fitting else None
