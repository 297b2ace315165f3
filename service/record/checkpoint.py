"""Checkpoints (C2SP tlog-checkpoint): the signed statement that a log has a size and a root.

Three lines, no extension lines: the origin of the log, the number of entries, the root in Base64.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.record import notes
from service.record.appender import MAX_SIZE
from service.record.base64text import decode_base64, encode_base64
from service.record.hashes import EMPTY_ROOT, HASH_SIZE, checked_hash
from service.record.keys import Signer, Verifier, checked_name
from service.record.notes import Note
from service.record.refusals import RecordRefused


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's head: its origin (``domain/institution/log``), how many entries it has, and their root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        checked_name(self.origin)
        checked_hash(self.root)
        if not 0 <= self.size <= MAX_SIZE or (self.size == 0 and self.root != EMPTY_ROOT):
            raise RecordRefused("checkpoint.form")

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose log signature was verified, with the note it came in (cosignatures included)."""

    checkpoint: Checkpoint
    note: Note


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; RecordRefused ``checkpoint.form`` for any other spelling."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not (lines[1].isascii() and lines[1].isdigit()) or len(lines[1]) > 19:
        raise RecordRefused("checkpoint.form")
    checkpoint = Checkpoint(lines[0], int(lines[1]), decode_base64(lines[2], HASH_SIZE))
    if checkpoint.text != text:
        raise RecordRefused("checkpoint.form")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signer]) -> Note:
    """The checkpoint as a note signed by the log; the caller signs no head that does not extend the last."""
    return notes.sign(checkpoint.text, signers)


def open_checkpoint(data: bytes | Note, log: Verifier) -> SignedCheckpoint:
    """Read a checkpoint and verify that this log signed it and that it speaks of this log.

    Raises RecordRefused: the grounds of :func:`service.record.notes.verify` and of :func:`parse_checkpoint`,
    and ``checkpoint.origin`` when the origin is not the name of the log's key.
    """
    note = data if isinstance(data, Note) else notes.parse(data)
    notes.verify(note, [log])
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log.name:
        raise RecordRefused("checkpoint.origin", origin=checkpoint.origin, expected=log.name)
    return SignedCheckpoint(checkpoint, note)
