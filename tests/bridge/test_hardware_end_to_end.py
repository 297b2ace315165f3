"""OSDP readers, SSI scanners, relays and printers with the whole bridge between them, over pseudo-terminals."""

import os
import select
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread

from firmware_bridge.__main__ import main
from firmware_bridge.actuate.relay import framed
from firmware_bridge.bridge import Bridge
from firmware_bridge.config import Config
from firmware_bridge.fakes import MemoryFile
from firmware_bridge.gatehouse import Place
from firmware_bridge.hardware import OsdpConfig, OsdpReaderConfig, ReaderConfig, RelayConfig
from firmware_bridge.journal import Journal
from firmware_bridge.simulate.line import SimulatedLine, SsiScannerModel
from firmware_bridge.simulate.osdp import OsdpReaders, SimulatedReader
from firmware_bridge.simulate.printer import SimulatedPrinter
from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bridge.cast import FAMILY, IN, KEYS
from tests.bridge.test_end_to_end import PATIENT, Log, VisitDay
from tests.bridge.test_osdp_libosdp import KEY, STATUS_ASKED
from tests.passes.vectors import VISIT

FAST = 115_200
LED, BUZZER, TEXT = 2, 3, 4


def places(count: int) -> list[Place]:
    return [Place(f"osdp-{number}", "gate-hall", VISIT.gate_zone, IN.direction) for number in range(count)]


@contextmanager
def bridging(config: Config) -> Iterator[tuple[Bridge, Log]]:
    log = Log()
    bridge = Bridge(config, log, clock=VisitDay())
    bridge.start()
    try:
        yield bridge, log
    finally:
        bridge.stop()


def config(folder: Path, **parts: object) -> Config:
    return Config(VISIT.institution, folder / "gate.journal", None, "", 0.3, KEYS, **parts)  # type: ignore[arg-type]


def kinds(folder: Path) -> list[str]:
    records = Journal(MemoryFile((folder / "gate.journal").read_bytes())).taken_over()
    return [record.facts["kind"] for record in records]


def test_osdp_readers_of_a_line_are_answered_each_for_itself(tmp_path: Path) -> None:
    three = places(3)
    readers = tuple(OsdpReaderConfig(place, number, KEY, False, None, 5) for number, place in enumerate(three))
    with OsdpReaders(tmp_path / "line", [SimulatedReader(n, KEY.hex()) for n in range(3)], baud=FAST) as simulated:
        line = OsdpConfig(simulated.path, FAST, readers)
        with bridging(config(tmp_path, osdp=(line,))) as (bridge, log):
            online = {log.next("reader-online")["reader"] for _ in three}
            assert online == {place.reader for place in three}
            while sum(event["event"] == "status" for event in log.seen) < len(three):
                log.next("status")
            simulated.present(1, b"A CODE THAT IS NO PASS")
            answered = log.next("answered")
            assert (answered["reader"], answered["reason"]) == ("osdp-1", "malformed")
            did = []
            while len(did) < 3:
                one = simulated.did()
                assert one is not None
                if "command" in one and one["command"]["command"] != STATUS_ASKED:
                    did.append((one["address"], one["command"]))
            assert {address for address, _ in did} == {1}
            assert [command["command"] for _, command in did] == [LED, BUZZER, TEXT]
            assert did[0][1]["on_color"] == 1, "red"
            assert did[2][1]["data"] == "REFUSE offline malformed"
            health = bridge.health.lines["OSDP line 1"].readers
            assert [one.online for one in health.values()] == [True] * 3
            assert kinds(tmp_path) == ["start", "misread"]


def test_an_ssi_scanner_is_served_over_a_real_line(tmp_path: Path) -> None:
    line = SimulatedLine(tmp_path / "scanner", SsiScannerModel(), FAST, Random(1))
    stopped = Event()

    def serve() -> None:
        while not stopped.is_set():
            select.select([line], [], [], line.wait(time.monotonic()))
            line.turn(time.monotonic())

    thread = Thread(target=serve)
    thread.start()
    reader = ReaderConfig(IN, line.path, FAST, "zebra-ssi", ())
    with bridging(config(tmp_path, readers=(reader,))) as (_, log):
        log.next("line")
        line.model.scan(FAMILY)
        assert log.next("answered")["verdict"] == "admit"
        ends = time.monotonic() + PATIENT
        while (told := line.told(time.monotonic())) == b"" and time.monotonic() < ends:
            time.sleep(0.02)
        assert told == b"ADMIT \r\n"
    stopped.set()
    thread.join()
    line.close()


def test_a_door_is_opened_for_its_seconds_and_shut_again(tmp_path: Path) -> None:
    scanner = SimulatedScanner(tmp_path / "scanner", baud=FAST)
    board, end = os.openpty()
    tty.setraw(end)
    reader = ReaderConfig(IN, scanner.path, FAST, "honeywell", (), relay="door")
    relay = RelayConfig("door", os.ttyname(end), FAST, framed(1), 1)
    on, off = framed(1).on, framed(1).off
    with bridging(config(tmp_path, readers=(reader,), relays=(relay,))) as (_, log):
        assert {log.next("line")["line"], log.next("line")["line"]} == {f"reader {IN.reader}", "relay door"}
        heard = b""

        def until(wanted: bytes) -> bytes:
            nonlocal heard
            while not heard.endswith(wanted):
                assert select.select([board], [], [], PATIENT)[0], heard
                heard += os.read(board, 100)
            return heard

        until(off * 2)
        scanner.scan(FAMILY)
        until(on)
        assert kinds(tmp_path) == ["start", "scan", "door"]
        assert until(on + off * 2) == off * 2 + on + off * 2
    scanner.unplug()
    os.close(board)
    os.close(end)


def test_a_new_osdp_reader_is_put_into_service_by_one_command(tmp_path: Path) -> None:
    key = tmp_path / "reader.key"
    assert main(["osdp-key", str(key)]) == 0
    assert main(["osdp-key", str(key)]) == 2, "a key in use is not overwritten"
    assert key.stat().st_mode & 0o777 == 0o600
    fresh = SimulatedReader(0, None, enforce=False, install=True)
    with OsdpReaders(tmp_path / "line", [fresh], baud=FAST) as simulated:
        command = ["osdp-install", "--port", simulated.path, "--baud", str(FAST), "--key-file", str(key)]
        assert main([*command, "--new-address", "5"]) == 0
        assert main([*command, "--address", "5"]) == 0, "again, it changes nothing"


def test_a_slip_is_printed_by_one_command(tmp_path: Path) -> None:
    printer = SimulatedPrinter(tmp_path / "printer")
    settings = tmp_path / "bridge.toml"
    settings.write_text(
        f"""
        [bridge]
        institution = 17
        [[keys]]
        id = 1
        public = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
        valid_from = 2026-01-01T00:00:00+05:00
        valid_until = 2026-07-01T00:00:00+05:00
        [[readers]]
        name = "hall-in"
        gate = "hall"
        gate_zone = 3
        direction = "entry"
        path = "/dev/serial/by-path/x"
        [[printers]]
        name = "desk"
        path = "{printer.path}"
        profile = "TM-T20II"
        """
    )
    command = ["print", "--config", str(settings), "--text", "Рұқсаттама", "--code", FAMILY]
    assert main([*command, "--printer", "desk"]) == 0
    assert printer.model.paper[:2] == ["Рұқсаттама", f"[QR {FAMILY}]"]
    assert main([*command, "--printer", "nobody"]) == 2
    printer.is_dead = True
    assert main([*command, "--printer", "desk"]) == 1
    printer.close()
