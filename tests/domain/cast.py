"""The people the tests of the rules are about, and short ways to write their histories."""

from datetime import date

from service.domain.entitlement import Entitlement, entitlement
from service.domain.facts import (
    AppointmentRequest,
    ConditionPeriod,
    ConvictFacts,
    Kind,
    PartyMember,
    Placement,
    Visit,
    VisitKind,
)
from service.law import load_law

KZ = load_law("kz")
ARRIVED = date(2024, 1, 1)

AIGUL = PartyMember("aigul", "spouse", confirmed=True, born=date(1990, 5, 1), represents=("dana", "timur"))
MOTHER = PartyMember("mother", "parent", confirmed=True, born=date(1960, 2, 2))
BROTHER = PartyMember("brother", "full-sibling", confirmed=True, born=date(1985, 2, 2))
COUSIN = PartyMember("cousin", "cousin", confirmed=True, born=date(1988, 2, 2))
FRIEND = PartyMember("friend", "other", confirmed=True, born=date(1988, 2, 2))
LAWYER = PartyMember("lawyer", "lawyer", confirmed=True, born=date(1975, 2, 2))
DOCTOR = PartyMember("doctor", "doctor", confirmed=True, born=date(1970, 2, 2))
BRIDE = PartyMember("bride", "betrothed", confirmed=True, born=date(1995, 2, 2))
MOTHER_OF_HIS_CHILD = PartyMember("saule", "co-parent", confirmed=True, born=date(1992, 2, 2), represents=("timur",))
DANA = PartyMember("dana", "child", confirmed=True, born=date(2015, 6, 1))
TIMUR = PartyMember("timur", "child", confirmed=True, born=date(2018, 6, 1))


def day(text: str) -> date:
    """2026-03-10"""
    return date.fromisoformat(text)


def convict(
    institution: str = "medium", condition: str | None = "light", *visits: Visit, **more: object
) -> ConvictFacts:
    """A convict who has been in one institution and condition since 2024."""
    conditions = () if condition is None else (ConditionPeriod(condition, ARRIVED),)
    cells = {"placements": (Placement("A", institution, ARRIVED),), "conditions": conditions, "visits": visits}
    return ConvictFacts(**{**cells, **more})  # type: ignore[arg-type]


def held(kind: VisitKind, on: str, **more: object) -> Visit:
    """An ordinary visit that took place."""
    return Visit(f"{kind} {on}", kind, day(on), **more)  # type: ignore[arg-type]


def ask(facts: ConvictFacts, kind: Kind, on: str, *party: PartyMember, **more: object) -> Entitlement:
    """The answer of the law of Kazakhstan as it comes with the service."""
    return entitlement(KZ, facts, AppointmentRequest(kind, day(on), party=party, **more))  # type: ignore[arg-type]


def codes(found: Entitlement) -> list[str]:
    """What stands against it, in order."""
    return sorted(one.code for one in found.reasons)


def notes(found: Entitlement) -> list[str]:
    """What goes with it."""
    return sorted(one.code for one in found.notes)
