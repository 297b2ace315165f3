"""A convict arrives: person, convict, placement and condition in one act, in two logs."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from service.app.convict_enter import add_entry
from service.app.convict_find import check_past, local_today
from service.app.person_register import add_person, known_person
from service.domain.access import Target, require
from service.domain.facts import PlacementBasis
from service.domain.file_entries import check_basis, check_condition
from service.domain.identity import Identity, clean_file_number, clean_line
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import NATIONAL, Convict, Institution, Person, Placement
from service.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where and how somebody serves from `since` on (an institution-local day), and the paper that says so.

    `kind` is the institution's own type of the law file unless the placement has another; `court_type` is the type the
    court set, for mixed institutions. `condition` is None where the law has none recorded (remand, dispatch), and on a
    transfer that keeps it.
    """

    institution: str
    since: date
    paper: str
    condition: str | None = None
    basis: PlacementBasis = "sentence"
    kind: str | None = None
    court_type: str | None = None


def admit_convict(
    unit: UnitOfWork,
    *,
    identity: Identity,
    file_number: str,
    arrival: Arrival,
    lifer: bool = False,
    quarantine_left_on: date | None = None,
) -> str:
    """Admits somebody to an institution; answers the convict's id, which is the person's.

    Raises Refusal: 'already-there' for a file number or person that serves, 'choice-unknown' for names the law does not
    have, and those of a wrong identity. An IIN is not needed: not everybody who serves has one.
    """
    require(unit.actor, "convict.admit", Target(arrival.institution))
    institution = unit.get(Institution, arrival.institution)
    today = local_today(unit, institution)
    number = clean_file_number(file_number)
    index = unit.environment.vault.index("convict.file_number", number)
    row = of(Convict)
    person = known_person(unit, identity, identified=False)
    same = (
        row.file_number_index.in_(index.every)
        if person is None
        else sa.or_(row.file_number_index.in_(index.every), row.id == person.id)
    )
    if unit.session.execute(sa.select(row.id).where(same)).first() is not None:
        raise refuse("conflict", "already-there")
    if quarantine_left_on is not None:
        check_past(quarantine_left_on, today, arrival.since)
    person = person or add_person(unit, identity, identified=False)
    _add_convict(unit, person, number, index, lifer, quarantine_left_on)
    place(unit, person.id, institution, arrival, today)
    if arrival.condition is not None:
        check_condition(
            unit.environment.law, arrival.kind or institution.kind, arrival.court_type, arrival.condition, arrival.since
        )
        add_entry(unit, person.id, institution.id, "condition", arrival.condition, arrival.since, arrival.paper)
    unit.tell("convict.registered", NATIONAL)
    unit.tell("convict.admitted", institution.id)
    return person.id


def place(unit: UnitOfWork, convict: str, institution: Institution, arrival: Arrival, today: date) -> Placement:
    """The placement of an arrival, as part of a larger act."""
    law, kind = unit.environment.law, arrival.kind or institution.kind
    check_basis(law, kind, arrival.basis, arrival.court_type)
    placement = Placement(
        id=unit.environment.new_id(),
        institution_id=institution.id,
        convict_id=convict,
        institution_type=kind,
        basis=arrival.basis,
        court_type=arrival.court_type,
        since=check_past(arrival.since, today),
        paper=clean_line(arrival.paper, 80),
        set_by=unit.actor.id if unit.actor.principal == "officer" else None,
    )
    unit.add(placement)
    return placement


def _add_convict(
    unit: UnitOfWork, person: Person, number: str, index: str, lifer: bool, quarantine_left_on: date | None
) -> None:
    unit.meet(person)
    unit.add(
        Convict(
            id=person.id,
            file_number_index=index,
            lifer=lifer,
            quarantine_left_on=quarantine_left_on,
            admitted_at=unit.now,
            **unit.sealed(Convict, person.id, person.id, file_number=number),
        )
    )
