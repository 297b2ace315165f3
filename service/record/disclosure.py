"""What travels in the extra data of a receipt: the entry itself, and the openings its holder may see.

``{"entry": {…}, "openings": {"<name>": {"salt": "<base64>", "value": …}, …}}`` in canonical form. An opening
belongs to the commitment of the same name in the member ``c`` of the entry; an opening of nothing is refused,
so that no byte of the extra data can be changed without the receipt failing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.record.base64text import decode_base64, encode_base64
from service.record.canonical import JSON, canonical, canonical_entry, parse_canonical
from service.record.commitment import SALT_BYTES, matches
from service.record.cosignature import CosignatureVerifier
from service.record.keys import Verifier
from service.record.receipt import Proven, parse_receipt, verify_receipt
from service.record.refusals import RecordRefused

COMMITMENTS = "c"


@dataclass(frozen=True, slots=True)
class Opening:
    """The salt (32 bytes) and the value behind one commitment."""

    salt: bytes
    value: JSON


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A receipt read to its end: what is proven, the entry, and the opened values by their names."""

    proven: Proven
    entry: dict[str, JSON]
    values: dict[str, JSON]


def encode_disclosure(entry: bytes, openings: Mapping[str, Opening]) -> bytes:
    """The extra data for an entry's canonical bytes; RecordRefused ``disclosure.opening`` if one is wrong."""
    event = parse_canonical(entry)
    _opened(event, openings)
    shown = {
        name: {"salt": encode_base64(opening.salt), "value": opening.value}
        for name, opening in openings.items()
    }
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
    return Disclosed(proven, entry, _opened(entry, {name: _opening(item) for name, item in shown.items()}))


def _opening(item: JSON) -> Opening:
    if not (isinstance(item, dict) and set(item) == {"salt", "value"} and isinstance(item["salt"], str)):
        raise RecordRefused("disclosure.form")
    return Opening(decode_base64(item["salt"], SALT_BYTES), item["value"])


def _opened(entry: JSON, openings: Mapping[str, Opening]) -> dict[str, JSON]:
    commitments = entry.get(COMMITMENTS, {}) if isinstance(entry, dict) else {}
    for name, opening in openings.items():
        commitment = commitments.get(name) if isinstance(commitments, dict) else None
        if not isinstance(commitment, str) or not matches(commitment, opening.salt, opening.value):
            raise RecordRefused("disclosure.opening", name=name)
    return {name: opening.value for name, opening in openings.items()}
