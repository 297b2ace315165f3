"""The pass as files and the visit as a calendar entry, read by programs that are not ours."""

from datetime import date
from io import BytesIO
from typing import Any

import icalendar
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from service.app.appointment_decide import grant_appointment
from service.app.appointment_move import move_appointment
from service.app.institution_guide import Guide, set_guide
from service.app.pass_show import list_passes
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.web.clicking import Clicker, dashed, signed_in, words_of
from tests.web.staff.test_desk import requested

DAY = date(2026, 3, 19)
GUIDE = Guide("Заречный кенті", "Автобус 233, «Қала орталығы» аялдамасынан", "+7 727 000 00 00", "төсек-орын, шәркей")
SIZES = [("a4", (595.27, 841.89)), ("small", (226.77, None))]


@pytest.fixture
def granted(faces: Faces) -> str:
    """Айгүл's long visit, granted; answers its id as addresses hold it."""
    world, asked = faces.world, requested(faces, "Айгүл", "Ерлан", DAY)
    world.run(world.as_officer("head"), lambda unit: grant_appointment(unit, appointment=asked))
    world.run(
        world.as_officer("duty_officer"), lambda unit: set_guide(unit, institution=MEDIUM, language="kk", guide=GUIDE)
    )
    return dashed(asked)


@pytest.mark.parametrize(("size", "page"), SIZES)
@pytest.mark.parametrize(
    ("language", "word"),
    [("kk", "Рұқсат етілді"), ("ru", "Разрешено"), ("en", "Granted")],
)
def test_the_sheet_has_the_words_of_its_language_as_text(
    faces: Faces, granted: str, size: str, page: tuple[float, float | None], language: str, word: str
) -> None:
    answer = signed_in(faces, "Айгүл", language).see(f"/appointments/{granted}/pass.pdf?size={size}")
    assert answer.content_type == "application/pdf"
    reader = PdfReader(BytesIO(answer.data))
    (page_read,) = reader.pages
    sheet: Any = page_read
    width, height = float(sheet.mediabox.width), float(sheet.mediabox.height)
    assert width == pytest.approx(page[0], abs=1)
    assert page[1] is None or height == pytest.approx(page[1], abs=1)
    text = " ".join(sheet.extract_text().split())
    assert word in text
    assert "Ахметова Айгүл" in text
    assert "«Қала орталығы»" in text
    assert "төсек-орын, шәркей" in text
    fonts = {str(font["/BaseFont"]) for font in (one.get_object() for one in sheet["/Resources"]["/Font"].values())}
    assert any("NotoSans" in font for font in fonts)


def test_the_code_on_every_form_of_the_pass_is_the_same(faces: Faces, granted: str) -> None:
    world, mother = faces.world, signed_in(faces, "Айгүл")
    (entry,) = list_passes(world.environment, world.as_relative("Айгүл"), granted.replace("-", ""))
    here = f"/appointments/{granted}/pass/{dashed(entry.row.id)}"
    with Image.open(BytesIO(mother.see(f"{here}.png").data)) as image:
        (found,) = zxingcpp.read_barcodes(image)
    assert found.text == entry.token
    drawn = mother.see(f"{here}.svg")
    assert drawn.content_type.startswith("image/svg+xml")
    assert b"<svg xmlns" in drawn.data
    assert signed_in(faces, "Гульзат").see(f"{here}.png").status_code == 404


def test_without_a_pass_there_are_no_files(faces: Faces) -> None:
    appointment = dashed(requested(faces, "Айгүл", "Ерлан", DAY))
    assert signed_in(faces, "Айгүл").see(f"/appointments/{appointment}/pass.pdf").status_code == 404


def event_of(who: Clicker, appointment: str) -> tuple[Any, Any]:
    answer = who.see(f"/appointments/{appointment}/visit.ics")
    assert answer.content_type.startswith("text/calendar")
    read: Any = icalendar.Calendar.from_ical(answer.data)
    (event,) = read.walk("VEVENT")
    return read, event


def test_the_calendar_follows_a_move_and_a_cancellation_under_one_uid(faces: Faces, granted: str) -> None:
    world, mother = faces.world, signed_in(faces, "Айгүл", "kk")
    before, first = event_of(mother, granted)
    assert str(before["METHOD"]) == "PUBLISH"
    assert first["STATUS"] == "CONFIRMED"
    assert first.start.utcoffset().total_seconds() == 0
    assert "Ерлан" not in before.to_ical().decode()
    world.run(
        world.as_relative("Айгүл"),
        lambda unit: move_appointment(
            unit,
            appointment=granted.replace("-", ""),
            template=world.templates[MEDIUM, "long"],
            day=date(2026, 3, 26),
        ),
    )
    _, moved = event_of(mother, granted)
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved.start > first.start
    mother.send_and_follow(f"/appointments/{granted}/cancel")
    after, cancelled = event_of(mother, granted)
    assert str(after["METHOD"]) == "CANCEL"
    assert cancelled["STATUS"] == "CANCELLED"
    assert cancelled["UID"] == first["UID"]
    assert cancelled["SEQUENCE"] > moved["SEQUENCE"]


def test_all_visits_to_come_are_one_file(faces: Faces, granted: str) -> None:
    answer = signed_in(faces, "Айгүл").see("/appointments.ics")
    read: Any = icalendar.Calendar.from_ical(answer.data)
    assert [str(event["UID"]) for event in read.walk("VEVENT")] == [f"{granted}@kezdesu.kz"]


def test_the_way_and_what_to_bring_stand_with_the_pass(faces: Faces, granted: str) -> None:
    said = words_of(signed_in(faces, "Айгүл", "kk").see(f"/appointments/{granted}/pass"))
    assert GUIDE.directions in said
    assert GUIDE.bring in said


def test_the_printed_letters_are_those_of_the_screen() -> None:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    from service.web.static_files import FOLDER

    for weight in ("regular", "bold"):
        shown, printed = (
            TTFont(FOLDER / "fonts" / f"noto-sans-{weight}.{kind}").getBestCmap() for kind in ("woff2", "ttf")
        )
        assert set(shown) == set(printed)
