"""What is asked in `test_answers.py`: what changes between the last visit and the next one."""

from collections.abc import Callable
from datetime import date

from service.domain.entitlement import Entitlement
from service.domain.facts import ConditionPeriod, ConvictFacts, Credit, Placement, Visit
from tests.domain.cast import ARRIVED, FRIEND, ask, convict, day, held


def changing(*turns: tuple[str, str], first: str) -> tuple[ConditionPeriod, ...]:
    """One condition after the other, since 2024."""
    names = [first, *(name for name, _ in turns)]
    since = [ARRIVED, *(day(on) for _, on in turns)]
    return tuple(map(ConditionPeriod, names, since, [*since[1:], None]))


def moving(institution: str, on: str) -> tuple[Placement, ...]:
    """From medium security to another house."""
    return Placement("A", "medium", ARRIVED, day(on)), Placement("B", institution, day(on))


def tenth(facts: ConvictFacts, **more: object) -> Entitlement:
    """A short visit on 10 March."""
    return ask(facts, "short", "2026-03-10", **more)


def changed(*turns: tuple[str, str], last: str) -> Entitlement:
    """A long visit on 10 March after one in regular conditions."""
    conditions = changing(*turns, first="regular")
    return ask(convict("medium", None, held("long", last), conditions=conditions), "long", "2026-03-10")


def restored(number: str, on: str) -> Credit:
    """A visit that was prevented, to be given later."""
    return Credit(number, "short", "restored", day(on))


def lifer_for_order(on: str) -> Entitlement:
    """A long visit of a lifer who has been in a mixed institution since 2022, to keep order."""
    place = Placement("A", "mixed", date(2022, 1, 1), basis="kept_for_order")
    return ask(convict("mixed", None, placements=(place,), lifer=True), "long", on)


CHOSE_LONG = {"quarantine_left_on": day("2026-03-01"), "first_choice": "long"}
LAST = held("short", "2026-03-01")

OF_TURNS: dict[str, Callable[[], Entitlement]] = {
    "half a month has not gone by": lambda: tenth(convict("juvenile", "light", held("short", "2026-02-25"))),
    "a month and a half": lambda: tenth(convict("juvenile", "regular", held("short", "2026-01-10"))),
    "half a month, with a credit of later": lambda: tenth(
        convict("juvenile", "light", held("short", "2026-02-25"), credits=(restored("c", "2026-03-11"),))
    ),
    "without limit": lambda: tenth(convict("juvenile", "preferential", held("short", "2026-03-10"))),
    "on the day of the last visit": lambda: tenth(convict("medium", "light", held("short", "2026-03-10"))),
    "the number changed with the condition": lambda: changed(("light", "2026-02-01"), last="2026-01-05"),
    "the number changes with the condition today": lambda: changed(("light", "2026-03-10"), last="2026-01-05"),
    "the number changed before the last visit": lambda: changed(("light", "2026-01-05"), last="2026-01-05"),
    "the number changed twice": lambda: changed(("strict", "2026-01-20"), ("light", "2026-02-01"), last="2026-01-05"),
    "a strict condition that ended before the next was written": lambda: ask(
        convict(
            "medium",
            None,
            held("short", "2026-01-10"),
            conditions=(
                ConditionPeriod("regular", ARRIVED),
                ConditionPeriod("strict", day("2026-01-10"), day("2026-02-01")),
            ),
        ),
        "short",
        "2026-03-15",
    ),
    "the number changed with the house": lambda: tenth(
        convict("medium", "light", held("short", "2026-01-05"), placements=moving("minimum", "2026-02-01"))
    ),
    "the number changed with the law": lambda: ask(
        convict("medium", "preferential", held("short", "2025-09-10", rule="unlimited")), "short", "2025-10-10"
    ),
    "a larger number of the law is on its way": lambda: ask(
        convict("medium", "preferential", held("long", "2025-08-10")), "long", "2025-09-01"
    ),
    "the condition is decided later": lambda: tenth(
        convict("medium", None, conditions=(ConditionPeriod("light", day("2026-04-01")),))
    ),
    "a condition that the house does not have, and then one that it has": lambda: tenth(
        convict("complete", None, conditions=changing(("light", "2026-04-01"), first="preferential"))
    ),
    "the house gives it later": lambda: ask(
        convict(
            "awaiting-dispatch",
            "light",
            placements=(
                Placement("A", "awaiting-dispatch", ARRIVED, day("2026-03-20")),
                Placement("B", "medium", day("2026-03-20")),
            ),
        ),
        "long",
        "2026-03-10",
    ),
    "who leaves quarantine for remand": lambda: tenth(
        convict(quarantine_left_on=day("2026-04-01"), placements=moving("remand", "2026-03-20")),
        investigator_permits=True,
    ),
    "a lifer kept for order, to return to his house": lambda: ask(
        convict(
            "mixed",
            "regular",
            placements=(
                Placement("A", "mixed", ARRIVED, day("2026-05-01"), basis="kept_for_order"),
                Placement("B", "extreme", day("2026-05-01")),
            ),
            lifer=True,
        ),
        "long",
        "2026-03-10",
    ),
    "a lifer kept for order on the day before Law 212-VII": lambda: lifer_for_order("2023-05-19"),
    "a lifer kept for order on the day of Law 212-VII": lambda: lifer_for_order("2023-05-20"),
    "a visit that was called off before one that was held": lambda: tenth(
        convict("medium", "light", held("short", "2026-01-01", state="cancelled"), LAST)
    ),
    "the first kind is the other, and that is planned": lambda: tenth(
        convict("medium", "light", held("long", "2026-04-01", state="planned"), **CHOSE_LONG)
    ),
    "the first kind is the other, and this one is planned": lambda: tenth(
        convict("medium", "light", held("short", "2026-06-10", state="planned"), **CHOSE_LONG)
    ),
    "the first kind is the other, with a credit of later": lambda: tenth(
        convict("medium", "light", credits=(restored("c", "2026-03-20"),), **CHOSE_LONG)
    ),
    "the first kind was the other, on this day": lambda: tenth(
        convict("medium", "light", held("long", "2026-03-10"), **CHOSE_LONG)
    ),
    "the first kind is one that the condition does not give": lambda: tenth(convict("medium", "strict", **CHOSE_LONG)),
    "the first kind by an exception": lambda: tenth(convict("medium", "light", **CHOSE_LONG), exception_id="e"),
    "a credit of today": lambda: tenth(convict("medium", "light", LAST, credits=(restored("c", "2026-03-10"),))),
    "a named credit of today": lambda: tenth(
        convict("medium", "light", LAST, credits=(restored("c", "2026-03-10"),)), credit_id="c"
    ),
    "two credits of later": lambda: tenth(
        convict("medium", "light", LAST, credits=(restored("c", "2026-03-25"), restored("d", "2026-03-20")))
    ),
    "a credit of after the interval": lambda: tenth(
        convict("medium", "light", LAST, credits=(restored("c", "2026-05-20"),))
    ),
    "a credit of what the condition does not give": lambda: ask(
        convict("medium", "strict", credits=(Credit("c", "long", "restored", day("2026-01-01")),)),
        "long",
        "2026-03-10",
        credit_id="c",
    ),
    "an exception for a friend is none to the number": lambda: ask(
        convict("medium", "light", LAST),
        "short",
        "2026-03-10",
        FRIEND,
        exception_id="e",
        exception_kind="head-permission-needed",
    ),
    "an exception for a friend": lambda: ask(
        convict(), "short", "2026-03-10", FRIEND, exception_id="e", exception_kind="head-permission-needed"
    ),
    "an exception to the number is none for a friend": lambda: ask(
        convict("medium", "light", LAST),
        "short",
        "2026-03-10",
        FRIEND,
        exception_id="e",
        exception_kind="interval-before",
    ),
    "a third visit in a month of remand by an exception": lambda: tenth(
        convict(
            "remand",
            None,
            *(
                Visit(str(n), "short", day(f"2026-03-0{n}"), "calendar_month", month="2026-03", ordinal=n)
                for n in (1, 2)
            ),
        ),
        exception_id="e",
        investigator_permits=True,
    ),
    "two visits in remand, to leave on the 20th": lambda: tenth(
        convict(
            "remand",
            "light",
            *(Visit(str(n), "short", day(f"2026-03-0{n}"), "calendar_month") for n in (1, 2)),
            placements=(
                Placement("S", "remand", ARRIVED, day("2026-03-20")),
                Placement("A", "medium", day("2026-03-20")),
            ),
        ),
        investigator_permits=True,
    ),
    "a visit in remand": lambda: tenth(convict("remand", None), investigator_permits=True),
    "a visit before dispatch": lambda: tenth(convict("awaiting-dispatch", None)),
    "a visit of a juvenile in remand": lambda: tenth(
        convict("remand", None, born=date(2010, 1, 1)), investigator_permits=True
    ),
}
