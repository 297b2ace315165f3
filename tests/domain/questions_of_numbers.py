"""What is asked in `test_answers.py`: how often and when."""

from collections.abc import Callable
from datetime import date, time

from service.domain.entitlement import Entitlement
from service.domain.facts import (
    ConditionPeriod,
    Emergency,
    Placement,
    Suspension,
    Visit,
)
from tests.domain.cast import (
    AIGUL,
    ARRIVED,
    COUSIN,
    MOTHER,
    ask,
    convict,
    day,
    held,
)


def s(ground: str, since: str, until: str | None = None, **more: object) -> Suspension:
    """A suspension."""
    return Suspension("s", ground, day(since), day(until) if until else None, **more)  # type: ignore[arg-type]


def second_before_dispatch(kind: str) -> Entitlement:
    """Another call or visit of the same stay, of a convict who leaves on the 20th."""
    leaves = day("2026-03-20")
    asker = convict(
        "awaiting-dispatch",
        None,
        Visit("b", kind, day("2026-03-02"), "period", month="stay:2024-01-01", ordinal=1),
        placements=(Placement("A", "awaiting-dispatch", ARRIVED, leaves), Placement("B", "medium", leaves)),
        conditions=(ConditionPeriod("light", leaves),),
    )
    return ask(asker, kind, "2026-03-10", AIGUL)


OF_NUMBERS: dict[str, Callable[[], Entitlement]] = {
    "a call in strict conditions": lambda: ask(convict("medium", "strict"), "call", "2026-03-05", MOTHER),
    "an exceptional ground without proof": lambda: ask(
        convict("medium", "strict"), "call", "2026-03-05", MOTHER, purpose="exceptional"
    ),
    "a call from the isolator": lambda: ask(
        convict(suspensions=(s("isolator", "2026-03-01", "2026-03-16"),)), "call", "2026-03-05", MOTHER
    ),
    "a call in the regime of special conditions": lambda: ask(
        convict(suspensions=(s("special-regime", "2026-03-01"),)), "call", "2026-03-05", MOTHER
    ),
    "a second call on a day": lambda: ask(
        convict("medium", "light", Visit("c", "call", day("2026-03-05"), "period", month="day:2026-03-05", ordinal=1)),
        "call",
        "2026-03-05",
        MOTHER,
    ),
    "a second call by an exception": lambda: ask(
        convict("medium", "light", Visit("c", "call", day("2026-03-05"), "period", month="day:2026-03-05", ordinal=1)),
        "call",
        "2026-03-05",
        MOTHER,
        exception_id="e",
    ),
    "an exception to the number frees no call in strict conditions": lambda: ask(
        convict("medium", "strict"), "call", "2026-03-05", MOTHER, exception_id="e"
    ),
    "a call before the law begins": lambda: ask(
        convict(
            placements=(Placement("A", "medium", date(2010, 1, 1)),),
            conditions=(ConditionPeriod("light", date(2010, 1, 1)),),
        ),
        "call",
        "2014-12-30",
        MOTHER,
    ),
    "a second call in a month of an emergency": lambda: ask(
        convict(
            "medium",
            "strict",
            Visit("c", "call", day("2026-03-10"), "calendar_month", month="2026-03", ordinal=1),
            emergencies=(Emergency(day("2026-03-10"), day("2026-06-01")),),
        ),
        "call",
        "2026-03-20",
        MOTHER,
    ),
    "a cousin in an emergency": lambda: ask(
        convict("medium", "strict", emergencies=(Emergency(day("2026-03-10"), day("2026-06-01")),)),
        "call",
        "2026-03-20",
        COUSIN,
    ),
    "strict conditions before an emergency": lambda: ask(
        convict(
            "medium",
            "strict",
            emergencies=(
                Emergency(day("2026-04-10"), day("2026-06-01")),
                Emergency(day("2026-03-20"), day("2026-03-21")),
            ),
        ),
        "call",
        "2026-03-05",
        MOTHER,
    ),
    "two visits too close": lambda: ask(convict("medium", "light", held("short", "2026-01-15")), "short", "2026-03-10"),
    "once a week": lambda: ask(convict("minimum", "light", held("short", "2026-01-15")), "short", "2026-02-10"),
    "too close to the visit after": lambda: ask(
        convict("medium", "light", held("short", "2026-04-15", state="planned")), "short", "2026-03-10"
    ),
    "a surplus by an exception": lambda: ask(
        convict("medium", "light", held("short", "2026-01-15")), "short", "2026-03-10", exception_id="e"
    ),
    "what the condition does not give": lambda: ask(convict("medium", "strict"), "long", "2026-03-10"),
    "no exception gives what the condition does not": lambda: ask(
        convict("medium", "strict"), "long", "2026-03-10", exception_id="e"
    ),
    "before arrival": lambda: ask(convict(), "short", "2023-03-10"),
    "no condition decided": lambda: ask(convict("medium", None), "short", "2026-03-10"),
    "preferential conditions": lambda: ask(convict("medium", "preferential"), "short", "2026-03-10"),
    "in quarantine": lambda: ask(convict(quarantine_left_on=day("2026-03-16")), "short", "2026-03-10"),
    "a third visit in a month of remand": lambda: ask(
        convict(
            "remand",
            None,
            Visit("a", "short", day("2026-03-01"), "calendar_month", month="2026-03", ordinal=1),
            Visit("b", "short", day("2026-03-02"), "calendar_month", month="2026-03", ordinal=2),
        ),
        "short",
        "2026-03-10",
        AIGUL,
    ),
    "remand at five in the morning": lambda: ask(
        convict("remand", None, Visit("b", "short", day("2026-03-02"), "calendar_month", month="2026-03", ordinal=2)),
        "short",
        "2026-03-10",
        AIGUL,
        start=time(5),
    ),
    "a second visit before dispatch": lambda: ask(
        convict(
            "awaiting-dispatch",
            None,
            Visit("b", "short", day("2026-03-02"), "period", month="stay:2024-01-01", ordinal=1),
        ),
        "short",
        "2026-03-10",
        AIGUL,
    ),
    "a second call before dispatch": lambda: ask(
        convict(
            "awaiting-dispatch",
            None,
            Visit("b", "call", day("2026-03-02"), "period", month="stay:2024-01-01", ordinal=1),
        ),
        "call",
        "2026-03-10",
        AIGUL,
    ),
    "a second call before dispatch, to leave on the 20th": lambda: second_before_dispatch("call"),
    "a second visit before dispatch, to leave on the 20th": lambda: second_before_dispatch("short"),
}
