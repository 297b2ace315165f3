"""What travels in the extra data of a receipt: the entry itself, and the openings its holder may see.

``{"entry": {…}, "openings": {"<path>": {"salt": "<base64>", "value": …}, …}}`` in canonical form. A path says
which commitment ``{"c": "…"}`` of the event is opened: ``<table>/<row>/<column>`` for a cell under ``new`` or
``set``, ``by/<name>`` for the actor. An opening of nothing is refused, so that no byte of the extra data can
be changed without the receipt failing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service.record.base64text import decode_base64, encode_base64
from service.record.canonical import JSON, canonical, canonical_entry, parse_canonical
from service.record.commitment import SALT_BYTES, matches
from service.record.cosignature import CosignatureVerifier
from service.record.keys import Verifier
from service.record.receipt import Proven, parse_receipt, verify_receipt
from service.record.refusals import RecordRefused

_COMMITTED = "c"


@dataclass(frozen=True, slots=True)
class Opening:
    """The salt (32 bytes) and the value behind one commitment."""

    salt: bytes
    value: JSON


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A receipt read to its end: what is proven, the entry, and the opened values by their paths."""

    proven: Proven
    entry: dict[str, JSON]
    values: dict[str, JSON]


def encode_disclosure(entry: bytes, openings: Mapping[str, Opening]) -> bytes:
    """The extra data for an entry's canonical bytes; RecordRefused ``disclosure.opening`` if one is wrong."""
    event = parse_canonical(entry)
    _opened(event, openings)
    shown = {path: {"salt": encode_base64(opening.salt), "value": opening.value} for path, opening in openings.items()}
    return canonical({"entry": event, "openings": shown})


def check_receipt(
    data: bytes, log: Verifier, witnesses: Iterable[CosignatureVerifier] = (), quorum: int = 0
) -> Disclosed:
    """Read and verify a receipt file that carries its entry.

    Raises RecordRefused: the grounds of the receipt, and ``disclosure.form`` or ``disclosure.opening`` for
    what does not fit the entry.
    """
    receipt = parse_receipt(data)
    extra = parse_canonical(receipt.extra)
    if not (isinstance(extra, dict) and set(extra) == {"entry", "openings"}):
        raise RecordRefused("disclosure.form")
    entry, shown = extra["entry"], extra["openings"]
    if not (isinstance(entry, dict) and isinstance(shown, dict)):
        raise RecordRefused("disclosure.form")
    proven = verify_receipt(receipt, canonical_entry(entry), log, witnesses, quorum)
    return Disclosed(proven, entry, _opened(entry, {path: _opening(item) for path, item in shown.items()}))


def _opening(item: JSON) -> Opening:
    if not (isinstance(item, dict) and set(item) == {"salt", "value"} and isinstance(item["salt"], str)):
        raise RecordRefused("disclosure.form")
    return Opening(decode_base64(item["salt"], SALT_BYTES), item["value"])


def _opened(entry: JSON, openings: Mapping[str, Opening]) -> dict[str, JSON]:
    commitments = set(_commitments(entry)) if isinstance(entry, dict) else set()
    for path, opening in openings.items():
        under = [commitment for place, commitment in commitments if place == path]
        if not any(matches(commitment, opening.salt, opening.value) for commitment in under):
            raise RecordRefused("disclosure.opening", path=path)
    return {path: opening.value for path, opening in openings.items()}


def _commitments(entry: dict[str, JSON]) -> Iterator[tuple[str, str]]:
    yield from _below(entry.get("by"), ("by",))
    for image in ("new", "set"):
        yield from _below(entry.get(image), ())


def _below(value: JSON, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        return
    commitment = value.get(_COMMITTED)
    if len(value) == 1 and isinstance(commitment, str):
        yield "/".join(path), commitment
    for name, inner in value.items():
        yield from _below(inner, (*path, name))
