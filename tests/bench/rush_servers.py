"""The web servers of the rush as an administrator starts them (docs/operate.md), and what they and PostgreSQL cost."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.race.server import end_with_parent
from tests.structure.tree import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 120


@dataclass(frozen=True)
class Served:
    """A server: its port, the process that leads it, and where it writes."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def cpu_seconds(self) -> float:
        """Processor time of the server and of every process it has started and still has."""
        return cpu_seconds(self.process.pid)


@contextlib.contextmanager
def serving(
    application: str, told: dict[str, str], folder: Path, *, processes: int, asked: str, recycled: bool = True
) -> Iterator[Served]:
    """gunicorn as in production; ready once the page `asked` was answered by it. `recycled` False: no process of it
    is replaced after so many requests."""
    port = _free_port()
    words = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", str(processes)]
    words += ["--threads", "8", "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
    words += ["--max-requests", "20000", "--max-requests-jitter", "2000"] * recycled
    words += ["--log-level", "warning", application]
    log = folder / f"server-{port}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            env={**os.environ, **told},
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 it makes one system call and takes no lock
        )
    try:
        began = time.monotonic()
        while not _answers(port, asked):
            if process.poll() is not None or time.monotonic() - began > READY_SECONDS:
                raise RuntimeError(log.read_text()[-3000:])
            time.sleep(0.05)
        for _ in range(processes * 8):  # every process has made its first page before the rush begins
            _answers(port, asked)
        yield Served(port, process, log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(READY_SECONDS)


def cpu_seconds(leader: int) -> float:
    """Processor time of a process, of its children, and of those that have ended already."""
    total = 0.0
    for one in tree_of(leader):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) / TICKS
    return total


def tree_of(leader: int) -> list[int]:
    """The process and everything that it has started, directly or not, and that still runs."""
    found, waiting = [], [leader]
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(place.name))
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _answers(port: int, asked: str) -> bool:
    with contextlib.suppress(OSError):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", asked)
            return connection.getresponse().status == 200
        finally:
            connection.close()
    return False


def _free_port() -> int:
    while True:
        with socket.socket() as taken, contextlib.suppress(OSError):
            taken.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            return int(taken.getsockname()[1])
