"""The settings file: what is right with it is used, what is wrong with it is said, all of it and in words."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.config import WrongConfig, cautions, load, parse

EXAMPLE = Path(__file__).parents[2] / "docs" / "bridge.toml"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key = tmp_path / "device.key"
    key.write_text("the-device-key\n")
    key.chmod(0o600)
    return tmp_path


def example(**changes: Any) -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text("utf-8")) | changes


def problems(table: dict[str, Any], folder: Path) -> list[str]:
    with pytest.raises(WrongConfig) as wrong:
        parse(table, folder)
    return wrong.value.problems


def test_the_example_of_the_documentation_is_right(folder: Path) -> None:
    config = parse(example(), folder)
    assert (config.institution, config.device_key, config.deadline) == (17, "the-device-key", 0.3)
    assert config.journal == folder / "gate.journal"
    assert list(config.keys) == [1]
    first, second = config.readers
    assert (first.kind, first.baud, first.prefixes) == ("honeywell", 115_200, ("]Q1",))
    assert (second.kind, second.baud, second.prefixes) == ("silent", 9_600, ())
    assert not list(cautions(config))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table["bridge"].pop("institution"), "[bridge]: institution is missing; it must be a whole"),
        (lambda table: table["bridge"].update(institution=0), "[bridge]: institution must be a whole number from 1"),
        (lambda table: table["bridge"].update(institution="17"), "from 1 to 65535, is '17'"),
        (lambda table: table["bridge"].update(instituton=17), "[bridge]: instituton is no setting of this program"),
        (lambda table: table.update(brige={}), "the file: brige is no setting of this program"),
        (lambda table: table.pop("bridge"), "the file: bridge is missing"),
        (lambda table: table.update(readers="all"), "the file: readers must be written as [[readers]] sections"),
        (lambda table: table.pop("readers"), "a bridge needs at least one reader"),
        (lambda table: table["service"].update(url="http://kezdesu.example.kz"), "url must begin with https"),
        (lambda table: table["service"].update(url="kezdesu"), "url must be an address such as https://"),
        (lambda table: table["service"].update(url="http://[::1"), "url must be an address such as https://"),
        (lambda table: table["service"].pop("device_key_file"), "device_key_file is missing"),
        (lambda table: table["service"].update(device_key_file="none"), "none cannot be read"),
        (lambda table: table["service"].update(deadline_ms=5_000), "deadline_ms must be a whole number from 50"),
        (lambda table: table["keys"][0].update(public="abc"), "[[keys]] number 1: public must be the public key"),
        (lambda table: table["keys"][0].update(valid_from="today"), "valid_from must be a time with its offset"),
        (
            lambda table: table["keys"][0].update(valid_from=table["keys"][0]["valid_until"].replace(year=2027)),
            "valid_until must lie after valid_from",
        ),
        (lambda table: table["keys"].append(dict(table["keys"][0])), "number 2: id 1 is given to two keys"),
        (lambda table: table["readers"][1].pop("direction"), "[[readers]] number 2: direction is missing"),
        (lambda table: table["readers"][1].update(direction="in"), "must be one of entry, exit, is 'in'"),
        (lambda table: table["readers"][0].update(baud=9601), "baud must be one of 1200,"),
        (lambda table: table["readers"][0].update(kind="zebra"), "must be one of honeywell, datalogic, text, silent"),
        (lambda table: table["readers"][0].update(prefixes="]Q1"), "prefixes must be a list of texts"),
        (lambda table: table["readers"][1].update(name="hall-in"), "two readers have the name 'hall-in'"),
        (lambda table: table["readers"][1].update(path=table["readers"][0]["path"]), "two lines have the path"),
    ],
)
def test_each_mistake_is_said_in_words(folder: Path, change: Change, said: str) -> None:
    table = example()
    change(table)
    assert any(said in problem for problem in problems(table, folder)), problems(table, folder)


def test_all_mistakes_are_said_at_once(folder: Path) -> None:
    table = example(readers=[{"name": "hall-in"}], keys=[{}])
    assert len(problems(table, folder)) == 8


def test_a_device_key_that_others_can_read_is_a_mistake(folder: Path) -> None:
    (folder / "device.key").chmod(0o644)
    (said,) = problems(example(), folder)
    assert "can be read by others: chmod 600" in said


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), ("[bridge", "is no TOML"), (b"\xff", "is no TOML")]
)
def test_a_file_that_does_not_read_is_said(tmp_path: Path, content: str | bytes | None, said: str) -> None:
    path = tmp_path / "bridge.toml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(WrongConfig, match=said):
        load(path)


def test_what_will_be_regretted_is_said_but_works(folder: Path) -> None:
    table = example(keys=[])
    table.pop("service")
    table["readers"][0]["path"] = "/dev/ttyUSB0"
    said = list(cautions(parse(table, folder)))
    assert [
        word for caution, word in zip(said, ["by-id", "offline", "unknown-key"], strict=True) if word in caution
    ] == [
        "by-id",
        "offline",
        "unknown-key",
    ]


def test_check_answers_with_its_exit_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "bridge.toml"
    path.write_bytes(EXAMPLE.read_bytes())
    assert main(["check", "--config", str(path)]) == 0
    assert capsys.readouterr().out.startswith("good: 2 readers, 1 keys")
    path.write_text("[bridge]\ninstitution = 0\n")
    assert main(["check", "--config", str(path)]) == 1
    assert "wrong: [bridge]: institution must be" in capsys.readouterr().out
