"""The month of free times as a page shows it: days to choose, full days, days the law does not allow and why."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.app.times_list import Hidden, Offer
from service.app.times_list import Month as Times
from service.web.i18n import ngettext, words
from service.web.messages import N_
from service.web.month import Month, MonthDay, month

FEW = 1
MONTHS_AHEAD = 12
Address = Callable[..., str]


@dataclass(frozen=True)
class Calendar:
    """A month with its neighbours, the times of the chosen day, and the reasons of the days that are not allowed."""

    month: Month
    chosen: date | None
    offers: Sequence[Offer]
    hidden: Sequence[Hidden]


def wanted_month(text: str | None, today: date) -> date:
    """The first day of the month that an address names ("2026-03"); this month for anything else or out of reach."""
    first = today.replace(day=1)
    try:
        asked = date.fromisoformat(f"{text}-01") if text else first
    except ValueError:
        return first
    return asked if first <= asked <= _later(first, MONTHS_AHEAD) else first


def calendar(
    times: Times,
    first: date,
    today: date,
    chosen: date | None,
    *,
    turn: Address,
    choose: Address,
    queue: Address | None = None,
) -> Calendar:
    """Builds the month. `turn(month=…)` is the address of another month, `choose(day=…, template=…)` of a day,
    `queue(day=…)` of the queue for a full day, where one can be joined."""
    by_day: dict[date, list[Offer]] = defaultdict(list)
    for offer in times.offers:
        by_day[offer.slot.day].append(offer)
    full = set(times.full)
    if chosen not in by_day:
        chosen = None

    def cell(day: date) -> MonthDay:
        offers = by_day.get(day)
        if offers:
            return _offered(day, offers, day == chosen, day == today, choose)
        if day in full:
            return _full(day, day == today, queue)
        return MonthDay(day, "closed", today=day == today)

    this = today.replace(day=1)
    before, after = _later(first, -1), _later(first, 1)
    shown = month(
        first,
        cell,
        legend=[(state, words().sentence(word)) for state, word in LEGEND.items()],  # type: ignore[misc]
        earlier=turn(month=f"{before:%Y-%m}") if before >= this else None,
        later=turn(month=f"{after:%Y-%m}") if after <= _later(this, MONTHS_AHEAD) else None,
    )
    return Calendar(shown, chosen, by_day.get(chosen, []) if chosen else [], times.hidden)


LEGEND: Mapping[str, str] = {
    "free": N_("places are free"),
    "few": N_("one place left"),
    "full": N_("no place left"),
    "chosen": N_("the day you chose"),
}


def _full(day: date, today: bool, queue: Address | None) -> MonthDay:
    if queue is None:
        return MonthDay(day, "full", words().sentence(N_("full")), words().sentence(N_("no place left")), today=today)
    about = words().sentence(N_("no place left: join the queue"))
    return MonthDay(day, "full", words().sentence(N_("queue")), about, queue(day=day.isoformat()), today)


def _offered(day: date, offers: Sequence[Offer], chosen: bool, today: bool, choose: Address) -> MonthDay:
    left = sum(one.slot.free for one in offers)
    about = ngettext("{count} place left", "{count} places left", left)
    only = offers[0].slot.template if len(offers) == 1 else None
    address = choose(day=day.isoformat(), template=only)
    if chosen:
        return MonthDay(day, "chosen", words().sentence(N_("chosen")), about, address, today)
    if left <= FEW:
        return MonthDay(day, "few", words().sentence(N_("1 left")), about, address, today)
    return MonthDay(day, "free", words().sentence(N_("free")), about, address, today)


def _later(first: date, months: int) -> date:
    year, number = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, number + 1, 1)
