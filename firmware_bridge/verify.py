"""Looking through a journal for what was changed after it was written: every place, not the first alone.

Each entry is signed, numbered, and names the one before it. So an entry that was edited no longer fits its signature;
one that is gone leaves a number out; and one that was moved has the wrong number before it. What was cut off at the
end can only be seen with a head from elsewhere: the service and its witnesses have one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge.identity import JOURNAL_CONTEXT
from firmware_bridge.journal import NOTHING_BEFORE, SIGNATURE, entry_at, facts_in, link_in

FRAME = 8


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at an octet of the file. `number` is that of the entry there, or that should be there."""

    code: str
    octet: int
    number: int
    detail: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: how many entries read, the last one's number and digest, and every fault in order."""

    entries: int
    number: int
    digest: str
    faults: tuple[Fault, ...]


def verify_journal(octets: bytes, key: Ed25519PublicKey, head: tuple[int, str] | None = None) -> Verified:
    """Reads the whole journal. `head` is a number and its digest known from elsewhere. The codes:

    damaged (octets that are no entry), unfinished (the same at the end: a write that was cut off), edited (not what
    was signed), missing, moved, relinked (in number but not after the one before it), not-json, head.
    """
    faults: list[Fault] = []
    count, last, before = 0, 0, NOTHING_BEFORE
    known: dict[int, str] = {}
    for place, entry, skipped in _entries(octets):
        if skipped:
            faults.append(Fault("damaged", place - skipped, last + 1, f"{skipped} octets are no entry"))
        count += 1
        number, named = link_in(entry)
        digest = sha256(entry).digest()
        faults += _in_itself(place, number, entry, key)
        if number <= last:
            faults.append(Fault("moved", place, number, f"it stands after {last}"))
        elif number > last + 1:
            faults.append(Fault("missing", place, last + 1, f"{last + 1} to {number - 1} are not there"))
        elif named != before:
            faults.append(Fault("relinked", place, number, f"it does not follow {last} as it stands here"))
        last, before = number, digest
        known[number] = digest.hex()
    rest = _end(octets)
    if rest < len(octets):
        faults.append(Fault("unfinished", rest, last + 1, f"{len(octets) - rest} octets at the end are no entry"))
    if head is not None and known.get(head[0]) != head[1]:
        why = "is not there" if head[0] not in known else "is another one"
        faults.append(Fault("head", len(octets), head[0], f"entry {head[0]} {why}"))
    return Verified(count, last, before.hex(), tuple(faults))


def _in_itself(place: int, number: int, entry: bytes, key: Ed25519PublicKey) -> Iterator[Fault]:
    try:
        key.verify(entry[-SIGNATURE:], JOURNAL_CONTEXT + entry[:-SIGNATURE])
    except InvalidSignature:
        yield Fault("edited", place, number, "it is not what the bridge signed")
    try:
        facts_in(entry)
    except ValueError:
        yield Fault("not-json", place, number, "its facts do not read")


def _entries(octets: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Every whole entry with its place, and how many octets before it were none."""
    place = skipped = 0
    while place < len(octets):
        entry = entry_at(octets, place)
        if entry is None:
            place, skipped = place + 1, skipped + 1
            continue
        yield place, entry, skipped
        place, skipped = place + FRAME + len(entry), 0


def _end(octets: bytes) -> int:
    """Where the last whole entry ends."""
    end = 0
    for place, entry, _ in _entries(octets):
        end = place + FRAME + len(entry)
    return end
