"""A worker at work in a thread of its own, for as long as a test looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from service.jobs.runner import Worker

PATIENCE = 60


@contextmanager
def at_work(worker: Worker) -> Iterator[None]:
    """Stops it at the end, whatever was found: one that outlives its test fails in the middle of another."""
    stopped = Event()
    working = Thread(target=worker.work, args=(stopped,))
    working.start()
    try:
        yield
    finally:
        stopped.set()
        working.join(PATIENCE)
    assert not working.is_alive()
