"""What happens by the clock: small tasks, each looking for what is due, so that running one twice does nothing more.

A task that is cut off leaves whole transactions behind, and finds the rest at its next turn.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy import CursorResult

from service.app.appointment_close import complete_appointment, miss_appointment
from service.app.checkpoint_publish import logs_with_news, publish_checkpoint
from service.app.hold_lapse import expired_holds, lapse_hold
from service.app.notice_remind import due_reminders, remind_of_appointment
from service.app.phone_change import due_phone_changes, take_new_phone
from service.app.reading import Reading
from service.app.reconcile_day import days_to_reconcile, reconcile_day
from service.app.review_nightly import review_appointment, upcoming
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.jobs.due import missed, outlived, over
from service.store.environment import Environment
from service.store.unit_of_work import UnitOfWork

KEPT_SESSIONS = timedelta(days=30)
KEPT_CODES = timedelta(days=1)
KEPT_ANSWERS = timedelta(days=7)

One = TypeVar("One")
_log = structlog.get_logger("kezdesu.jobs")


def lapse_holds(environment: Environment) -> int:
    """Holds past their deadline give their places back."""
    with environment.database.reading() as session:
        found = expired_holds(session, environment.clock())
    return _each(environment, _job("lapse-holds"), found, lambda unit, hold: lapse_hold(unit, *hold) or None)


def publish_heads(environment: Environment) -> int:
    """Every log with something new gets a signed head."""
    actor = _job("publish")
    with Reading(environment, actor) as reading:
        found = logs_with_news(reading)
    return _each(environment, actor, found, lambda unit, log: publish_checkpoint(unit, log=log))


def review_appointments(environment: Environment) -> int:
    """Every future appointment is weighed again; what no longer fits is flagged."""
    with environment.database.reading() as session:
        found = upcoming(session, environment.clock())
    return _each(
        environment, _job("review"), found, lambda unit, one: review_appointment(unit, appointment=one) or None
    )


def miss_appointments(environment: Environment) -> int:
    """Visits to which nobody came are recorded as such."""
    with environment.database.reading() as session:
        found = missed(session, environment.clock())
    return _each(environment, _job("no-shows"), found, lambda unit, one: miss_appointment(unit, appointment=one))


def remind(environment: Environment) -> int:
    """Families are reminded of visits a day before."""
    with environment.database.reading() as session:
        found = due_reminders(session, environment.clock())
    return _each(environment, _job("remind"), found, lambda unit, one: remind_of_appointment(unit, appointment=one))


def complete_appointments(environment: Environment) -> int:
    """Visits whose time is over and of which nobody is inside any more are closed."""
    with environment.database.reading() as session:
        found = over(session, environment.clock())
    return _each(environment, _job("complete"), found, lambda unit, one: complete_appointment(unit, appointment=one))


def take_new_phones(environment: Environment) -> int:
    """Numbers that were to change, and to which nobody objected in time, are changed."""
    with environment.database.reading() as session:
        found = due_phone_changes(session, environment.clock())
    return _each(environment, _job("phones"), found, lambda unit, one: take_new_phone(unit, change=one) or None)


def reconcile_days(environment: Environment) -> int:
    """Door openings of yesterday, and of days whose bridges had not told everything, against their appointments."""
    found = days_to_reconcile(environment)
    return _each(
        environment,
        _job("reconcile"),
        found,
        lambda unit, one: reconcile_day(unit, institution=one[0], day=one[1], again=False),
    )


def prune(environment: Environment) -> int:
    """Removes working rows nobody needs any more: ended sessions, old codes, throttles, kept answers."""
    now = environment.clock()
    with environment.database.writes() as session:
        removed = 0
        for statement in outlived(now, KEPT_SESSIONS, KEPT_CODES, KEPT_ANSWERS):
            removed += cast(CursorResult[Any], session.execute(statement)).rowcount
        session.commit()
    return removed


def _act(act: Callable[[UnitOfWork, One], object], one: One, unit: UnitOfWork) -> object:
    return act(unit, one)


def _job(name: str) -> Actor:
    return Actor("system", name)


def _each(
    environment: Environment,
    actor: Actor,
    found: Iterable[One],
    act: Callable[[UnitOfWork, One], object],
) -> int:
    """Does one act for each, each in its own transaction; answers for how many it did something.

    One that is refused (it changed meanwhile, or a person was faster) is left to the next turn; it stops no other.
    """
    done = 0
    for one in found:
        try:
            done += transact(environment, actor, partial(_act, act, one)) is not None
        except Refusal as refusal:
            _log.info("left", job=actor.id, reasons=[reason.code for reason in refusal.reasons])
    return done
