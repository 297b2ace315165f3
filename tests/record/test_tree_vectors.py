"""The official vectors of transparency-dev/merkle: what proves is accepted, what does not is refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from service.record.refusals import RecordRefused
from service.record.tree import verify_consistency, verify_inclusion

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc6962.json").read_text())


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof_of(vector: dict[str, Any]) -> list[bytes]:
    return [decoded(item) for item in vector["proof"] or []]


def inclusion(vector: dict[str, Any]) -> None:
    verify_inclusion(
        decoded(vector["leafHash"]),
        vector["leafIdx"],
        vector["treeSize"],
        proof_of(vector),
        decoded(vector["root"]),
    )


def consistency(vector: dict[str, Any]) -> None:
    verify_consistency(
        vector["size1"], vector["size2"], proof_of(vector), decoded(vector["root1"]), decoded(vector["root2"])
    )


CASES = [(inclusion, name) for name in VECTORS["inclusion"]] + [(consistency, name) for name in VECTORS["consistency"]]


def test_there_are_98_vectors_of_each_kind() -> None:
    assert len(VECTORS["inclusion"]) == len(VECTORS["consistency"]) == 98


@pytest.mark.parametrize(("check", "name"), CASES, ids=lambda part: getattr(part, "__name__", part))
def test_a_vector_is_accepted_or_refused_as_published(check: Any, name: str) -> None:
    vector = VECTORS[check.__name__][name]
    if vector["wantErr"]:
        with pytest.raises(RecordRefused):
            check(vector)
    else:
        check(vector)
