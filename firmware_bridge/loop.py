"""One line's loop: octets from its port, codes to the gatehouse, answers back to the line."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Protocol

from firmware_bridge.actuate.relay import Relay
from firmware_bridge.clock import Clock
from firmware_bridge.decide import Decision, Source, Verdict
from firmware_bridge.devices import Device, Heard, Note
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.health import LineHealth, ReaderHealth
from firmware_bridge.journal import NotRecorded
from firmware_bridge.passes import Refusal
from firmware_bridge.ports import Port
from firmware_bridge.reader import Busy, Event, Muted, Presented, ReaderSession

IDLE_WAIT = 0.4
"""Seconds. A bridge of 64 quiet lines wakes up often enough to be seen to live, and not oftener."""
DECIDING_WAIT = 0.005
REFUSED_UNRECORDED = Decision(Verdict.REFUSE, Refusal.NOT_RECORDED, Source.OFFLINE)


class Tell(Protocol):
    """Hears what happens, for the log: a word and its facts. Never a token, never a name."""

    def __call__(self, event: str, **facts: object) -> None: ...


@dataclass(slots=True)
class Station:
    """A reader of the line: where it stands, what it has seen, and the door it opens, if any (a name for the record).

    A `relay` beside the reader is pulsed; an output of the reader itself is switched by its device.
    """

    place: Place
    session: ReaderSession = field(default_factory=ReaderSession)
    door: str | None = None
    relay: Relay | None = None


@dataclass(slots=True, eq=False)
class Put:
    """A code of a line's reader of this number that is to be decided with those of other lines; put at `began`."""

    loop: "LineLoop"
    number: int
    place: Place
    text: str
    began: float


class LineLoop:
    """Owns one port. `step` waits 0.4 seconds at most and never raises: a thread calls it for ever.

    With `workers` decisions are made beside the line, which is served meanwhile: several readers share it, or several
    lines a thread. `woken` hears from the workers that an answer is there. With `together` codes are put there, and
    whoever calls `turn` decides, answers and settles them.
    """

    def __init__(
        self,
        stations: Sequence[Station],
        *,
        port: Port,
        device: Device,
        gatehouse: Gatehouse,
        clock: Clock,
        tell: Tell,
        health: LineHealth | None = None,
        workers: Executor | None = None,
        woken: "Callable[[LineLoop], None] | None" = None,
        together: list[Put] | None = None,
    ) -> None:
        self._stations = stations
        self._port = port
        self._device = device
        self._gatehouse = gatehouse
        self._clock = clock
        self._tell = tell
        self._health = health or LineHealth("")
        for station in stations:
            self._health.readers.setdefault(station.place.reader, ReaderHealth(station.place.gate))
        self._workers, self._woken, self._together = workers, woken, together
        self._answers: SimpleQueue[tuple[Put, Decision]] = SimpleQueue()
        self._deciding = 0
        self._openings = port.openings

    def step(self) -> None:
        """Reads once and answers what was read."""
        try:
            self._turn(self._port.read(self._patience()))
        except Exception as fault:  # the thread must live: without it the readers are dead until somebody looks
            self._failed(fault)

    def turn(self, octets: bytes) -> None:
        """The same with what another has read from the port, if anything. Never waits."""
        try:
            self._turn(octets)
        except Exception as fault:  # the same thread serves the other lines
            self._failed(fault)

    def wait(self) -> float | None:
        """Seconds after which the device wants a turn though nothing came; None for never."""
        return self._device.wait(self._clock.monotonic())

    def decide(self, put: Put) -> Decision:
        """Decides one code. Never raises."""
        station = self._stations[put.number]
        try:
            decision = self._gatehouse.decide(put.place, put.text)
        except Exception as fault:  # whoever stands there hears a refusal, not silence
            self._fault(station, fault)
            return REFUSED_UNRECORDED
        return self.opened(put, decision)

    def opened(self, put: Put, decision: Decision) -> Decision:
        """The decision, once the opening of the door, if there is one, is on record."""
        station = self._stations[put.number]
        if decision.verdict is not Verdict.ADMIT or station.door is None:
            return decision
        try:
            self._gatehouse.record_door(station.place, decision, station.door)
        except NotRecorded:
            return REFUSED_UNRECORDED
        except Exception as fault:  # whoever stands there hears a refusal, not silence
            self._fault(station, fault)
            return REFUSED_UNRECORDED
        return decision

    def settle(self, put: Put) -> None:
        """The reader's next code is a question again."""
        self._stations[put.number].session.settled()

    def _failed(self, fault: Exception) -> None:
        self._device.lost()
        for station in self._stations:
            station.session.settled()
            self._fault(station, fault)

    def _turn(self, octets: bytes) -> None:
        now = self._clock.monotonic()
        self._health.stepped(len(octets), now)
        if self._port.openings != self._openings:
            self._openings = self._port.openings
            self._take(self._device.lost(), now)
        self._take(self._device.feed(octets, now), now)
        if self._deciding:
            self._collect()
        self._flush()

    def _patience(self) -> float:
        due = self._device.wait(self._clock.monotonic())
        wait = IDLE_WAIT if due is None else min(due, IDLE_WAIT)
        return min(wait, DECIDING_WAIT) if self._deciding else wait

    def _take(self, events: Sequence[Heard], now: float) -> None:
        if events and self._together is None:
            # A scanner that waits for an acknowledgement does not wait for a decision.
            self._flush()
        for heard in events:
            station = self._stations[heard.reader]
            if isinstance(heard.what, Note):
                self._note(station, heard.what)
            else:
                self._event(heard.reader, station.session.heard(heard.what, now))

    def _event(self, number: int, event: Event) -> None:
        station = self._stations[number]
        if isinstance(event, Presented):
            put = Put(self, number, station.place, event.text, self._clock.monotonic())
            if self._together is not None:
                self._together.append(put)
            elif self._workers is not None:
                self._deciding += 1
                self._workers.submit(self._decide_beside, put)
            else:
                self.answer(put, self.decide(put))
                # What came while the answer was found is not a scan: nobody was ready to look at its holder.
                now = self._clock.monotonic()
                self._take(self._device.feed(self._port.read(0), now), now)
                self.settle(put)
            return
        health = self._health.readers[station.place.reader]
        if isinstance(event, Muted):
            health.muted += 1
        elif isinstance(event, Busy):
            health.busy += 1
        else:
            health.dropped[event.why.value] += 1
        self._tell(type(event).__name__.lower(), reader=station.place.reader, **_outline(event))

    def _decide_beside(self, put: Put) -> None:
        self._answers.put((put, self.decide(put)))
        if self._woken is not None:
            self._woken(self)

    def _collect(self) -> None:
        while True:
            try:
                put, decision = self._answers.get_nowait()
            except Empty:
                return
            self._deciding -= 1
            self.answer(put, decision)
            self.settle(put)

    def answer(self, put: Put, decision: Decision) -> None:
        """Has the reader sound the decision, and counts it."""
        station = self._stations[put.number]
        if decision.verdict is Verdict.ADMIT and station.relay is not None:
            station.relay.pulse()
        self._device.answer(put.number, decision)
        written = self._flush()
        ended = self._clock.monotonic()
        milliseconds = round((ended - put.began) * 1000, 1)
        health = self._health.readers[station.place.reader]
        health.answered(decision.verdict, decision.source, decision.reason, milliseconds, ended)
        health.unwritten += not written
        self._tell(
            "answered",
            reader=station.place.reader,
            gate=station.place.gate,
            verdict=decision.verdict,
            reason=decision.reason,
            source=decision.source,
            sequence=decision.sequence,
            repeated=decision.repeated,
            milliseconds=milliseconds,
            written=written,
        )

    def _flush(self) -> bool:
        """Writes what the device has to say; False when the line did not take it."""
        octets = self._device.outgoing(self._clock.monotonic())
        return self._port.write(octets) if octets else True

    def _note(self, station: Station, note: Note) -> None:
        health = self._health.readers[station.place.reader]
        if note.event in ("reader-online", "reader-offline"):
            health.online = note.event == "reader-online"
            health.why_offline = str(note.facts.get("why", ""))
        self._tell(note.event, reader=station.place.reader, **note.facts)

    def _fault(self, station: Station, fault: Exception) -> None:
        self._health.readers[station.place.reader].faults += 1
        self._tell("fault", reader=station.place.reader, fault=repr(fault))


def _outline(event: Event) -> dict[str, object]:
    """The facts of an event without the code that was read: a log is no place for passes."""
    return {name: str(getattr(event, name)) for name in ("why", "octets") if getattr(event, name, None) is not None}
