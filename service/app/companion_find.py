"""Coming together: an adult relative gives another a short code, so that one of them books for both.

The code is a keyed digest of the relationship, so nothing is stored; it works only for whoever is tied to the same
convict, and tries are counted.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from service.app.reading import Reading
from service.app.relationship_see import relationships_to
from service.app.throttle_count import count_try
from service.domain.access import Actor, Target, require
from service.store.environment import Environment
from service.store.tables import Person, Relationship
from service.store.unit_of_work import UnitOfWork

TRIES, WINDOW = 10, timedelta(hours=1)
SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without those that people mistake for one another."""
LENGTH = 8


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody whose code was given: the relationship, and the name as the other needs to know it ("Динара А.")."""

    relationship: str
    name: str


def companion_code(environment: Environment, relationship: str) -> str:
    """The code of a relationship, for its owner to give away: eight signs, the same until the server's key changes."""
    return _code(environment.keys.accepted("server")[0], relationship)


def _code(server: bytes, relationship: str) -> str:
    key = hmac.digest(server, b"kezdesu codes of companions 1", "sha256")
    number = int.from_bytes(hmac.digest(key, relationship.encode(), "sha256"))
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)


def find_companion(unit: UnitOfWork, *, own: str, code: str) -> str | None:
    """The confirmed relationship to the same convict that a code stands for; None for a code of nobody, which is no
    refusal, so that the try is counted. Raises Refusal 'not-found' when `own` is not the caller's, 'too-many-tries'.
    """
    mine = unit.get(Relationship, own)
    require(unit.actor, "appointment.hold", Target(mine.institution_id, frozenset({mine.person_id}), mine.convict_id))
    count_try(unit, f"companions:{unit.actor.id}", limit=TRIES, window=WINDOW)
    given = "".join(code.upper().split()).replace("-", "")
    for one in relationships_to(unit.session, mine.convict_id, "confirmed"):
        fits = any(
            hmac.compare_digest(_code(key, one.id).encode(), given.encode("utf-8", "replace"))
            for key in unit.environment.keys.accepted("server")
        )
        if fits and one.represented_by is None and one.id != own:
            return one.id
    return None


def name_companions(environment: Environment, actor: Actor, own: str, others: list[str]) -> list[Companion]:
    """What to call those whose codes were given. Relationships of other convicts are left out."""
    with Reading(environment, actor) as reading:
        mine = reading.get(Relationship, own)
        require(actor, "appointment.hold", Target(mine.institution_id, frozenset({mine.person_id}), mine.convict_id))
        found = []
        for one in others:
            row = reading.session.get(Relationship, one)
            person = None if row is None else reading.session.get(Person, row.person_id)
            if row is None or person is None or row.convict_id != mine.convict_id or row.state != "confirmed":
                continue
            found.append(Companion(one, short_name(reading, person) or "?"))
        return found


def short_name(reading: UnitOfWork, person: Person) -> str | None:
    """Given name and the first letter of the family name; None where the person was erased."""
    if person.wrapped_key is None:
        return None
    reading.meet(person)
    given, family = reading.open(person, "given_name"), reading.open(person, "family_name")
    return " ".join(part for part in (given, f"{(family or ' ')[0]}." if family else None) if part)
