"""A worker of the service that has nothing to do but calls, in a process of its own; until its input is closed."""

import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from service.gateways.calls import InMemoryCalls
from service.jobs.runner import Worker, call_jobs
from tests.builders import make_environment


class TimedCalls(InMemoryCalls):
    """Writes down when it was told to end a room, one line an end."""

    def __init__(self, file: Path, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._file, self._clock = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT), clock

    def end(self, call: str) -> bool:
        """See `CallProvider.end`."""
        os.write(self._file, f"{call} {self._clock().isoformat()}\n".encode())
        return super().end(call)


def main(url: str, keys: str, ends: str, ahead: str, name: str) -> None:
    """Works as `kezdesu worker` does; its clock goes `ahead` seconds before the machine's."""

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead))

    environment = make_environment(url, Path(keys), clock)
    stopped = threading.Event()
    provider = TimedCalls(Path(ends), clock)
    work = Worker(environment, name, ZoneInfo("Asia/Almaty"), call_jobs(provider))
    thread = threading.Thread(target=work.work, args=[stopped])
    thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    stopped.set()
    thread.join()
    print(name, round(time.process_time(), 2), "seconds of processor time", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
