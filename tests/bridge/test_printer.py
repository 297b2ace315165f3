"""A slip comes out readable in Kazakh and Russian on every printer, or it is said that it did not come out."""

from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from escpos.printer import Dummy
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from firmware_bridge.actuate.escpos import Outcome, ReceiptPrinter, Slip, Words, code_page, picture, wrapped, write
from firmware_bridge.hardware import PrinterConfig
from firmware_bridge.simulate.printer import NO_PAPER, OFFLINE, PAPER_LOW, PrinterModel, SimulatedPrinter
from tests.bridge.cast import FAMILY

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
KAZAKH, RUSSIAN = "Рұқсаттама: қысқа мерзімді кездесу", "Пропуск: краткосрочное свидание"
SLIP = Slip([Words("Kezdesu"), Words(KAZAKH, big=True), Words(RUSSIAN)], FAMILY, [Words("14.03.2026 12:00")])
ALL = ["TM-T20II", "TM-T88V", "TM-T88III", "POS-5890", "NT-5890K", "ZJ-5870", "default", "simple"]


def printed(profile: str, slip: Slip = SLIP) -> PrinterModel:
    printer = Dummy(profile=profile)
    write(printer, slip, FONT)
    model = PrinterModel()
    model.feed(printer.output)
    return model


def test_a_printer_with_the_kazakh_code_page_prints_letters() -> None:
    model = printed("TM-T20II")
    assert model.paper[:4] == ["Kezdesu", KAZAKH, RUSSIAN, f"[QR {FAMILY}]"]
    assert model.images == 0


def test_a_printer_without_the_letters_gets_a_picture_of_them() -> None:
    model = printed("TM-T88III")
    assert model.paper[0] == "Kezdesu"
    assert "picture" in model.paper[1]
    assert model.paper[2:4] == [RUSSIAN, f"[QR {FAMILY}]"], "it has the Russian ones"


@pytest.mark.parametrize("profile", ALL)
def test_no_letter_is_ever_replaced_by_a_question_mark(profile: str) -> None:
    model = printed(profile)
    assert not [row for row in model.paper if "?" in row and "QR" not in row]
    assert len(model.paper) >= 5


def test_the_code_pages_of_an_unnamed_printer_are_not_believed() -> None:
    assert code_page(Dummy(), RUSSIAN) is None
    assert code_page(Dummy(), "14.03.2026") == (None, b"14.03.2026")
    assert code_page(Dummy(profile="TM-T20II"), RUSSIAN) == (17, RUSSIAN.encode("cp866"))


def test_a_printer_without_codes_of_its_own_gets_the_code_as_a_picture_that_scanners_read() -> None:
    printer = Dummy(profile="POS-5890")
    write(printer, Slip(code=FAMILY), FONT)
    (read,) = zxingcpp.read_barcodes(raster(printer.output))
    assert read.text == FAMILY


def raster(octets: bytes) -> Image.Image:
    """The pictures of GS v 0 below one another, with a white margin."""
    rows, at = [], 0
    while (at := octets.find(b"\x1dv0", at)) >= 0:
        wide, high = (int.from_bytes(octets[at + n : at + n + 2], "little") for n in (4, 6))
        rows.append(
            Image.frombytes("1", (wide * 8, high), bytes(255 - one for one in octets[at + 8 : at + 8 + wide * high]))
        )
        at += 8 + wide * high
    whole = Image.new("L", (rows[0].width + 80, sum(row.height for row in rows) + 80), 255)
    down = 40
    for row in rows:
        whole.paste(row, (40, down))
        down += row.height
    return whole


def test_a_picture_of_words_is_as_wide_as_the_paper_and_not_empty() -> None:
    made = picture(Words("Ә Ғ Қ Ң Ө Ұ Ү Һ І", big=True), FONT, 384)
    assert made.width == 384
    assert (
        200 < list(made.get_flattened_data() if hasattr(made, "get_flattened_data") else made.getdata()).count(0) < 8000
    )


@given(st.text(st.characters(categories=["L", "Zs"]), max_size=200), st.integers(1, 40))
def test_rows_fit_and_lose_no_letter(text: str, width: int) -> None:
    rows = wrapped(text, lambda row: len(row) <= width)
    assert all(len(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(text.split())


@pytest.fixture
def printer(tmp_path: Path) -> Any:
    made = SimulatedPrinter(tmp_path / "printer")
    yield made
    made.close()


def served(printer: SimulatedPrinter, profile: str = "TM-T20II") -> ReceiptPrinter:
    return ReceiptPrinter(PrinterConfig("desk", printer.path, 115_200, profile, FONT))


def test_a_slip_goes_over_a_real_line_and_is_confirmed(printer: SimulatedPrinter) -> None:
    assert served(printer).print(SLIP).outcome is Outcome.PRINTED
    assert printer.model.paper[:4] == ["Kezdesu", KAZAKH, RUSSIAN, f"[QR {FAMILY}]"]
    printer.model.roll = PAPER_LOW
    assert served(printer).print(SLIP).outcome is Outcome.PAPER_LOW


def test_a_printer_without_paper_off_line_dead_or_absent_has_printed_nothing(printer: SimulatedPrinter) -> None:
    printer.model.roll = NO_PAPER
    assert served(printer).print(SLIP).outcome is Outcome.NO_PAPER
    printer.model.state = OFFLINE
    assert served(printer).print(SLIP).outcome is Outcome.OFFLINE
    printer.is_dead = True
    assert served(printer).print(SLIP).outcome is Outcome.OFFLINE
    assert printer.model.paper == []
    gone = ReceiptPrinter(PrinterConfig("desk", "/dev/serial/by-id/absent", 9600, "TM-T20II", FONT))
    assert gone.print(SLIP).outcome is Outcome.OFFLINE


def test_a_printer_that_dies_while_it_prints_is_not_believed(printer: SimulatedPrinter) -> None:
    def dies(row: str) -> None:
        printer.is_dead = True

    printer._told = dies
    assert served(printer).print(SLIP).outcome is Outcome.FAULT


def test_a_fault_of_the_line_is_told_and_not_raised() -> None:
    class Broken:
        def open(self) -> None:
            """Opens."""

        def is_online(self) -> bool:
            raise OSError(5, "Input/output error")

        def close(self) -> None:
            """Closes."""

    config = PrinterConfig("desk", "/dev/x", 9600, "default", FONT)
    assert ReceiptPrinter(config, lambda _: Broken()).print(SLIP).outcome is Outcome.FAULT
