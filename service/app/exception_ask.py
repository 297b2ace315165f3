"""A surplus above the lawful number: asked by one officer with its legal ground, decided by another in another role."""

from datetime import date, timedelta

import sqlalchemy as sa

from service.app.convict_find import whereabouts
from service.domain.access import COMMISSION, DEPUTY, DUTY, HEAD, REGISTRY, Target, require
from service.domain.grounds import EXCEPTION_GROUNDS
from service.domain.identity import clean_line, clean_words
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import ExceptionRequest
from service.store.tables.appointments import APPOINTMENT_KINDS
from service.store.unit_of_work import UnitOfWork

ASKING = (REGISTRY, DUTY, COMMISSION)
DECIDING = (HEAD, DEPUTY)
LONGEST = timedelta(days=90)
"""An exception is for an occasion: it is used within so many days or lapses."""


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
) -> str:
    """Asks for an appointment that the entitlement does not give; answers the request's id.

    `kind` is the reason set aside, one of those the law file lets an exception cover ('interval-before' …).
    """
    where = whereabouts(unit, convict)
    require(unit.actor, "exception.ask", Target(where.here))
    if kind not in unit.environment.law.exceptions.covers or appointment_kind not in APPOINTMENT_KINDS:
        raise refuse("not-possible", "choice-unknown")
    if ground not in EXCEPTION_GROUNDS:
        raise refuse("not-possible", "choice-unknown")
    if not where.today <= usable_until <= where.today + LONGEST:
        raise refuse("not-possible", "date-impossible", day=usable_until)
    request = unit.environment.new_id()
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
            **unit.sealed(ExceptionRequest, request, convict, words=clean_words(words)),
        )
    )
    unit.tell("exception.asked", where.here)
    return request


def decide_exception(unit: UnitOfWork, *, request: str, grant: bool) -> str:
    """Grants or refuses; answers the new state. Never by whoever asked, nor in the role that asked.

    A granted exception is used by at most one appointment, and is public to oversight.
    """
    column = of(ExceptionRequest)
    convict = unit.session.execute(sa.select(column.convict_id).where(column.id == request)).scalar()
    if convict is None:
        raise Refusal("not-found")
    where = whereabouts(unit, convict)
    row = unit.get(ExceptionRequest, request, lock=True)
    require(unit.actor, "exception.decide", Target(where.here, not_by=frozenset({row.asked_by})))
    if row.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    if where.today > row.usable_until:
        raise refuse("conflict", "deadline-passed", deadline=row.usable_until)
    state = "granted" if grant else "refused"
    unit.change(
        row,
        state=state,
        decided_by=unit.actor.id,
        decided_role=next(role for role in DECIDING if role in unit.actor.roles),
        decided_at=unit.now,
    )
    unit.tell(f"exception.{state}", row.institution_id)
    return state
