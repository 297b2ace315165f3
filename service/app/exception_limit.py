"""What holds officers back who set the number of the law aside: how often, and whether anybody outside watches."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from service.app.witnessed_show import show_witnessed
from service.domain.reasons import reason
from service.domain.refusal import Refusal, refuse
from service.domain.timetable import local_day
from service.domain.witnessing import Act, Need, need_of
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import ExceptionRequest, Institution, PersonMerge
from service.store.unit_of_work import UnitOfWork


def approvals_this_month(session: Session, officer: str, now: datetime, zone: ZoneInfo) -> int:
    """How many exceptions and merges an officer has approved since the month began on the institution's wall."""
    began = datetime.combine(local_day(now, zone).replace(day=1), time(), zone)
    counted = 0
    for table in (ExceptionRequest, PersonMerge):
        row = of(table)
        counted += session.execute(
            sa.select(sa.func.count()).where(row.decided_by == officer, row.state == "granted", row.decided_at >= began)
        ).scalar_one()
    return counted


def hold_back(unit: UnitOfWork, institution: str) -> None:
    """Lets an approval pass, or raises Refusal 'nobody-outside-watches' or 'exceptions-used-up'."""
    if waits_for_witness(unit.session, unit.environment, institution):
        raise refuse("conflict", "nobody-outside-watches")
    most = unit.environment.law.exceptions.approvals_a_month
    zone = ZoneInfo(unit.get(Institution, institution).time_zone)
    if approvals_this_month(unit.session, unit.actor.id, unit.now, zone) >= most:
        raise refuse("conflict", "exceptions-used-up", count=most)


def waits_for_witness(session: Session, environment: Environment, log: str) -> bool:
    """Whether exceptions of a log wait because no body outside has seen it for an hour."""
    if environment.witness_policy is None:
        return False
    seen = show_witnessed(session, environment.witness_policy, environment.clock(), log)
    return need_of(Act.EXCEPTION, seen.step) is Need.WAIT


def in_another_role(unit: UnitOfWork, deciding: tuple[str, ...], asked: str) -> str:
    """The role in which an approval is given: one that decides, and not the one that asked."""
    role = next((one for one in deciding if one in unit.actor.roles and one != asked), None)
    if role is None:
        raise Refusal("not-allowed", (reason("another-role-needed"),))
    return role
