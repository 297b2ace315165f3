"""An entry of a gate bridge's journal, taken apart: `docs/bridge.md` has the table of octets."""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

CONTEXT = b"kezdesu-journal-1\x00"
KEY_CONTEXT = b"kezdesu-bridge-key-1\x00"
LINK = struct.Struct(">Q32s")
SIGNATURE = 64
LARGEST = 4096
NOTHING_BEFORE = bytes(32).hex()
LONGEST_KIND = 20
LARGEST_NUMBER = 2**31 - 1
Fault = Literal["fork", "gap", "link", "signature", "form"]


class NoEntry(ValueError):
    """The octets are no entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the bridge wrote it. `before` and `digest` are SHA-256 in hexadecimal; `at` is by its clock."""

    octets: bytes
    number: int
    before: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What the next entry names."""
        return sha256(self.octets).hexdigest()

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return CONTEXT + self.octets[:-SIGNATURE]

    @property
    def signature(self) -> bytes:
        """Ed25519, 64 octets."""
        return self.octets[-SIGNATURE:]


@dataclass(frozen=True, slots=True)
class Refused:
    """The entry that ended an upload, and why; `expected` is the digest that stands there, or that it had to name."""

    kind: Fault
    number: int
    octets: bytes
    expected: str | None


@dataclass(frozen=True, slots=True)
class Continued:
    """The entries to keep, how far the journal is with them, and what was refused."""

    new: tuple[Entry, ...]
    through: int
    head: str
    refused: Refused | None = None


def read_entry(octets: bytes) -> Entry:
    """Takes an entry apart; the signature is not looked at. Raises NoEntry."""
    if not LINK.size + SIGNATURE < len(octets) <= LARGEST:
        raise NoEntry("length")
    number, before = LINK.unpack_from(octets)
    try:
        facts = json.loads(octets[LINK.size : -SIGNATURE])
        kind, at = facts["kind"], datetime.fromisoformat(facts["at"])
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise NoEntry("facts") from fault
    if not isinstance(kind, str) or not 0 < len(kind) <= LONGEST_KIND or at.utcoffset() is None:
        raise NoEntry("facts")
    if not 0 < number <= LARGEST_NUMBER:
        raise NoEntry("number")
    return Entry(octets, number, before.hex(), kind, at, facts)


def continue_journal(
    entries: Sequence[bytes],
    through: int,
    head: str,
    known: Mapping[int, str],
    is_signed: Callable[[bytes, bytes], bool],
) -> Continued:
    """What becomes of an upload, in the order of the entries: those that are here already are passed over, the next
    ones taken, and the first that contradicts or leaves one out ends it.

    The journal stands at number `through` with digest `head`; `known` are the digests of the entries here whose numbers
    are uploaded again. `is_signed` is asked with what is signed and the signature.
    """
    new: list[Entry] = []
    here = dict(known)
    for octets in entries:
        try:
            entry = read_entry(octets)
        except NoEntry:
            return Continued(tuple(new), through, head, Refused("form", through + 1, octets, None))
        if entry.number <= through:
            if here[entry.number] == entry.digest:
                continue
            return Continued(tuple(new), through, head, Refused("fork", entry.number, octets, here[entry.number]))
        wrong: Fault | None = None
        if not is_signed(entry.signed, entry.signature):
            wrong = "signature"
        elif entry.number != through + 1:
            wrong = "gap"
        elif entry.before != head:
            wrong = "link"
        if wrong is not None:
            return Continued(tuple(new), through, head, Refused(wrong, entry.number, octets, head))
        through, head = entry.number, entry.digest
        here[through] = head
        new.append(entry)
    return Continued(tuple(new), through, head)


def key_claim(journal: str, sealing_key: bytes) -> bytes:
    """What a bridge signs to show that both its keys are its own; `journal` is 16 hexadecimal digits."""
    return KEY_CONTEXT + bytes.fromhex(journal) + sealing_key
