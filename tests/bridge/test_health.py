"""How the bridge is can be seen by people, programs and the system's watchdog, and by nobody else."""

import json
import re
import socket
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from firmware_bridge.bridge import Bridge
from firmware_bridge.config import Config
from firmware_bridge.fakes import FakeClock
from firmware_bridge.hardware import ReaderConfig
from firmware_bridge.health import STALE, Health, LineHealth, ReaderHealth
from firmware_bridge.health_page import HealthPage, facts, metrics
from firmware_bridge.notify import Notifier
from firmware_bridge.quieter import MOST, Quieter
from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bridge.cast import FAMILY, IN, KEYS, MIDDAY
from tests.bridge.test_end_to_end import PATIENT, Log, VisitDay
from tests.passes.vectors import VISIT


def healthy() -> Health:
    reader = ReaderHealth(IN.gate)
    reader.answered("admit", "offline", None, 1.5, 9.0)
    reader.answered("refuse", "live", "too-late", 12.5, 9.5)
    reader.dropped["noise"] += 3
    line = LineHealth("/dev/x", {'hall "in"': reader}, state="open", openings=2)
    line.stepped(300, 9.0)
    return Health({"reader hall": line}, unheard=4, inside=1)


def test_a_line_that_is_open_and_comes_round_is_no_trouble() -> None:
    health = healthy()
    assert health.troubles(10.0) == []
    assert health.is_alive(10.0)


def test_what_is_wrong_is_said_in_words() -> None:
    health = healthy()
    line = health.lines["reader hall"]
    line.state, line.why = "down", "No such device"
    health.recording = False
    line.readers['hall "in"'].online = False
    line.readers['hall "in"'].why_offline = "wrong-key"
    assert health.troubles(9.0 + STALE) == [
        "line reader hall is down: No such device",
        "the thread of line reader hall hangs",
        'reader hall "in" is offline: wrong-key',
        "the journal cannot be written: nobody is let in",
    ]


def test_an_unplugged_reader_does_not_make_the_system_start_the_bridge_again_but_a_hanging_thread_does() -> None:
    health = healthy()
    health.lines["reader hall"].state = "down"
    assert health.is_alive(9.0 + STALE - 0.1)
    assert not health.is_alive(9.0 + STALE)
    health.lines["never came round"] = LineHealth("/dev/y")
    assert not health.is_alive(9.0)


def test_metrics_are_in_prometheus_own_format() -> None:
    lines = list(metrics(healthy(), 10.0))
    sample = re.compile(r'kezdesu_[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? [0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)
    assert 'kezdesu_bridge_answers_total{reader="hall \\"in\\"",verdict="refuse",source="live"} 1' in lines
    assert 'kezdesu_bridge_line_last_octet_seconds{line="reader hall"} 1' in lines
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")} <= named


def asked(url: str, path: str, host: str | None = None) -> HTTPResponse:
    line = HTTPConnection(urlsplit(url).netloc, timeout=PATIENT)
    line.request("GET", path, headers={"Host": host} if host else {})
    return line.getresponse()


def test_the_page_is_for_this_machine_and_its_own_name_only() -> None:
    health, clock = healthy(), FakeClock(MIDDAY)
    clock.moved(10)
    page = HealthPage(0, health, clock)
    page.start()
    try:
        assert urlsplit(page.url).hostname == "127.0.0.1"
        assert json.loads(asked(page.url, "/health").read()) == facts(health, 10.0)
        assert b"Gate bridge" in asked(page.url, "/").read()
        assert asked(page.url, "/metrics").status == 200
        assert asked(page.url, "/elsewhere").status == 404
        assert asked(page.url, "/health", "evil.example").status == 404
        health.lines["reader hall"].state = "down"
        assert asked(page.url, "/health").status == 503
        assert asked(page.url, "/metrics").status == 200
    finally:
        page.close()


def test_a_line_named_by_a_joker_is_text_on_the_page() -> None:
    health = Health({"<script>": LineHealth("/dev/x")})
    page = HealthPage(0, health, FakeClock(MIDDAY))
    page.start()
    try:
        told = asked(page.url, "/").read()
    finally:
        page.close()
    assert b"<script" not in told
    assert b"&lt;script&gt;" in told


@pytest.fixture
def system(tmp_path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / "notify"))
    listening.settimeout(PATIENT)
    return listening


def still_said(system: socket.socket) -> int:
    """How often the bridge still says something before it falls silent."""
    for count in range(3):
        try:
            system.recv(1000)
        except TimeoutError:
            return count
    return 3


def test_the_watchdog_is_fed_while_every_loop_comes_round_and_only_then(tmp_path: Path, system: socket.socket) -> None:
    scanner = SimulatedScanner(tmp_path / "in", baud=115_200)
    reader = ReaderConfig(IN, scanner.path, 115_200, "honeywell", ())
    config = Config(VISIT.institution, tmp_path / "gate.journal", None, "", 0.3, KEYS, (reader,))
    log = Log()
    bridge = Bridge(config, log, clock=VisitDay(), notifier=Notifier(str(tmp_path / "notify")))
    bridge.start()
    log.next("line")
    assert system.recv(1000) == b"READY=1"
    assert system.recv(1000).startswith(b"WATCHDOG=1\nSTATUS=")
    scanner.scan(FAMILY)
    log.next("answered")
    assert system.recv(1000) == b"WATCHDOG=1\nSTATUS=all lines are open"
    scanner.unplug()
    log.next("line")
    while b"is down" not in system.recv(1000):
        pass
    bridge.health.lines["a line whose thread hangs"] = LineHealth("/dev/y")
    system.settimeout(2.5)
    assert still_said(system) <= 1, "one may have been under way"
    bridge.stop()
    assert system.recv(1000) == b"STOPPING=1"
    system.close()


def test_without_a_system_that_listens_nothing_is_said_and_nothing_fails(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "nobody"), "@kezdesu-nobody"):
        Notifier(address).ready()


def test_a_log_cannot_be_filled_by_one_reader() -> None:
    clock, told = FakeClock(MIDDAY), list[tuple[str, dict[str, object]]]()
    quieter = Quieter(lambda event, **found: told.append((event, found)), clock)
    for _ in range(10_000):
        quieter("dropped", reader="a", why="noise")
    quieter("dropped", reader="b", why="noise")
    quieter("answered", reader="a")
    assert len(told) == MOST + 2
    clock.moved(61)
    quieter("dropped", reader="a", why="noise")
    assert told[-2:] == [
        ("untold", {"kind": "dropped", "reader": "a", "times": 10_000 - MOST}),
        ("dropped", {"reader": "a", "why": "noise"}),
    ]
