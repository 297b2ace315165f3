"""Receipts (C2SP ``tlog-proof@v1``): one file from which anybody sees, offline, that an entry is in the log.

It joins the index of the entry, the inclusion proof, and a checkpoint with the log's and the witnesses'
signatures. The extra data is the application's (:mod:`service.record.disclosure`); the format does not
authenticate it. The file is named ``*.tlog-proof``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.record import notes
from service.record.appender import TileReader
from service.record.base64text import decode_base64, encode_base64
from service.record.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from service.record.cosignature import CosignatureVerifier, cosigned_at
from service.record.hashes import HASH_SIZE, leaf_hash
from service.record.keys import Verifier
from service.record.notes import Note
from service.record.refusals import RecordRefused
from service.record.tree import inclusion_proof, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the file holds; believed only after :func:`verify_receipt`."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def encode(self) -> bytes:
        """The file."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += map(encode_base64, self.proof)
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint.encode()


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt proves: the entry stands at ``index`` under this head, seen by these witnesses (UTC)."""

    index: int
    checkpoint: Checkpoint
    witnessed: tuple[tuple[str, datetime], ...]


def make_receipt(index: int, tiles: TileReader, checkpoint: Note, extra: bytes = b"") -> Receipt:
    """The receipt of the entry at ``index`` under a checkpoint; ``proof.index`` if the entry is later."""
    size = parse_checkpoint(checkpoint.text).size
    return Receipt(index, tuple(inclusion_proof(index, size, tiles)), checkpoint, extra)


def parse_receipt(data: bytes) -> Receipt:
    """Read a receipt file; RecordRefused ``receipt.form`` or the grounds of its parts."""
    try:
        head, _, note = data.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise RecordRefused("receipt.form") from error
    lines = head.split("\n")
    if lines.pop(0) != HEADER or not lines:
        raise RecordRefused("receipt.form")
    extra = decode_base64(lines.pop(0)[6:]) if lines[0].startswith("extra ") else b""
    number = lines.pop(0).removeprefix("index ") if lines else ""
    if not (number.isascii() and number.isdigit()) or len(number) > 19 or len(lines) > MAX_PROOF:
        raise RecordRefused("receipt.form")
    proof = tuple(decode_base64(line, HASH_SIZE) for line in lines)
    receipt = Receipt(int(number), proof, notes.parse(note.encode()), extra)
    if receipt.encode() != data:
        raise RecordRefused("receipt.form")
    return receipt


def verify_receipt(
    receipt: Receipt,
    entry: bytes,
    log: Verifier,
    witnesses: Iterable[CosignatureVerifier] = (),
    quorum: int = 0,
) -> Proven:
    """Check that the entry's bytes are in the log and that ``quorum`` of the witnesses or more saw that head.

    The keys come from the reader, never from the receipt. Raises RecordRefused: the grounds of the
    checkpoint, of the inclusion proof, and ``receipt.quorum`` when too few of the witnesses cosigned.
    """
    head = open_checkpoint(receipt.checkpoint, log).checkpoint
    verify_inclusion(leaf_hash(entry), receipt.index, head.size, receipt.proof, head.root)
    signed = notes.verify(receipt.checkpoint, [log, *witnesses])
    witnessed = tuple((key.name, cosigned_at(line)) for key, line in signed if key is not log)
    if len({name for name, _ in witnessed}) < quorum:
        raise RecordRefused("receipt.quorum", witnesses=len(witnessed), quorum=quorum)
    return Proven(receipt.index, head, witnessed)
