"""The bridge's own record: what the gate did, written before the reader hears the answer.

A record is one write: length of the entry (4 octets), its CRC-32 (4), and the entry: sequence number (8), SHA-256
of the entry before (32), the facts as JSON in UTF-8 with sorted keys, and the bridge's signature over all of that (64).
It is on the disk (fdatasync) before `append` returns. The first entry's predecessor is 32 octets of zero.
"""

import json
import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any
from zlib import crc32

from firmware_bridge.disk import JournalFile

_HEAD = struct.Struct(">II")
_LINK = struct.Struct(">Q32s")
LARGEST_ENTRY = 4096
SIGNATURE = 64
NOTHING_BEFORE = bytes(32)


def no_key(_: bytes) -> bytes:
    """The signature of a journal without a key: zeros, which nobody takes for one."""
    return bytes(SIGNATURE)


Facts = Mapping[str, Any] | bytes
"""Of one record; octets are facts that are spelled already, as `spelled` would."""


class JournalDamaged(Exception):
    """A record in the middle does not read: octets were changed or lost. Nothing is repaired silently."""


class NotRecorded(Exception):
    """The record could not be brought to the disk; the journal stands as before."""


@dataclass(frozen=True, slots=True)
class Record:
    """One fact of the gate. `digest` is the SHA-256 of the entry, which the next record carries."""

    sequence: int
    facts: Mapping[str, Any]
    digest: bytes


class Journal:
    """Appends records to a file and reads them when it is opened; safe to use from several threads.

    `sign` is given the octets of an entry before its signature. `torn` is how many octets of an unfinished last record
    were cut off. Raises JournalDamaged.
    """

    def __init__(self, file: JournalFile, sign: Callable[[bytes], bytes] = no_key) -> None:
        self._file = file
        self._sign = sign
        self._lock = Lock()
        octets = file.read()
        self._ends = array("Q", [0])
        self._records, self._length = read_records(octets, self._ends)
        rest = octets[self._length :]
        if rest and not _is_torn_record(rest):
            raise JournalDamaged(
                f"the journal does not read from octet {self._length} on, after record {len(self._records)}"
            )
        self.torn = len(rest)
        self._dirty = bool(rest)
        self._failed = False
        self._next = len(self._records) + 1
        self._head = self._records[-1].digest if self._records else NOTHING_BEFORE
        if self._records and sign is not no_key:
            # One signature is enough to see that the key is another; `verify-journal` looks at all of them.
            last = octets[self._ends[-2] + _HEAD.size : self._length]
            if sign(last[:-SIGNATURE]) != last[-SIGNATURE:]:
                raise JournalDamaged("the journal was not signed by this bridge's key")

    @property
    def head(self) -> tuple[int, bytes]:
        """Number and digest of the last record; (0, 32 octets of zero) before the first."""
        return self._next - 1, self._head

    @property
    def is_writable(self) -> bool:
        """Whether the last record came to the disk."""
        return not self._failed

    def taken_over(self) -> list[Record]:
        """The records found at opening, once: they are not kept in memory after that."""
        records, self._records = self._records, []
        return records

    def append(self, facts: Facts) -> int:
        """Brings a record to the disk, and answers its number.

        Raises NotRecorded, after which it does not count and the next call tries anew.
        """
        return self.append_all([facts])

    def append_all(self, given: Sequence[Facts]) -> int:
        """The same for several, and the last one's number: as many a write as are no longer than the longest record,
        since that is the most that may be cut off.

        Raises NotRecorded, after which only those count that `head` counts.
        """
        with self._lock:
            framed = self._framed(given)
            first, octets = 0, 0
            for after, (frame, _) in enumerate(framed):
                if octets and octets + len(frame) > _HEAD.size + LARGEST_ENTRY:
                    self._write(framed[first:after])
                    first, octets = after, 0
                octets += len(frame)
            self._write(framed[first:])
            return self._next - 1

    def _write(self, framed: Sequence[tuple[bytes, bytes]]) -> None:
        try:
            if self._dirty:
                self._file.cut(self._length)
            self._dirty = True
            self._file.append(b"".join([frame for frame, _ in framed]))
            self._file.sync()
        except OSError as fault:
            self._failed = True
            raise NotRecorded(str(fault)) from fault
        self._dirty = self._failed = False
        for frame, _ in framed:
            self._length += len(frame)
            self._ends.append(self._length)
        self._next, self._head = self._next + len(framed), framed[-1][1]

    def _framed(self, given: Sequence[Facts]) -> list[tuple[bytes, bytes]]:
        """The octets of each record as they stand in the file, and its digest."""
        framed: list[tuple[bytes, bytes]] = []
        head = self._head
        for sequence, facts in enumerate(given, self._next):
            body = _LINK.pack(sequence, head) + (facts if isinstance(facts, bytes) else spelled(facts))
            if len(body) + SIGNATURE > LARGEST_ENTRY:
                raise NotRecorded(f"the record would have {len(body) + SIGNATURE} octets")
            entry = body + self._sign(body)
            head = sha256(entry).digest()
            framed.append((_HEAD.pack(len(entry), crc32(entry)) + entry, head))
        return framed

    def entries(self, first: int, most: int) -> list[bytes]:
        """Up to `most` entries from number `first` on, as they stand on the disk. May raise OSError."""
        with self._lock:
            last = min(first + most, self._next) - 1
            if last < first:
                return []
            begin, ends = self._ends[first - 1], list(self._ends[first : last + 1])
            octets = self._file.read_at(begin, ends[-1] - begin)
        starts = [begin, *ends[:-1]]
        return [octets[start - begin + _HEAD.size : end - begin] for start, end in zip(starts, ends, strict=True)]


def read_records(octets: bytes, ends: "array[int] | None" = None) -> tuple[list[Record], int]:
    """Reads as long as frame, checksum, number and link to the one before are right.

    Answers the records and how many octets they fill; `ends` is given where each of them ends.
    """
    records: list[Record] = []
    place, head = 0, NOTHING_BEFORE
    while (entry := entry_at(octets, place)) is not None:
        if _LINK.unpack_from(entry) != (len(records) + 1, head):
            break
        head = sha256(entry).digest()
        records.append(Record(len(records) + 1, facts_in(entry), head))
        place += _HEAD.size + len(entry)
        if ends is not None:
            ends.append(place)
    return records, place


def link_in(entry: bytes) -> tuple[int, bytes]:
    """Number of an entry, and the digest of the one before it."""
    number, before = _LINK.unpack_from(entry)
    return number, before


def facts_in(entry: bytes) -> dict[str, Any]:
    """What an entry tells. Raises ValueError."""
    found = json.loads(entry[_LINK.size : -SIGNATURE])
    if not isinstance(found, dict):
        raise ValueError("an entry's facts are one object")
    return found


def entry_at(octets: bytes, place: int) -> bytes | None:
    """The entry whose frame begins at `place`; None when there is none, or it is not whole."""
    if len(octets) - place < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack_from(octets, place)
    if not _LINK.size + SIGNATURE < length <= LARGEST_ENTRY:
        return None
    entry = octets[place + _HEAD.size : place + _HEAD.size + length]
    return entry if len(entry) == length and crc32(entry) == checksum else None


def _is_torn_record(rest: bytes) -> bool:
    """One write was cut off: shorter than the longest record, and no whole record in it or after it."""
    if len(rest) > _HEAD.size + LARGEST_ENTRY:
        return False
    return all(entry_at(rest, place) is None for place in range(len(rest)))


_as_text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def spelled(facts: Mapping[str, Any]) -> bytes:
    """Facts as they stand in an entry."""
    return _as_text(facts).encode()
