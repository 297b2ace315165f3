"""What the screen says, in Kazakh and Russian first: sentences by their names, the same names in every language."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("kk", "ru", "en")
LAWS = re.compile(r"\b(?:PEC|SIZO-R|IR)\b")
FOLDER = Path(__file__).parent / "words"


@cache
def words(language: str) -> Mapping[str, str]:
    """All sentences of a language. Raises KeyError for one there is not."""
    if language not in LANGUAGES:
        raise KeyError(language)
    read = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{part}.{name}": text for part, names in read.items() for name, text in names.items()}


def said(language: str, name: str, /, **arguments: object) -> str:
    """One sentence, its places filled."""
    return words(language)[name].format(**arguments)


def day(language: str, on: date) -> str:
    """A day as people say it: "12 наурыз", "12 марта", "12 March"."""
    return f"{on.day} {words(language)[f'months.m{on.month}']}"


def long_day(language: str, on: date) -> str:
    """The same with its year."""
    return said(language, "months.with_year", day=day(language, on), year=on.year)


def article(language: str, text: str) -> str:
    """An article with the short name of its law as it is known here: "PEC 95(4)" is "УИК 95(4)"."""
    return LAWS.sub(lambda found: said(language, f"law.{found[0]}"), text)


def rate(language: str, text: str) -> str:
    """How often the law gives it, from the word of the law file ("6/year"); nothing for what has no plain sentence."""
    count, _, per = text.partition("/")
    sentence = words(language).get(f"rate.{per or count}", "")
    return sentence.format(count=count)


def told(language: str, one: Mapping[str, Any]) -> str:
    """A notice in the words of the kiosk, where it has some: whoever stands here has no page of his own and no pass."""
    sentence = words(language).get(f"told.{one['code']}")
    if sentence is None:
        return str(one["text"][language])
    places = {name: text[language] for name, text in one["places"].items()}
    return " ".join(sentence.format_map({"ground": "", "reason": "", **places}).split())


def moment(language: str, at: datetime, zone: ZoneInfo) -> str:
    """A day and hour on the institution's wall."""
    local = at.astimezone(zone)
    return f"{day(language, local.date())}, {local:%H:%M}"
