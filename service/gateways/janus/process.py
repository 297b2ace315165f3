"""A Janus of our own, as a child of this process: for `kezdesu run` and for tests. A server runs it by systemd."""

import contextlib
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service.gateways.calls import ProviderAway
from service.gateways.janus.configuration import LIBRARY, JanusSetup, write_configuration
from service.gateways.janus.line import JanusLine

PROGRAM = "janus"
STARTS_WITHIN = 60.0


class NotStarted(RuntimeError):
    """Janus is there and did not come up; its own words are in its log."""


def installed() -> bool:
    """Whether the Debian package is there."""
    return shutil.which(PROGRAM) is not None and LIBRARY.is_dir()


@dataclass
class OwnJanus:
    """One Janus with a configuration of its own in `folder`, on this machine only."""

    folder: Path
    setup: JanusSetup
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def line(self) -> JanusLine:
        """The way to it."""
        return JanusLine(f"http://127.0.0.1:{self.setup.port}/janus", self.setup.secret)

    @property
    def pid(self) -> int:
        """Its process. Raises NotStarted."""
        if self._child is None:
            raise NotStarted("not started")
        return self._child.pid

    def start(self) -> None:
        """Starts it and waits until it answers. Raises NotStarted."""
        write_configuration(self.folder, self.setup)
        program = shutil.which(PROGRAM)
        if program is None:
            raise NotStarted("the package janus is not installed")
        with (self.folder / "log").open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603  (a program of the system, with our own files)
                [program, "--configs-folder", str(self.folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        giving_up = time.monotonic() + STARTS_WITHIN
        while True:
            with contextlib.suppress(ProviderAway):
                self.line.destroy(self.line.create())
                return
            if self._child.poll() is not None or time.monotonic() > giving_up:
                self.stop()
                raise NotStarted(str(self.folder / "log"))
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it, with everything it carries."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of this machine that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def running_janus(folder: Path, media: tuple[int, int] = (20000, 29999)) -> Iterator[OwnJanus]:
    """A Janus on a free port for as long as the block lasts, with a secret made for it."""
    own = OwnJanus(folder, JanusSetup(free_port(), secrets.token_urlsafe(32), media=media))
    own.start()
    try:
        yield own
    finally:
        own.stop()
