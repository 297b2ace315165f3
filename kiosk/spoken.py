"""What a screen says, as the voice is to say it: sentences with an end, days, hours and numbers as words."""

import re
from html.parser import HTMLParser

from kiosk.numerals import MOST, cardinal, counted, ordinal
from kiosk.words import said, words

BLOCKS = frozenset({"p", "li", "h1", "h2", "div", "br", "legend", "label", "button", "a", "ul", "form", "nav"})
SILENT = frozenset({"script", "style", "svg", "textarea"})
VOID = frozenset({"br", "input", "path", "circle", "rect"})
YEAR = re.compile(r"\b((?:19|20)\d\d)(?=\s(?:жыл|год))")
TIME = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
NUMBER = re.compile(r"(?<![\w.])([+–-]?)(\d+)(?![\w])")
LONGEST_NUMBER = 6
"""Longer ones, and those with a nought before, are telephone numbers and the like: said digit by digit."""


def spoken(html: str, language: str) -> str:
    """The words of a part of a page for the voice of that language."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    text = " ".join("".join(reader.said).split())
    text = re.sub(r"(?:\s*[.]){2,}", ".", re.sub(r"([!?:,;.])\s*[.](?=\s|$)", r"\1", text))
    text = text.replace(" · ", ", ").replace("PIN", words(language)["aloud.pin"]).replace("№", f" {number(language)} ")
    if language == "en":
        return " ".join(text.split())
    text = re.sub(r"(\d+)\((\d+)\)", r"\1, \2", text)
    text = YEAR.sub(lambda found: ordinal(language, int(found[1])), text)
    months = "|".join(words(language)[f"months.m{month}"] for month in range(1, 13))
    text = re.sub(rf"\b(\d{{1,2}})(?=\s(?:{months})\b)", lambda found: ordinal(language, int(found[1])), text)
    text = TIME.sub(lambda found: clock(language, int(found[1]), int(found[2])), text)
    return " ".join(NUMBER.sub(lambda found: _plain(language, found[1], found[2]), text).split())


def number(language: str) -> str:
    """The word for the sign of a number."""
    return words(language)["aloud.number"]


def clock(language: str, hour: int, minute: int) -> str:
    """An hour as it is said: "сағат он төрт отыз минут", "четырнадцать часов тридцать минут"."""
    if language == "kk":
        after = f" {cardinal('kk', minute)} минут" if minute else ""
        return f"сағат {cardinal('kk', hour)}{after}"
    hours = f"{cardinal('ru', hour)} {counted(hour, 'час', 'часа', 'часов')}"
    minutes = f"{cardinal('ru', minute, feminine=True)} {counted(minute, 'минута', 'минуты', 'минут')}"
    return f"{hours} {minutes}" if minute else hours


def _plain(language: str, sign: str, digits: str) -> str:
    before = {"": "", "+": said(language, "aloud.plus"), "–": said(language, "aloud.minus")}.get(sign, "")
    if len(digits) > LONGEST_NUMBER or (digits[0] == "0" and len(digits) > 1) or int(digits) >= MOST:
        return " ".join(cardinal(language, int(digit)) for digit in digits)
    return f"{before} {cardinal(language, int(digits))}".strip()


class _Words(HTMLParser):
    """The text of a page; the end of a block is the end of a sentence. Articles of the law are read, not said."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._within: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._within.append((tag, tag in SILENT or ("class", "article") in attrs))
        if tag in BLOCKS:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass
        if tag in BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self._within):
            self.said.append(data)

    def _end(self) -> None:
        if any(part.strip(" .\n") for part in self.said[-1:]):
            self.said.append(". ")
