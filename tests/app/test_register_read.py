"""Tables are read whatever wrote them, and what no table needs is not opened."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.app import register_read
from service.app.register_read import read_table
from service.domain.refusal import Refusal
from tests.app.refusals import refused
from tests.app.registers import HEADING, as_csv, as_xlsx, lines

ROWS = lines(30)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
def test_a_register_reads_alike_in_every_coding_and_with_every_separator(coding: str, separator: str) -> None:
    table = read_table(as_csv(ROWS, coding, separator))
    assert table.heading == HEADING
    assert [row for _, row in table.rows] == ROWS
    assert [number for number, _ in table.rows] == list(range(2, 32))


def test_russian_letters_of_windows_1251_are_read_as_such() -> None:
    russian = [
        tuple(cell.translate(str.maketrans("ӘғқңөұүҺәіҚӨҮІҰ", "АгкноууХаиКОУИУ")) for cell in row) for row in ROWS
    ]
    heading = tuple(cell.replace("ё", "е") for cell in HEADING)
    russian = [tuple(cell.replace("Ғ", "Г").replace("Һ", "Х") for cell in row) for row in russian]
    table = read_table(as_csv(russian, "cp1251", ";", heading))
    assert (table.coding, [row for _, row in table.rows]) == ("cp1251", russian)


def test_kazakh_letters_decide_between_the_two_codings_of_the_same_octets() -> None:
    assert read_table(as_csv(ROWS, "kz1048")).coding == "kz1048"
    with pytest.raises(UnicodeEncodeError):
        as_csv(ROWS, "cp1251")  # there is no way to write them there


def test_a_workbook_reads_like_the_text_file() -> None:
    cells = [tuple(cell if name != "ИИН" else cell.lstrip("0") for name, cell in zip(HEADING, row, strict=True))
             for row in ROWS]  # fmt: skip
    padded = [row + ("",) * (len(HEADING) - len(row)) for _, row in read_table(as_xlsx(ROWS)).rows]
    assert padded == cells


def archive(**members: bytes) -> bytes:
    """A workbook with members changed or added; names with two underscores for a slash."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(ROWS))) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as to:
        changed = {name.replace("__", "/").replace("_xml", ".xml"): octets for name, octets in members.items()}
        for name in source.namelist():
            to.writestr(name, changed.pop(name, source.read(name)))
        for name, octets in changed.items():
            to.writestr(name, octets)
    return made.getvalue()


def test_a_workbook_that_unpacks_to_more_than_its_limit_is_not_opened() -> None:
    bomb = archive(xl__media__x_xml=b"0" * (register_read.MOST_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with refused("file-unsafe"):
        read_table(bomb)


def test_a_bomb_that_lies_about_its_size_is_counted_as_it_unpacks() -> None:
    small, large = b"<a/>", b"<a>" + b"0" * 5_000_000 + b"</a>"
    bomb = bytearray(archive(xl__media__x_xml=large))
    size = len(large).to_bytes(4, "little")
    while (place := bomb.find(size)) >= 0:
        bomb[place : place + 4] = len(small).to_bytes(4, "little")
    with pytest.raises(Refusal):
        read_table(bytes(bomb))


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("padding", [0, 1 << 20])
def test_a_workbook_that_declares_entities_is_not_opened(coding: str, padding: int) -> None:
    laughs = '<?xml version="1.0"?>' + " " * padding + '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
    with refused("file-unsafe"):
        read_table(archive(xl__workbook_xml=laughs.encode(coding)))


def test_more_rows_than_a_register_has_are_not_read() -> None:
    text = "a;b\r\n" + "1;2\r\n" * (register_read.MOST_ROWS + 1)
    with refused("file-too-large"):
        read_table(text.encode())
    with refused("file-too-large"):
        read_table(b"x" * (register_read.MOST_OCTETS + 1))


@pytest.mark.parametrize("octets", [b"", b"\r\n", b"PK\x03\x04", b"a;b\0c\r\n1;2", b"heading only\r\n", b'a;"b\r\n1;2'])
def test_what_is_no_table_is_refused(octets: bytes) -> None:
    with refused("file-unreadable"):
        read_table(octets)


@given(st.binary(max_size=300))
def test_any_octets_are_a_table_or_refused_and_never_a_fault(octets: bytes) -> None:
    for tried in (octets, b"PK\x03\x04" + octets, "Фамилия;Имя\r\n".encode() + octets):
        with contextlib.suppress(Refusal):  # anything else is a fault of ours
            assert read_table(tried).rows
