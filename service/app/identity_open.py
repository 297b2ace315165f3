"""Numbers that identify a person: shown by their last four signs; the whole only with a reason, as an event."""

from service.app.photo_show import known_here
from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.tables import IdentityLook, Person
from service.store.unit_of_work import UnitOfWork

FIELDS = ("iin", "document")
LONGEST_REASON = 200
SHOWN = 4
DOTS = "••••"


def masked(number: str | None) -> str | None:
    """•••• and the last four signs of a number; None for none."""
    return None if number is None else f"{DOTS} {number[-SHOWN:]}"


def open_identity(unit: UnitOfWork, *, person: str, field: str, reason: str) -> str:
    """The whole IIN or document of somebody with a tie to the officer's institution; that it was read is an event.

    Raises Refusal 'not-found' for anybody else, and 'text-missing' without a reason.
    """
    institution = unit.actor.institution or ""
    require(unit.actor, "identity.open", Target(institution))
    if field not in FIELDS:
        raise refuse("not-possible", "choice-unknown")
    why = clean_line(reason, LONGEST_REASON)
    if not known_here(unit.session, person, institution):
        raise Refusal("not-found")
    row = unit.get(Person, person)
    unit.meet(row)
    number = unit.open(row, field)
    if number is None:
        raise Refusal("not-found")
    look = unit.environment.new_id()
    unit.add(
        IdentityLook(
            id=look,
            institution_id=institution,
            person_id=person,
            field=field,
            officer_id=unit.actor.id,
            looked_at=unit.now,
            **unit.sealed(IdentityLook, look, person, reason=why),
        )
    )
    unit.tell("identity.opened", institution)
    return number
