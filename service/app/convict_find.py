"""A convict and where they serve now, locked in the documented order."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.domain.identity import clean_file_number
from service.domain.refusal import Refusal, refuse
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.tables import Convict, Institution, Person, Placement
from service.store.unit_of_work import UnitOfWork

EARLIEST = date(1950, 1, 1)
"""No paper that still decides anything is older."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A convict with the open placement and its institution; `today` is the day on that institution's wall."""

    convict: Convict
    placement: Placement
    institution: Institution
    today: date

    @property
    def here(self) -> str:
        """The code of the institution."""
        return self.institution.id


def whereabouts(unit: UnitOfWork, convict: str) -> Whereabouts:
    """Where the convict serves now, the convict locked: acts on one convict wait for each other here.

    Raises Refusal 'not-found' for nobody, or somebody who serves nowhere any more.
    """
    found = whereabouts_if_any(unit, convict)
    if found is None:
        raise Refusal("not-found")
    return found


def whereabouts_if_any(unit: UnitOfWork, convict: str) -> Whereabouts | None:
    """As `whereabouts`, None for a convict who serves nowhere any more."""
    who = unit.get(Convict, convict, lock=True)
    # Read only now: a query that waits for the lock itself would answer from before the wait.
    placement = of(Placement)
    found = unit.session.execute(
        sa.select(Placement, Institution, Person)
        .join(Institution, of(Institution).id == placement.institution_id)
        .join(Person, of(Person).id == placement.convict_id)
        .where(placement.convict_id == convict, placement.until.is_(None))
    ).first()
    if found is None:
        return None
    where, institution, person = found
    unit.meet(person)
    return Whereabouts(who, where, institution, local_today(unit, institution))


def local_today(unit: UnitOfWork, institution: Institution) -> date:
    """The institution-local day of this unit."""
    return local_day(unit.now, ZoneInfo(institution.time_zone))


def check_past(day: date, today: date, since: date = EARLIEST) -> date:
    """A day that has come and is not before `since`. Raises Refusal 'date-impossible'."""
    if not since <= day <= today:
        raise refuse("not-possible", "date-impossible", day=day)
    return day


def convict_with_number(unit: UnitOfWork, number: str) -> str:
    """The convict whose file has this number. Raises Refusal 'not-found'."""
    index = unit.environment.vault.index("convict.file_number", clean_file_number(number))
    found: str | None = unit.session.execute(
        sa.select(of(Convict).id).where(of(Convict).file_number_index.in_(index.every))
    ).scalar()
    if found is None:
        raise Refusal("not-found")
    return found
