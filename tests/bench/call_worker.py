"""A worker of the service that has nothing to do but calls, in a process of its own; until its input is closed."""

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from service.gateways.calls import InMemoryCalls
from service.jobs.runner import Worker, call_jobs
from tests.builders import make_environment


def main(url: str, keys: str, ahead: str, name: str) -> None:
    """Works as `kezdesu worker` does; its clock goes `ahead` seconds before the machine's."""
    environment = make_environment(url, Path(keys), lambda: datetime.now(UTC) + timedelta(seconds=float(ahead)))
    stopped = threading.Event()
    work = Worker(environment, name, ZoneInfo("Asia/Almaty"), call_jobs(InMemoryCalls()))
    thread = threading.Thread(target=work.work, args=[stopped])
    thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    stopped.set()
    thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
