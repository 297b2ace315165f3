"""What messages say: every notice there is, in every language, with nothing left unfilled."""

import re
from zoneinfo import ZoneInfo

import pytest

from service.app.notices import TEMPLATES
from service.language import LANGUAGES
from service.language.articles import article_text
from service.language.notices import code_text, notice_subject, notice_text
from tests.language.filled import FILLED

ALMATY = ZoneInfo("Asia/Almaty")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_notice_is_a_whole_sentence(template: str, language: str) -> None:
    arguments = {name: FILLED[name] for name in TEMPLATES[template]}
    text = notice_text(template, language, arguments, ALMATY)
    assert text.startswith("Kezdesu: ")
    assert text.endswith((".", ".»"))
    assert not re.search(r"[{}]|\s\s|\s[.,]|\.\.", text), text
    assert len(text) <= 300


def test_moments_are_those_of_the_institution() -> None:
    arguments = {"starts_at": FILLED["starts_at"]}
    assert "2026 ж. 19 наурыз, 10:00" in notice_text("appointment-granted", "kk", arguments, ALMATY)
    there = notice_text("appointment-granted", "en", arguments, ZoneInfo("UTC"))
    assert "19 March 2026, 05:00" in there


def test_a_refusal_says_its_ground_and_the_way_to_complain() -> None:
    text = notice_text("appointment-refused", "ru", {name: FILLED[name] for name in ("starts_at", "ground")}, ALMATY)
    assert "Комнатой нельзя пользоваться." in text
    assert "пожаловаться" in text


def test_a_ban_without_an_end_names_none() -> None:
    text = notice_text("visitor-banned", "en", {"since": FILLED["since"], "ground": "crime"}, ALMATY)
    assert text == "Kezdesu: Visits are barred for you from 1 March 2026. You can complain: see Help."


def test_an_unknown_template_or_language_is_a_fault_at_once() -> None:
    with pytest.raises(KeyError):
        notice_text("appointment-forgotten", "kk", {}, ALMATY)
    with pytest.raises(ValueError, match="none of the languages"):
        notice_text("relationship-accepted", "fr", {}, ALMATY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_stands_in_its_text_and_a_subject_says_nothing(language: str) -> None:
    assert "004711" in code_text("004711", language)
    assert notice_subject(language).startswith("Kezdesu: ")


@pytest.mark.parametrize(
    ("article", "written"),
    [
        ("PEC 136(2)", ("ҚАК 136-бап, 2-бөлік", "УИК РК, статья 136, часть 2", "Penal Executive Code 136(2)")),
        (
            "PEC 106(3); IR 77, 99",
            (
                "ҚАК 106-бап, 3-бөлік; Ішкі тәртіп қағидалары, 77-тармақ, 99-тармақ",
                "УИК РК, статья 106, часть 3; Правила внутреннего распорядка, пункт 77, пункт 99",
                "Penal Executive Code 106(3); Internal Rules 77, 99",
            ),
        ),
        (
            "PEC 140(4) before Law 212-VII",
            (
                "ҚАК 140-бап, 4-бөлік (212-VII Заңға дейінгі редакция)",
                "УИК РК, статья 140, часть 4 (до Закона № 212-VII)",
                "Penal Executive Code 140(4) (before Law No. 212-VII)",
            ),
        ),
        (
            "IR 101-105",
            (
                "Ішкі тәртіп қағидалары, 101–105-тармақтар",
                "Правила внутреннего распорядка, пункты 101–105",
                "Internal Rules 101–105",
            ),
        ),
        (
            "CPC 7(11), 7(50)",
            (
                "ҚПК 7-бап, 11-тармақ, 7-бап, 50-тармақ",
                "УПК РК, статья 7, пункт 11, статья 7, пункт 50",
                "Criminal Procedure Code 7(11), 7(50)",
            ),
        ),
        (
            "PEC 106(1) of Law 210-VIII",
            (
                "ҚАК 106-бап, 1-бөлік (210-VIII Заң редакциясы)",
                "УИК РК, статья 106, часть 1 (в редакции Закона № 210-VIII)",
                "Penal Executive Code 106(1) (as of Law No. 210-VIII)",
            ),
        ),
        ("service", ("", "", "")),
    ],
)
def test_articles_are_written_out(article: str, written: tuple[str, str, str]) -> None:
    assert tuple(article_text(article, language) for language in LANGUAGES) == written
