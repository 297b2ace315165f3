"""Lists are what the visit room keeps on paper, and no cell of a file ever runs in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from service.app.appointment_decide import refuse_appointment
from service.web.sheets import Sheet, as_csv, as_xlsx, harmless
from tests.app.booking import granted, hold, request
from tests.browser.faces import Faces
from tests.web.clicking import at_desk, words_of


def sheet(*cells: str) -> Sheet:
    return Sheet("Тізім", "2 наурыз", ["Аты"], [[one] for one in cells], "kk")


@pytest.mark.parametrize("cell", ["=1+1", "+7 701", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("x")'])
def test_what_a_spreadsheet_would_run_is_written_as_text(cell: str) -> None:
    (_, found) = csv.reader(io.StringIO(as_csv(sheet(cell)).decode("utf-8-sig"), newline=""), delimiter=";")
    assert found[0].startswith("'")
    book = load_workbook(io.BytesIO(as_xlsx(sheet(cell))))
    written = book.worksheets[0]["A2"]
    assert (written.data_type, str(written.value)[:1]) == ("s", "'")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_names_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) in (cell, f"'{cell}")
    assert harmless("Әбдіғали Өмірзақ") == "Әбдіғали Өмірзақ"


def told(faces: Faces) -> None:
    """Two applications on 2 March: one granted for the 7th, one refused."""
    world = faces.world
    granted(world)
    held = hold(world, "Гульзат", "Олег", template="short")
    request(world, held, "Гульзат")
    world.run(
        world.as_officer("head"),
        lambda unit: refuse_appointment(
            unit, appointment=held.appointment, ground="ground-room-unusable", words="Ремонт."
        ),
    )


def test_the_journal_has_the_columns_of_annex_12_and_says_who_granted_and_why_not(faces: Faces) -> None:
    told(faces)
    page = words_of(at_desk(faces, "duty_officer").see("/lists/journal"))
    for heading in (
        "No.", "Full name of the applicant", "Full names of the visitors", "Who granted", "Reason for the refusal",
        "Note",
    ):  # fmt: skip
        assert heading in page
    # Applications of one moment have no order between them.
    assert "Ахметова Айгүл Ахметова Айгүл Офицеров Head" in page
    assert "Ким Гульзат Ким Гульзат" in page


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_each_list_prints_as_pdf_whose_text_can_be_read_again(faces: Faces, language: str) -> None:
    told(faces)
    duty = at_desk(faces, "duty_officer", language=language)
    for what in ("today", "rooms", "journal", "figures"):
        sent = duty.client.get(f"/lists/{what}/pdf?first=2026-03-14&last=2026-03-14" if what in ("today", "rooms")
                               else f"/lists/{what}/pdf")  # fmt: skip
        assert sent.mimetype == "application/pdf"
        text = " ".join(PdfReader(io.BytesIO(sent.data)).pages[0].extract_text().split())
        title = {
            "kk": {"journal": "Кездесуге өтініштерді тіркеу журналы", "today": "Күннің кездесулері"},
            "ru": {"journal": "Журнал регистрации заявлений на свидания", "today": "Свидания дня"},
        }[language].get(what, "")
        assert title in text
        if what in ("today", "rooms"):
            assert "Ахметов Ерлан Серікұлы" in text


def test_the_files_say_what_the_page_says(faces: Faces) -> None:
    told(faces)
    duty = at_desk(faces, "duty_officer", language="ru")
    rows = list(csv.reader(io.StringIO(duty.client.get("/lists/journal/csv").data.decode("utf-8-sig")), delimiter=";"))
    book = load_workbook(io.BytesIO(duty.client.get("/lists/journal/xlsx").data))
    assert [[cell.value or "" for cell in row] for row in book.worksheets[0].iter_rows()] == rows
    assert len(rows) == 3


def test_the_figures_count_what_was_asked_and_what_became_of_it(faces: Faces) -> None:
    told(faces)
    page = words_of(at_desk(faces, "duty_officer").see("/lists/figures"))
    assert "Long visit 1 0 1 0 0 0 0 0 0" in page
    assert "Short visit 1 0 0 0 0 1 0 0 0" in page
