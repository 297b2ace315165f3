"""One reader's loop: octets from its port, codes to the gatehouse, answers back to the line."""

from typing import Protocol

from firmware_bridge.actuate.line import Actuator
from firmware_bridge.clock import Clock
from firmware_bridge.decide import Decision, Source, Verdict
from firmware_bridge.gatehouse import Gatehouse, Place
from firmware_bridge.passes import Refusal
from firmware_bridge.ports import Port
from firmware_bridge.reader import Event, Presented, ReaderSession


class Tell(Protocol):
    """Hears what happens, for the log: a word and its facts. Never a token, never a name."""

    def __call__(self, event: str, **facts: object) -> None: ...


class ReaderLoop:
    """Owns one port. `step` waits a tenth of a second at most and never raises: a thread calls it for ever."""

    def __init__(
        self,
        place: Place,
        *,
        port: Port,
        session: ReaderSession,
        actuator: Actuator,
        gatehouse: Gatehouse,
        clock: Clock,
        tell: Tell,
    ) -> None:
        self._place = place
        self._port = port
        self._session = session
        self._actuator = actuator
        self._gatehouse = gatehouse
        self._clock = clock
        self._tell = tell
        self._openings = port.openings

    def step(self) -> None:
        """Reads once and answers what was read."""
        try:
            self._step()
        except Exception as fault:  # the thread must live: without it the reader is dead until somebody looks
            self._session.lost()
            self._session.settled()
            self._tell("fault", reader=self._place.reader, fault=repr(fault))

    def _step(self) -> None:
        octets = self._port.read()
        if self._port.openings != self._openings:
            self._openings = self._port.openings
            self._heard(self._session.lost())
        self._heard(self._session.feed(octets, self._clock.monotonic()))

    def _heard(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Presented):
                self._answer(event.text)
            else:
                self._tell(type(event).__name__.lower(), reader=self._place.reader, **_outline(event))

    def _answer(self, text: str) -> None:
        began = self._clock.monotonic()
        try:
            decision = self._gatehouse.decide(self._place, text)
        except Exception as fault:  # whoever stands there hears a refusal, not silence
            decision = Decision(Verdict.REFUSE, Refusal.NOT_RECORDED, Source.OFFLINE)
            self._tell("fault", reader=self._place.reader, fault=repr(fault))
        written = self._port.write(self._actuator(decision))
        ended = self._clock.monotonic()
        self._tell(
            "answered",
            reader=self._place.reader,
            gate=self._place.gate,
            verdict=decision.verdict.value,
            reason=decision.reason,
            source=decision.source.value,
            sequence=decision.sequence,
            repeated=decision.repeated,
            milliseconds=round((ended - began) * 1000, 1),
            written=written,
        )
        # What came while the answer was found is not a scan: nobody was ready to look at its holder.
        self._heard(self._session.feed(self._port.read(0), ended))
        self._session.settled()


def _outline(event: Event) -> dict[str, object]:
    """The facts of an event without the code that was read: a log is no place for passes."""
    return {name: str(getattr(event, name)) for name in ("why", "octets") if getattr(event, name, None) is not None}
