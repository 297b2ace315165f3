"""What a witness is sent (C2SP tlog-witness, `add-checkpoint`): an old size, a consistency proof, a checkpoint.

As text, which is the body of the request and the file that travels where there is no line:

    old 20852014
    <base64 of a hash>
    …

    <a signed checkpoint>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.record import notes
from service.record.appender import MAX_SIZE
from service.record.base64text import decode_base64, encode_base64
from service.record.hashes import HASH_SIZE
from service.record.notes import Note
from service.record.refusals import RecordRefused

MAX_PROOF = 63
MAX_BYTES = 1 << 16
"""More than any request of 63 hashes and a checkpoint with a hundred signatures."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first three lines of anybody's checkpoint, and the whole text that is signed, extension lines included."""

    origin: str
    size: int
    root: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request read; nothing in it is verified yet."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    head: Head

    def encode(self) -> bytes:
        """The body of the request, and the file that travels where there is no line."""
        return encode_request(self.old, self.proof, self.note)


def encode_request(old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """The request that says how ``note`` follows from the head of size ``old``."""
    lines = [f"old {old}", *map(encode_base64, proof)]
    return "\n".join([*lines, "", ""]).encode() + note.encode()


def read_request(body: bytes) -> Request:
    """Read a request; RecordRefused ``request.form`` or the grounds of its parts."""
    lines, separator, note = body.partition(b"\n\n")
    if not separator or len(body) > MAX_BYTES:
        raise RecordRefused("request.form")
    try:
        first, *proof = lines.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise RecordRefused("request.form") from error
    keyword, _, number = first.partition(" ")
    if keyword != "old" or len(proof) > MAX_PROOF:
        raise RecordRefused("request.form")
    parsed = notes.parse(note)
    hashes = tuple(decode_base64(line, HASH_SIZE) for line in proof)
    return Request(_size(number), hashes, parsed, read_head(parsed.text))


def read_head(text: str) -> Head:
    """The head in a checkpoint's text (C2SP tlog-checkpoint), of any log; RecordRefused ``checkpoint.form``.

    Our own logs write no extension lines and we refuse them in our receipts; a witness signs what the log signed.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
        raise RecordRefused("checkpoint.form")
    try:
        return Head(lines[0], _size(lines[1]), decode_base64(lines[2], HASH_SIZE), text)
    except RecordRefused as error:
        raise RecordRefused("checkpoint.form") from error


def _size(number: str) -> int:
    if not (number.isascii() and number.isdigit()) or len(number) > 19 or str(int(number)) != number:
        raise RecordRefused("request.form")
    if int(number) > MAX_SIZE:
        raise RecordRefused("request.form")
    return int(number)
