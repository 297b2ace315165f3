"""Requests of convicts are answered: granted, or refused with a ground and words; withdrawn only by the convict."""

import sqlalchemy as sa

from service.app.convict_find import whereabouts
from service.app.notices import notify
from service.domain.access import Target, require
from service.domain.grounds import check_ground_for
from service.domain.identity import clean_words
from service.domain.reasons import REASONS
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import Appointment, ConvictRequest
from service.store.unit_of_work import UnitOfWork


def grant_request(unit: UnitOfWork, *, request: str, appointment: str | None = None) -> None:
    """What he asked for is given; `appointment` is the visit or call that was booked for it, where one was.

    Raises Refusal 'not-found' for an appointment that is not his.
    """
    row = _open(unit, request, "convict_request.decide")
    if appointment is not None and unit.get(Appointment, appointment).convict_id != row.convict_id:
        raise Refusal("not-found")
    unit.change(
        row,
        state="granted",
        decided_at=unit.now,
        decided_by=unit.actor.id,
        appointment_id=appointment or row.appointment_id,
    )
    _tell(unit, row, "granted")


def refuse_request(unit: UnitOfWork, *, request: str, ground: str, words: str) -> None:
    """Refuses with a ground of the closed list and words for the convict.

    Raises Refusal 'text-missing' without words, 'not-true-of-this-call' for a ground that is of visits alone.
    """
    row = _open(unit, request, "convict_request.decide")
    rule = REASONS.get(ground)
    if rule is None or rule.group != "ground":
        raise refuse("not-possible", "choice-unknown")
    check_ground_for(ground, row.kind, row.purpose)
    said = clean_words(words)
    unit.change(
        row,
        state="refused",
        decided_at=unit.now,
        decided_by=unit.actor.id,
        ended_ground=ground,
        **unit.sealed(ConvictRequest, row.id, row.convict_id, ended_words=said),
    )
    _tell(unit, row, "refused")


def withdraw_request(unit: UnitOfWork, *, request: str) -> None:
    """The convict takes back what is not answered yet, or for whom a visit was kept."""
    row = _load(unit, request, "convict_request.make")
    if row.state != "asked" and not (row.kind == "keep_for" and row.state == "done"):
        raise refuse("conflict", "state-does-not-allow")
    unit.change(row, state="withdrawn", decided_at=row.decided_at or unit.now)
    unit.tell("convict_request.withdrawn", row.institution_id)


def _open(unit: UnitOfWork, request: str, act: str) -> ConvictRequest:
    row = _load(unit, request, act)
    if row.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    return row


def _load(unit: UnitOfWork, request: str, act: str) -> ConvictRequest:
    column = of(ConvictRequest)
    convict = unit.session.execute(sa.select(column.convict_id).where(column.id == request)).scalar()
    if convict is None:
        raise Refusal("not-found")
    where = whereabouts(unit, convict)
    row = unit.get(ConvictRequest, request, lock=True)
    # He may have been transferred since: the institution where he is now answers.
    require(unit.actor, act, Target(where.here, convict=convict))
    return row


def _tell(unit: UnitOfWork, row: ConvictRequest, state: str) -> None:
    notify(
        unit,
        person=row.convict_id,
        template=f"convict-request-{state}",
        institution=row.institution_id,
        arguments={"number": str(row.number), **({"ground": row.ended_ground} if row.ended_ground else {})},
    )
    unit.tell(f"convict_request.{state}", row.institution_id)
