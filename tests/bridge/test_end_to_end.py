"""Scanner, pseudo-terminal, pyserial, bridge, journal on disk and HTTP service together, all of them real."""

import json
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.actuate.line import (
    DATALOGIC_DARK,
    DATALOGIC_GOOD,
    DATALOGIC_GREEN,
    DATALOGIC_REFUSED,
    HONEYWELL_GOOD,
    HONEYWELL_REFUSED,
)
from firmware_bridge.bridge import Bridge
from firmware_bridge.clock import Clock, SystemClock
from firmware_bridge.config import Config
from firmware_bridge.fakes import MemoryFile
from firmware_bridge.gatehouse import Place
from firmware_bridge.hardware import ReaderConfig
from firmware_bridge.journal import Journal
from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bridge.cast import FAMILY, FORGED, IN, KEYS, MIDDAY, OUT, TOO_EARLY, token
from tests.bridge.service_stand_in import StandIn, stand_in
from tests.passes.vectors import VISIT

PATIENT = 30.0


class VisitDay:
    """Midday of the visit, and a second that lasts as many real ones as `slower`: no test waits for a mute."""

    def __init__(self, slower: float = 1.0) -> None:
        self._slower = slower
        self._began = time.monotonic()

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) / self._slower

    def now(self) -> datetime:
        return MIDDAY

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Log:
    events: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    seen: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, event: str, **facts: object) -> None:
        self.events.put({"event": event, **facts})

    def next(self, event: str) -> dict[str, Any]:
        """The next such event; the ones before it are kept in `seen`."""
        while True:
            found = self.events.get(timeout=PATIENT)
            self.seen.append(found)
            if found["event"] == event:
                return found


@dataclass
class Gate:
    scanner: SimulatedScanner
    exit: SimulatedScanner
    service: StandIn
    log: Log
    journal: Path

    def said(self, code: str, **how: bytes) -> tuple[bytes, dict[str, Any]]:
        """What the entry scanner was told about a code, and what the log says of it."""
        self.scanner.scan(code, **how)
        answered = self.log.next("answered")
        return self.scanner.heard(PATIENT), answered

    def records(self) -> list[str]:
        records = Journal(MemoryFile(self.journal.read_bytes())).taken_over()
        return [record.facts["kind"] for record in records]


@contextmanager
def running(
    folder: Path,
    service: StandIn,
    clock: Clock | None = None,
    *,
    kind: str = "honeywell",
    deadline: float = PATIENT,
) -> Iterator[Gate]:
    ways = [(IN, SimulatedScanner(folder / "in", baud=115_200)), (OUT, SimulatedScanner(folder / "out", baud=115_200))]
    config = Config(
        institution=VISIT.institution,
        journal=folder / "gate.journal",
        url=service.url,
        device_key="device-key",
        deadline=deadline,
        keys=KEYS,
        readers=tuple(ReaderConfig(place, scanner.path, 115_200, kind, ()) for place, scanner in ways),
    )
    log = Log()
    bridge = Bridge(config, log, clock=clock or VisitDay())
    bridge.start()
    opened = {log.next("line")["line"], log.next("line")["line"]}
    assert opened == {f"reader {IN.reader}", f"reader {OUT.reader}"}
    try:
        yield Gate(ways[0][1], ways[1][1], service, log, config.journal)
    finally:
        bridge.stop()
        for _, scanner in ways:
            scanner.unplug()


@pytest.fixture
def service() -> Iterator[StandIn]:
    with stand_in() as made:
        yield made


def test_a_family_goes_in_and_out(tmp_path: Path, service: StandIn) -> None:
    with running(tmp_path, service) as gate:
        heard, answered = gate.said(FAMILY)
        assert heard == HONEYWELL_GOOD
        assert (answered["verdict"], answered["source"], answered["written"]) == ("admit", "live", True)
        gate.exit.scan(FAMILY, end=b"\r\n")
        assert gate.exit.heard(PATIENT) == HONEYWELL_GOOD
        assert [(scan["token"], scan["direction"]) for scan in service.heard] == [(FAMILY, "entry"), (FAMILY, "exit")]
        assert gate.records() == ["start", "scan", "decision", "scan", "decision"]


def test_a_refusal_is_sounded_twice(tmp_path: Path, service: StandIn) -> None:
    service.refuse("not-granted")
    with running(tmp_path, service) as gate:
        heard, answered = gate.said(FAMILY)
    assert heard == HONEYWELL_REFUSED
    assert (answered["reason"], answered["source"]) == ("not-granted", "live")


def test_datalogic_scanners_are_told_in_their_own_words(tmp_path: Path, service: StandIn) -> None:
    with running(tmp_path, service, kind="datalogic") as gate:
        assert gate.said(FAMILY, end=b"\r\n")[0] == DATALOGIC_GREEN + DATALOGIC_GOOD
        assert gate.said("4870001234567", end=b"\r\n")[0] == DATALOGIC_DARK + DATALOGIC_REFUSED


def test_when_the_service_hangs_the_offline_answer_stands_and_the_scan_is_uploaded_later(
    tmp_path: Path, service: StandIn
) -> None:
    service.held.clear()
    with running(tmp_path, service, kind="text", deadline=0.3) as gate:
        assert gate.said(FAMILY)[0] == b"ADMIT offline\r\n"
        service.held.set()
        assert gate.log.next("uploaded")["unheard"] == 0
        assert gate.records() == ["start", "scan", "decision", "answer"]
    first, later = service.heard
    assert later == first | {"offline_verdict": "admit"}
    assert service.headers[0]["Idempotency-Key"] != service.headers[1]["Idempotency-Key"]


def test_without_a_service_every_pass_is_still_judged(tmp_path: Path, service: StandIn) -> None:
    service.status = 503
    with running(tmp_path, service, kind="text") as gate:
        assert [gate.said(code)[0] for code in (FAMILY, FORGED, TOO_EARLY, "4870001234567")] == [
            b"ADMIT offline\r\n",
            b"REFUSE offline bad-signature\r\n",
            b"REFUSE offline too-early\r\n",
            b"REFUSE offline malformed\r\n",
        ]


def test_the_same_code_twice_within_three_seconds_is_muted(tmp_path: Path, service: StandIn) -> None:
    with running(tmp_path, service, VisitDay(slower=100)) as gate:
        gate.said(FAMILY)
        gate.scanner.scan(FAMILY)
        assert gate.log.next("muted")["reader"] == IN.reader
        gate.said(token(2))
        assert [scan["token"] for scan in service.heard] == [FAMILY, token(2)]


def test_a_code_of_two_thousand_octets_leaves_the_reader_online(tmp_path: Path, service: StandIn) -> None:
    with running(tmp_path, service, VisitDay(slower=100)) as gate:
        gate.scanner.scan("A" * 2_000)
        dropped = gate.log.next("dropped")
        assert (dropped["why"], dropped["octets"]) == ("too-long", "2000")
        assert gate.said(FAMILY)[0] == HONEYWELL_GOOD
        assert not [event for event in gate.log.seen if event.get("state") == "down"]


def test_noise_takes_at_most_the_code_it_runs_into(tmp_path: Path, service: StandIn) -> None:
    with running(tmp_path, service, VisitDay(slower=100)) as gate:
        gate.scanner.send(b"\x00\xff\x80\x13")
        gate.scanner.scan(FAMILY)
        assert gate.log.next("dropped")["why"] == "noise"
        assert gate.said(FAMILY)[0] == HONEYWELL_GOOD
        assert len(service.heard) == 1


def test_a_reader_is_unplugged_and_plugged_in_again(tmp_path: Path, service: StandIn) -> None:
    with running(tmp_path, service) as gate:
        gate.said(FAMILY)
        gate.scanner.send(token(2)[:70].encode())
        gate.scanner.unplug()
        assert gate.log.next("line")["state"] == "down"
        gate.scanner.plug()
        while gate.log.next("line")["state"] == "down":
            pass
        gate.said(token(3))
        assert [scan["token"] for scan in service.heard] == [FAMILY, token(3)]


def test_a_bridge_that_starts_again_goes_on_with_its_journal(tmp_path: Path, service: StandIn) -> None:
    service.status = 503
    with running(tmp_path, service) as gate:
        gate.said(FAMILY)
    service.status = 200
    with running(tmp_path, service) as gate:
        assert gate.log.next("uploaded")["unheard"] == 0
        assert gate.records() == ["start", "scan", "decision", "stop", "start", "answer"]
    assert {scan["sequence"] for scan in service.heard} == {2}
    assert "offline_verdict" not in service.heard[0]
    assert service.heard[-1]["offline_verdict"] == "admit"


def test_the_log_holds_no_pass(tmp_path: Path, service: StandIn) -> None:
    with running(tmp_path, service) as gate:
        gate.said(FAMILY)
        gate.said(FORGED)
        gate.scanner.scan("IVANOV IVAN")
        gate.log.next("answered")
        told = json.dumps(gate.log.seen)
    assert "KZP1" not in told
    assert "IVANOV" not in told


def test_two_gates_on_one_bridge_each_have_their_own_zone(tmp_path: Path, service: StandIn) -> None:
    service.status = 503
    block = Place("block", "gate-block", VISIT.gate_zone + 1, IN.direction)
    hall, other = (SimulatedScanner(tmp_path / name, baud=115_200) for name in ("hall", "block"))
    config = Config(
        VISIT.institution,
        tmp_path / "gate.journal",
        service.url,
        "device-key",
        PATIENT,
        KEYS,
        (ReaderConfig(IN, hall.path, 115_200, "text", ()), ReaderConfig(block, other.path, 115_200, "text", ())),
    )
    log = Log()
    bridge = Bridge(replace(config), log, clock=VisitDay())
    bridge.start()
    assert {log.next("line")["state"], log.next("line")["state"]} == {"open"}
    other.scan(FAMILY)
    assert other.heard(PATIENT) == b"REFUSE offline wrong-gate\r\n"
    hall.scan(FAMILY)
    assert hall.heard(PATIENT) == b"ADMIT offline\r\n"
    bridge.stop()
    hall.unplug()
    other.unplug()


def test_the_real_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == MIDDAY.utcoffset()
