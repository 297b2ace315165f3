"""The bridge's own record: what the gate did, written before the reader hears the answer.

A record is one write: length (4 octets), CRC-32 of the body (4), and the body: sequence number (8), SHA-256
of the body before (32), and the facts as JSON in UTF-8 with sorted keys. It is on the disk (fdatasync) before
`append` returns. The first record's predecessor is 32 octets of zero.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any
from zlib import crc32

from firmware_bridge.disk import JournalFile

_HEAD = struct.Struct(">II")
_LINK = struct.Struct(">Q32s")
LARGEST_BODY = 4096
NOTHING_BEFORE = bytes(32)


class JournalDamaged(Exception):
    """A record in the middle does not read: octets were changed or lost. Nothing is repaired silently."""


class NotRecorded(Exception):
    """The record could not be brought to the disk; the journal stands as before."""


@dataclass(frozen=True, slots=True)
class Record:
    """One fact of the gate. `digest` is the SHA-256 of the body, which the next record carries."""

    sequence: int
    facts: Mapping[str, Any]
    digest: bytes


class Journal:
    """Appends records to a file and reads them when it is opened; safe to use from several threads.

    `torn` is how many octets of an unfinished last record were cut off. Raises JournalDamaged.
    """

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._lock = Lock()
        octets = file.read()
        self._records, self._length = read_records(octets)
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

    def append(self, facts: Mapping[str, Any]) -> Record:
        """Brings one record to the disk. Raises NotRecorded, after which the next call tries anew."""
        with self._lock:
            body = _LINK.pack(self._next, self._head) + _json(facts)
            if len(body) > LARGEST_BODY:
                raise NotRecorded(f"the record would have {len(body)} octets")
            frame = _HEAD.pack(len(body), crc32(body)) + body
            try:
                if self._dirty:
                    self._file.cut(self._length)
                self._dirty = True
                self._file.append(frame)
                self._file.sync()
            except OSError as fault:
                self._failed = True
                raise NotRecorded(str(fault)) from fault
            self._dirty = self._failed = False
            self._length += len(frame)
            record = Record(self._next, facts, sha256(body).digest())
            self._next, self._head = self._next + 1, record.digest
            return record


def read_records(octets: bytes) -> tuple[list[Record], int]:
    """Reads as long as frame, checksum, number and link to the one before are right.

    Answers the records and how many octets they fill.
    """
    records: list[Record] = []
    place, head = 0, NOTHING_BEFORE
    while (body := _body_at(octets, place)) is not None:
        if _LINK.unpack_from(body) != (len(records) + 1, head):
            break
        head = sha256(body).digest()
        records.append(Record(len(records) + 1, json.loads(body[_LINK.size :]), head))
        place += _HEAD.size + len(body)
    return records, place


def _body_at(octets: bytes, place: int) -> bytes | None:
    if len(octets) - place < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack_from(octets, place)
    if not _LINK.size < length <= LARGEST_BODY:
        return None
    body = octets[place + _HEAD.size : place + _HEAD.size + length]
    return body if len(body) == length and crc32(body) == checksum else None


def _is_torn_record(rest: bytes) -> bool:
    """One write was cut off: shorter than the longest record, and no whole record in it or after it."""
    if len(rest) > _HEAD.size + LARGEST_BODY:
        return False
    return all(_body_at(rest, place) is None for place in range(len(rest)))


def _json(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
