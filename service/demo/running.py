"""The processes of a running demonstration: faces, worker, simulated readers, bridge. They start and end together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from service.config import Settings
from service.demo import bridge, media
from service.wsgi import ports

UP_WITHIN = 60.0
DOWN_WITHIN = 10.0
THREADS = 8
PARENT_DIED = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


class PortTaken(RuntimeError):
    """Another program listens where a face should."""


class Stopped(RuntimeError):
    """A part ended by itself."""


@dataclass
class Part:
    """One process and where it writes what it has to say."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass
class Running:
    """Everything that runs; leaving the block ends it."""

    settings: Settings
    parts: list[Part] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    """What parts are told beside the settings."""

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, bridge_settings: Path, kiosk_settings: Path) -> None:
        """Starts every part. The bridge comes last: until it is there, nobody reads the lines."""
        address, settings = self.settings.address, self.settings
        if media.carried(settings):
            line, told = media.prepare(settings)
            self.told.update(told)
            self._run("janus", line)
        binds = [f"--bind={address}:{port}" for port in ports(settings).values()]
        # One process: SQLite has one writer, and its threads share the database's page cache.
        gunicorn = ["gunicorn", "--worker-class=gthread", "--workers=1", f"--threads={THREADS}", "--no-control-socket"]
        self._start("faces", [*gunicorn, "--log-level=warning", *binds, "service.wsgi:demonstration()"])
        self._start("worker", ["service", "worker"])
        for direction in bridge.DIRECTIONS:
            lines = ["--at", str(bridge.line(settings, direction)), "--hand", str(bridge.hand(settings, direction))]
            self._start(f"reader-{direction}", ["firmware_bridge", "simulate", *lines, "--baud", str(bridge.BAUD)])
        self._start("bridge", ["firmware_bridge", "run", "--config", str(bridge_settings)])
        self._start("kiosk", ["kiosk", str(kiosk_settings)])

    def wait_until_up(self) -> None:
        """Returns when every face answers. Raises Stopped."""
        until = time.monotonic() + UP_WITHIN
        for port in all_ports(self.settings).values():
            while not _answers(self.settings.address, port):
                self.check()
                if time.monotonic() > until:
                    raise Stopped(f"port {port} does not answer; see {self.parts[0].log}")
                time.sleep(0.1)

    def check(self) -> None:
        """Raises Stopped when a part has ended."""
        for part in self.parts:
            if part.process.poll() is not None:
                last = part.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
                raise Stopped(f"{part.name} ended: {' '.join(last) or 'without a word'} (see {part.log})")

    def stop(self) -> None:
        """Ends every part, the youngest first, and waits for each."""
        for part in reversed(self.parts):
            with suppress(ProcessLookupError):
                part.process.terminate()
        until = time.monotonic() + DOWN_WITHIN
        for part in self.parts:
            try:
                part.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()
        self.parts.clear()

    def _start(self, name: str, module: Sequence[str]) -> None:
        self._run(name, [sys.executable, "-m", *module])

    def _run(self, name: str, line: Sequence[str]) -> None:
        log = self.settings.data_dir / "logs" / f"{name}.log"
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("ab") as written:
            process = subprocess.Popen(  # noqa: S603  (our own modules, and Janus)
                list(line),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                env={**os.environ, **_told(self.settings), **self.told},
                # Ctrl-C at the terminal is for whoever started the parts, who then ends them in order.
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509  (no thread runs here)
            )
        self.parts.append(Part(name, process, log))


def all_ports(settings: Settings) -> dict[str, int]:
    """The ports of the faces, and those of the programs beside them."""
    return {**ports(settings), "kiosk": settings.kiosk_port, "gate": settings.gate_port}


def check_ports(settings: Settings) -> None:
    """Raises PortTaken, with the setting that chooses another port."""
    for face, port in all_ports(settings).items():
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((settings.address, port))
            except OSError as fault:
                raise PortTaken(
                    f"port {port} is taken by another program ({fault.strerror}):"
                    f" choose another with KEZDESU_{face.upper()}_PORT"
                ) from fault


def _told(settings: Settings) -> Mapping[str, str]:
    """The settings in force, for the parts; the demonstration is reached without HTTPS on this machine only."""
    told = {
        "KEZDESU_DATA_DIR": str(settings.data_dir.absolute()),
        "KEZDESU_DATABASE_URL": settings.database_url,
        "KEZDESU_KEYS_DIR": str(settings.keys.absolute()),
        "KEZDESU_SECURE": "false",
        # Whoever looks at the demonstration has no device to hand; that it is off is printed with the logins.
        "KEZDESU_SECOND_FACTOR": "[]",
    }
    return told | {f"KEZDESU_{face.upper()}_PORT": str(port) for face, port in ports(settings).items()}


def _answers(address: str, port: int) -> bool:
    """Whether somebody answers HTTP there: the port is open before the pages behind it are."""
    asked = HTTPConnection(address, port, timeout=1)
    try:
        asked.request("HEAD", "/")
        asked.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()
    return True


def _end_with_parent() -> None:
    """On Linux, a part whose starter was killed ends too and gives its ports free."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGTERM)
