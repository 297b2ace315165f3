"""The rules of visits in plain words, read from the law file: how often, how long, who, when, and by which article."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.law import Law
from service.domain.law_rows import QuotaRow
from service.domain.rates import Rate
from service.language.articles import article_text
from service.web.entitled import say_rate
from service.web.i18n import ngettext, words
from service.web.messages import N_, Message

FIGURES: Mapping[str, Message] = {"parcels": N_("Parcels"), "packets": N_("Small packets by post")}


@dataclass(frozen=True)
class Line:
    """One rule: what it is about, its sentences, its article written out."""

    about: Message
    said: str
    article: str


@dataclass(frozen=True)
class Condition:
    """What one condition of serving gives."""

    name: str
    lines: tuple[Line, ...]


def of_house(law: Law, house: str, day: date) -> tuple[Condition, ...]:
    """Every condition that a type of institution has on that day."""
    conditions = law.conditions(house, day)
    rows = ((condition, law.quota(house, condition, day)) for condition in conditions)
    return tuple(Condition(name, tuple(_lines(law, house, row, day))) for name, row in rows if row is not None)


def general(law: Law, house: str, day: date) -> tuple[Line, ...]:
    """What holds in every condition: how long, who may come, calls and their hours, the time for a decision."""
    return tuple(_general(law, house, day))


def _lines(law: Law, house: str, row: QuotaRow, day: date) -> Iterator[Line]:
    yield Line(N_("Short visits"), _often(row.short), _article(row.article))
    yield Line(N_("Long visits"), _often(row.long), _article(row.article))
    for name, about in FIGURES.items():
        yield Line(about, _figure(row.figures.get(name, "unknown")), _article(row.article))
    calls = law.call_rate(law.institutions[house].calls, day)
    if calls is not None:
        strict = row.condition in law.calls.restricted_conditions
        said = words().sentence(N_("Only on special grounds, with proof.")) if strict else _often(calls.rate)
        yield Line(N_("Calls"), said, _article(law.calls.restricted_article if strict else calls.article))


LASTS = {
    "short": N_("A short visit lasts"),
    "long": N_("A long visit lasts"),
    "call": N_("A call lasts"),
}
LONGEST_LASTS = N_("A long visit with the third positive degree of behaviour lasts")
OF_SHORT = N_("Husband or wife and close relatives; others with the permission of the head of the institution.")
OF_LONG = N_("With the minor children of the family: husband or wife, close relatives, the parent of a common child.")
BEST_DEGREE = 3


def _general(law: Law, house: str, day: date) -> Iterator[Line]:
    say = words().sentence
    for kind, about in LASTS.items():
        found = law.duration(kind, day, house)
        if found is not None:
            yield Line(about, _length(found.longest), _article(found.article))
    best = law.duration("long", day, house, degree=BEST_DEGREE)
    if best is not None and best.degree == BEST_DEGREE:
        yield Line(LONGEST_LASTS, _length(best.longest), _article(best.article))
    long = law.parties["long"]
    if long.adults:
        adults = ngettext("At most {count} adult.", "At most {count} adults.", long.adults)
        yield Line(N_("Who comes to a long visit"), f"{adults} {say(OF_LONG)}", _article(long.article))
    yield Line(N_("Who comes to a short visit"), say(OF_SHORT), _article(law.parties["short"].article))
    hours = law.hours["call"]
    between = {"opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}
    yield Line(N_("Hours of calls"), say(N_("From {opens} to {closes}"), between), _article(hours.article))
    days = ngettext("Within {count} working day", "Within {count} working days", law.calls.decision_working_days)
    yield Line(N_("The answer to a request comes"), str(days), _article(law.calls.article))


def _often(rate: Rate) -> str:
    if rate.rule == "none":
        return words().sentence(N_("Not given."))
    if rate.rule == "unknown":
        return words().sentence(N_("The law names no number: ask at the institution."))
    return " ".join(say_rate(rate))


def _figure(text: str) -> str:
    if text == "unlimited":
        return words().sentence(N_("The law sets no limit to their number."))
    count, _, per = text.partition("/")
    if per == "year" and count.isdigit():
        return str(ngettext("{count} a year.", "{count} a year.", int(count)))
    return words().sentence(N_("The law names no number: ask at the institution."))


def _length(longest: timedelta) -> str:
    minutes = int(longest.total_seconds()) // 60
    if minutes % (24 * 60) == 0:
        return str(ngettext("{count} whole day", "{count} whole days", minutes // (24 * 60)))
    if minutes % 60 == 0:
        return str(ngettext("{count} hour", "{count} hours", minutes // 60))
    return str(ngettext("{count} minute", "{count} minutes", minutes))


def _article(article: str) -> str:
    return article_text(article, words().language) or article
