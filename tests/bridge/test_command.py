"""The bridge as its users start it: processes, files, signals."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from firmware_bridge.fakes import MemoryFile
from firmware_bridge.journal import Journal
from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bridge.cast import token
from tests.bridge.service_stand_in import stand_in
from tests.passes.vectors import VISIT, public

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = token(not_before=NOW - timedelta(hours=1), not_after=NOW + timedelta(hours=9))
ROOT = Path(__file__).parents[2]
CONFIG = """
[bridge]
institution = {institution}
[service]
url = "{url}"
device_key_file = "device.key"
deadline_ms = 2000
[[keys]]
id = 1
public = "{public}"
valid_from = 2026-01-01T00:00:00Z
valid_until = 2099-01-01T00:00:00Z
[[readers]]
name = "hall-in"
gate = "gate-hall"
gate_zone = 3
direction = "entry"
path = "{path}"
baud = 115200
kind = "text"
"""


def configured(folder: Path, url: str, path: str) -> Path:
    key = folder / "device.key"
    key.write_text("device-key")
    key.chmod(0o600)
    config = folder / "bridge.toml"
    config.write_text(CONFIG.format(institution=VISIT.institution, url=url, public=public(1).hex(), path=path))
    return config


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """`kezdesu bridge ...` as a process of its own."""
    command = [sys.executable, "-m", "service", "bridge", *map(str, arguments)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process: subprocess.Popen[str], event: str) -> dict[str, object]:
    assert process.stderr is not None
    for line in process.stderr:
        said: dict[str, object] = json.loads(line)
        if said["event"] == event:
            return said
    raise AssertionError(f"the bridge ended before {event}")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_bridge_serves_until_it_is_told_to_stop(tmp_path: Path, sign: signal.Signals) -> None:
    scanner = SimulatedScanner(tmp_path / "scanner", baud=115_200)
    with stand_in() as service, started("run", "--config", configured(tmp_path, service.url, scanner.path)) as bridge:
        until(bridge, "line")
        scanner.scan(TODAY)
        assert until(bridge, "answered")["written"] is True
        assert service.heard[0]["token"] == TODAY
        bridge.send_signal(sign)
        until(bridge, "stopped")
        assert bridge.wait(30) == 0
    scanner.unplug()


def test_a_killed_bridge_starts_again_where_its_journal_ends(tmp_path: Path) -> None:
    scanner = SimulatedScanner(tmp_path / "scanner", baud=115_200)
    with stand_in() as service:
        config = configured(tmp_path, service.url, scanner.path)
        for _ in range(2):
            with started("run", "--config", config) as bridge:
                until(bridge, "line")
                scanner.scan(TODAY)
                until(bridge, "answered")
    scanner.unplug()
    records = Journal(MemoryFile((tmp_path / "gate.journal").read_bytes())).taken_over()
    assert [record.sequence for record in records] == list(range(1, len(records) + 1))
    assert [record.facts["kind"] for record in records][:4] == ["start", "scan", "decision", "start"]


def test_a_damaged_journal_or_a_second_bridge_is_refused_in_words(tmp_path: Path) -> None:
    scanner = SimulatedScanner(tmp_path / "scanner")
    config = configured(tmp_path, "http://127.0.0.1:9", scanner.path)
    with started("run", "--config", config) as bridge:
        until(bridge, "started")
        with started("run", "--config", config) as second:
            assert second.wait(30) == 2
            assert second.stderr is not None
            assert "another bridge writes this journal" in second.stderr.read()
    (tmp_path / "gate.journal").write_bytes(bytes(10_000))
    with started("run", "--config", config) as bridge:
        assert bridge.wait(30) == 2
        assert bridge.stderr is not None
        assert "the journal does not read from octet 0 on" in bridge.stderr.read()
    scanner.unplug()


def test_a_pass_is_scanned_by_hand_through_the_simulated_scanner(tmp_path: Path) -> None:
    at, hand = tmp_path / "scanner", tmp_path / "hand"
    with stand_in() as service, started("simulate", "--at", at, "--hand", hand, "--baud", 115_200) as simulated:
        assert simulated.stdout is not None
        assert str(hand) in simulated.stdout.readline()
        with started("run", "--config", configured(tmp_path, service.url, str(at))) as bridge:
            until(bridge, "line")
            with started("scan", "--port", hand, "--token", TODAY, "--within", 60) as scan:
                assert scan.wait(60) == 0
                assert scan.stdout is not None
                assert scan.stdout.read().startswith("good  b'ADMIT ")
            assert simulated.stdout.readline().startswith("good  b'ADMIT ")
            assert simulated.stdin is not None
            simulated.stdin.write("4870001234567\n")
            simulated.stdin.flush()
            assert simulated.stdout.readline() == "refused  b'REFUSE offline malformed\\r\\n'\n"


def test_scanning_into_nothing_has_its_own_exit_status(tmp_path: Path) -> None:
    with started("scan", "--port", tmp_path / "absent", "--token", TODAY) as scan:
        assert scan.wait(30) == 2


def test_every_simulator_starts_and_obeys(tmp_path: Path) -> None:
    for kind, said in (("ssi", "scan"), ("card-framed", "scan"), ("printer", "prints to"), ("osdp", "ADDRESS CODE")):
        at, hand = tmp_path / f"{kind}-at", tmp_path / f"{kind}-hand"
        with started("simulate", "--kind", kind, "--at", at, "--hand", hand, "--baud", 115_200) as simulated:
            assert simulated.stdout is not None
            assert said in simulated.stdout.readline()
            assert at.is_symlink()


def test_a_simulated_ssi_scanner_is_scanned_by_hand(tmp_path: Path) -> None:
    at, hand = tmp_path / "scanner", tmp_path / "hand"
    with (
        stand_in() as service,
        started("simulate", "--kind", "ssi", "--at", at, "--hand", hand, "--baud", 115_200) as simulated,
    ):
        assert simulated.stdout is not None
        simulated.stdout.readline()
        config = configured(tmp_path, service.url, str(at))
        config.write_text(config.read_text().replace('kind = "text"', 'kind = "zebra-ssi"'))
        with started("run", "--config", config) as bridge:
            until(bridge, "line")
            with started("scan", "--port", hand, "--token", TODAY, "--within", 60) as scan:
                assert scan.wait(60) == 0
