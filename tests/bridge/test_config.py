"""The settings file: what is right with it is used, what is wrong with it is said, all of it and in words."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.actuate.relay import framed
from firmware_bridge.config import WrongConfig, cautions, load, parse
from firmware_bridge.hardware import RelayConfig

EXAMPLE = Path(__file__).parents[2] / "docs" / "bridge.toml"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key = tmp_path / "device.key"
    key.write_text("the-device-key\n")
    key.chmod(0o600)
    own = tmp_path / "corridor-in.key"
    own.write_text("00112233445566778899aabbccddeeff\n")
    own.chmod(0o600)
    return tmp_path


def example(**changes: Any) -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text("utf-8")) | changes


def osdp_reader(table: dict[str, Any]) -> dict[str, Any]:
    reader: dict[str, Any] = table["osdp"][0]["readers"][0]
    return reader


def problems(table: dict[str, Any], folder: Path) -> list[str]:
    with pytest.raises(WrongConfig) as wrong:
        parse(table, folder)
    return wrong.value.problems


def test_the_example_of_the_documentation_is_right(folder: Path) -> None:
    config = parse(example(), folder)
    assert (config.institution, config.device_key, config.deadline) == (17, "the-device-key", 0.3)
    assert config.journal == folder / "gate.journal"
    assert list(config.keys) == [1]
    first, second, third = config.readers
    assert (first.kind, first.baud, first.prefixes) == ("honeywell", 115_200, ("]Q1",))
    assert (second.kind, second.baud, second.prefixes) == ("silent", 9_600, ())
    assert (third.kind, third.relay) == ("zebra-ssi", "block-door")
    assert config.relays == (RelayConfig("block-door", "/dev/kezdesu-block-door", 9600, framed(1), 5),)
    (line,) = config.osdp
    assert (line.baud, len(line.readers)) == (115_200, 1)
    assert line.readers[0].key == bytes.fromhex("00112233445566778899aabbccddeeff")
    assert (line.readers[0].address, line.readers[0].install, line.readers[0].output) == (1, False, 0)
    assert [printer.profile for printer in config.printers] == ["TM-T20II"]
    assert config.health_port == 9155
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
        (lambda table: [table.pop("readers"), table.pop("osdp")], "a bridge needs at least one reader"),
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
        (
            lambda table: table["readers"][0].update(kind="zebra"),
            "must be one of honeywell, datalogic, text, silent, zebra-ssi",
        ),
        (lambda table: table["readers"][0].update(prefixes="]Q1"), "prefixes must be a list of texts"),
        (lambda table: table["readers"][1].update(name="hall-in"), "two readers have the name 'hall-in'"),
        (lambda table: table["readers"][1].update(path=table["readers"][0]["path"]), "two lines have the path"),
        (lambda table: table["readers"][2].update(relay="door"), "block-in: there is no relay 'door'"),
        (lambda table: table["readers"][1].update(relay="block-door"), "whoever leaves must not depend on a program"),
        (lambda table: table["relays"][0].update(seconds=60), "seconds must be a whole number from 1 to 30"),
        (lambda table: table["relays"][0].update(kind="words"), "on is missing; it must be a text in ASCII"),
        (lambda table: table["relays"].append(dict(table["relays"][0])), "two relays have the name 'block-door'"),
        (lambda table: table["osdp"][0].update(readers=[]), "must be 1 to 8, are 0"),
        (
            lambda table: table["osdp"][0].update(readers=table["osdp"][0]["readers"] * 2),
            "readers must have different addresses",
        ),
        (lambda table: table["osdp"][0].update(baud=1200), "baud must be one of 9600, 19200"),
        (lambda table: osdp_reader(table).update(address=127), "address must be a whole number from 0 to 126"),
        (lambda table: osdp_reader(table).pop("key_file"), "key_file is missing: the file with the reader's own key"),
        (lambda table: osdp_reader(table).update(key_file="device.key"), "must hold 32 hexadecimal digits"),
        (lambda table: osdp_reader(table).update(install=1), "install must be true or false"),
        (lambda table: osdp_reader(table).update(direction="exit"), "whoever leaves must not depend on a program"),
        (lambda table: table["printers"][0].update(profile="TM-1"), "profile must be one that python-escpos knows"),
        (lambda table: table["printers"][0].update(font="none.ttf"), "none.ttf is no file"),
        (lambda table: table["health"].update(port=-1), "port must be a whole number from 0"),
    ],
)
def test_each_mistake_is_said_in_words(folder: Path, change: Change, said: str) -> None:
    table = example()
    change(table)
    assert any(said in problem for problem in problems(table, folder)), problems(table, folder)


def test_all_mistakes_are_said_at_once(folder: Path) -> None:
    table = example(readers=[{"name": "hall-in"}], keys=[{}])
    assert len(problems(table, folder)) == 8


def test_the_factorys_key_is_no_key(folder: Path) -> None:
    (folder / "corridor-in.key").write_text("303132333435363738393A3B3C3D3E3F")
    (said,) = problems(example(), folder)
    assert "holds the factory's key, which everybody knows" in said


def test_install_mode_and_two_names_of_one_device_will_be_regretted(folder: Path) -> None:
    device, name = folder / "pts", folder / "by-path"
    device.touch()
    name.symlink_to(device)
    table = example()
    osdp_reader(table)["install"] = True
    table["readers"][0]["path"], table["readers"][1]["path"] = str(device), str(name)
    said = list(cautions(parse(table, folder)))
    assert "two names of one device" in said[0]
    assert "install = true" in said[1]
    assert len(said) == 2


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
    assert capsys.readouterr().out.startswith("good: 4 readers, 1 keys")
    path.write_text("[bridge]\ninstitution = 0\n")
    assert main(["check", "--config", str(path)]) == 1
    assert "wrong: [bridge]: institution must be" in capsys.readouterr().out
