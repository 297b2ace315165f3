"""The law's answer as families read it: how often, since when, from when, and by which article, in three languages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from service.app.entitlement_show import Left
from service.domain.answer import Entitlement
from service.domain.rates import parse_rate
from service.domain.reasons import Reason, reason
from service.web.entitled import Said, day_in, say_left
from service.web.words import Words

TODAY = date(2026, 3, 2)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """A page being made in a language."""
    with Flask("left").test_request_context():
        g.words = Words(language, ZoneInfo("Asia/Almaty"))
        yield


def said(
    language: str,
    rate: str,
    reasons: tuple[Reason, ...] = (),
    due: date | None = None,
    last: date | None = None,
    credits_: int = 0,
) -> Said:
    answer = Entitlement(not reasons, due, parse_rate(rate), None, None, reasons, (), "PEC 136(1)")
    with speaking(language):
        return say_left(Left(TODAY, answer, last, credits_))


@pytest.mark.parametrize(
    ("rate", "kk", "ru", "en"),
    [
        ("1/year", "Жылына 1 кездесу: әр 12 айда бір рет.", "1 свидание в год: одно раз в 12 месяцев.",
         "1 a year: one every 12 months."),
        ("2/year", "Жылына 2 кездесу: әр 6 айда бір рет.", "2 свидания в год: одно раз в 6 месяцев.",
         "2 a year: one every 6 months."),
        ("6/year", "Жылына 6 кездесу: әр 2 айда бір рет.", "6 свиданий в год: одно раз в 2 месяца.",
         "6 a year: one every 2 months."),
        ("8/year", "Жылына 8 кездесу: әр 1 ай 15 күнде бір рет.", "8 свиданий в год: одно раз в месяц и 15 дней.",
         "8 a year: one every month and 15 days."),
        ("12/year", "Жылына 12 кездесу: әр 1 айда бір рет.", "12 свиданий в год: одно раз в 1 месяц.",
         "12 a year: one every 1 month."),
        ("1/week", "Әр 7 күнде бір рет.", "Одно раз в 7 дней.", "One every 7 days."),
        ("2/calendar-month", "Күнтізбелік айда 2 кездесу.", "2 свидания в календарный месяц.",
         "2 in a calendar month."),
        ("3/calendar-year", "Күнтізбелік жылда 3 кездесу.", "3 свидания в календарный год.",
         "3 in a calendar year."),
        ("1/stay", "Бүкіл мерзімге 1 кездесу.", "1 свидание на всё время.", "1 for the whole stay."),
        ("1/day", "Күніне 1 рет.", "1 раз в день.", "1 a day."),
        ("2/28-days", "Қатарынан кез келген 28 күнде 2 кездесу.", "2 свидания за любые 28 дней подряд.",
         "2 within any 28 days."),
        ("unlimited", "Заң олардың санын шектемейді.", "Закон не ограничивает их число.",
         "The law sets no limit to their number."),
    ],
)  # fmt: skip
def test_how_often_is_said_with_its_plurals(rate: str, kk: str, ru: str, en: str) -> None:
    assert [said(language, rate).why[0] for language in ("kk", "ru", "en")] == [kk, ru, en]


def test_what_is_due_later_says_from_when_and_does_not_repeat_itself() -> None:
    last, due = date(2026, 1, 15), date(2026, 3, 15)
    reasons = (reason("interval-before", last=last, due=due),)
    answers = {language: said(language, "6/year", reasons, due, last) for language in ("kk", "ru", "en")}
    assert answers["kk"].headline == "2026 ж. 15 наурыздан бастап мүмкін"
    assert answers["ru"].headline.replace("\u202f", " ") == "Возможно с 15 марта 2026 г."
    assert answers["en"].headline == "Possible from 15 March 2026"
    assert answers["en"].why == ("6 a year: one every 2 months.", "The last one was on 15 January 2026.")
    assert not any(sentence.endswith("г..") for sentence in answers["ru"].why)


def test_each_article_is_named_once() -> None:
    reasons = (reason("interval-before", "PEC 136(1); IR 83", last=TODAY, due=date(2026, 9, 2)),)
    answer = said("en", "2/year", reasons, date(2026, 9, 2), TODAY)
    assert answer.ground == "Penal Executive Code 136(1); Internal Rules 83"


def test_a_visit_that_is_booked_says_its_own_day() -> None:
    booked = date(2026, 11, 28)
    reasons = (reason("interval-after", next=booked, latest=date(2026, 9, 28)),)
    answer = said("en", "6/year", reasons, date(2027, 1, 28), booked)
    assert len(answer.why) == 2
    assert "28 November 2026" in answer.why[1]


def test_what_a_person_may_still_permit_is_possible_now_and_says_so() -> None:
    answer = said("en", "6/year", (reason("head-permission-needed"),))
    assert answer.stand == "now"
    assert "the head of the institution decides" in answer.why[-1]


def test_what_was_earned_is_counted() -> None:
    assert "Ещё 2 дополнительных свидания" in said("ru", "6/year", credits_=2).why[-1]
    assert "Тағы 1 қосымша кездесу" in said("kk", "6/year", credits_=1).why[-1]


@pytest.mark.parametrize("month", range(1, 13))
def test_kazakh_days_take_their_endings_in_every_month(month: int) -> None:
    day = date(2026, month, 9)
    with speaking("kk"):
        words = Words("kk", ZoneInfo("Asia/Almaty")).day_of_month(day).partition(" ")[2]
        for case, endings in (("from", ("нан", "нен", "дан", "ден", "тан", "тен")), ("on", ("да", "де", "та", "те")),
                              ("to", ("ға", "ге", "қа", "ке"))):  # fmt: skip
            written = day_in(day, case)  # type: ignore[arg-type]
            assert written.startswith(f"2026 ж. 9 {words}")
            assert written.endswith(endings)
