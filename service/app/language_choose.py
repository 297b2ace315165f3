"""The language in which a relative is written to, and a convict reads the kiosk."""

from service.domain.access import Target, require
from service.domain.identity import LANGUAGES
from service.domain.refusal import refuse
from service.store.tables import NATIONAL, Person
from service.store.unit_of_work import UnitOfWork


def choose_language(unit: UnitOfWork, *, language: str) -> None:
    """From now on notices come in this language. Raises Refusal 'language-unknown'."""
    person = unit.actor.person or ""
    convict = person if unit.actor.principal == "kiosk" else None
    require(unit.actor, "language.choose", Target(unit.actor.institution, frozenset({person}), convict=convict))
    if language not in LANGUAGES:
        raise refuse("not-possible", "language-unknown")
    row = unit.get(Person, person, lock=True)
    if row.language != language:
        unit.change(row, language=language)
        unit.tell("person.language_chosen", NATIONAL)
