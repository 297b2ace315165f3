"""What is asked in `test_answers.py`: the hour, the length, the channel, and who may come to what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

from service.domain.entitlement import Entitlement
from service.domain.facts import Ban, ConvictFacts, Kind, PartyMember, Placement, VisitorBan
from tests.domain.cast import (
    AIGUL,
    ARRIVED,
    BRIDE,
    DANA,
    FRIEND,
    LAWYER,
    MOTHER,
    MOTHER_OF_HIS_CHILD,
    ask,
    convict,
    day,
)
from tests.domain.questions_of_numbers import s

OFFENCE = VisitorBan("administrative-offence", day("2026-03-10"))
REMAND = convict("remand", None)
JUVENILE = convict("juvenile", "light", born=date(2010, 1, 1))


def tenth(kind: Kind, *party: PartyMember, facts: ConvictFacts | None = None, **more: object) -> Entitlement:
    """On 10 March, of somebody in light conditions of medium security."""
    return ask(facts or convict(), kind, "2026-03-10", *party, **more)


def remand(kind: Kind, **more: object) -> Entitlement:
    """On 10 March in remand, the investigator having allowed it."""
    return tenth(kind, AIGUL, facts=REMAND, investigator_permits=True, **more)


def before_arrival(**more: object) -> Entitlement:
    """The day before the convict comes."""
    return ask(convict(), "short", "2023-12-31", AIGUL, **more)


OF_FORMS: dict[str, Callable[[], Entitlement]] = {
    "an hour in remand that ends at night": lambda: remand("short", shortened_to=timedelta(hours=1), start=time(21)),
    "an hour in remand that ends in the night": lambda: remand(
        "short", shortened_to=timedelta(hours=1), start=time(21, 1)
    ),
    "a day in remand that begins in the evening": lambda: remand(
        "long", shortened_to=timedelta(days=1), start=time(21, 30)
    ),
    "a long visit in remand without permission": lambda: tenth("long", AIGUL, facts=REMAND),
    "a lawyer in remand": lambda: tenth("lawyer", LAWYER, facts=REMAND),
    "a lawyer in quarantine": lambda: tenth("lawyer", LAWYER, facts=convict(quarantine_left_on=day("2026-03-16"))),
    "a lawyer at five": lambda: tenth("lawyer", LAWYER, start=time(17)),
    "a lawyer by video": lambda: tenth("lawyer", LAWYER, channel="video", convict_consents_to_video=True),
    "a short visit by video": lambda: tenth("short", AIGUL, channel="video", convict_consents_to_video=True),
    "before arrival by video": lambda: before_arrival(channel="video"),
    "before arrival, outside": lambda: before_arrival(outside=True),
    "before arrival at three in the morning": lambda: before_arrival(start=time(3)),
    "a short visit outside, of a juvenile": lambda: tenth("short", AIGUL, facts=JUVENILE, outside=True),
    "a long visit outside with permission": lambda: tenth(
        "long", AIGUL, facts=JUVENILE, outside=True, outside_permitted=True
    ),
    "a long visit of half a day": lambda: tenth("long", AIGUL, shortened_to=timedelta(hours=12)),
    "a marriage": lambda: tenth("marriage_registration", BRIDE, start=time(9)),
    "a wife is no bride": lambda: tenth("marriage_registration", AIGUL),
    "the same visitor twice": lambda: tenth("short", AIGUL, AIGUL),
    "a visitor who is not confirmed": lambda: tenth("short", AIGUL, replace(MOTHER, confirmed=False)),
    "a child alone": lambda: tenth("short", DANA),
    "a child with a friend who does not represent it": lambda: tenth(
        "short", replace(FRIEND, permitted_by_head=True), DANA
    ),
    "a niece at a short visit": lambda: tenth(
        "short", AIGUL, PartyMember("dana", "niece-or-nephew", confirmed=True, born=day("2015-06-01"))
    ),
    "somebody whose birth day is not known": lambda: tenth(
        "long", AIGUL, MOTHER, replace(AIGUL, visitor="c", born=None)
    ),
    "the mother of his child at a short visit": lambda: tenth("short", MOTHER_OF_HIS_CHILD),
    "a visitor barred from that day on": lambda: tenth("short", replace(AIGUL, bans=(OFFENCE,))),
    "a visitor barred from the day after": lambda: tenth(
        "short", replace(AIGUL, bans=(replace(OFFENCE, since=day("2026-03-11")),))
    ),
    "a visitor barred for less than the year": lambda: tenth(
        "short", replace(AIGUL, bans=(replace(OFFENCE, until=day("2026-06-01")),))
    ),
    "a visitor barred again": lambda: tenth(
        "short", replace(AIGUL, bans=(replace(OFFENCE, since=day("2024-01-01")), OFFENCE))
    ),
    "a bride barred for an offence": lambda: tenth("marriage_registration", replace(BRIDE, bans=(OFFENCE,))),
    "a bar of the convict from that day on": lambda: tenth(
        "long", facts=convict(bans=(Ban("smuggling", day("2026-03-10"), day("2026-04-01")),))
    ),
    "a bar of the convict from the day after": lambda: tenth(
        "long", facts=convict(bans=(Ban("smuggling", day("2026-03-11")),))
    ),
    "a bar of the convict that ends that day": lambda: tenth(
        "long", facts=convict(bans=(Ban("smuggling", day("2026-01-01"), day("2026-03-10")),))
    ),
    "a bar of the convict after one that is over": lambda: tenth(
        "long",
        facts=convict(
            bans=(
                Ban("tuberculosis", day("2025-01-01"), day("2025-06-01")),
                Ban("smuggling", day("2026-03-01"), day("2026-04-01")),
            )
        ),
    ),
    "a bar of the convict leaves short visits": lambda: tenth(
        "short", facts=convict(bans=(Ban("smuggling", day("2026-03-01")),))
    ),
    "a bar, the condition not decided": lambda: tenth(
        "long", facts=convict("medium", None, bans=(Ban("smuggling", day("2026-03-01"), day("2026-04-01")),))
    ),
    "an order of the head with its end": lambda: tenth(
        "long", facts=convict(suspensions=(s("head-order", "2026-03-10", "2026-04-01"),))
    ),
    "an order of the head that begins the day after": lambda: tenth(
        "long", facts=convict(suspensions=(s("head-order", "2026-03-11", "2026-04-01"),))
    ),
    "the temporary isolation of a juvenile": lambda: tenth(
        "short", facts=convict("juvenile", "light", suspensions=(s("temporary-isolation", "2026-03-10", "2026-03-12"),))
    ),
    "the single cell by an order against long visits": lambda: tenth(
        "short",
        facts=convict(suspensions=(s("single-cell", "2026-03-01", "2026-04-01", stops=frozenset({"long"})),)),
    ),
    "the single cell by an order against visits": lambda: tenth(
        "long",
        facts=convict(suspensions=(s("single-cell", "2026-03-01", "2026-04-01", stops=frozenset({"long"})),)),
    ),
    "a long visit and the single cell": lambda: tenth(
        "long", facts=convict(suspensions=(s("single-cell", "2026-03-01", "2026-04-01"),))
    ),
    "a lawyer in the single cell": lambda: tenth(
        "lawyer", LAWYER, facts=convict(suspensions=(s("single-cell", "2026-03-01", "2026-04-01"),))
    ),
    "the single cell, the condition not decided": lambda: tenth(
        "short", facts=convict("medium", None, suspensions=(s("single-cell", "2026-03-01", "2026-04-01"),))
    ),
    "an isolator of fifteen days": lambda: tenth(
        "short", facts=convict(suspensions=(s("isolator", "2026-03-01", "2026-03-16"),))
    ),
    "the day after fifteen days of an isolator recorded for sixteen": lambda: ask(
        convict(suspensions=(s("isolator", "2026-03-01", "2026-03-17"),)), "short", "2026-03-16"
    ),
    "the end of an isolator recorded for sixteen days": lambda: ask(
        convict(suspensions=(s("isolator", "2026-03-01", "2026-03-17"),)), "short", "2026-03-17"
    ),
    "the first day of an isolator recorded for too long": lambda: tenth(
        "short", facts=convict(suspensions=(s("isolator", "2026-03-10", "2026-04-01"),))
    ),
    "the day before an isolator recorded for too long": lambda: tenth(
        "short", facts=convict(suspensions=(s("isolator", "2026-03-11", "2026-04-01"),))
    ),
    "an order of the head and an isolator recorded for too long": lambda: tenth(
        "short",
        facts=convict(
            suspensions=(s("head-order", "2026-03-01", "2026-03-05"), s("isolator", "2026-03-01", "2026-04-01"))
        ),
    ),
    "a visitor barred and a lifer kept for order": lambda: tenth(
        "long",
        replace(AIGUL, bans=(OFFENCE,)),
        facts=convict(
            "mixed", None, placements=(Placement("A", "mixed", ARRIVED, basis="kept_for_order"),), lifer=True
        ),
    ),
}
