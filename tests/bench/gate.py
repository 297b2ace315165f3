"""A bridge as it is installed, its readers on pseudo-terminals: how soon it answers offline, and what it costs.

The bridge is a process of its own, without a service. Ports are at 115200; scanners send as USB ones do, 64 octets at
a time, except where the line's own time is what is compared with.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bench.figures import Figure, cpu_ms, figure, percentile
from tests.bridge.cast import token
from tests.passes.vectors import VISIT, public

SCANS, PACED, PAUSE = 250, 40, 0.11
PORTS, PER_PORT, SECONDS, WARMING = 64, 5, 10, 2
LINE_BAUD = 9600
USB_PIECE = 64
RECORDS = 1000
CHARACTERS = 153
LINE_MS = CHARACTERS * 10 / LINE_BAUD * 1000
PATIENCE = 60.0


def figures() -> list[Figure]:
    """Last octet to answer, the same as a share of the line's time, and the cost and answers of 64 busy ports."""
    today = datetime.now(UTC).replace(microsecond=0)
    answers, bare = unhurried(today)
    paced = [one * 1000 for one in at_line_speed(today)]
    busy, crowded = busy_ports(today)
    floor, paced_floor = bare_percent(), bare_percent(1 / (PORTS * PER_PORT))
    slowest, slowest_bare = percentile(answers, 0.99), percentile(bare, 0.99)
    line = f"the {LINE_MS:.0f} ms that {CHARACTERS} characters take at {LINE_BAUD}"
    return [
        Figure(
            "gate.decision_p99_ms",
            round(slowest, 2),
            "ms",
            len(answers),
            round(percentile(answers, 0.5), 2),
            f"the same disk's bare write and fdatasync, its p99: {slowest_bare:.2f} ms (in `spread`: our median)",
            round(slowest / slowest_bare, 2),
        ),
        figure("gate.share_of_line_time", [one / LINE_MS for one in paced], "share", against=line, compared_with=1.0),
        figure(
            "gate.cpu_percent",
            busy,
            "% of a core",
            against=f"{PORTS * PER_PORT} bare checks, signatures, syncs a second, each after a pause: {paced_floor} % "
            f"(straight after each other, with warm caches: {floor} %)",
            compared_with=paced_floor,
        ),
        Figure(
            "gate.busy_p99_ms",
            round(percentile(crowded, 0.99) * 1000, 2),
            "ms",
            len(crowded),
            round(percentile(crowded, 0.5) * 1000, 2),
            f"one reader alone, its p99: {slowest:.2f} ms (in `spread`: the median of the {PORTS})",
            round(percentile(crowded, 0.99) * 1000 / slowest, 2),
        ),
    ]


def passes(today: datetime, first: int, count: int) -> list[bytes]:
    """Passes that are good now, as octets of the line."""
    begins, ends = today - timedelta(hours=1), today + timedelta(hours=6)
    return [token(number, not_before=begins, not_after=ends).encode() + b"\r" for number in range(first, first + count)]


def unhurried(today: datetime) -> tuple[list[float], list[float]]:
    """Milliseconds from the last octet to the whole answer, scan after scan; and of a bare sync between them."""
    found, bare = [], []
    with running(1) as (_, (scanner,)), TemporaryFile(buffering=0) as file:
        for one in passes(today, 0, SCANS):
            found.append(answered_after(scanner, one) * 1000)
            began = time.perf_counter()
            synced(file.fileno())
            bare.append((time.perf_counter() - began) * 1000)
    return found, bare


def synced(end: int) -> None:
    """Brings as many octets to the disk as a scan and its decision have."""
    os.write(end, bytes(RECORDS))
    os.fdatasync(end)


def bare_percent(pause: float = 0.0) -> float:
    """Percent of a core that one check, one signature and one sync a scan take, and nothing else; with a pause before
    each, in which caches grow cold as they do between two people at a gate.
    """
    key = Ed25519PrivateKey.generate()
    signature, public_key = key.sign(b"scan"), key.public_key()

    def one_scan() -> None:
        public_key.verify(signature, b"scan")
        key.sign(b"scan and decision")
        synced(file.fileno())

    with TemporaryFile(buffering=0) as file:
        taken = []
        for _ in range(500):
            time.sleep(pause)
            taken.append(cpu_ms(one_scan))
    return round(sum(taken) / len(taken) * PORTS * PER_PORT / 10, 2)


def at_line_speed(today: datetime) -> list[float]:
    """The same where the octets come as slowly as a line of 9600 carries them."""
    with running(1, baud=LINE_BAUD) as (_, (scanner,)):
        found = []
        for one in passes(today, 0, PACED):
            scanner.send(one[:-1])
            found.append(answered_after(scanner, one[-1:], 0))
        return found


def answered_after(scanner: SimulatedScanner, octets: bytes, pause: float = PAUSE) -> float:
    """Writes and waits for the answer's line end."""
    time.sleep(pause)  # a reader takes ten codes a second at most
    began = time.perf_counter()
    os.write(scanner.fileno(), octets)
    heard = b""
    while not heard.endswith(b"\r\n"):
        if not select.select([scanner], [], [], PATIENCE)[0]:
            raise RuntimeError(f"no answer; heard {heard!r}")
        heard += os.read(scanner.fileno(), 256)
    took = time.perf_counter() - began
    if not heard.startswith(b"ADMIT"):
        raise RuntimeError(f"a good pass was answered {heard!r}")
    return took


def busy_ports(today: datetime) -> tuple[list[float], list[float]]:
    """Percent of a core that the bridge's process uses in each second, with every port busy; and seconds from the last
    octet to the answer.
    """
    turns = (WARMING + SECONDS) * PER_PORT
    texts = iter(passes(today, 0, PORTS * turns))
    found: list[float] = []
    with running(PORTS) as (process, scanners):
        ends = [scanner.fileno() for scanner in scanners]
        sent: dict[int, float] = {}
        answers: list[float] = []
        gap = 1 / (PORTS * PER_PORT)
        began = time.monotonic()
        used, at = cpu_seconds(process.pid), began
        for number in range(PORTS * turns):
            due = began + number * gap
            while (wait := due - time.monotonic()) > 0:
                heard(ends, wait, sent, answers)
            one = next(texts)
            end = ends[number % PORTS]
            for start in range(0, len(one), USB_PIECE):
                os.write(end, one[start : start + USB_PIECE])
            sent[end] = time.monotonic()
            if number % (PORTS * PER_PORT) == 0 and number:
                now, using = time.monotonic(), cpu_seconds(process.pid)
                found.append(100 * (using - used) / (now - at))
                used, at = using, now
        while heard(ends, 1.0, sent, answers):
            pass
    # Whoever shows a pass while the one before is being decided shows it again: a busy machine makes a few of those.
    if len(answers) < PORTS * turns * 0.7:
        raise RuntimeError(f"{PORTS * turns} scans, {len(answers)} answers")
    return found[WARMING - 1 :], answers[WARMING * PORTS * PER_PORT :]


def heard(ends: list[int], wait: float, sent: dict[int, float], answers: list[float]) -> bool:
    """Notes how long each answer took that comes within `wait`; False when none came."""
    ready = select.select(ends, [], [], wait)[0]
    now = time.monotonic()
    for end in ready:
        answers += [now - sent[end]] * os.read(end, 4096).count(b"ADMIT")
    return bool(ready)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process with all its threads, as the scheduler counts it.

    `/proc/PID/stat` counts by ticks of a hundredth of a second, which misjudges a process that timers wake.
    """
    return sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


@contextmanager
def running(ports: int, baud: int = 115_200) -> Iterator[tuple["subprocess.Popen[bytes]", list[SimulatedScanner]]]:
    """A bridge with so many readers, and the readers."""
    with TemporaryDirectory() as folder:
        scanners = [SimulatedScanner(Path(folder) / f"reader-{number}", baud=baud) for number in range(ports)]
        try:
            with bridge(Path(folder), configured([scanner.path for scanner in scanners], baud)) as process:
                yield process, scanners
        finally:
            for scanner in scanners:
                scanner.unplug()


@contextmanager
def bridge(folder: Path, settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A bridge's process, from when every line is open and every reader that can say so is online."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = folder / "bridge.toml"
    file.write_text(f"{settings}\n[health]\nport = {port}\n")
    words = [sys.executable, "-m", "firmware_bridge", "run", "--config", str(file)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stderr=log)
    try:
        ends = time.monotonic() + PATIENCE
        while troubles := whats_wrong(port):
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"the bridge is not ready: {troubles}; {(folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def whats_wrong(port: int) -> list[str]:
    """What the health page complains about."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        facts = json.loads(connection.getresponse().read())
    except OSError as fault:
        return [str(fault)]
    finally:
        connection.close()
    readers = [reader for line in facts["lines"].values() for reader in line["readers"].values()]
    told: list[str] = facts["troubles"]
    return told or ([] if facts["alive"] and readers else ["not every line has come round"])


def configured(paths: list[str], baud: int) -> str:
    """The settings of a bridge without a service."""
    readers = "".join(
        f"""
        [[readers]]
        name = "in-{number}"
        gate = "hall"
        gate_zone = {VISIT.gate_zone}
        direction = "entry"
        path = "{path}"
        baud = {baud}
        kind = "text"
        """
        for number, path in enumerate(paths)
    )
    return f"""
        [bridge]
        institution = {VISIT.institution}
        [[keys]]
        id = 1
        public = "{public(1).hex()}"
        valid_from = 2026-01-01T00:00:00Z
        valid_until = 2099-01-01T00:00:00Z
        {readers}
        """
