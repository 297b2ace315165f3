"""What a supplier that can record adds to a call's room: turned on and off, and the tracks it has finished."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from service.gateways.calls import InMemoryCalls, NotInRoom

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Track:
    """One side of a call, finished, lying unsealed at the supplier until it is taken over."""

    party: str
    file: Path

    def octets(self) -> Iterator[bytes]:
        """Its content, a megabyte at a time."""
        with self.file.open("rb") as source:
            while data := source.read(CHUNK):
                yield data


@runtime_checkable
class RecordingProvider(Protocol):
    """A supplier with the capability 'record'."""

    def record(self, call: str, on: bool) -> None:
        """Turns it on or off; as it is already, nothing happens. Raises NotInRoom, ProviderAway."""
        ...

    def tracks(self, call: str) -> list[Track]:
        """What it has finished of a call that is over. Raises ProviderAway."""
        ...

    def forget(self, track: Track) -> None:
        """Removes a track that was taken over."""
        ...


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
        return [Track(file.suffix[1:], file) for file in sorted(self._folder.glob(f"{call}.*"))]

    def forget(self, track: Track) -> None:
        """See `RecordingProvider.forget`."""
        track.file.unlink(missing_ok=True)
