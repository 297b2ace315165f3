"""Reads one appointment with everything its next step looks at, locked in the documented order."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_weigh import Visitor, Wish, visitor_of
from service.domain.access import Target
from service.domain.refusal import Refusal
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.facts import ConvictFile, convict_file
from service.store.tables import Appointment, AppointmentVisitor, Convict, Institution, Person, Relationship, VisitorBan
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Comer:
    """One member of the party: the seat, the relationship that admits them, the person, their bans."""

    row: AppointmentVisitor
    relationship: Relationship
    person: Person
    bans: tuple[VisitorBan, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """An appointment, its institution, and who comes."""

    row: Appointment
    institution: Institution
    convict: Convict
    party: tuple[Comer, ...]

    @property
    def zone(self) -> ZoneInfo:
        """Where its days are counted."""
        return ZoneInfo(self.institution.time_zone)

    @property
    def day(self) -> date:
        """The institution-local day on which it begins."""
        return local_day(self.row.starts_at, self.zone)

    @property
    def start(self) -> time:
        """The institution-local hour at which it begins."""
        return self.row.starts_at.astimezone(self.zone).time()

    @property
    def wish(self) -> Wish:
        """What was asked for."""
        row = self.row
        return Wish(row.kind, row.by_video, row.from_long, row.purpose, row.exception_id)

    @property
    def target(self) -> Target:
        """What access to it depends on: its institution, its convict, and whoever comes or asked."""
        persons = {one.row.person_id for one in self.party if one.row.adult} | {self.row.asked_by}
        return Target(
            institution=self.row.institution_id,
            convict=self.row.convict_id,
            persons=frozenset(persons - {self.row.convict_id}),
        )


def load_appointment(unit: UnitOfWork, appointment_id: str, *, lock: bool = True) -> Loaded:
    """The appointment, its convict locked first, unless it is only looked at. Raises Refusal 'not-found'."""
    row, convict = of(Appointment), of(Convict)
    statement = (
        sa.select(Appointment, Convict, Institution, Person)
        .join(Convict, convict.id == row.convict_id)
        .join(Institution, of(Institution).id == row.institution_id)
        .join(Person, of(Person).id == row.convict_id)
        .where(row.id == appointment_id)
    )
    found = unit.session.execute(statement.with_for_update(of=(Convict, Appointment)) if lock else statement).first()
    if found is None:
        raise Refusal("not-found")
    appointment, who, institution, person = found
    if person.wrapped_key is not None:
        unit.meet(person)
    party = _party(unit, appointment_id)
    return Loaded(appointment, institution, who, party)


def weighing(unit: UnitOfWork, loaded: Loaded) -> tuple[ConvictFile, tuple[Visitor, ...]]:
    """The convict's file and the party, as `weigh` wants them."""
    unit.meet(*(one.person for one in loaded.party))
    visitors = (visitor_of(unit, one.relationship, one.person, one.bans) for one in loaded.party)
    return convict_file(unit.session, loaded.convict), tuple(visitors)


def _party(unit: UnitOfWork, appointment_id: str) -> tuple[Comer, ...]:
    visitor, ban = of(AppointmentVisitor), of(VisitorBan)
    rows = unit.session.execute(
        sa.select(AppointmentVisitor, Relationship, Person, VisitorBan)
        .join(Relationship, of(Relationship).id == visitor.relationship_id)
        .join(Person, of(Person).id == visitor.person_id)
        .outerjoin(VisitorBan, ban.person_id == visitor.person_id)
        .where(visitor.appointment_id == appointment_id)
        .order_by(visitor.id)
    ).all()
    bans: dict[str, list[VisitorBan]] = {}
    for row in rows:
        found = bans.setdefault(row[0].id, [])
        if row[3] is not None:
            found.append(row[3])
    seats = {row[0].id: row for row in rows}
    return tuple(Comer(row[0], row[1], row[2], tuple(bans[seat])) for seat, row in seats.items())
