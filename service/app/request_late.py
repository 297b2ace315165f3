"""Requests that were not decided in time: which, since when, and whose they are to decide."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from service.app.reading import MOST, Reading
from service.domain.access import DEPUTY, HEAD, Actor, Target, require
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Appointment, Officer, OfficerRole

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LateRequest:
    """A request past its deadline. `late`: by how much, until now or until it was decided; `decided_by`: by whom."""

    row: Appointment
    late: timedelta
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Lateness:
    """What waits past its deadline, what was decided late within 30 days, and the officers (employee numbers) whose
    it is to decide now."""

    waiting: tuple[LateRequest, ...]
    decided: tuple[LateRequest, ...]
    deciding: tuple[str, ...]


def list_late(environment: Environment, actor: Actor, institution: str | None = None) -> Lateness:
    """For the desk of an institution, and for oversight, which names the institution. Names nobody outside.

    The oldest deadline comes first. Raises Refusal for those it does not concern.
    """
    here = institution if actor.principal == "auditor" and institution is not None else actor.institution
    require(actor, "late_request.see", Target(here))
    now, row = environment.clock(), of(Appointment)
    with Reading(environment, actor) as reading:
        found = reading.session.scalars(
            sa.select(Appointment)
            .where(
                row.institution_id == here,
                sa.or_(
                    sa.and_(row.state == "requested", row.decide_by < now),
                    sa.and_(row.decided_at > row.decide_by, row.decided_at > now - LOOKED_BACK),
                ),
            )
            .order_by(row.decide_by, row.id)
            .limit(MOST)
        ).all()
        numbers = _numbers(reading, {one.decided_by for one in found if one.decided_by})
        late = [
            LateRequest(one, (one.decided_at or now) - one.decide_by, numbers.get(one.decided_by or ""))
            for one in found
            if one.decide_by is not None
        ]
        return Lateness(
            tuple(one for one in late if one.row.state == "requested"),
            tuple(one for one in late if one.row.state != "requested"),
            _deciding(reading, here or ""),
        )


def _numbers(reading: Reading, officers: set[str]) -> dict[str, str]:
    row = of(Officer)
    found = reading.session.execute(sa.select(row.id, row.employee_number).where(row.id.in_(officers)))
    return {one.id: one.employee_number for one in found}


def _deciding(reading: Reading, institution: str) -> tuple[str, ...]:
    row, role = of(Officer), of(OfficerRole)
    return tuple(
        reading.session.scalars(
            sa.select(row.employee_number)
            .join(OfficerRole, role.officer_id == row.id)
            .where(
                role.institution_id == institution,
                role.role.in_((HEAD, DEPUTY)),
                role.started_at.is_not(None),
                role.ended_at.is_(None),
            )
            .order_by(row.employee_number)
        )
    )
