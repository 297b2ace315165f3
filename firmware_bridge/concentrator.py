"""All scanners' lines served by one thread: what comes together is read, recorded and answered together.

A thread a line would wake up twice for each code, and each code would have a sync of its own. Opening and closing may
hang with a dying device, so that is done by each line's own thread, which rests while its line is open.
"""

import os
import select
from concurrent.futures import Executor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Lock

from firmware_bridge.clock import Clock
from firmware_bridge.decide import Decision
from firmware_bridge.gatehouse import Gatehouse
from firmware_bridge.loop import IDLE_WAIT, LineLoop, Put, Tell
from firmware_bridge.ports import PortState, SerialPort

GATHER = 0.002
"""Seconds that octets wait for more: a hundredth of what a code takes on a line of 9600."""
BUSY, BUSY_GATHER = 0.012, 0.0075
"""So soon after other codes, more are on their way: they wait for each other so long, and share a sync."""
AFTER_FAULT = 0.1


class SharedPort:
    """A port whose thread serves other lines too: nothing here waits."""

    def __init__(self, port: SerialPort) -> None:
        self._port = port

    @property
    def state(self) -> PortState:
        return self._port.state

    @property
    def openings(self) -> int:
        return self._port.openings

    def read(self, wait: float = 0.0) -> bytes:  # noqa: ARG002
        return self._port.take()

    def write(self, octets: bytes) -> bool:
        return self._port.put(octets)

    def close(self) -> None:
        self._port.close()


@dataclass(slots=True, eq=False)
class Line:
    """An open line and its loop. `left` is set when its own thread has to look after it again."""

    port: SerialPort
    loop: LineLoop
    left: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.left.set()


class Concentrator:
    """Owns the lines that were given to it, until they are gone. `turn` is called for ever by one thread, and never
    raises; `serve` by the lines' own threads.
    """

    def __init__(self, gatehouse: Gatehouse, clock: Clock, tell: Tell, workers: Executor | None) -> None:
        self._gatehouse, self._clock, self._tell = gatehouse, clock, tell
        self.workers = workers
        """They ask the service, which takes longer than the other readers may wait. None where nobody is asked."""
        self.together: list[Put] | None = [] if workers is None else None
        self._lines: dict[int, Line] = {}
        self._due: dict[int, float] = {}
        self._answered: SimpleQueue[LineLoop] = SimpleQueue()
        self._next_round = clock.monotonic()
        self._last_code = float("-inf")
        self._lock = Lock()
        self._is_over = False
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._poll = select.epoll()
        self._poll.register(self._bell, select.EPOLLIN)

    def serve(self, line: Line) -> None:
        """Takes over a line that was just opened."""
        with self._lock:
            if self._is_over:
                return
            line.left.clear()
            end = line.port.fileno()
            self._lines[end] = line
            self._poll.register(end, select.EPOLLIN)

    def woken(self, loop: LineLoop) -> None:
        """An answer was found beside the lines. Called by the workers."""
        self._answered.put(loop)
        with self._lock:
            if not self._is_over:
                os.eventfd_write(self._bell, 1)

    def turn(self) -> None:
        """Waits until something comes, 0.4 seconds at most, and does what is to be done."""
        try:
            self._turn()
        except Exception as fault:  # the thread must live: without it every reader is dead
            self._tell("fault", reader="all", fault=repr(fault))
            self._clock.sleep(AFTER_FAULT)

    def stop(self) -> None:
        """Gives every line back to its own thread. Called when no more turns are taken."""
        with self._lock:
            self._is_over = True
            for end in list(self._lines):
                self._leave(end)
            self._poll.close()
            os.close(self._bell)

    def _turn(self) -> None:
        ready = self._poll.poll(self._patience())
        if ready and ready != [(self._bell, select.EPOLLIN)]:
            is_busy = self.together is not None and self._clock.monotonic() - self._last_code < BUSY
            self._clock.sleep(BUSY_GATHER if is_busy else GATHER)
            ready = self._poll.poll(0)
        for end, _ in ready:
            if end == self._bell:
                self._collect()
            else:
                self._read(end)
        if self.together:
            self._decide(self.together)
        now = self._clock.monotonic()
        for end in [end for end, due in self._due.items() if due <= now]:
            self._step(end, b"")
        if now >= self._next_round:
            # Half a code is dropped, and every line seen to live, though nothing comes.
            self._next_round = now + IDLE_WAIT
            for end in list(self._lines):
                self._step(end, b"")

    def _patience(self) -> float:
        soonest = min(self._due.values(), default=self._next_round)
        return max(min(soonest, self._next_round) - self._clock.monotonic(), 0)

    def _read(self, end: int) -> None:
        line = self._lines.get(end)
        if line is None:
            return
        octets = line.port.take()
        if line.port.is_gone:
            self._leave(end)
        else:
            self._step(end, octets)

    def _step(self, end: int, octets: bytes) -> None:
        line = self._lines.get(end)
        if line is None:
            return
        line.loop.turn(octets)
        wait = line.loop.wait()
        if wait is not None:
            self._due[end] = self._clock.monotonic() + wait
        elif self._due:
            self._due.pop(end, None)
        if line.port.is_gone:
            self._leave(end)

    def _collect(self) -> None:
        os.eventfd_read(self._bell)
        while True:
            try:
                loop = self._answered.get_nowait()
            except Empty:
                return
            loop.turn(b"")

    def _decide(self, put: list[Put]) -> None:
        codes = put[:]
        put.clear()
        for one, decision in zip(codes, self._decisions(codes), strict=True):
            one.loop.answer(one, decision)
        self._last_code = self._clock.monotonic()
        # What came while the answers were found is not a scan: nobody was ready to look at its holder.
        waited = {one.loop for one in codes}
        for end, _ in self._poll.poll(0):
            line = self._lines.get(end)
            if line is not None and line.loop in waited:
                self._read(end)
        for one in codes:
            one.loop.settle(one)

    def _decisions(self, codes: list[Put]) -> list[Decision]:
        try:
            decisions = self._gatehouse.decide_together([(one.place, one.text) for one in codes])
        except Exception as fault:  # one code that cannot be decided must not keep the others from their answer
            self._tell("fault", reader="all", fault=repr(fault))
            return [one.loop.decide(one) for one in codes]
        return [one.loop.opened(one, decision) for one, decision in zip(codes, decisions, strict=True)]

    def _leave(self, end: int) -> None:
        line = self._lines.pop(end)
        self._due.pop(end, None)
        self._poll.unregister(end)
        line.left.set()
