"""One line's loop: octets from its port, codes to the gatehouse, answers back to the line."""

from collections.abc import Sequence
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


@dataclass(slots=True)
class _Answered:
    number: int
    decision: Decision
    began: float


class LineLoop:
    """Owns one port. `step` waits 0.4 seconds at most and never raises: a thread calls it for ever.

    With `workers` decisions are made beside the line, which is served meanwhile: several readers share it.
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
        self._workers = workers
        self._answers: SimpleQueue[_Answered] = SimpleQueue()
        self._deciding = 0
        self._openings = port.openings

    def step(self) -> None:
        """Reads once and answers what was read."""
        try:
            self._step()
        except Exception as fault:  # the thread must live: without it the readers are dead until somebody looks
            self._device.lost()
            for station in self._stations:
                station.session.settled()
                self._fault(station, fault)

    def _step(self) -> None:
        octets = self._port.read(self._patience())
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
        if events:
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
            began = self._clock.monotonic()
            if self._workers is None:
                self._answer(_Answered(number, self._decide(station, event.text), began))
            else:
                self._deciding += 1
                self._workers.submit(self._decide_beside, number, event.text, began)
            return
        health = self._health.readers[station.place.reader]
        if isinstance(event, Muted):
            health.muted += 1
        elif isinstance(event, Busy):
            health.busy += 1
        else:
            health.dropped[event.why.value] += 1
        self._tell(type(event).__name__.lower(), reader=station.place.reader, **_outline(event))

    def _decide_beside(self, number: int, text: str, began: float) -> None:
        self._answers.put(_Answered(number, self._decide(self._stations[number], text), began))

    def _decide(self, station: Station, text: str) -> Decision:
        try:
            decision = self._gatehouse.decide(station.place, text)
            if decision.verdict is Verdict.ADMIT and station.door is not None:
                self._gatehouse.record_door(station.place, decision, station.door)
        except NotRecorded:
            return REFUSED_UNRECORDED
        except Exception as fault:  # whoever stands there hears a refusal, not silence
            self._fault(station, fault)
            return REFUSED_UNRECORDED
        return decision

    def _collect(self) -> None:
        while True:
            try:
                answered = self._answers.get_nowait()
            except Empty:
                return
            self._deciding -= 1
            self._answer(answered)

    def _answer(self, answered: _Answered) -> None:
        station, decision = self._stations[answered.number], answered.decision
        if decision.verdict is Verdict.ADMIT and station.relay is not None:
            station.relay.pulse()
        self._device.answer(answered.number, decision)
        written = self._flush()
        ended = self._clock.monotonic()
        milliseconds = round((ended - answered.began) * 1000, 1)
        health = self._health.readers[station.place.reader]
        health.answered(decision.verdict.value, decision.source.value, decision.reason, milliseconds, ended)
        health.unwritten += not written
        self._tell(
            "answered",
            reader=station.place.reader,
            gate=station.place.gate,
            verdict=decision.verdict.value,
            reason=decision.reason,
            source=decision.source.value,
            sequence=decision.sequence,
            repeated=decision.repeated,
            milliseconds=milliseconds,
            written=written,
        )
        if self._workers is None:
            # What came while the answer was found is not a scan: nobody was ready to look at its holder.
            self._take(self._device.feed(self._port.read(0), ended), ended)
        station.session.settled()

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
