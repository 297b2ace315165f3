"""What the gate's screen shows: facts only, the words are made in `words.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from firmware_bridge.bundle import Expected
from firmware_bridge.decide import Direction, Source, Verdict
from firmware_bridge.gatehouse import Place
from firmware_bridge.today import Answered, Today

STAYS = timedelta(minutes=2)
"""How long an answer that needs no decision stays on the screen."""
SHOWN = 12
"""People of a list; the rest are counted."""


class Stand(StrEnum):
    """What the screen is about."""

    ASK = "ask"
    REFUSED = "refused"
    INSIDE = "inside"
    TURNED_AWAY = "turned-away"
    LEFT = "left"
    IDLE = "idle"


class WhyNot(StrEnum):
    """Why an officer does not let in whom the gate would: a closed list."""

    NOT_THIS_PERSON = "not-this-person"
    NO_DOCUMENT = "no-document"
    DOCUMENT_NOT_VALID = "document-not-valid"
    INTOXICATED = "intoxicated"
    PROHIBITED_THINGS = "prohibited-things"
    WENT_AWAY = "went-away"


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody in the visit rooms. `who` is None where the list does not know the pass."""

    pass_id: str
    who: Expected | None
    since: datetime


@dataclass(frozen=True, slots=True)
class View:
    """One gate at one moment. `age` is that of the list of today, None when there is none."""

    stand: Stand
    last: Answered | None
    waiting: tuple[Answered, ...]
    inside: tuple[Inside, ...]
    expected: tuple[Expected, ...]
    more_expected: int
    age: timedelta | None
    is_wanted: bool
    is_too_old: bool
    is_fresh: bool
    is_recording: bool
    is_online: bool | None


def look(
    today: Today,
    who_is_inside: Mapping[str, datetime],
    compared: Callable[[int], bool | None],
    places: frozenset[Place],
    gate: str,
    now: datetime,
    *,
    is_recording: bool,
) -> View:
    """The view of one gate. `compared` answers what an officer said about a scan, None while nothing."""
    zones = frozenset(place.gate_zone for place in places if place.gate == gate)
    answers = today.answers(gate)
    last = answers[0] if answers else None
    expected = [one for one in today.expected(zones) if one.pass_id not in who_is_inside]
    return View(
        stand=stand_of(last, compared, now),
        last=last,
        waiting=tuple(one for one in _uncompared(answers[1:], last, compared) if one.pass_id in who_is_inside),
        inside=tuple(
            Inside(pass_id, today.who(pass_id), since)
            for pass_id, since in sorted(who_is_inside.items(), key=lambda one: one[1])
        ),
        expected=tuple(expected[:SHOWN]),
        more_expected=max(len(expected) - SHOWN, 0),
        age=today.age(),
        is_wanted=today.is_wanted,
        is_too_old=today.is_too_old,
        is_fresh=today.is_fresh,
        is_recording=is_recording,
        is_online=None if last is None else last.decision.source is Source.LIVE,
    )


def stand_of(last: Answered | None, compared: Callable[[int], bool | None], now: datetime) -> Stand:
    """What the last scan asks of the officer. Who may enter stays on the screen until somebody has looked."""
    if last is None:
        return Stand.IDLE
    decision = last.decision
    said = None if decision.sequence is None else compared(decision.sequence)
    if decision.verdict is Verdict.ADMIT and said is None:
        return Stand.ASK
    if abs(now - last.at) > STAYS:
        return Stand.IDLE
    if decision.verdict is Verdict.ADMIT:
        return Stand.INSIDE if said else Stand.TURNED_AWAY
    return Stand.LEFT if decision.verdict is Verdict.LEAVE else Stand.REFUSED


def _uncompared(
    answers: list[Answered], last: Answered | None, compared: Callable[[int], bool | None]
) -> list[Answered]:
    """Who was let through and not looked at, and is no longer on the screen: the next scan hides nobody."""
    seen = {None if last is None else last.decision.sequence}
    found = []
    for one in answers:
        sequence = one.decision.sequence
        if one.direction is not Direction.ENTRY or one.decision.verdict is not Verdict.ADMIT or sequence in seen:
            continue
        seen.add(sequence)
        if sequence is not None and compared(sequence) is None:
            found.append(one)
    return found
