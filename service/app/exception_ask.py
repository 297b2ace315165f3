"""What the law does not give by itself: asked by one officer with its legal ground, decided by another in another role.

A surplus above the number, somebody who is no relative, an hour outside the lawful ones; and a refused relation that
is taken up once more.
"""

from datetime import date, timedelta

import sqlalchemy as sa

from service.app.act_sign import Pen, sign_act
from service.app.convict_find import Whereabouts, whereabouts
from service.app.exception_limit import hold_back, in_another_role
from service.app.notices import notify
from service.domain.access import COMMISSION, DEPUTY, DUTY, HEAD, REGISTRY, Target, require
from service.domain.grounds import EXCEPTION_GROUNDS, REOPENING
from service.domain.identity import clean_line, clean_words
from service.domain.refusal import Refusal, refuse
from service.domain.relationship import reopened
from service.record.canonical import JSON
from service.store.columns import of
from service.store.tables import NATIONAL, ExceptionRequest, Relationship
from service.store.tables.appointments import APPOINTMENT_KINDS
from service.store.unit_of_work import UnitOfWork

ASKING = (REGISTRY, DUTY, COMMISSION)
DECIDING = (HEAD, DEPUTY)
LONGEST = timedelta(days=90)
"""An exception is for an occasion: it is used within so many days or lapses."""
NO_APPOINTMENT = "none"
"""The kind of appointment of an exception that is about a relation."""


def ask_exception(
    unit: UnitOfWork,
    *,
    convict: str,
    kind: str,
    appointment_kind: str,
    ground: str,
    article: str,
    words: str,
    usable_until: date,
    pen: Pen | None = None,
) -> str:
    """Asks for an appointment that the law does not give by itself; answers the request's id.

    `kind` is the reason set aside, one of those the law file lets an exception cover ('interval-before',
    'head-permission-needed', 'outside-hours' …).
    """
    where = whereabouts(unit, convict)
    require(unit.actor, "exception.ask", Target(where.here))
    if kind not in unit.environment.law.exceptions.kinds or appointment_kind not in APPOINTMENT_KINDS:
        raise refuse("not-possible", "choice-unknown")
    if not where.today <= usable_until <= where.today + LONGEST:
        raise refuse("not-possible", "date-impossible", day=usable_until)
    request = _ask(unit, where, (kind, appointment_kind), (ground, article, words), usable_until)
    facts = _facts(unit.get(ExceptionRequest, request), words=words)
    sign_act(unit, "exception.ask", request, facts, pen)
    return request


def ask_reopening(
    unit: UnitOfWork, *, relationship: str, ground: str, article: str, words: str, pen: Pen | None = None
) -> str:
    """Asks that a refused relation be taken up again where it stood; answers the request's id."""
    row = unit.get(Relationship, relationship)
    where = whereabouts(unit, row.convict_id)
    require(unit.actor, "reopening.ask", Target(where.here))
    if row.state != "refused":
        raise refuse("conflict", "state-does-not-allow")
    last = where.today + LONGEST
    request = _ask(unit, where, (REOPENING, NO_APPOINTMENT), (ground, article, words), last, relationship)
    facts = _facts(unit.get(ExceptionRequest, request), words=words)
    sign_act(unit, "reopening.ask", request, facts, pen)
    return request


def decide_exception(unit: UnitOfWork, *, request: str, grant: bool, pen: Pen | None = None) -> str:
    """Grants or refuses; answers the new state. Never by whoever asked, nor in the role that asked.

    A granted exception is used by at most one appointment, and is public to oversight. None is granted while nobody
    outside watches the record, nor by an officer who has granted as many this month as the law file lets one.
    """
    column = of(ExceptionRequest)
    convict = unit.session.execute(sa.select(column.convict_id).where(column.id == request)).scalar()
    if convict is None:
        raise Refusal("not-found")
    where = whereabouts(unit, convict)
    row = unit.get(ExceptionRequest, request, lock=True)
    require(unit.actor, "exception.decide", Target(where.here, not_by=frozenset({row.asked_by})))
    role = in_another_role(unit, DECIDING, row.asked_role)
    if row.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    if where.today > row.usable_until:
        raise refuse("conflict", "deadline-passed", deadline=row.usable_until)
    if grant:
        hold_back(unit, where.here)
    state = "granted" if grant else "refused"
    unit.change(row, state=state, decided_by=unit.actor.id, decided_role=role, decided_at=unit.now)
    if grant and row.relationship_id is not None:
        _reopen(unit, row.relationship_id, where.here)
    sign_act(unit, "exception.decide", request, {**_facts(row), "request": request, "grant": grant}, pen)
    for log in (row.institution_id, NATIONAL):
        unit.tell(f"exception.{state}", log)
    return state


def _ask(
    unit: UnitOfWork,
    where: Whereabouts,
    kinds: tuple[str, str],
    said: tuple[str, str, str],
    usable_until: date,
    relationship: str | None = None,
) -> str:
    (kind, appointment_kind), (ground, article, words) = kinds, said
    if ground not in EXCEPTION_GROUNDS:
        raise refuse("not-possible", "choice-unknown")
    request, convict = unit.environment.new_id(), where.convict.id
    unit.add(
        ExceptionRequest(
            id=request,
            institution_id=where.here,
            convict_id=convict,
            kind=kind,
            appointment_kind=appointment_kind,
            ground=ground,
            article=clean_line(article, 60),
            state="asked",
            asked_by=unit.actor.id,
            asked_role=next(role for role in ASKING if role in unit.actor.roles),
            asked_at=unit.now,
            usable_until=usable_until,
            relationship_id=relationship,
            **unit.sealed(ExceptionRequest, request, convict, words=clean_words(words)),
        )
    )
    for log in (where.here, NATIONAL):
        unit.tell("exception.asked", log)
    return request


def _facts(row: ExceptionRequest, **more: str) -> dict[str, JSON]:
    """What whoever signs puts their name to."""
    return {
        "institution": row.institution_id,
        "convict": row.convict_id,
        "kind": row.kind,
        "appointment_kind": row.appointment_kind,
        "ground": row.ground,
        "article": row.article,
        "usable_until": row.usable_until.isoformat(),
        "relationship": row.relationship_id,
        **more,
    }


def _reopen(unit: UnitOfWork, relationship: str, here: str) -> None:
    """The refused relation stands where it stood; who verified it stays who they are, and another confirms."""
    row = unit.get(Relationship, relationship, lock=True)
    state = reopened(row.state, accepted=row.accepted_at is not None, verified=row.verified_by is not None)
    unit.change(row, state=state, ended_at=None, ended_ground=None)
    if state != "claimed":
        notify(unit, person=row.represented_by or row.person_id, template="relationship-reopened", institution=here)
    for log in {row.institution_id, here}:
        unit.tell("exception.granted", log)
