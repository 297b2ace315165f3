"""Signed notes (C2SP signed-note): a text, an empty line, and one line for each signature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.record.base64text import decode_base64, encode_base64
from service.record.keys import Signer, Verifier, checked_name
from service.record.refusals import RecordRefused

MAX_SIGNATURES = 100
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, by which key, and the signature bytes after the key id."""

    name: str
    key_id: int
    signature: bytes

    @property
    def line(self) -> str:
        """The line of the note, with its newline."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id.to_bytes(4) + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, with signatures nobody has verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note as UTF-8."""
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}".encode()

    def with_signatures(self, added: Iterable[Signature]) -> Note:
        """The note with more signatures at its end; one by the same name and key replaces the earlier."""
        new = {(signature.name, signature.key_id): signature for signature in added}
        kept = tuple(held for held in self.signatures if (held.name, held.key_id) not in new)
        return replace(self, signatures=(*kept, *new.values()))


def sign(text: str, signers: Iterable[Signer]) -> Note:
    """A note over the text, signed by each of the signers; RecordRefused ``note.form``."""
    encoded = _checked_text(text).encode()
    signatures = [Signature(signer.name, signer.key_id, signer.sign(encoded)) for signer in signers]
    return Note(text, ()).with_signatures(signatures)


def parse(data: bytes) -> Note:
    """Read a note; nothing in it may be believed before :func:`verify`.

    RecordRefused ``note.form``, ``note.signatures`` (too many), ``key.name`` or ``base64.form`` unless it is
    spelled as :meth:`Note.encode` does.
    """
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise RecordRefused("note.form") from error
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise RecordRefused("note.form")
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise RecordRefused("note.signatures", limit=MAX_SIGNATURES)
    return Note(_checked_text(text + "\n"), tuple(map(_signature, rows)))


def verify(note: Note, verifiers: Iterable[Verifier]) -> list[tuple[Verifier, Signature]]:
    """Which of these keys signed the note, each at most once, in the order of the note.

    Signatures by other keys are left out of account. RecordRefused ``note.signature`` when a signature by one
    of these keys is wrong, ``note.unsigned`` when none of them signed.
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    text = note.text.encode()
    found = []
    for signature in note.signatures:
        verifier = known.pop((signature.name, signature.key_id), None)
        if verifier is None:
            continue
        if not verifier.verify(text, signature.signature):
            raise RecordRefused("note.signature", name=signature.name)
        found.append((verifier, signature))
    if not found:
        raise RecordRefused("note.unsigned")
    return found


def _signature(row: str) -> Signature:
    name, space, encoded = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not space:
        raise RecordRefused("note.form")
    raw = decode_base64(encoded)
    if len(raw) < 5:
        raise RecordRefused("note.form")
    return Signature(checked_name(name), int.from_bytes(raw[:4]), raw[4:])


def _checked_text(text: str) -> str:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise RecordRefused("note.form")
    return text
