"""The proof of a finding: the entry it was found at, proven to stand in the log under the head that was signed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.record import notes
from service.record.checkpoint import parse_checkpoint
from service.record.receipt import make_receipt
from service.record.refusals import RecordRefused
from service.record.tiles import CHECKPOINT, ENTRIES, DirectoryTiles, decode_bundle, tile_path
from service.record.tree import TILE_WIDTH
from service.store.verify.finding import Finding


@dataclass(frozen=True, slots=True)
class Proved:
    """A finding; where it names an event that can be read, the entry and its receipt (C2SP tlog-proof@v1)."""

    finding: Finding
    entry: bytes | None = None
    receipt: bytes | None = None


def prove(findings: Sequence[Finding], directories: Mapping[str, Path]) -> Iterator[Proved]:
    """Each finding with its proof; `directories` are the copies by the log's id. The receipt's head is the copy's."""
    for finding in findings:
        directory = directories.get(finding.log or "")
        found = None if directory is None or finding.event is None else _proof(directory, finding.event)
        yield Proved(finding, *(found or (None, None)))


def _proof(directory: Path, number: int) -> tuple[bytes, bytes] | None:
    try:
        note = notes.parse((directory / CHECKPOINT).read_bytes())
        size = parse_checkpoint(note.text).size
        if number >= size:
            return None
        index, offset = divmod(number, TILE_WIDTH)
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        entry = decode_bundle((directory / tile_path(ENTRIES, index, width)).read_bytes())[offset]
        return entry, make_receipt(number, DirectoryTiles(directory), note).encode()
    except (RecordRefused, OSError, IndexError, LookupError):
        return None  # the copy is broken just there, which is a finding of its own
