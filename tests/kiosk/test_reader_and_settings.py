"""The kiosk's card reader hands each card over once, and settings that cannot be used are all named at once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_bridge.fakes import FakeClock, FakePort
from kiosk.cards import CardReader
from kiosk.config import WrongConfig, read_config

CARD, OTHER = b"\x0262E3086CED08\x03", b"\x02000000000101\x03"
NOON = datetime(2026, 3, 14, 7, tzinfo=UTC)
GOOD = 'url = "https://api.kezdesu.example/"\ndevice_key_file = "device.key"\nstate = "waiting"\n'


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def port(clock: FakeClock) -> FakePort:
    return FakePort(clock)


def shown_by(port: FakePort, clock: FakeClock, protocol: str = "framed") -> tuple[CardReader, list[str]]:
    shown: list[str] = []
    return CardReader(port, protocol, clock, shown.append), shown


def test_the_same_card_held_before_the_reader_is_one_card(port: FakePort, clock: FakeClock) -> None:
    reader, shown = shown_by(port, clock)
    for octets in (CARD, CARD, OTHER):
        port.arrive(octets)
        reader.step()
    assert shown == ["62E3086CED", "0000000001"]
    clock.moved(3)
    port.arrive(OTHER)
    reader.step()
    assert shown[2:] == ["0000000001"]


def test_half_a_card_before_the_reader_was_unplugged_is_no_part_of_the_next(port: FakePort, clock: FakeClock) -> None:
    reader, shown = shown_by(port, clock)
    port.arrive(CARD[:7])
    reader.step()
    port.cut()
    port.mend()
    port.arrive(OTHER)
    reader.step()
    assert shown == ["0000000001"]


def test_a_reader_that_sends_digits_on_a_line_is_read(port: FakePort, clock: FakeClock) -> None:
    reader, shown = shown_by(port, clock, "number")
    port.arrive(b"0001234567\r\n")
    reader.step()
    assert len(shown) == 1


def written(folder: Path, text: str) -> Path:
    (folder / "device.key").write_text("k" * 43 + "\n", encoding="ascii")
    (folder / "kiosk.toml").write_text(text, encoding="utf-8")
    return folder / "kiosk.toml"


def test_what_is_not_told_has_its_usual_value(tmp_path: Path) -> None:
    told = read_config(written(tmp_path, GOOD))
    assert (told.url, told.device_key, told.state) == ("https://api.kezdesu.example", "k" * 43, tmp_path / "waiting")
    assert (told.port, told.language, told.reader, told.printer, told.call_library) == (8010, "kk", "typed", None, None)


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    wrong = (
        'device_key_file = "nowhere.key"\nlanguage = "de"\npublic = "kezdesu.example"\ncall_server = "wss://a"\n'
        '[reader]\nprotocol = "framed"\nbaud = 17\n'
    )
    with pytest.raises(WrongConfig) as refused:
        read_config(written(tmp_path, wrong))
    named = ["device key", "'url'", "'state'", "'path'", "'baud'", "'language'", "'public'", "'call_library'"]
    assert [name for name, said in zip(named, refused.value.problems, strict=True) if name not in said] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD.replace('device_key_file = "device.key"\n', ""), "'device_key_file' is missing"),
        (GOOD + '[reader]\nprotocol = "barcode"\n', "'protocol' is one of framed, number, typed"),
        ("url = ", "cannot be read"),
    ],
)
def test_a_single_fault_is_told_in_a_sentence(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(WrongConfig) as refused:
        read_config(written(tmp_path, text))
    assert named in refused.value.problems[0]
