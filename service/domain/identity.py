"""Who somebody is, as written: names, IIN, foreign documents, birth dates. What cannot be so is refused with a reason.

Text is kept in Unicode's composed form (NFC). Kazakh, Russian, Latin and other letters are all names; control and
direction marks are in no name, because they make a line on a screen or in a log read as something else.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from service.domain.refusal import refuse

LONGEST_NAME = 80
LONGEST_DOCUMENT = 40
LONGEST_WORDS = 2000
LANGUAGES = ("kk", "ru", "en")
OLDEST_YEARS = 130

_IN_NAMES = " -'’ʼ."
_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_DOCUMENT = re.compile(r"([A-Z]{2,3}) ([a-z][a-z-]{1,19}) ([A-Z0-9/-]{3,16})")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is: names as in the document, an IIN, or without one a foreign document (`KGZ passport AN123`)."""

    family_name: str
    given_name: str
    birth_date: date
    patronymic: str | None = None
    iin: str | None = None
    document: str | None = None
    language: str = "kk"


def clean_identity(identity: Identity, today: date, *, identified: bool = True) -> Identity:
    """The identity in its written form. `identified`: an IIN or a document is needed. Raises Refusal 'not-possible'."""
    if identity.language not in LANGUAGES:
        raise refuse("not-possible", "language-unknown")
    iin = _if_written(clean_iin, identity.iin)
    document = _if_written(clean_document, identity.document)
    if identified and iin is None and document is None:
        raise refuse("not-possible", "identity-missing")
    return Identity(
        family_name=clean_name(identity.family_name),
        given_name=clean_name(identity.given_name),
        birth_date=clean_birth_date(identity.birth_date, today),
        patronymic=_if_written(clean_name, identity.patronymic),
        iin=iin,
        document=document,
        language=identity.language,
    )


def clean_line(text: str, most: int) -> str:
    """One line of at most `most` characters, spaces single. Raises Refusal: missing, too long, not plain."""
    if len(text) > 4 * most:  # before any work on it
        raise refuse("not-possible", "text-too-long", count=most)
    if any(_foul(sign) for sign in text):
        raise refuse("not-possible", "text-not-plain")
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise refuse("not-possible", "text-missing")
    if len(line) > most:
        raise refuse("not-possible", "text-too-long", count=most)
    return line


def clean_words(text: str, most: int = LONGEST_WORDS) -> str:
    """Free words of several lines; anything people write, emoji too. Raises Refusal as `clean_line` does."""
    if len(text) > 4 * most:
        raise refuse("not-possible", "text-too-long", count=most)
    if any(_foul(sign) for sign in text):
        raise refuse("not-possible", "text-not-plain")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    words = unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in lines)).strip()
    if not words:
        raise refuse("not-possible", "text-missing")
    if len(words) > most:
        raise refuse("not-possible", "text-too-long", count=most)
    return words


def clean_name(text: str) -> str:
    """A family name, given name or patronymic: letters of any script, space, hyphen, apostrophe, dot."""
    name = clean_line(text, LONGEST_NAME)
    if not name[0].isalpha() or any(not _in_name(sign) for sign in name):
        raise refuse("not-possible", "name-not-a-name")
    return name


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, apart from capitals, ё and е, and the many ways to write a hyphen or apostrophe."""
    return _folded(one) == _folded(other)


def clean_iin(text: str) -> str:
    """Twelve digits whose check digit is right. Raises Refusal 'iin-wrong'.

    Nothing else is read from it: since Government resolution No. 853 of 26.08.2013 an IIN that differs from birth date
    or sex is no error.
    """
    iin = re.sub(r"[ -]", "", text) if len(text) <= 40 else ""
    if len(iin) != 12 or not iin.isascii() or not iin.isdigit() or check_digit(iin[:11]) != int(iin[11]):
        raise refuse("not-possible", "iin-wrong")
    return iin


def check_digit(eleven: str) -> int | None:
    """The twelfth digit of an IIN; None where the rule gives none and no such number is issued."""
    digits = [int(digit) for digit in eleven]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def clean_document(text: str) -> str:
    """A document as 'KGZ passport AN123456': country (ISO 3166-1), kind, number. Raises Refusal 'document-wrong'."""
    words = clean_line(text, LONGEST_DOCUMENT).split(" ")
    if len(words) < 3:
        raise refuse("not-possible", "document-wrong")
    document = f"{words[0].upper()} {words[1].lower()} {''.join(words[2:]).upper()}"
    if not _DOCUMENT.fullmatch(document):
        raise refuse("not-possible", "document-wrong")
    return document


def clean_birth_date(day: date, today: date) -> date:
    """A day on which somebody alive may have been born. Raises Refusal 'date-impossible'."""
    if day > today or day.year < today.year - OLDEST_YEARS:
        raise refuse("not-possible", "date-impossible", day=day)
    return day


def clean_file_number(text: str) -> str:
    """The number of a convict's personal file, spaces taken out and letters capital."""
    return clean_line(text, LONGEST_DOCUMENT).replace(" ", "").upper()


def clean_email(text: str) -> str:
    """An address that mail can be sent to. Raises Refusal 'email-wrong'."""
    address = clean_line(text, 120)
    name, at, domain = address.rpartition("@")
    wrong = not at or not name or "." not in domain.strip(".") or domain != domain.strip(".-")
    if wrong or " " in address or not address.isascii() or address.startswith("-"):
        raise refuse("not-possible", "email-wrong")
    return f"{name}@{domain.lower()}"


def _if_written(clean: Callable[[str], str], text: str | None) -> str | None:
    return clean(text) if text is not None and text.strip() else None


def _foul(sign: str) -> bool:
    kind = unicodedata.category(sign)
    # A joiner within an emoji is harmless; every other unseen mark can turn or hide what stands beside it.
    return (kind in ("Cc", "Cs", "Co", "Zl", "Zp") and sign not in "\t\r\n") or (kind == "Cf" and sign != "\u200d")


def _in_name(sign: str) -> bool:
    return sign in _IN_NAMES or unicodedata.category(sign)[0] in "LM"


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    return re.sub(r"[\s\-‐‑'’ʼ.]+", " ", plain).strip()
