"""The figures an operator watches, each a question of the trade: who waits too long, who is watching, what is open.

Counts only; nothing of any person. Moments are those of the clock that is handed in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.app.witnessed_show import show_witnessed
from service.domain.witnessing import Step
from service.jobs.lease import LASTS, NAME
from service.record.policy import Policy
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import (
    AccountMessage,
    Appointment,
    ConvictRequest,
    Institution,
    JobLease,
    Log,
    Message,
    Reconciliation,
)

DAY = timedelta(days=1)
Sample = tuple[dict[str, str], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name without the prefix, what it says in a line, and its values by label."""

    name: str
    about: str
    samples: Sequence[Sample]


def figures(environment: Environment) -> list[Figure]:
    """Every figure, from one snapshot."""
    now = environment.clock()
    with environment.database.reading() as session:
        return [
            *_deadlines(session, now),
            *_heads(session, environment.witness_policy, now),
            *_doors(session),
            *_notices(session, now),
            *_open(session, now),
            *_worker(session, now),
        ]


def _deadlines(session: Session, now: datetime) -> Iterator[Figure]:
    asked, kiosk = of(Appointment), of(ConvictRequest)
    houses = session.scalars(sa.select(of(Institution).id).order_by(of(Institution).id)).all()

    def late(name: str, about: str, table: Any, state: str) -> Figure:
        found = _counted(session, table.institution_id, table.state == state, table.decide_by < now)
        # A house without any is told as 0: an alarm must be able to end.
        return Figure(name, about, [({"institution": one}, found.get(one, 0)) for one in houses])

    yield late("requests_past_deadline", "Requests of families unanswered after their deadline", asked, "requested")
    yield late("kiosk_requests_past_deadline", "Requests of convicts unanswered after their deadline", kiosk, "asked")
    waiting = _counted(session, asked.institution_id, asked.state == "requested")
    yield Figure(
        "requests_waiting",
        "Requests of families that wait for a decision",
        [({"institution": one}, waiting.get(one, 0)) for one in houses],
    )


def _heads(session: Session, policy: Policy | None, now: datetime) -> Iterator[Figure]:
    log = of(Log)
    rows = session.execute(sa.select(log.id, log.size, log.head_size).order_by(log.id)).all()
    yield Figure("log_events", "Events in a log", [({"log": row.id}, row.size) for row in rows])
    # The announcement of a head is the one event that stays outside it.
    outside = [({"log": row.id}, max(0, row.size - row.head_size - bool(row.head_size))) for row in rows]
    yield Figure("log_unsigned_events", "Events that no signed head holds yet", outside)
    seen = [show_witnessed(session, policy, now, row.id) for row in rows]
    yield Figure(
        "cosigned_head_age_seconds",
        "Age of the newest head that a quorum of bodies outside has cosigned",
        [({"log": one.log}, one.age.total_seconds()) for one in seen if one.age is not None],
    )
    yield Figure("log_witnessed", "1 where bodies outside watch the log", [
        ({"log": one.log}, one.step is not Step.UNWITNESSED) for one in seen
    ])  # fmt: skip
    yield Figure(
        "witness_alarms",
        "Witnesses that say the log was rewritten or cut",
        [({"log": one.log}, len(one.alarms)) for one in seen],
    )


def _doors(session: Session) -> Iterator[Figure]:
    """The newest comparison of each institution's newest compared day."""
    row = of(Reconciliation)
    found: dict[str, Any] = {}
    statement = sa.select(row.institution_id, row.day, row.doors, row.matched, row.verdict)
    newest = sa.select(row.institution_id, sa.func.max(row.day).label("day")).group_by(row.institution_id).subquery()
    days = sa.and_(newest.c.institution_id == row.institution_id, newest.c.day == row.day)
    for one in session.execute(statement.join(newest, days).order_by(row.made_at)):
        found[one.institution_id] = one
    by_house = [({"institution": house}, found[house]) for house in sorted(found)]
    yield Figure("doors", "Door openings of the day last compared", [(label, one.doors) for label, one in by_house])
    yield Figure(
        "doors_matched", "Of these, openings with an appointment", [(label, one.matched) for label, one in by_house]
    )
    yield Figure(
        "doors_day_clean", "1 where that day's comparison found nothing",
        [(label, one.verdict == "clean") for label, one in by_house],
    )  # fmt: skip


def _notices(session: Session, now: datetime) -> Iterator[Figure]:
    waiting: dict[str, int] = {}
    given_up: dict[str, int] = {}
    for table in (of(Message), of(AccountMessage)):
        _add(waiting, _counted(session, table.channel, table.sent_at.is_(None), table.outcome.is_(None)))
        _add(given_up, _counted(session, table.channel, table.outcome == "given-up", table.outcome_at > now - DAY))
    channels = ("sms", "email")
    yield Figure("notices_waiting", "Notices not handed over yet", [
        ({"channel": one}, waiting.get(one, 0)) for one in channels
    ])  # fmt: skip
    yield Figure("notices_given_up", "Notices of the last day that nobody took: a person is needed", [
        ({"channel": one}, given_up.get(one, 0)) for one in channels
    ])  # fmt: skip


def _open(session: Session, now: datetime) -> Iterator[Figure]:
    row = of(Appointment)
    held = session.scalar(sa.select(sa.func.count()).where(row.state == "held", row.held_until > now)) or 0
    yield Figure("holds_live", "Places held while a family fills the form", [({}, held)])
    stale = session.scalar(sa.select(sa.func.count()).where(row.state == "held", row.held_until <= now)) or 0
    yield Figure("holds_stale", "Holds whose time is over and that no worker gave back", [({}, stale)])
    underway = _counted(session, row.kind, row.state == "underway")
    yield Figure(
        "appointments_underway", "Visits and calls that take place now", [({"kind": k}, n) for k, n in underway.items()]
    )


def _worker(session: Session, now: datetime) -> Iterator[Figure]:
    row = of(JobLease)
    until = session.scalar(sa.select(row.until).where(row.name == NAME))
    yield Figure("worker_works", "1 while a worker holds the lease", [({}, until is not None and until > now)])
    age: list[Sample] = [] if until is None else [({}, (now - (until - LASTS)).total_seconds())]
    yield Figure("worker_lease_age_seconds", "Time since a worker last renewed the lease", age)


def _counted(session: Session, by: Any, *where: Any) -> dict[str, int]:
    rows = session.execute(sa.select(by, sa.func.count()).where(*where).group_by(by)).all()
    return {str(label): int(count) for label, count in rows}


def _add(sums: dict[str, int], more: dict[str, int]) -> None:
    for label, count in more.items():
        sums[label] = sums.get(label, 0) + count
