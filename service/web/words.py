"""Sentences, days, times and amounts in one language and one institution's time zone, as templates ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import dates, numbers
from babel.support import Translations
from markupsafe import Markup, escape

from service.domain.reasons import Reason
from service.language import LOCALES, reason_text, translations
from service.web.messages import Message

NAMES: Mapping[str, str] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


class _Arguments(dict[str, object]):
    """A place nobody filled stays visible, instead of being a fault while a page is made."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


@dataclass(frozen=True)
class Words:
    """Everything of one page that depends on the reader's language and on where the institution is.

    Times are aware datetimes of any zone and are shown in `time_zone`; days are institution-local days.
    """

    language: str
    time_zone: ZoneInfo

    def sentence(self, message: str, arguments: Mapping[str, object] | None = None) -> str:
        """`message` of the catalogue `pages`, its {named} places filled; plain text."""
        return self._fill(self._catalogue().gettext(message), arguments or {})

    def markup(self, message: str, /, **arguments: object) -> Markup:
        """The same for a page: what is filled in is escaped unless it is markup already."""
        sentence = escape(self._catalogue().gettext(message))
        return Markup(sentence.format_map(_Arguments(self._translated(arguments)))) if arguments else sentence  # noqa: S704

    def plural(self, one: str, many: str, count: int, /, **arguments: object) -> Markup:
        """The form of the sentence that goes with `count`, which also fills {count}."""
        sentence = escape(self._catalogue().ngettext(one, many, count))
        filled = self._translated({"count": self.number(count), **arguments})
        return Markup(sentence.format_map(_Arguments(filled)))  # noqa: S704

    def day(self, day: date) -> str:
        """19 марта 2026 г."""
        return dates.format_date(self._local(day), "long", LOCALES[self.language])

    def day_of_week(self, day: date) -> str:
        """четверг, 19 марта 2026 г."""
        return dates.format_date(self._local(day), "full", LOCALES[self.language])

    def day_of_month(self, day: date) -> str:
        """19 марта"""
        return dates.format_skeleton("MMMMd", self._local(day), locale=LOCALES[self.language])

    def days(self, first: date, last: date) -> str:
        """19–21 марта; 30 марта – 1 апреля"""
        first, last = self._local(first), self._local(last)
        if first == last:
            return self.day_of_month(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.day_of_month(last)}"
        return f"{self.day_of_month(first)} – {self.day_of_month(last)}"

    def month(self, day: date) -> str:
        """март 2026"""
        names = dates.get_month_names("wide", "stand-alone", LOCALES[self.language])
        return f"{names[day.month].capitalize()} {day.year}"

    def weekdays(self) -> list[tuple[str, str]]:
        """(short, whole) name of each day of the week from Monday."""
        locale = LOCALES[self.language]
        short, whole = (dates.get_day_names(width, "stand-alone", locale) for width in ("abbreviated", "wide"))
        return [(short[index], whole[index]) for index in range(7)]

    def time(self, moment: datetime) -> str:
        """10:00"""
        return dates.format_time(moment, "short", tzinfo=self.time_zone, locale=LOCALES[self.language])

    def moment(self, moment: datetime) -> str:
        """четверг, 19 марта 2026 г., 10:00"""
        return f"{self.day_of_week(moment)}, {self.time(moment)}"

    def number(self, value: int | float) -> str:
        """1 200"""
        return numbers.format_decimal(value, locale=LOCALES[self.language])

    def tenge(self, amount: int) -> str:
        """1 200 ₸, the sign as in Kazakhstan in every language."""
        return f"{self.number(amount)}\u00a0₸"

    def reason(self, reason: Reason) -> str:
        """The sentence of a reason of the domain."""
        return reason_text(reason, self.language, self.time_zone)

    def _catalogue(self) -> Translations:
        return translations(self.language, "pages")

    def _local(self, day: date) -> date:
        return day.astimezone(self.time_zone).date() if isinstance(day, datetime) else day

    def _translated(self, arguments: Mapping[str, object]) -> dict[str, object]:
        return {
            name: self.sentence(value) if isinstance(value, Message) else value for name, value in arguments.items()
        }

    def _fill(self, sentence: str, arguments: Mapping[str, object]) -> str:
        return sentence.format_map(_Arguments(self._translated(arguments))) if arguments else sentence
