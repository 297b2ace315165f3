"""A relative says: this is my son. Nobody learns by it whether somebody is in prison.

The answer is the same sentence whether the convict was found or not, and so is the work behind it. Until the convict
has accepted, the claim shows nowhere on the relative's side.
"""

from dataclasses import dataclass
from datetime import UTC, date, timedelta

import sqlalchemy as sa

from service.app.person_register import add_person, is_person, known_person
from service.app.throttle_count import count_try, note_try
from service.domain.access import Target, require
from service.domain.identity import Identity, clean_birth_date, clean_file_number, clean_name
from service.domain.refusal import refuse
from service.domain.relationship import LIVE, check_minor
from service.store.columns import of
from service.store.tables import NATIONAL, Convict, Person, Placement, Relationship
from service.store.unit_of_work import UnitOfWork

CLAIMS_A_DAY = 10
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom the relative means: all three must be exact."""

    file_number: str
    family_name: str
    birth_date: date


def claim_relationship(unit: UnitOfWork, *, sought: Sought, kind: str, child: Identity | None = None) -> None:
    """Claims a relation of the law file to a convict, for oneself, or for a minor whom one represents (`child`).

    Answers nothing: see above. Raises Refusal only for what is wrong in itself: an unknown relation, an impossible name
    or date, a child of age, a claimant without IIN and document, more than ten claims a day.
    """
    claimant = unit.actor.person or ""
    require(unit.actor, "relationship.claim", Target(persons=frozenset({claimant})))
    today = unit.now.astimezone(UTC).date()
    if kind not in unit.environment.law.groups:
        raise refuse("not-possible", "choice-unknown")
    sought = Sought(
        clean_file_number(sought.file_number),
        clean_name(sought.family_name),
        clean_birth_date(sought.birth_date, today),
    )
    me = unit.get(Person, claimant)
    unit.meet(me)
    if me.iin is None and me.document is None:
        raise refuse("not-possible", "identity-missing")
    count_try(unit, f"claims:{claimant}", limit=CLAIMS_A_DAY, window=DAY)
    person, is_new = (me, False) if child is None else _child(unit, child, today)
    found, here = _find(unit, sought, me)
    convict = unit.environment.new_id() if found is None else found
    bound = _bound_already(unit, person.id, convict)
    if found is None or here is None or bound or found == person.id:
        # As many statements as a claim that is made: the count stands for its row.
        note_try(unit, f"unmatched:{claimant}", window=DAY)
        unit.tell("person.registered" if is_new else "relationship.claim_unmatched", NATIONAL)
        return
    unit.add(
        Relationship(
            id=unit.environment.new_id(),
            institution_id=here,
            person_id=person.id,
            convict_id=found,
            kind=kind,
            represented_by=None if child is None else claimant,
            listed_in_file=False,
            state="claimed",
            claimed_at=unit.now,
        )
    )
    if is_new:
        unit.tell("person.registered", NATIONAL)
    unit.tell("relationship.claimed", here)


def _child(unit: UnitOfWork, child: Identity, today: date) -> tuple[Person, bool]:
    check_minor(child.birth_date, today, unit.environment.law.age_of_majority)
    known = known_person(unit, child)
    return (add_person(unit, child), True) if known is None else (known, False)


def _find(unit: UnitOfWork, sought: Sought, me: Person) -> tuple[str | None, str | None]:
    """The convict with this number, name and birth date, and where he serves; otherwise the same work upon oneself."""
    convict, placement = of(Convict), of(Placement)
    index = unit.environment.vault.index("convict.file_number", sought.file_number)
    row = unit.session.execute(
        sa.select(Person, placement.institution_id)
        .join(Convict, convict.id == of(Person).id)
        .outerjoin(Placement, sa.and_(placement.convict_id == convict.id, placement.until.is_(None)))
        .where(convict.file_number_index.in_(index.every))
    ).first()
    who: Person = me if row is None else row[0]
    if who.wrapped_key is None:
        who = me
    same = is_person(unit, who, Identity(sought.family_name, "", sought.birth_date))
    if row is None or not same or who.id != row[0].id:
        return None, None
    return who.id, row.institution_id


def _bound_already(unit: UnitOfWork, person: str, convict: str) -> bool:
    row, locked = of(Relationship), of(Convict)
    unit.session.execute(sa.select(locked.id).where(locked.id == convict).with_for_update()).first()
    return (
        unit.session.execute(
            sa.select(row.id).where(row.person_id == person, row.convict_id == convict, row.state.in_(sorted(LIVE)))
        ).first()
        is not None
    )
