"""Passes as their holders see them: whose it is, when it opens the gate, and the text of its code."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.app.appointment_show import Shown, read_appointment
from service.app.institution_guide import Guide, guide_of
from service.app.pass_issue import pass_token
from service.app.reading import Reading
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import AppointmentVisitor, EntryPass, Gate, Person


@dataclass(frozen=True, slots=True)
class ShownPass:
    """One pass. `token` is what the code holds; `name` the adult's, None when they were erased."""

    row: EntryPass
    relationship: str
    name: str | None
    gate: str
    token: str


def show_pass(environment: Environment, actor: Actor, pass_: str) -> ShownPass:
    """One pass, for everybody of the party. Raises Refusal 'not-found' alike for none and for one of other people."""
    with Reading(environment, actor) as reading:
        found = reading.session.execute(_rows().where(of(EntryPass).id == pass_)).first()
        if found is None:
            raise Refusal("not-found")
        read_appointment(reading, found[0].appointment_id, "pass.see")
        return _shown(reading, found)


def list_passes(environment: Environment, actor: Actor, appointment: str) -> list[ShownPass]:
    """The passes of an appointment that still open a gate; all of them to everybody of the party."""
    with Reading(environment, actor) as reading:
        read_appointment(reading, appointment, "pass.see")
        return _standing(reading, appointment)


def show_with_passes(
    environment: Environment, actor: Actor, appointment: str, language: str
) -> tuple[Shown, list[ShownPass], Guide | None]:
    """The appointment, its passes that still open a gate, and the way to its institution, in one snapshot."""
    with Reading(environment, actor) as reading:
        one = read_appointment(reading, appointment, "pass.see")
        return one, _standing(reading, appointment), guide_of(reading.session, one.institution.id, language)


def _standing(reading: Reading, appointment: str) -> list[ShownPass]:
    found = reading.session.execute(_of_an_appointment(), {"appointment": appointment}).all()
    return [_shown(reading, one) for one in found]


@cache  # to build the statement takes longer than to run it
def _of_an_appointment() -> sa.Select[Any]:
    row = of(EntryPass)
    mine = _rows().where(row.appointment_id == sa.bindparam("appointment"), row.revoked_at.is_(None))
    return mine.order_by(row.issued_at, row.id)


def _rows() -> sa.Select[Any]:
    visitor, gate = of(AppointmentVisitor), of(Gate)
    return (
        sa.select(
            EntryPass,
            Person,
            visitor.relationship_id,
            gate.name.label("gate"),
        )
        .join(AppointmentVisitor, visitor.id == of(EntryPass).visitor_id)
        .join(Person, of(Person).id == visitor.person_id)
        .join(
            Gate,
            sa.and_(gate.institution_id == of(EntryPass).institution_id, gate.zone == of(EntryPass).gate_zone),
        )
    )


def _shown(reading: Reading, found: Any) -> ShownPass:
    row: EntryPass = found[0]
    token = pass_token(reading.environment, reading.session, row)
    return ShownPass(row, found.relationship_id, reading.name_of(found[1]), found.gate, token)
