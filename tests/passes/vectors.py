"""Builds docs/vectors/pass.json. Run as a module to print it: `python -m tests.passes.vectors`."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.domain.passes import PREFIX, SIGNING_CONTEXT, Pass, base45_encode, decode, encode

FILE = Path(__file__).parents[2] / "docs" / "vectors" / "pass.json"
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Order of the group of Ed25519 (RFC 8032, section 5.1)."""

SEEDS = {1: bytes(range(32)), 2: bytes(range(32, 64)), 9: bytes(range(64, 96))}
VALID_FROM = datetime(2026, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2026, 7, 1, tzinfo=UTC)
SECOND_UNTIL = datetime(2027, 1, 1, tzinfo=UTC)

VISIT = Pass(
    key_id=1,
    pass_id=bytes.fromhex("8f14e45fceea467f9c5f8d1b2a3c4d5e"),
    institution=17,
    gate_zone=3,
    not_before=datetime(2026, 3, 14, 3, 30, tzinfo=UTC),
    not_after=datetime(2026, 3, 16, 5, 0, tzinfo=UTC),
    children=2,
    visitor_tag=bytes.fromhex("c0ffee42"),
)
SMALLEST = Pass(
    key_id=1,
    pass_id=bytes(16),
    institution=1,
    gate_zone=1,
    not_before=datetime(1970, 1, 1, tzinfo=UTC),
    not_after=datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
    children=0,
    visitor_tag=bytes(4),
)
LARGEST = Pass(
    key_id=0xFFFF,
    pass_id=b"\xff" * 16,
    institution=0xFFFF,
    gate_zone=0xFF,
    not_before=datetime(2106, 2, 7, 6, 28, 14, tzinfo=UTC),
    not_after=datetime(2106, 2, 7, 6, 28, 15, tzinfo=UTC),
    children=255,
    visitor_tag=b"\xff" * 4,
)


def signer(key_id: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(SEEDS[key_id])


def public(key_id: int) -> bytes:
    return signer(key_id).public_key().public_bytes_raw()


def written(pass_: Pass, *, key: int = 1) -> str:
    return encode(pass_, signer(key).sign)


def build() -> dict[str, Any]:
    return {
        "about": "Test vectors of docs/pass.md. The seeds are published: never use these keys.",
        "prefix": PREFIX,
        "signing_context": SIGNING_CONTEXT.hex(),
        "keys": [
            _key(1, VALID_FROM, VALID_UNTIL),
            _key(2, VALID_FROM, SECOND_UNTIL),
        ],
        "base45": [
            {"octets": octets.hex(), "text": base45_encode(octets)}
            for octets in (b"", b"AB", b"Hello!!", b"base-45", b"ietf!", b"\0", b"\0\0", b"\xff", b"\xff\xff")
        ],
        "base45_refused": ["A", "BB8A", "GGW", "::", "V5", "bb8", "ÑÑ", "BB\n", "0 0_"],
        "passes": [
            _fields("a long visit with two children", VISIT, 1),
            _fields("the same visit under the next key", replace(VISIT, key_id=2), 2),
            _fields("the smallest numbers", SMALLEST, 1),
            _fields("the largest numbers, a key no gate knows", LARGEST, 9),
        ],
        "malformed": _malformed(),
        "verdicts": _verdicts(),
    }


def _key(key_id: int, valid_from: datetime, valid_until: datetime) -> dict[str, Any]:
    return {
        "id": key_id,
        "seed": SEEDS[key_id].hex(),
        "public": public(key_id).hex(),
        "valid_from": valid_from.isoformat(),
        "valid_until": valid_until.isoformat(),
    }


def _fields(name: str, pass_: Pass, key: int) -> dict[str, Any]:
    text = written(pass_, key=key)
    signed = decode(text)
    return {
        "name": name,
        "seed": SEEDS[key].hex(),
        "key_id": pass_.key_id,
        "pass_id": pass_.pass_id.hex(),
        "institution": pass_.institution,
        "gate_zone": pass_.gate_zone,
        "not_before": int(pass_.not_before.timestamp()),
        "not_after": int(pass_.not_after.timestamp()),
        "children": pass_.children,
        "visitor_tag": pass_.visitor_tag.hex(),
        "payload": signed.payload.hex(),
        "signature": signed.signature.hex(),
        "text": text,
    }


def _signed(payload: bytes, *, key: int = 1) -> str:
    return PREFIX + base45_encode(payload + signer(key).sign(SIGNING_CONTEXT + payload))


def _with(at: int, octets: str) -> str:
    """The visit's payload with other octets from `at` on, signed as it should be."""
    payload, new = decode(written(VISIT)).payload, bytes.fromhex(octets)
    return _signed(payload[:at] + new + payload[at + len(new) :])


def _malformed() -> list[dict[str, str]]:
    good = written(VISIT)
    cases = {
        "empty": "",
        "prefix alone": PREFIX,
        "prefix in small letters": good.replace("KZP1", "kzp1"),
        "prefix of another version": good.replace("KZP1", "KZP2"),
        "no prefix": good[5:],
        "one character short": good[:-1],
        "one character more": good + "0",
        "a line end behind it": good[:-1] + "\r",
        "a space before it": " " + good[:-1],
        "small letters": good.lower(),
        "a letter outside the alphabet": good[:20] + "_" + good[21:],
        "a Cyrillic letter that looks Latin": good[:20] + "А" + good[21:],
        "a group above two octets": good[:5] + "GGW" + good[8:],
        "a last pair above one octet": good[:-2] + "V5",
        "version 2, well signed": _with(0, "21"),
        "another type of pass, well signed": _with(0, "12"),
        "key 0, well signed": _with(1, "0000"),
        "institution 0, well signed": _with(19, "0000"),
        "gate zone 0, well signed": _with(21, "00"),
        "window that ends before it begins, well signed": _with(26, "00000001"),
        "window of no length, well signed": _with(26, f"{int(VISIT.not_before.timestamp()):08x}"),
        "a foreign certificate": "HC1:" + good[5:] + "0",
    }
    return [{"name": name, "text": text} for name, text in cases.items()]


def _verdicts() -> list[dict[str, Any]]:
    good = decode(written(VISIT))
    payload, signature = good.payload, good.signature
    scalar = int.from_bytes(signature[32:], "little")
    second = timedelta(seconds=1)
    midday = datetime(2026, 3, 14, 7, tzinfo=UTC)
    usual: dict[str, Any] = {"institution": 17, "gate_zone": 3, "at": midday, "direction": "entry"}
    late_visit = replace(VISIT, not_before=VALID_UNTIL - timedelta(hours=2), not_after=VALID_UNTIL + timedelta(hours=2))

    def raw(octets: bytes) -> str:
        return PREFIX + base45_encode(octets)

    rows: list[tuple[str, str, dict[str, Any], str | None]] = [
        ("in its window at its gate", written(VISIT), {}, None),
        ("signed with the next key", written(replace(VISIT, key_id=2), key=2), {}, None),
        ("the first second of the window", written(VISIT), {"at": VISIT.not_before}, None),
        ("the last second of the window", written(VISIT), {"at": VISIT.not_after}, None),
        ("a second before the window", written(VISIT), {"at": VISIT.not_before - second}, "too-early"),
        ("a second after the window", written(VISIT), {"at": VISIT.not_after + second}, "too-late"),
        ("at another institution", written(VISIT), {"institution": 18}, "wrong-institution"),
        ("at another gate", written(VISIT), {"gate_zone": 4}, "wrong-gate"),
        ("revoked", written(VISIT), {"revoked": True}, "revoked"),
        ("key the gate does not know", written(replace(VISIT, key_id=9), key=9), {}, "unknown-key"),
        ("one key's id with the other's signature", written(VISIT, key=2), {}, "bad-signature"),
        ("signature of noughts", raw(payload + bytes(64)), {}, "bad-signature"),
        (
            "signed without the context",
            raw(payload + signer(1).sign(payload)),
            {},
            "bad-signature",
        ),
        (
            "signature with the group order added",
            raw(payload + signature[:32] + (scalar + ORDER).to_bytes(32, "little")),
            {},
            "bad-signature",
        ),
        (
            "another visit's signature",
            raw(payload + decode(written(replace(VISIT, children=3))).signature),
            {},
            "bad-signature",
        ),
        (
            "a child more than was signed",
            raw(payload[:30] + b"\3" + payload[31:] + signature),
            {},
            "bad-signature",
        ),
        ("before the key's time ends", written(late_visit), {"at": VALID_UNTIL - second}, None),
        ("after the key's time", written(late_visit), {"at": VALID_UNTIL}, "key-not-valid"),
        (
            "wrong in everything: the signature is named",
            written(VISIT, key=2),
            {"at": VISIT.not_after + second, "institution": 18, "gate_zone": 4, "revoked": True},
            "bad-signature",
        ),
        (
            "early, revoked, wrong gate: the window is named",
            written(VISIT),
            {"at": VISIT.not_before - second, "gate_zone": 4, "revoked": True},
            "too-early",
        ),
        ("revoked and wrong gate: revoked", written(VISIT), {"gate_zone": 4, "revoked": True}, "revoked"),
        (
            "out: late, revoked and at another gate, still out",
            written(VISIT),
            {
                "direction": "exit",
                "at": VISIT.not_after + timedelta(days=1),
                "gate_zone": 4,
                "revoked": True,
            },
            None,
        ),
        ("out after the key's time", written(late_visit), {"direction": "exit", "at": VALID_UNTIL}, None),
        (
            "out with a forged pass",
            written(VISIT, key=2),
            {"direction": "exit"},
            "bad-signature",
        ),
        (
            "out of another institution",
            written(VISIT),
            {"direction": "exit", "institution": 18},
            "wrong-institution",
        ),
    ]
    return [
        {
            "name": name,
            "text": text,
            **usual,
            "revoked": False,
            **facts,
            "at": facts.get("at", midday).isoformat(),
            "refusal": refusal,
        }
        for name, text, facts, refusal in rows
    ]


if __name__ == "__main__":
    print(json.dumps(build(), indent=1, ensure_ascii=False))
