"""What a restore would take back: heads that others hold, against how far a backup's logs had come."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from service.backup.manifest import LogAt
from service.backup.refused import NotDone
from service.record import notes
from service.record.checkpoint import open_checkpoint, parse_checkpoint
from service.record.cosignature import cosigned_at
from service.record.keys import NoteVerifier
from service.record.refusals import RecordRefused

COSIGNATURE_BYTES = 72


@dataclass(frozen=True, slots=True)
class Loss:
    """Events of a log that somebody outside has seen and the copy has not.

    `seen_at` is the time its newest cosignature states; None where the head bears none. `last_at` is the copy's newest
    event. Both heads are of the log `origin`.
    """

    origin: str
    seen: int
    held: int
    last_at: datetime
    seen_at: datetime | None

    @property
    def events(self) -> int:
        """How many events are lost, at least: nobody outside has seen those after that head."""
        return self.seen - self.held

    @property
    def minutes(self) -> int | None:
        """The time from the copy's newest event to when the head was seen, in whole minutes."""
        return None if self.seen_at is None else max(0, ceil((self.seen_at - self.last_at).total_seconds() / 60))

    @property
    def words(self) -> str:
        """The sentence for whoever restores."""
        how_long = "over a time that the head does not tell" if self.minutes is None else f"of {self.minutes} minutes"
        return (
            f"{self.origin}: {self.events} events {how_long} are lost, at least. A witness holds a head of {self.seen} "
            f"entries; this copy ends at {self.held}, at {self.last_at:%Y-%m-%d %H:%M} UTC."
        )

    def told(self) -> dict[str, str | int | None]:
        """As JSON."""
        return {
            "log": self.origin,
            "events": self.events,
            "minutes": self.minutes,
            "seen": self.seen,
            "held": self.held,
            "last_at": self.last_at.isoformat(),
            "seen_at": self.seen_at.isoformat() if self.seen_at else None,
        }


def losses(logs: Iterable[LogAt], files: Sequence[bytes]) -> tuple[list[Loss], list[bytes]]:
    """What the copy lacks of the heads in `files`, one entry a log, and the files whose heads it reaches.

    Raises NotDone for a file that is no head of one of these logs, signed by its key: a rollback must not pass because
    a head was garbled.
    """
    by_origin = {log.origin: log for log in logs}
    found: dict[str, Loss] = {}
    reached: list[bytes] = []
    for number, data in enumerate(files, 1):
        try:
            note = notes.parse(data)
            head = parse_checkpoint(note.text)
            log = by_origin.get(head.origin)
            if log is None:
                raise NotDone(f"head {number} is of {head.origin}, which this backup does not hold")
            open_checkpoint(note, NoteVerifier.from_vkey(log.verifier_key))
        except RecordRefused as refused:
            raise NotDone(f"head {number} is no signed head of a log in this backup: {refused.code}") from refused
        if head.size <= log.size:
            reached.append(data)
            continue
        loss = Loss(log.origin, head.size, log.size, log.last_at, max(_times(note), default=None))
        known = found.get(log.origin)
        if known is None or known.seen <= loss.seen:
            found[log.origin] = loss
    return [found[origin] for origin in sorted(found)], reached


def _times(note: notes.Note) -> Iterator[datetime]:
    for one in note.signatures:
        if len(one.signature) == COSIGNATURE_BYTES:
            # A time beyond the calendar says nothing.
            with suppress(ValueError, OverflowError, OSError):
                yield cosigned_at(one)
