"""Reads one appointment with everything its next step looks at, locked in the documented order."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_weigh import Visitor, Wish, read_party
from service.domain.access import Target
from service.domain.refusal import Refusal
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.facts import ConvictFile, convict_file
from service.store.tables import Appointment, AppointmentVisitor, Convict, Institution, Person
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Loaded:
    """An appointment, its institution, and who comes."""

    row: Appointment
    institution: Institution
    convict: Convict
    party: tuple[AppointmentVisitor, ...]

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
        persons = {one.person_id for one in self.party if one.adult} | {self.row.asked_by}
        return Target(
            institution=self.row.institution_id,
            convict=self.row.convict_id,
            persons=frozenset(persons - {self.row.convict_id}),
        )


def load_appointment(unit: UnitOfWork, appointment_id: str) -> Loaded:
    """The appointment, its convict locked first. Raises Refusal 'not-found'."""
    row, convict = of(Appointment), of(Convict)
    found = unit.session.execute(
        sa.select(Appointment, Convict, Institution, Person)
        .join(Convict, convict.id == row.convict_id)
        .join(Institution, of(Institution).id == row.institution_id)
        .join(Person, of(Person).id == row.convict_id)
        .where(row.id == appointment_id)
        .with_for_update(of=(Convict, Appointment))
    ).first()
    if found is None:
        raise Refusal("not-found")
    appointment, who, institution, person = found
    if person.wrapped_key is not None:
        unit.meet(person)
    visitor = of(AppointmentVisitor)
    party = unit.session.scalars(
        sa.select(AppointmentVisitor).where(visitor.appointment_id == appointment_id).order_by(visitor.id)
    ).all()
    return Loaded(appointment, institution, who, tuple(party))


def weighing(unit: UnitOfWork, loaded: Loaded) -> tuple[ConvictFile, tuple[Visitor, ...]]:
    """The convict's file and the party, as `weigh` wants them."""
    file = convict_file(unit.session, loaded.convict)
    relationships = [one.relationship_id for one in loaded.party]
    return file, read_party(unit, loaded.row.convict_id, relationships)
