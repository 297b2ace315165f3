"""OSDP readers without hardware: libosdp's, on a simulated line, in a child process."""

import json
import queue
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class SimulatedReader:
    """A reader of the line. `key` is hexadecimal, None for the factory's. `enforce`: nothing without a session.

    `install`: it lets its key be set under the factory's.
    """

    address: int
    key: str | None = None
    enforce: bool = True
    install: bool = False


class OsdpReaders:
    """Readers on one line; the bridge opens `at`. What they did comes from `did`. Without `at`: `SteppedReaders`.

    Raises RuntimeError when libosdp is not installed.
    """

    def __init__(
        self, at: Path | None, readers: Sequence[SimulatedReader], *, baud: int = 115_200, seed: int = 0
    ) -> None:
        settings = {"baud": baud, "seed": seed, "readers": [asdict(reader) for reader in readers]}
        if at is not None:
            settings["at"] = str(at)
        self.path = str(at or "")
        self._child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "firmware_bridge.simulate.osdp_child", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._did: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        if self._did.get(timeout=PATIENCE) is None:
            raise RuntimeError("the simulated readers did not start: they need libosdp 3.2 (pip install libosdp)")

    def present(self, address: int, octets: bytes, bits: int | None = None) -> None:
        """Holds a card or code before a reader; 64 octets at most, as libosdp has it."""
        self.tell(present=address, octets=octets.hex(), **({} if bits is None else {"bits": bits}))

    def tell(self, **what: Any) -> None:
        """Does something at the readers or to the line, as `osdp_child` knows it: press, cut, mend, noise, inject."""
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(what) + "\n")
        self._child.stdin.flush()

    def did(self, within: float = PATIENCE) -> dict[str, Any] | None:
        """The next thing a reader did: the command it carried out, and when (monotonic). None when nothing."""
        try:
            return self._did.get(timeout=within)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Takes readers and line away."""
        self._child.kill()
        self._child.wait()
        self._listener.join()
        for stream in (self._child.stdin, self._child.stdout):
            assert stream is not None
            stream.close()
        if self.path:
            Path(self.path).unlink(missing_ok=True)

    def __enter__(self) -> "OsdpReaders":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for said in self._child.stdout:
            self._did.put(json.loads(said))
        self._did.put(None)


class SteppedReaders(OsdpReaders):
    """The same readers on a line whose time is passed in: nothing on it depends on how busy the machine is.

    What the readers carried out, and which codes were held up, is in `done`.
    """

    def __init__(self, readers: Sequence[SimulatedReader], *, baud: int = 115_200, seed: int = 0) -> None:
        super().__init__(None, readers, baud=baud, seed=seed)
        self.done: list[dict[str, Any]] = []

    def step(self, now: float, octets: bytes) -> tuple[bytes, float | None]:
        """Puts the panel's octets on the line at `now` (seconds) and lets its time pass up to there.

        Answers what came to the panel, and when the next octet arrives somewhere. Raises RuntimeError when the
        readers' process is gone.
        """
        self.tell(step=now, octets=octets.hex())
        while (said := self._did.get(timeout=PATIENCE)) is not None:
            if "came" in said:
                return bytes.fromhex(said["came"]), said["next"]
            self.done.append(said)
        raise RuntimeError("the simulated readers' process has ended")
