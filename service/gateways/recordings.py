"""What a supplier that can record adds to a call's room: turned on and off, and the tracks it has finished."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from service.gateways.calls import CallProvider, InMemoryCalls, NotInRoom


@dataclass(frozen=True, slots=True)
class Track:
    """One side of a call, finished, lying unsealed at the supplier until it is taken over. `octets`: its content."""

    party: str
    octets: Callable[[], Iterator[bytes]]


@runtime_checkable
class RecordingProvider(Protocol):
    """A supplier with the capability 'record'."""

    def record(self, call: str, on: bool) -> None:
        """Turns it on or off; as it is already, nothing happens. Raises NotInRoom, ProviderAway."""
        ...

    def tracks(self, call: str) -> list[Track]:
        """What it has finished of a call that is over; nothing while its room still stands. Raises ProviderAway."""
        ...

    def forget(self, call: str) -> None:
        """Removes whatever it has recorded of a call. Raises ProviderAway."""
        ...

    def lying(self) -> frozenset[str]:
        """The calls of which something recorded lies at the supplier, finished or not. Raises ProviderAway."""
        ...


def can_record(provider: CallProvider, call: str) -> bool:
    """Whether this call can be recorded by who carries it."""
    shared = getattr(provider, "carrier", None)
    carries: CallProvider = provider if shared is None else shared(call)
    return "record" in carries.caps and isinstance(carries, RecordingProvider)


class InMemoryRecording(InMemoryCalls):
    """The supplier of the demonstration, with a file of a few octets for each side that was recorded."""

    caps = InMemoryCalls.caps | {"record"}

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def record(self, call: str, on: bool) -> None:
        """See `RecordingProvider.record`."""
        if call not in self._rooms:
            raise NotInRoom(call)
        if on:
            self._folder.mkdir(parents=True, exist_ok=True)
            for party in ("convict", "relative"):
                (self._folder / f"{call}.{party}").write_bytes(f"what the {party} says".encode())

    def tracks(self, call: str) -> list[Track]:
        """See `RecordingProvider.tracks`."""
        if call in self._rooms:
            return []
        files = sorted(self._folder.glob(f"{call}.*"))
        return [Track(file.suffix[1:], lambda file=file: iter([file.read_bytes()])) for file in files]  # type: ignore[misc]

    def forget(self, call: str) -> None:
        """See `RecordingProvider.forget`."""
        for file in self._folder.glob(f"{call}.*"):
            file.unlink(missing_ok=True)

    def lying(self) -> frozenset[str]:
        """See `RecordingProvider.lying`."""
        return frozenset(file.name.partition(".")[0] for file in self._folder.glob("*.*"))
