"""Entry fails shut, exit never depends on a program, and every cell of the table of failures has its test."""

import configparser
import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest

from firmware_bridge.__main__ import _parser
from firmware_bridge.actuate.relay import Relay, framed
from firmware_bridge.bridge import LOOK_EVERY
from firmware_bridge.config import WrongConfig, parse
from firmware_bridge.decide import Direction, Verdict
from firmware_bridge.health import STALE
from firmware_bridge.passes import Refusal
from firmware_bridge.release import Credential, Ground, NotReleased, Releases
from tests.bridge.cast import OUT
from tests.bridge.screen_stage import PINS, stage

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def table_of_failures() -> list[list[str]]:
    text = (DOCS / "bridge.md").read_text("utf-8")
    part = text.partition("## What fails, and what happens then")[2].partition("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"][2:]


def test_every_part_is_tried_against_every_fault() -> None:
    rows = table_of_failures()
    parts = {row[0] for row in rows}
    faults = {"power", "software", "network", "disk", "clock"}
    assert len(parts) >= 6
    assert {(row[0], fault) for row in rows for fault in row[1].split(", ")} == {
        (part, fault) for part in parts for fault in faults
    }


def test_every_cell_of_the_table_names_a_test_that_is_there() -> None:
    for row in table_of_failures():
        named = re.findall(r"`([a-z_/]+\.py)::(\w+)`", row[-1])
        assert named or row[-1] == "by installation", row
        for file, test in named:
            assert f"def {test}(" in (ROOT / "tests" / file).read_text("utf-8"), (file, test)


def test_a_list_that_is_too_old_lets_nobody_in_by_reader_two_officers_in_by_hand_and_everybody_out() -> None:
    with stage() as here:
        here.scan(0)
        here.clock.moved(4 * 3600 + 1)
        refused = here.scan(1)
        assert (refused.verdict, refused.reason) == (Verdict.REFUSE, Refusal.LIST_TOO_OLD)
        assert here.scan(0, OUT).verdict is Verdict.LEAVE
        releases = Releases(here.gatehouse, here.today, here.clock)
        two = [Credential(officer, pin) for officer, pin in PINS.items()]
        where = {"gate": OUT.gate, "direction": Direction.ENTRY, "ground": Ground.LIST_TOO_OLD}
        assert releases.release(*two, **where, pass_id=(1).to_bytes(16, "big").hex())  # type: ignore[arg-type]
        assert set(here.gatehouse.who_is_inside) == {(1).to_bytes(16, "big").hex()}
        with pytest.raises(NotReleased, match="same-officer"):
            releases.release(two[0], two[0], **where)  # type: ignore[arg-type]


@pytest.mark.parametrize("hours", [-3, 3, -48, 48])
def test_a_clock_that_is_set_makes_the_list_neither_younger_nor_older(hours: int) -> None:
    with stage() as here:
        here.clock.moved(1800)
        here.clock.set(here.clock.now() + timedelta(hours=hours))
        assert here.today.age() == timedelta(minutes=30)
        assert here.scan(0, OUT).verdict is Verdict.LEAVE, "and whoever leaves is let out at any hour"


def test_an_opening_that_the_board_did_not_hear_is_not_made_up_for_when_it_is_plugged_in_again() -> None:
    relay = Relay(framed(1), 5)
    relay.pulse()
    relay.began(10.0)
    assert relay.outgoing(10.0) == framed(1).off
    assert relay.outgoing(11.0) == framed(1).off
    assert relay.outgoing(12.0) == b""


@pytest.mark.parametrize("section", ["readers", "osdp"])
def test_no_door_of_an_exit_can_be_given_to_the_bridge(section: str, tmp_path: Path) -> None:
    place = {"name": "out", "gate": "hall", "gate_zone": 3, "direction": "exit"}
    readers = {"readers": [{**place, "path": "/dev/x", "relay": "door"}]}
    osdp = {"osdp": [{"path": "/dev/x", "readers": [{**place, "address": 0, "output": 0}]}]}
    relays = {"relays": [{"name": "door", "path": "/dev/y"}]}
    with pytest.raises(WrongConfig, match="whoever leaves must not depend on a program"):
        parse({"bridge": {"institution": 17}, **relays, **(readers if section == "readers" else osdp)}, tmp_path)


def unit() -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(DOCS / "kezdesu-bridge.service", "utf-8")
    return found


def test_the_unit_starts_the_bridge_as_it_is_and_waits_longer_than_the_bridge_for_a_hanging_line() -> None:
    service = unit()["Service"]
    program, area, *words = shlex.split(service["ExecStart"])
    assert (Path(program).name, area) == ("kezdesu", "bridge")
    assert _parser().parse_args(words).command == "run"
    assert (service["Type"], service["Restart"]) == ("notify", "always")
    assert int(service["WatchdogSec"]) > STALE + 2 * LOOK_EVERY
    assert unit()["Unit"]["StartLimitIntervalSec"] == "0"


def test_every_udev_rule_is_matches_and_assignments_and_gives_the_names_of_the_example() -> None:
    lines = (DOCS / "70-kezdesu-bridge.rules").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    part = re.compile(r'[A-Z]+(\{\w+\})?(==|\+=|=)"[^"]+"')
    assert rules
    assert all(part.fullmatch(one) for rule in rules for one in rule.split(", "))
    named = set(re.findall(r'SYMLINK\+="([\w-]+)"', "\n".join(rules)))
    assert "kezdesu-block-door" in named
    assert "/dev/kezdesu-block-door" in (DOCS / "bridge.toml").read_text("utf-8")
