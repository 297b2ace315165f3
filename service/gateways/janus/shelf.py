"""The folder into which Janus records: files of one sender each, unsealed until they are taken over, and then gone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.domain.call_states import CONVICT, RELATIVE
from service.gateways.janus.mjr import Frame, NotRecorded, Recorded, picture_size, read_recorded
from service.gateways.recordings import Track
from service.gateways.webm import webm

NAMED = re.compile(r"videoroom-(?P<call>[0-9a-z]+)-user-(?P<party>[a-z]+)\.[0-9]+-[0-9]+-(audio|video)-[0-9]+\.mjr")
"""As Janus names them: room, sender, the microseconds, and which of its lines."""
SIDES = (CONVICT, RELATIVE)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One folder, that Janus and the worker may write and nobody else reads."""

    folder: Path

    def calls(self) -> frozenset[str]:
        """The calls of which something lies here."""
        return frozenset(named["call"] for _, named in self._files())

    def tracks(self, call: str) -> list[Track]:
        """One for each side that sent anything; both begin at the same moment, so that they can be played together.

        What the officer's page sent is no side's: it lies here too and is removed with the rest. Raises OSError.
        """
        found: dict[str, list[Recorded]] = {party: [] for party in SIDES}
        for file, named in self._files():
            if named["call"] == call and named["party"] in found:
                try:
                    found[named["party"]].append(read_recorded(file))
                except NotRecorded:  # begun and never written to
                    continue
        began = min((one.began for parts in found.values() for one in parts), default=0)
        return [
            Track(party, _Side(parts, began).octets) for party, parts in found.items() if any(p.frames for p in parts)
        ]

    def clear(self, call: str) -> None:
        """Nothing of the call lies here any more. A name says who spoke with whom and when: it goes before the file."""
        for file, named in self._files():
            if named["call"] == call:
                nameless = file.rename(file.with_name(f"{file.stat().st_ino}.gone"))
                nameless.unlink()
        for left in self.folder.glob("*.gone"):
            left.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[Path, re.Match[str]]]:
        for file in sorted(self.folder.glob("*.mjr")):
            if named := NAMED.fullmatch(file.name):
                yield file, named


@dataclass(frozen=True, slots=True)
class _Side:
    parts: Sequence[Recorded]
    began: int

    def octets(self) -> Iterator[bytes]:
        sound, picture = self._frames("sound"), self._frames("picture")
        size = max((picture_size(one) for one in picture), default=(0, 0))
        return webm(sound, picture, size)

    def _frames(self, kind: str) -> list[Frame]:
        """Of a page that was opened anew there are several files; each begins where it began."""
        moved = (
            Frame(one.at + part.began - self.began, one.key, one.data)
            for part in self.parts
            if part.kind == kind
            for one in part.frames
        )
        return sorted(moved, key=lambda one: one.at)
