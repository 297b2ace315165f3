"""Barring a visitor after an offence (PEC 98(4))."""

from datetime import date

import sqlalchemy as sa

from service.app.convict_find import check_past, local_today
from service.app.notices import notify
from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.tables import Institution, Person, Relationship, VisitorBan
from service.store.unit_of_work import UnitOfWork


def ban_visitor(
    unit: UnitOfWork, *, institution: str, person: str, ground: str, since: date, paper: str, until: date | None = None
) -> str:
    """Bars a visitor from `since` until before `until`; without an end, for as long as the law file says.

    `ground` is a name of the law file, `paper` the ruling. The person must have a relationship known here.
    """
    require(unit.actor, "visitor.ban", Target(institution))
    row = of(Relationship)
    known = sa.select(row.id).where(row.person_id == person, row.institution_id == institution)
    if unit.session.execute(known).first() is None:
        raise Refusal("not-found")
    if ground not in unit.environment.law.visitor_bans:
        raise refuse("not-possible", "choice-unknown")
    today = local_today(unit, unit.get(Institution, institution))
    check_past(since, today)
    if until is not None and until <= since:
        raise refuse("not-possible", "date-impossible", day=until)
    unit.meet(unit.get(Person, person))
    ban = unit.environment.new_id()
    unit.add(
        VisitorBan(
            id=ban,
            institution_id=institution,
            person_id=person,
            ground=ground,
            since=since,
            until=until,
            paper=clean_line(paper, 80),
            set_by=unit.actor.id,
            set_at=unit.now,
        )
    )
    days = {"since": since.isoformat(), **({"until": until.isoformat()} if until else {})}
    notify(
        unit, person=person, template="visitor-banned", institution=institution, arguments={"ground": ground, **days}
    )
    unit.tell("visitor.banned", institution)
    return ban
