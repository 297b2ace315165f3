"""What is asked in `test_answers.py`: calls where a number, a suspension and an emergency meet."""

from collections.abc import Callable
from datetime import time, timedelta

from service.domain.entitlement import Entitlement
from service.domain.facts import ConditionPeriod, ConvictFacts, Emergency, Placement, Visit
from tests.domain.cast import ARRIVED, COUSIN, DOCTOR, FRIEND, MOTHER, ask, convict, day
from tests.domain.questions_of_numbers import s

CELL = s("single-cell", "2026-03-01", "2026-05-01")
ISOLATOR = s("isolator", "2026-03-01", "2026-03-13")
EMERGENCY = (Emergency(day("2026-03-05"), day("2026-06-01")),)
HAD = Visit("c", "call", day("2026-03-06"), "calendar_month", month="2026-03", ordinal=1)
TODAYS = Visit("d", "call", day("2026-03-10"), "period", month="day:2026-03-10", ordinal=1)


def tenth(facts: ConvictFacts, **more: object) -> Entitlement:
    """A call to the mother on 10 March."""
    return ask(facts, "call", "2026-03-10", MOTHER, **more)


RETURNS = (
    Placement("A", "mixed", ARRIVED, day("2026-04-01"), basis="kept_for_order"),
    Placement("B", "maximum", day("2026-04-01")),
)


def kept_for_order(**more: object) -> ConvictFacts:
    """In a mixed institution, transferred there to keep order."""
    place = Placement("A", "mixed", ARRIVED, basis="kept_for_order", court_type="maximum")
    return convict("mixed", None, placements=(place,), **more)


OF_CALLS: dict[str, Callable[[], Entitlement]] = {
    "a call on the last day without a number": lambda: ask(convict(), "call", "2025-09-15", MOTHER),
    "a call on the first day with a number": lambda: ask(convict(), "call", "2025-09-16", MOTHER),
    "a call from the single cell": lambda: tenth(convict(suspensions=(CELL,))),
    "a call from the single cell in an emergency": lambda: tenth(convict(suspensions=(CELL,), emergencies=EMERGENCY)),
    "a second call from the single cell in an emergency": lambda: tenth(
        convict("medium", "light", HAD, suspensions=(CELL,), emergencies=EMERGENCY)
    ),
    "a second call from a single cell that ends in the month": lambda: tenth(
        convict(
            "medium", "light", HAD, suspensions=(s("single-cell", "2026-03-01", "2026-03-21"),), emergencies=EMERGENCY
        )
    ),
    "a second call of an emergency by an exception": lambda: tenth(
        convict("medium", "light", HAD, suspensions=(CELL,), emergencies=EMERGENCY), exception_id="e"
    ),
    "a second call of an emergency, an exception for the hour": lambda: tenth(
        convict("medium", "light", HAD, suspensions=(CELL,), emergencies=EMERGENCY),
        exception_id="e",
        exception_kind="outside-hours",
    ),
    "from temporary isolation in an emergency": lambda: tenth(
        convict("juvenile", "light", suspensions=(s("temporary-isolation", "2026-03-09"),), emergencies=EMERGENCY)
    ),
    "from the single cell before an emergency": lambda: tenth(
        convict(suspensions=(CELL,), emergencies=(Emergency(day("2026-03-20")),))
    ),
    "from the isolator and then the single cell, in an emergency": lambda: tenth(
        convict(suspensions=(ISOLATOR, CELL), emergencies=EMERGENCY)
    ),
    "from the isolator in strict conditions, in an emergency": lambda: tenth(
        convict("medium", "strict", suspensions=(ISOLATOR,), emergencies=EMERGENCY)
    ),
    "strict conditions that end in the month of an emergency": lambda: tenth(
        convict(
            "medium",
            None,
            HAD,
            conditions=(
                ConditionPeriod("strict", ARRIVED, day("2026-03-20")),
                ConditionPeriod("light", day("2026-03-20")),
            ),
            emergencies=EMERGENCY,
        )
    ),
    "mixed for order in an emergency": lambda: tenth(kept_for_order(emergencies=EMERGENCY)),
    "mixed for order on the first day of an emergency, to return in April": lambda: tenth(
        convict("mixed", "light", placements=RETURNS, emergencies=(Emergency(day("2026-03-10")),))
    ),
    "mixed for order, a ground that is proved": lambda: tenth(
        kept_for_order(), purpose="exceptional", ground_proved=True
    ),
    "an exceptional call in an emergency is one of the day": lambda: tenth(
        convict("medium", "strict", emergencies=EMERGENCY), purpose="exceptional", ground_proved=True
    ),
    "an exceptional call from the isolator": lambda: tenth(
        convict(suspensions=(ISOLATOR,)), purpose="exceptional", ground_proved=True
    ),
    "a second exceptional call on a day": lambda: tenth(
        convict("medium", "strict", TODAYS), purpose="exceptional", ground_proved=True
    ),
    "a second call, an exception for the hour": lambda: tenth(
        convict("medium", "light", TODAYS), exception_id="e", exception_kind="outside-hours", start=time(8)
    ),
    "a call at eight by an exception": lambda: tenth(
        convict(), exception_id="e", exception_kind="outside-hours", start=time(8)
    ),
    "a call at eight": lambda: tenth(convict(), start=time(8)),
    "a video call at nine in the evening": lambda: ask(convict(), "video_call", "2026-03-10", MOTHER, start=time(21)),
    "a video call that ends at nine": lambda: ask(convict(), "video_call", "2026-03-10", MOTHER, start=time(20, 45)),
    "a call of twenty minutes": lambda: tenth(convict(), shortened_to=timedelta(minutes=20)),
    "a call of five minutes late in the evening": lambda: tenth(
        convict(), shortened_to=timedelta(minutes=5), start=time(20, 55)
    ),
    "a call to a cousin who is not named in the file": lambda: ask(convict(), "call", "2026-03-10", COUSIN),
    "the mother called as if she were a lawyer": lambda: tenth(convict(), purpose="legal"),
    "a friend called as if he were a doctor": lambda: ask(convict(), "call", "2026-03-10", FRIEND, purpose="medical"),
    "a call to a doctor at night": lambda: ask(
        convict(suspensions=(ISOLATOR,)), "call", "2026-03-10", DOCTOR, purpose="medical", start=time(3)
    ),
    "a call before arrival": lambda: ask(convict(), "call", "2023-12-30", MOTHER),
    "a call in quarantine": lambda: tenth(convict(quarantine_left_on=day("2026-03-16"))),
    "a call before dispatch": lambda: tenth(convict("awaiting-dispatch", None)),
}
