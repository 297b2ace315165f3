"""Language, days, amounts, forms and files as pages use them."""

import gzip
import re
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from service.domain.reasons import REASONS, Reason
from service.language import LANGUAGES
from service.language import pages as catalogue_of_pages
from service.language.catalogues import catalogue
from service.web import static_files
from service.web.api.values import Body, Day, text
from service.web.form_tokens import FormTokens
from service.web.forms import Form
from service.web.messages import N_
from service.web.month import MonthDay, month
from service.web.page_app import back_to, template_folder
from service.web.words import Words

ALMATY = ZoneInfo("Asia/Almaty")
KK, RU, EN = (Words(language, ALMATY) for language in LANGUAGES)


class TestWords:
    def test_a_day_is_written_as_its_readers_write_it(self):
        day = date(2026, 3, 19)
        assert [words.day(day).replace("\u202f", " ") for words in (KK, RU, EN)] == [
            "2026 ж. 19 наурыз", "19 марта 2026 г.", "19 March 2026",
        ]  # fmt: skip
        assert [words.days(day, date(2026, 3, 21)) for words in (KK, RU, EN)] == [
            "19–21 наурыз", "19–21 марта", "19–21 March",
        ]  # fmt: skip
        assert RU.days(date(2026, 3, 30), date(2026, 4, 1)) == "30 марта – 1 апреля"
        assert RU.days(day, day) == "19 марта"
        assert [words.month(day) for words in (KK, RU, EN)] == ["Наурыз 2026", "Март 2026", "March 2026"]

    def test_a_moment_is_shown_where_the_institution_is(self):
        moment = datetime(2024, 2, 28, 18, 30, tzinfo=UTC)  # Almaty was at +06 until 1 March 2024
        assert RU.time(moment) == "00:30"
        assert RU.day(moment).startswith("29 февраля 2024")
        assert Words("ru", ZoneInfo("Asia/Oral")).time(moment) == "23:30"

    def test_the_tenge_has_its_sign_in_every_language(self):
        assert [words.tenge(12500) for words in (KK, RU, EN)] == ["12\xa0500\xa0₸", "12\xa0500\xa0₸", "12,500\xa0₸"]

    def test_the_week_begins_on_monday(self):
        assert [words.weekdays()[0][1] for words in (KK, RU, EN)] == ["дүйсенбі", "понедельник", "Monday"]

    def test_what_is_filled_into_a_sentence_comes_back_inert(self):
        sentence = RU.markup(N_("At most {le}."), le="<script>alert(1)</script>")
        assert sentence == "Не больше &lt;script&gt;alert(1)&lt;/script&gt;."
        assert RU.markup(N_("At most {le}."), le="{other}") == "Не больше {other}."

    def test_a_place_nobody_filled_is_no_fault(self):
        assert RU.sentence(N_("At most {le}."), {"other": 1}) == "Не больше {le}."


class TestTheCatalogue:
    def test_every_sentence_is_said_in_every_language_and_none_is_left_over(self):
        assert list(catalogue_of_pages.faults()) == []

    def test_sentences_of_templates_and_of_code_are_found(self):
        found = {message.id for message in catalogue_of_pages.extracted()}
        assert {"Go to the content", "The body is not JSON"} <= found

    @pytest.mark.parametrize("language", ["kk", "ru"])
    def test_no_translation_is_the_english_sentence(self, language):
        same = [message.id for message in catalogue(language, "pages") if message.id and message.id == message.string]
        assert same == []


class TestLanguageOfAPage:
    @pytest.mark.parametrize(
        ("query", "cookie", "header", "language"),
        [
            ("?language=ru", "en", "kk", "ru"),
            ("", "en", "ru", "en"),
            ("", None, "ru-KZ, kk;q=0.9", "ru"),
            ("", None, "fr", "kk"),
            ("", None, None, "kk"),
        ],
    )
    def test_the_own_choice_wins_then_the_browsers_then_kazakh(self, app, query, cookie, header, language):
        client = app.test_client()
        if cookie:
            client.set_cookie("kezdesu_language", cookie)
        response = client.get(f"/{query}", headers={"Accept-Language": header} if header else {})
        assert response.text.startswith(f"{language} ")
        assert response.headers["Content-Language"] == language
        assert {"Accept-Language", "Cookie"} <= set(response.vary)

    def test_a_choice_is_kept(self, app):
        client = app.test_client()
        client.get("/?language=en")
        assert client.get("/").text.startswith("en ")

    def test_switching_keeps_path_and_query(self, app):
        response = app.test_client().get("/nothing?of=7&of=8&name=%D2%98&language=en")
        assert 'href="/nothing?of=7&amp;of=8&amp;name=%D2%98&amp;language=ru"' in response.text

    @pytest.mark.parametrize(
        ("back", "kept"),
        [("/mine?of=7", "/mine?of=7"), ("//evil.kz", "/"), ("https://evil.kz", "/"), ("/\\evil.kz", "/"), ("", "/"),
         ("/a\r\nSet-Cookie: x=y", "/"), ("javascript:alert(1)", "/")],
    )  # fmt: skip
    def test_the_way_back_never_leaves_the_service(self, back, kept):
        with Flask("back").test_request_context("/", query_string={"back": back}):
            assert back_to() == kept


class Birth(Body):
    name: text(40)
    born: Day
    kin: Literal["child", "spouse"]
    children: Annotated[int, Field(ge=0, le=9)] = 0
    agree: bool
    note: text(100, lines=True) | None = None


def filled(**fields: str) -> tuple[Form[Birth], Birth | None]:
    form = Form(Birth, labels={"name": N_("Day")}, wording={("name", "too-long"): N_("Year")})
    with Flask("forms").test_request_context("/", method="POST", data=fields):
        return form, form.read()


GOOD = {"name": " Айгүл ", "born-day": "9", "born-month": "3", "born-year": "1985", "kin": "child", "agree": "true"}


class TestForms:
    def test_a_filled_form_is_read_into_its_model(self):
        form, read = filled(**GOOD, note="a\r\nb", children="2")
        assert form.errors == {}
        assert read == Birth(name="Айгүл", born=date(1985, 3, 9), kin="child", agree=True, note="a\nb", children=2)

    @pytest.mark.parametrize(
        ("change", "field", "code"),
        [
            ({"name": ""}, "name", "required"),
            ({"name": "  "}, "name", "required"),
            ({"name": "x" * 41}, "name", "too-long"),
            ({"born-day": "31", "born-month": "2"}, "born", "not-a-day"),
            ({"born-year": ""}, "born", "not-a-day"),
            ({"born-day": "", "born-month": "", "born-year": ""}, "born", "required"),
            ({"born-month": "<script>"}, "born", "not-a-day"),
            ({"kin": "friend"}, "kin", "not-a-choice"),
            ({"children": "-1"}, "children", "too-small"),
            ({"children": "two"}, "children", "not-whole-number"),
            ({"agree": ""}, "agree", "not-yes-or-no"),
        ],
    )
    def test_each_fault_stands_at_its_field_and_the_typed_values_stay(self, change, field, code):
        form, read = filled(**GOOD | change)
        assert read is None
        assert {name: error.code for name, error in form.errors.items()} == {field: code}
        assert form.value("name") == (GOOD | change)["name"]

    def test_fields_the_form_does_not_have_change_nothing(self):
        _, read = filled(**GOOD, status="granted", caller="officer")
        assert read is not None

    def test_faults_stand_in_the_order_of_the_page(self):
        form, _ = filled()
        assert list(form.errors) == ["name", "born", "kin", "agree"]

    @given(st.binary(max_size=30))
    def test_no_token_is_guessed(self, guess):
        assert not FormTokens(lambda: [b"k" * 32], bytes).accepts("s", guess.decode("latin-1"))


class TestTheMonth:
    @given(st.dates(date(1950, 1, 1), date(2150, 12, 31)))
    def test_every_day_stands_once_under_its_weekday(self, any_day):
        page = month(any_day.replace(day=1), lambda day: MonthDay(day, "free"), legend=[("free", "x"), ("full", "y")])
        days = [cell.day for week in page.weeks for cell in week if cell]
        assert days[0] == any_day.replace(day=1)
        assert all((after - before).days == 1 for before, after in pairwise(days))
        assert any_day in days
        assert all(cell.day.weekday() == place for week in page.weeks for place, cell in enumerate(week) if cell)
        assert page.legend == [("free", "x")]


class TestStaticFiles:
    def test_a_file_is_fetched_once_for_ever_under_an_address_that_changes_with_it(self, app, tmp_path):
        with app.test_request_context("/"):
            address = app.jinja_env.globals["static"]("kezdesu.css")
        response = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.content_type == "text/css; charset=utf-8"
        style = gzip.decompress(response.data)
        assert style == app.test_client().get(address).data
        assert re.search(rb"url\(\"/static/fonts/noto-sans-bold\.[0-9a-f]{12}\.woff2\"\)", style)
        (tmp_path / "one.css").write_text("a{}")
        before = static_files.load(tmp_path)["one.css"].url
        (tmp_path / "one.css").write_text("b{}")
        assert static_files.load(tmp_path)["one.css"].url != before

    @pytest.mark.parametrize(
        "name", ["kezdesu.css", "fonts/OFL.txt", "../settings.py", "..%2Fsettings.py", "kezdesu.000000000000.css"]
    )
    def test_nothing_else_is_served(self, app, name):
        assert app.test_client().get(f"/static/{name}").status_code == 404

    def test_the_style_sheet_is_small_and_names_nobody_else(self):
        style = (static_files.FOLDER / "kezdesu.css").read_text("utf-8")
        assert len(style.encode()) < 20_000
        assert "//" not in style
        assert "@import" not in style


class TestFonts:
    @pytest.mark.parametrize("weight", ["regular", "bold"])
    def test_our_fonts_have_every_letter_of_our_languages(self, weight):
        font = TTFont(static_files.FOLDER / "fonts" / f"noto-sans-{weight}.woff2")
        have = set(font.getBestCmap())
        kazakh = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
        needed = set(kazakh + kazakh.upper() + "0123456789₸№«»–—…\u00a0\u202f")
        for language in LANGUAGES:
            for domain in ("pages", "reasons"):
                for message in catalogue(language, domain):
                    needed |= set("".join(message.string if isinstance(message.string, tuple) else [message.string]))
        for template in template_folder().rglob("*.html"):
            needed |= set(template.read_text("utf-8"))
        assert {letter for letter in needed if letter.isprintable() and ord(letter) not in have} <= {"×"}

    @pytest.mark.parametrize("weight", ["regular", "bold"])
    def test_figures_are_all_of_one_width(self, weight):
        font = TTFont(static_files.FOLDER / "fonts" / f"noto-sans-{weight}.woff2")
        widths = {font["hmtx"][font.getBestCmap()[ord(figure)]][0] for figure in "0123456789"}
        assert len(widths) == 1

    def test_a_font_is_small_and_its_licence_stands_beside_it(self):
        folder = static_files.FOLDER / "fonts"
        assert all(file.stat().st_size < 16_000 for file in folder.glob("*.woff2"))
        assert "SIL OPEN FONT LICENSE Version 1.1" in Path(folder / "OFL.txt").read_text("utf-8")


def test_a_reason_is_said_in_the_language_of_the_page():
    reason = Reason("interval-before", "IR 83", {"last": date(2026, 1, 15), "due": date(2026, 3, 15)})
    assert reason.code in REASONS
    assert "15 марта 2026" in RU.reason(reason)
