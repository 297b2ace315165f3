"""Both implementations of the pass against the published vectors."""

import json
from datetime import datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import firmware_bridge.decide as bridge_decide
import firmware_bridge.passes as bridge
from service.domain import passes as service

from .vectors import FILE, build

VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))


def named(rows: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=row["name"]) for row in rows]


def verifier(public: Ed25519PublicKey) -> service.Verify:
    def verify(octets: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, octets)
        except InvalidSignature:
            return False
        return True

    return verify


def service_keys() -> service.PassKeys:
    return service.PassKeys(
        {
            key["id"]: service.PassKey(
                verifier(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public"]))),
                datetime.fromisoformat(key["valid_from"]),
                datetime.fromisoformat(key["valid_until"]),
            )
            for key in VECTORS["keys"]
        }
    )


def bridge_keys() -> dict[int, bridge.PublicKey]:
    return {
        key["id"]: bridge.PublicKey(
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public"])),
            datetime.fromisoformat(key["valid_from"]),
            datetime.fromisoformat(key["valid_until"]),
        )
        for key in VECTORS["keys"]
    }


def test_the_published_file_is_what_the_encoder_makes() -> None:
    assert build() == VECTORS


@pytest.mark.parametrize("row", VECTORS["base45"], ids=lambda row: row["text"] or "nothing")
def test_base45_is_that_of_the_rfc_both_ways(row: dict[str, str]) -> None:
    octets = bytes.fromhex(row["octets"])
    assert service.base45_encode(octets) == row["text"]
    assert service.base45_decode(row["text"]) == octets
    assert bridge.unpack45(row["text"]) == octets


@pytest.mark.parametrize("text", VECTORS["base45_refused"])
def test_what_is_no_base45_is_refused_by_both(text: str) -> None:
    with pytest.raises(service.MalformedPass):
        service.base45_decode(text)
    with pytest.raises(bridge.BadPass):
        bridge.unpack45(text)


@pytest.mark.parametrize("row", named(VECTORS["passes"]))
def test_both_read_the_same_fields_from_a_pass(row: dict[str, Any]) -> None:
    signed = service.decode(row["text"])
    found = bridge.read(row["text"])
    for name in ("key_id", "institution", "gate_zone", "children"):
        assert getattr(signed.pass_, name) == getattr(found, name) == row[name]
    for name in ("pass_id", "visitor_tag"):
        assert getattr(signed.pass_, name).hex() == getattr(found, name).hex() == row[name]
    for name in ("not_before", "not_after"):
        assert getattr(signed.pass_, name).timestamp() == getattr(found, name) == row[name]
    assert signed.payload.hex() == found.signed.hex() == row["payload"]
    assert signed.signature.hex() == found.signature.hex() == row["signature"]


@pytest.mark.parametrize("row", named(VECTORS["passes"]))
def test_the_encoder_writes_the_published_text(row: dict[str, Any]) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(row["seed"]))
    assert service.encode(service.decode(row["text"]).pass_, key.sign) == row["text"]


@pytest.mark.parametrize("row", named(VECTORS["malformed"]))
def test_malformed_texts_are_refused_by_both(row: dict[str, str]) -> None:
    with pytest.raises(service.MalformedPass):
        service.decode(row["text"])
    with pytest.raises(bridge.BadPass):
        bridge.read(row["text"])


@pytest.mark.parametrize("row", named(VECTORS["verdicts"]))
def test_both_give_the_published_verdict(row: dict[str, Any]) -> None:
    at = datetime.fromisoformat(row["at"])
    answer = service.verify(
        service.decode(row["text"]),
        service_keys(),
        institution=row["institution"],
        gate_zone=row["gate_zone"],
        at=at,
        direction=service.Direction(row["direction"]),
        revoked=lambda _: row["revoked"],
    )
    assert (answer and answer.value) == row["refusal"]

    gate = bridge_decide.GateRules(
        institution=row["institution"],
        gate_zone=row["gate_zone"],
        keys=bridge_keys(),
        revoked=lambda _: row["revoked"],
    )
    offline = bridge_decide.offline(row["text"], gate, bridge_decide.Direction(row["direction"]), at)
    assert offline.refusal == row["refusal"]


def test_every_refusal_a_gate_can_find_alone_has_a_vector() -> None:
    alone = {refusal.value for refusal in list(service.PassRefusal)[:9]}
    shown = {row["refusal"] for row in VECTORS["verdicts"]} - {None}
    assert alone - shown == {"malformed"}
    assert alone <= {refusal.value for refusal in bridge.Refusal}


def test_the_worked_example_of_the_page_is_the_first_vector() -> None:
    page = FILE.parents[1].joinpath("pass.md").read_text("utf-8")
    example = page.split("## 7. Worked example")[1].split("## 8.")[0]
    table, signing_input, signature, text = example.split("```\n")[1::2]
    row = VECTORS["passes"][0]
    assert "".join(line.split()[0] for line in table.splitlines()) == row["payload"]
    assert "".join(signing_input.split()) == VECTORS["signing_context"] + row["payload"]
    assert "".join(signature.split()) == row["signature"]
    assert text == row["text"] + "\n"


def test_the_page_names_every_refusal() -> None:
    page = FILE.parents[1].joinpath("pass.md").read_text("utf-8")
    section = page.split("## 6. Verdicts")[1].split("## 7.")[0]
    named_there = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    assert named_there == {code.value for code in service.PassRefusal} | {"not-recorded", "list-too-old"}
    assert {code.value for code in bridge.Refusal} <= named_there
