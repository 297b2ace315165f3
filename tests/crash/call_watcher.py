"""A worker that does nothing but watch over calls, in a process of its own; killed by the tests without warning.

Its supplier is a file to which every process appends: whatever was done, however often, can be counted afterwards.
"""

import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.gateways.calls import CallSpec, Presence, RoomView
from service.jobs.calling import CallWatch
from tests.builders import make_environment


class LedgerCalls:
    """Writes down what it is told, one line an act, in one write each."""

    name = "ledger"
    caps: frozenset = frozenset()  # type: ignore[type-arg]

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def _write(self, act: str, call: str) -> None:
        os.write(self._file, f"{act} {call}\n".encode())

    def open(self, spec: CallSpec) -> None:
        self._write("open", spec.call)

    def arrange(self, call: str, view: RoomView) -> None:
        self._write("live" if view.live else "hold", call)

    def relay(self, call: str, seat: str, party: str, op: str, body: Mapping[str, object]) -> Mapping[str, object]:
        raise NotImplementedError

    def present(self, call: str) -> list[Presence]:
        del call
        return []

    def announce(self, call: str, code: str) -> None:
        self._write(code, call)

    def end(self, call: str) -> bool:
        self._write("end", call)
        return True


def main(url: str, keys: str, ledger: str, ahead: str) -> None:
    """Watches until it is killed; its clock goes `ahead` seconds before the machine's."""
    environment = make_environment(url, Path(keys), lambda: datetime.now(UTC) + timedelta(seconds=float(ahead)))
    watch = CallWatch(LedgerCalls(Path(ledger)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        watch.turn(environment)
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
