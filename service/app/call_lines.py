"""Whom a supplier dials for a call by telephone: the booth, the officer, the relative's confirmed number.

The number of a relative is the one that answered a code, of nobody else; a call for legal or medical help goes to the
number that was written down when it was arranged (IR 101).
"""

from collections.abc import Mapping

import phonenumbers
import sqlalchemy as sa

from service.app.reading import Reading
from service.domain.access import Actor
from service.domain.call_states import CONVICT, RELATIVE, SUPERVISOR
from service.domain.calls import HELP
from service.gateways.phone import HOME
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Account, Appointment, AppointmentVisitor, Call, CallParty

CALLS = Actor("system", "calls")


def call_lines(environment: Environment, call: str, placed: Mapping[str, str]) -> dict[str, str]:
    """What is dialled for each party: `+7…`, `sip:…`, `client:…`; parties for whom nothing is known are left out.

    `placed`: the lines of booths and officers, by the ids of room and officer. Nothing for a call that is not there.
    """
    with Reading(environment, CALLS) as reading:
        row = reading.session.get(Call, call)
        if row is None:
            return {}
        slot = reading.get(Appointment, row.appointment_id)
        stay = of(CallParty)
        officer = reading.session.scalar(
            sa.select(stay.officer_id).where(stay.call_id == call, stay.party == SUPERVISOR, stay.left_at.is_(None))
        )
        found = {
            CONVICT: placed.get(slot.room_id or ""),
            SUPERVISOR: placed.get(officer or row.supervisor_id or ""),
            RELATIVE: _written_down(reading, row) if slot.purpose in HELP else None,
        }
        found[RELATIVE] = found[RELATIVE] or _number_of_relative(reading, slot.id)
    return {party: line for party, line in found.items() if line}


def kind_of(environment: Environment, call: str) -> str:
    """The kind of a call, 'call' or 'video_call'; '' for one that is not there."""
    with environment.database.reading() as session:
        return session.execute(sa.select(of(Call).kind).where(of(Call).id == call)).scalar() or ""


def _number_of_relative(reading: Reading, appointment: str) -> str | None:
    visitor, account = of(AppointmentVisitor), of(Account)
    found = reading.session.scalars(
        sa.select(Account)
        .join(AppointmentVisitor, visitor.person_id == account.person_id)
        .where(visitor.appointment_id == appointment, visitor.adult, account.closed_at.is_(None))
        .order_by(visitor.id)
    ).first()
    return None if found is None else reading.open(found, "phone")


def _written_down(reading: Reading, row: Call) -> str | None:
    """The first number in what was written of whom the call goes to."""
    words = reading.words_in(row, "called")
    for match in phonenumbers.PhoneNumberMatcher(words or "", HOME):
        return phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    return None
