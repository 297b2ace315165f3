"""The calendar of a family: free times of a month, without the days the law does not allow, and why it does not."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from service.app.appointment_weigh import CALLS, Wish, weigh_wish
from service.app.entitlement_show import Family, read_family
from service.app.reading import Reading
from service.domain.access import Actor
from service.domain.answer import Entitlement
from service.domain.reasons import Reason, decidable
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.store.times import Slot, free_times


@dataclass(frozen=True, slots=True)
class Offer:
    """A time with places left. `waits_for`: what a person still has to permit, none where the law already does."""

    slot: Slot
    waits_for: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Days in a row that the law does not allow, first and last, and every reason."""

    first: date
    last: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """The answer. `full` are the days that are allowed and have no place left; `due` the first day free of reasons."""

    offers: tuple[Offer, ...]
    full: tuple[date, ...]
    hidden: tuple[Hidden, ...]
    due: date | None


def list_times(
    environment: Environment,
    actor: Actor,
    relationship: str,
    *,
    wish: Wish,
    year: int,
    month: int,
    others: Sequence[str] = (),
    ignoring: str | None = None,
) -> Month:
    """Free times of an institution-local month, from today on. Raises Refusal like `show_entitlement`.

    `ignoring` is the appointment that would be moved: the law is asked as if it did not exist.
    """
    with Reading(environment, actor) as reading:
        family = read_family(reading, relationship, others)
        return month_of_times(reading, family, wish=wish, year=year, month=month, ignoring=ignoring)


def month_of_times(
    reading: Reading,
    family: Family,
    *,
    wish: Wish,
    year: int,
    month: int,
    ignoring: str | None = None,
    only: date | None = None,
) -> Month:
    """The same for a family already read, as part of a larger page; for one day of it where `only` names one."""
    whole = [date(year, month, number) for number in range(1, monthrange(year, month)[1] + 1)]
    days = whole if only is None else [only]
    answers = {day: _weighed(reading, family, wish, day, None, ignoring) for day in days if day >= family.today}
    hidden = tuple(_hidden(answers))
    slots = _slots(reading, family, wish, answers)
    offers, closed = [], set()
    by_hour = _hours_matter(reading, family, wish)
    for slot in slots:
        start = _start(family, slot)
        answer = _weighed(reading, family, wish, slot.day, start, ignoring) if by_hour else answers[slot.day]
        if not _open(answer):
            closed.add(slot.day)
        elif slot.free:
            offers.append(Offer(slot, answer.reasons))
    free = {one.slot.day for one in offers}
    full = tuple(sorted({slot.day for slot in slots if not slot.free} - free - closed))
    due = next((answer.due for answer in answers.values()), None)
    return Month(tuple(offers), full, hidden, due)


def _weighed(
    reading: Reading, family: Family, wish: Wish, day: date, start: time | None, ignoring: str | None
) -> Entitlement:
    """The law's answer; where the law file knows no figure for a day, that is the reason, and other days go on."""
    try:
        return weigh_wish(reading, family.file, family.visitors, wish, day, start, ignoring)
    except Refusal as refusal:
        return Entitlement(False, None, None, None, None, refusal.reasons)


def _hours_matter(reading: Reading, family: Family, wish: Wish) -> bool:
    """Whether the law names hours for this kind, or for a house the convict was or is in."""
    law, houses = reading.environment.law, {one.institution_type for one in family.file.facts.placements}
    own = any(law.institutions[house].opens is not None for house in houses if house in law.institutions)
    return own or wish.kind in law.hours or wish.kind in CALLS


def _open(answer: Entitlement) -> bool:
    return answer.allowed or decidable(answer.reasons)


def _slots(reading: Reading, family: Family, wish: Wish, answers: dict[date, Entitlement]) -> list[Slot]:
    lasting: dict[timedelta | None, list[date]] = defaultdict(list)
    for day, answer in answers.items():
        if _open(answer):
            lasting[answer.duration].append(day)
    kind = "video" if wish.by_video else "call" if wish.kind in CALLS else wish.kind
    found = [
        slot
        for duration, days in lasting.items()
        for slot in free_times(reading.session, family.institution, kind, days, duration, reading.now)
    ]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.room, slot.template))


def _start(family: Family, slot: Slot) -> time:
    return slot.starts_at.astimezone(ZoneInfo(family.institution.time_zone)).time()


def _hidden(answers: dict[date, Entitlement]) -> Iterator[Hidden]:
    current: Hidden | None = None
    for day, answer in answers.items():
        reasons = () if _open(answer) else answer.reasons
        if current is not None and current.reasons == reasons and reasons:
            current = Hidden(current.first, day, reasons)
            continue
        if current is not None:
            yield current
        current = Hidden(day, day, reasons) if reasons else None
    if current is not None:
        yield current
