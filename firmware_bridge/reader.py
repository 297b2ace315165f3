"""One reader's session: which of the codes it sends are put to the gate, one at a time."""

from dataclasses import dataclass

from firmware_bridge.codecs.codes import Dropped, Scan


@dataclass(frozen=True, slots=True)
class Presented:
    """A code to be decided now. Nothing else of this reader is put to the gate until `settled`."""

    text: str


@dataclass(frozen=True, slots=True)
class Muted:
    """The same code again while it is still held before the reader: no new question."""

    text: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Another code while one is being decided: not used, its holder hears no answer and shows it again."""

    text: str


Event = Presented | Muted | Busy | Dropped


class ReaderSession:
    """Turns a reader's scans into questions for the gate. Times are monotonic seconds.

    A code is muted until `mute` seconds have passed without it. A question that is not settled after
    `patience` seconds no longer holds the reader: whatever kept the answer, the reader stays usable.
    """

    def __init__(self, *, mute: float = 3.0, patience: float = 5.0) -> None:
        self._mute = mute
        self._patience = patience
        self._last_seen: dict[str, float] = {}
        """By code, the one seen longest ago first."""
        self._open_since: float | None = None

    def heard(self, event: Scan | Dropped, now: float) -> Event:
        """Takes what the reader's codec has read."""
        return self._scanned(event.text, now) if isinstance(event, Scan) else event

    def settled(self) -> None:
        """The open question is answered."""
        self._open_since = None

    def _scanned(self, text: str, now: float) -> Event:
        seen = self._last_seen
        while seen and now - seen[oldest := next(iter(seen))] >= self._mute:
            del seen[oldest]
        if text in seen:
            del seen[text]
            seen[text] = now
            return Muted(text)
        if self._open_since is not None and now - self._open_since < self._patience:
            return Busy(text)
        seen[text] = now
        self._open_since = now
        return Presented(text)
