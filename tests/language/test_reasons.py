"""Every reason has its sentence in Kazakh, Russian and English."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog

from service.domain.reasons import REASONS, Argument, Reason, decidable, reason
from service.language import LANGUAGES, format_day, format_moment, reason_text
from service.language.catalogues import catalogue, catalogue_file
from service.language.check import faults, reasons

DAYS = {
    "day",
    "until",
    "since",
    "on",
    "due",
    "last",
    "next",
    "latest",
    "earliest",
    "deadline",
    "granted_on",
    "changed_on",
}
NUMBERS = {"count", "days", "degree"}
LATIN = ("CSV", "XLSX", "JPEG", "PNG", "WebP", "PDF", "PIN")
"""Written so in every language."""


def example(code: str, count: int = 2) -> Reason:
    """A reason of that code with arguments as they come."""
    filled: dict[str, Argument] = {}
    for name in REASONS[code].arguments:
        if name in NUMBERS:
            filled[name] = count
        else:
            filled[name] = date(2026, 3, 15) if name in DAYS else "09:00"
    return reason(code, **filled)


def test_the_catalogues_of_reasons_are_complete() -> None:
    assert list(reasons()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_makes_a_sentence_with_all_its_arguments(language: str) -> None:
    for code, rule in REASONS.items():
        for count in (0, 1, 2, 5, 11, 21, 1000):
            text = reason_text(example(code, count), language)
            assert code not in text
            assert "{" not in text
            assert text[0] == text[0].upper()
            assert (
                text.endswith((".", "г.")) or "earliest" in rule.arguments or "latest" in rule.arguments or ":" in text
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_says_the_day_and_the_number(language: str) -> None:
    text = reason_text(reason("interval-before", last=date(2026, 1, 15), due=date(2026, 3, 15)), language)
    assert format_day(date(2026, 1, 15), language) in text
    assert format_day(date(2026, 3, 15), language) in text
    assert "2" in reason_text(reason("too-many-adults", count=2), language)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_kazakh_and_russian_are_written_in_their_own_letters(language: str) -> None:
    for code in REASONS:
        text = re.sub(rf"\b({'|'.join(LATIN)})\b", "", reason_text(example(code), language))
        assert not any("a" <= letter.lower() <= "z" for letter in text), text


def test_no_sentence_of_one_language_is_that_of_another() -> None:
    for code in REASONS:
        assert len({reason_text(example(code), language) for language in LANGUAGES}) == len(LANGUAGES)


def test_russian_counts_in_three_forms() -> None:
    forms = [reason_text(reason("note-half-month", count=count), "ru") for count in (1, 2, 5, 11, 21, 22)]
    assert [next(word for word in text.split() if word.startswith("д")).strip(",") for text in forms] == [
        "день", "дня", "дней", "дней", "день", "дня",
    ]  # fmt: skip


def test_days_and_moments_are_written_as_readers_write_them() -> None:
    moment = datetime(2026, 3, 14, 20, 30, tzinfo=UTC)
    almaty = ZoneInfo("Asia/Almaty")
    assert [format_day(date(2026, 3, 15), one) for one in LANGUAGES] == [
        "2026\u202fж. 15 наурыз",
        "15 марта 2026\u202fг.",
        "15 March 2026",
    ]
    assert [format_moment(moment, one, almaty) for one in LANGUAGES] == [
        "2026\u202fж. 15 наурыз, 01:30",
        "15 марта 2026\u202fг., 01:30",
        "15 March 2026, 01:30",
    ]
    with pytest.raises(ValueError, match="has no time zone"):
        format_moment(datetime(2026, 3, 14, 20, 30), "kk", almaty)  # noqa: DTZ001


def test_a_moment_in_a_reason_is_shown_in_the_institutions_zone() -> None:
    late = reason("too-soon", earliest=datetime(2026, 3, 14, 20, 30, tzinfo=UTC))
    assert "01:30" in reason_text(late, "ru", ZoneInfo("Asia/Almaty"))


def broken(language: str, change: str) -> list[str]:
    written = catalogue(language, "reasons")
    copy = Catalog(locale=language)
    for message in written:
        if message.id and not (change == "gone" and message.id == "day-used"):
            copy.add(message.id, message.string, flags=message.flags)
    found = copy.get("day-used")
    if change == "extra":
        copy.add("no-such-code", "text")
    elif change == "unsure" and found:
        found.flags.add("fuzzy")
    elif change == "argument" and found:
        found.string = "{dya}"
    elif change == "empty" and found:
        found.string = ""
    elif change == "form":
        copy.get("month-used").string = ("{count}", "")  # type: ignore[union-attr]
    return list(faults(language, copy, REASONS))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("gone", "day-used has no sentence"),
        ("extra", "no-such-code is no reason any more"),
        ("unsure", "day-used is marked as unsure"),
        ("argument", "day-used names ['dya'], the reason has ['day']"),
        ("empty", "day-used lacks a form"),
        ("form", "month-used lacks a form"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_check_finds_what_is_incomplete_or_left_over(language: str, change: str, says: str) -> None:
    assert any(says in fault for fault in broken(language, change))


def test_a_language_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="'de' is none of the languages kk, ru, en"):
        catalogue_file("de", "reasons")


def test_a_reason_takes_the_codes_and_arguments_of_the_closed_list_only() -> None:
    with pytest.raises(ValueError, match="not a reason of the closed list"):
        reason("because")
    with pytest.raises(ValueError, match="needs"):
        reason("day-used")
    with pytest.raises(ValueError, match="needs"):
        reason("no-adult", day=date(2026, 1, 1))


def test_what_waits_for_permissions_alone_can_still_be_decided() -> None:
    assert decidable((reason("head-permission-needed"), reason("proof-needed")))
    assert not decidable((reason("head-permission-needed"), reason("minor-alone")))
    assert not decidable(())
