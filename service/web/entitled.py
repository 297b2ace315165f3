"""The law's answer as a family reads it: from when, how often, since when, and by which article."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.app.entitlement_show import Left
from service.domain.calendar import Interval
from service.domain.rates import Rate
from service.domain.reasons import Reason, decidable
from service.language.articles import article_text
from service.language.days import Case, format_day_in
from service.web.i18n import ngettext, words
from service.web.messages import N_

Stand = Literal["now", "later", "not"]


@dataclass(frozen=True, slots=True)
class Said:
    """`headline` first and big; `why` the sentences under it; `ground` the article written out, or ""."""

    stand: Stand
    headline: str
    why: tuple[str, ...]
    ground: str
    reasons: tuple[Reason, ...]


def say_left(left: Left) -> Said:
    """What is left of one kind, in the words of the page's language."""
    answer = left.answer
    if answer.allowed or decidable(answer.reasons):
        stand, headline = "now", words().sentence(N_("Possible now"))
    elif answer.due is not None and answer.due > left.day:
        stand, headline = "later", words().sentence(N_("Possible from {day}"), {"day": day_in(answer.due, "from")})
    else:
        stand, headline = "not", words().sentence(N_("Not possible at present"))
    codes = {one.code for one in answer.reasons}
    why = list(say_rate(answer.rate))
    if "interval-after" not in codes:  # that reason names the day itself
        why += _history(left)
    why += [words().reason(one) for one in answer.reasons if stand != "later" or one.code != "interval-before"]
    ground = "; ".join(dict.fromkeys(_grounds(answer.article, answer.reasons)))
    return Said(stand, headline, tuple(why), ground, answer.reasons)  # type: ignore[arg-type]


def _grounds(article: str | None, reasons: tuple[Reason, ...]) -> Iterator[str]:
    for one in (article, *(reason.article for reason in reasons)):
        if one and (text := article_text(one, words().language)):
            yield from text.split("; ")


def _history(left: Left) -> Iterator[str]:
    if left.last is not None:
        if left.last <= left.day:
            yield words().sentence(N_("The last one was on {day}."), {"day": day_in(left.last, "on")})
        else:
            yield words().sentence(N_("One is booked for {day}."), {"day": day_in(left.last, "to")})
    if left.credits:
        yield ngettext("{count} more was earned and not yet used.", "{count} more were earned and not yet used.",
                             left.credits)  # fmt: skip


def say_rate(rate: Rate | None) -> Iterator[str]:
    """How often, in sentences; nothing where there is no number."""
    if rate is None or rate.rule in ("none", "unknown"):
        return
    if rate.rule == "unlimited":
        yield words().sentence(N_("The law sets no limit to their number."))
    elif rate.rule == "interval" and rate.interval is not None:
        yield from _interval(rate, rate.interval)
    elif rate.rule == "calendar" and rate.per == "calendar-month":
        yield ngettext("{count} in a calendar month.", "{count} in a calendar month.", rate.count)
    elif rate.rule == "calendar":
        yield ngettext("{count} in a calendar year.", "{count} in a calendar year.", rate.count)
    elif rate.rule == "stay":
        yield ngettext("{count} for the whole stay.", "{count} for the whole stay.", rate.count)
    elif rate.rule == "day":
        yield ngettext("{count} a day.", "{count} a day.", rate.count)
    else:
        yield ngettext("{count} within any {days} days.", "{count} within any {days} days.", rate.count,
                             days=words().number(rate.days))  # fmt: skip


def _interval(rate: Rate, interval: Interval) -> Iterator[str]:
    apart = _apart(interval)
    if rate.per == "year":
        yield ngettext(
            "{count} a year: one every {apart}.", "{count} a year: one every {apart}.", rate.count, apart=apart
        )
    else:
        yield words().sentence(N_("One every {apart}."), {"apart": apart})


def _apart(interval: Interval) -> str:
    months, days = interval.months, interval.days
    if months and days:
        return words().sentence(
            N_("month and {days} days") if months == 1 else N_("{months} months and {days} days"),
            {"months": words().number(months), "days": words().number(days)},
        )
    if months:
        return ngettext("{count} month", "{count} months", months)
    return ngettext("{count} day", "{count} days", days)


def day_in(day: date, case: Case) -> str:
    """A day as it stands in a sentence of the page's language, "from" it, "on" it or "to" it."""
    return format_day_in(day, words().language, case)


def day_or_none(text: str | None) -> date | None:
    """A day as an address holds it (2026-03-19), or None for anything else."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None
