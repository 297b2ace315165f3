"""The civil registry is asked about a claimed kinship: wished for by an officer, asked by the worker, kept as an event.

The asking itself stands in no transaction: the question is read, the registry answers as slowly as it likes, and what
it said is then written as one event. It advises; whether the papers suffice is for two officers (IR 86).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.app.reading import Reading
from service.app.relationship_load import load_relationship, not_about_oneself
from service.domain.access import Target, require
from service.domain.refusal import Refusal, refuse
from service.gateways.registry import DIFFERENCES, Described, KinshipQuestion, RegistryAnswer
from service.store.columns import of
from service.store.tables import Person, RegistryQuestion, Relationship
from service.store.unit_of_work import UnitOfWork

ASKABLE = ("claimed", "accepted", "verified")
MOST_TRIES = 6
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long the worker waits after each time the registry was away; after the last it is told as unavailable."""
CLAIMED_FOR = timedelta(minutes=5)
"""How long one worker has a question to itself."""


def ask_registry(unit: UnitOfWork, *, relationship: str) -> str:
    """An officer wishes the registry asked; answers the question's id. One question at a time of one relationship."""
    loaded = load_relationship(unit, relationship)
    require(unit.actor, "relationship.ask_registry", loaded.target)
    not_about_oneself(unit, loaded)
    if loaded.row.state not in ASKABLE:
        raise refuse("conflict", "state-does-not-allow")
    question = unit.environment.new_id()
    unit.add(
        RegistryQuestion(
            id=question,
            institution_id=loaded.here,
            relationship_id=relationship,
            person_id=loaded.row.person_id,
            state="asked",
            asked_by=unit.actor.id,
            asked_at=unit.now,
            tries=0,
            next_try_at=unit.now,
        )
    )
    unit.tell("registry.asked", loaded.here)
    return question


def questions_due(session: Session, now: datetime, most: int = 20) -> Sequence[str]:
    """The questions to be asked now, the oldest first."""
    row = of(RegistryQuestion)
    return session.scalars(
        sa.select(row.id).where(row.state == "asked", row.next_try_at <= now).order_by(row.asked_at, row.id).limit(most)
    ).all()


def take_question(unit: UnitOfWork, *, question: str) -> bool:
    """Whether this worker asks it: one worker at a time. Counts the try; nothing of that is in the record."""
    require(unit.actor, "relationship.hear_registry", Target())
    row = unit.get(RegistryQuestion, question, lock=True)
    if row.state != "asked" or row.next_try_at is None or row.next_try_at > unit.now:
        return False
    unit.change(row, tries=row.tries + 1, next_try_at=unit.now + CLAIMED_FOR)
    return True


def read_question(reading: Reading, question: str) -> KinshipQuestion | None:
    """What the registry is asked; None where somebody was erased meanwhile."""
    row = reading.get(RegistryQuestion, question)
    tie = reading.get(Relationship, row.relationship_id)
    people = [reading.get(Person, one) for one in (tie.person_id, tie.convict_id)]
    if any(one.wrapped_key is None for one in people):
        return None
    person, convict = (_described(reading, one) for one in people)
    return KinshipQuestion(question, person, convict, tie.kind)


def keep_answer(unit: UnitOfWork, *, question: str, answer: RegistryAnswer | None) -> str:
    """Writes what the registry said, or, after the last try, that it could not be asked; answers the state.

    None: it was away. The question is then asked again later, and stays 'asked'.
    """
    require(unit.actor, "relationship.hear_registry", Target())
    row = unit.get(RegistryQuestion, question, lock=True)
    if row.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    if answer is None and row.tries < MOST_TRIES:
        unit.change(row, next_try_at=unit.now + WAITS[max(0, min(row.tries, len(WAITS)) - 1)])
        return row.state
    if answer is not None and not set(answer.differs) <= set(DIFFERENCES):
        raise Refusal("not-possible")
    state = "unavailable" if answer is None else "differs" if answer.differs else "matches"
    found = " ".join(answer.differs) if answer is not None and answer.differs else None
    sealed = unit.sealed(RegistryQuestion, row.id, row.person_id, found=found) if found else {}
    unit.change(row, state=state, answered_at=unit.now, next_try_at=None, **sealed)
    unit.tell("registry.answered", row.institution_id)
    return state


def _described(reading: Reading, person: Person) -> Described:
    cells = {name: reading.open(person, name) for name in ("iin", "document", "family_name", "given_name")}
    return Described(
        cells["iin"],
        cells["document"],
        cells["family_name"] or "",
        cells["given_name"] or "",
        date.fromisoformat(reading.open(person, "birth_date") or ""),
    )
