"""The real server in processes of its own: started, killed without warning, and started again at the same place."""

import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from tests.structure.tree import ROOT

READY_SECONDS = 180
_SET_PARENT_DEATH_SIGNAL = 1
SERVED = "service.wsgi:api()"


class Server:
    """gunicorn with `workers` processes of `threads` threads each, over one database, on a port of this machine."""

    def __init__(self, url: str, keys: Path, folder: Path, *, workers: int = 1, threads: int = 8) -> None:
        self.log = folder / "server.log"
        self.port = _free_port()
        self._words = [
            sys.executable, "-m", "gunicorn", "--workers", str(workers), "--threads", str(threads), "--bind",
            f"127.0.0.1:{self.port}", "--backlog", "256", "--timeout", "120", "--keep-alive", "90",
            "--no-control-socket", SERVED,
        ]  # fmt: skip
        self._surroundings = {
            **os.environ,
            "KEZDESU_DATABASE_URL": url,
            "KEZDESU_KEYS_DIR": str(keys),
            "KEZDESU_DATA_DIR": str(folder),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Starts it; answers after how many seconds it gave its first good answer."""
        began = time.monotonic()
        self.launch()
        while not self.answers():
            self.insist_that_it_runs()
            assert time.monotonic() - began < READY_SECONDS, self.log.read_text()[-3000:]
            time.sleep(0.02)
        return time.monotonic() - began

    def launch(self) -> None:
        """Starts it, and does not wait."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words,
                cwd=ROOT,
                env=self._surroundings,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 it makes one system call and takes no lock
            )

    def insist_that_it_runs(self) -> None:
        """Fails when it has ended by itself."""
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()[-3000:]

    def answers(self) -> bool:
        """Whether it says that it is well."""
        with contextlib.suppress(OSError):
            connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.request("GET", "/api/v1/health")
                return connection.getresponse().status == 200
            finally:
                connection.close()
        return False

    def kill(self) -> None:
        """Ends the whole process group at once; a master alone would leave its workers running."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            self._process.wait(READY_SECONDS)
            self._process = None


@contextlib.contextmanager
def serving(url: str, keys: Path, folder: Path, *, workers: int = 1, threads: int = 8) -> Iterator[Server]:
    """A server that answers, for the length of the block."""
    server = Server(url, keys, folder, workers=workers, threads=threads)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def end_with_parent() -> None:
    """For a child about to be: a test run that is killed leaves nobody behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _free_port() -> int:
    # Below the ports that outgoing connections get: a killed server finds its own free again.
    while True:
        with socket.socket() as taken, contextlib.suppress(OSError):
            taken.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            return int(taken.getsockname()[1])
