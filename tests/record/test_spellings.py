"""What stands in a receipt, a head, a note or a disclosure: the longest that is read, and the first that is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.record import notes
from service.record.base64text import decode_base64, encode_base64
from service.record.canonical import canonical, parse_canonical
from service.record.checkpoint import parse_checkpoint
from service.record.disclosure import Opening, check_receipt, encode_disclosure
from service.record.receipt import make_receipt, parse_receipt, verify_receipt
from service.record.refusals import RecordRefused
from service.record.tree import verify_consistency
from tests.record.parties import ORIGIN, log, private_key, prosecutor
from tests.record.test_grounds import HEAD, LEAVES, OLD, ROOT, STEPS, receipt_with, refused
from tests.record.test_receipt import ENTRY, SALT, WITNESSES, WRITTEN, log_of, receipt_in

HEADER = "c2sp.org/tlog-proof@v1"
RECEIPT = receipt_in(5, 3)
NOTE = RECEIPT.checkpoint.encode().decode()
HASH = encode_base64(bytes(32))
SHORT = encode_base64(bytes(31))


def receipt(*lines: str) -> Callable[[], object]:
    return lambda: parse_receipt("\n".join([*lines, "", NOTE]).encode())


def head(size: str, root: str = HASH) -> Callable[[], object]:
    return lambda: parse_checkpoint(f"{ORIGIN}\n{size}\n{root}\n")


SPELLINGS: list[tuple[str, Callable[[], object]]] = [
    ("receipt.form", lambda: parse_receipt(b"\xff")),
    ("receipt.form", lambda: parse_receipt(HEADER.encode())),
    ("receipt.form", receipt("c2sp.org/tlog-proof@v2", "index 3")),
    ("receipt.form", receipt(HEADER, "extra AAAA")),
    *(("receipt.form", receipt(HEADER, f"index {number}")) for number in ("", "three", "-3", "²", "1" * 20)),
    ("receipt.form", receipt(HEADER, "index 3", *[HASH] * 64)),
    ("base64.form", receipt(HEADER, "index 3", SHORT)),
    *(("checkpoint.form", head(size)) for size in ("", "five", "-5", "²", "1" * 20)),
    ("base64.form", head("5", SHORT)),
    ("base64.form", lambda: notes.parse(b"text\n\n" + "— two words AAAAAAA=\n".encode())),
    *(("base64.form", lambda text=text: decode_base64(text)) for text in ("A", "AAA", "AA=A", "AAAA\n", "ққққ")),
    ("base64.form", lambda: check_receipt(receipt_with(opened(SHORT)), log().verifier)),
    ("canonical.depth (limit=32)", lambda: canonical(boxes(33))),
    ("canonical.key", lambda: parse_canonical(b'{"a\\n":1}')),
    ("proof.length (length=3)", lambda: verify_consistency(3, 5, STEPS[:-1], OLD, ROOT)),
    ("proof.root (size=5)", lambda: verify_consistency(3, 5, STEPS, OLD, LEAVES[0])),
]  # fmt: skip


def opened(salt: str) -> dict[str, object]:
    return {
        "entry": parse_canonical(ENTRY),
        "openings": {"person/p1/surname": {"salt": salt, "value": "Қасымова"}},
    }


def boxes(depth: int) -> object:
    return {"in": boxes(depth - 1)} if depth else 1


@pytest.mark.parametrize(("ground", "check"), SPELLINGS)
def test_what_is_not_spelled_so_is_refused_on_this_ground(ground: str, check: Callable[[], object]) -> None:
    with pytest.raises(RecordRefused) as no:
        check()
    assert str(no.value) == ground


def test_the_longest_receipt_is_read() -> None:
    longest = replace(RECEIPT, index=2**63 - 2, proof=(bytes(32),) * 63)
    assert parse_receipt(longest.encode()) == longest


def test_boxes_within_boxes_are_read_as_deep_as_lists() -> None:
    assert parse_canonical(canonical(boxes(32))) == boxes(32)


def test_a_receipt_alone_proves_without_witnesses_and_carries_nothing_else() -> None:
    alone = make_receipt(3, *log_of(5, 3))
    assert alone.encode().decode().split("\n")[1] == "index 3"
    assert verify_receipt(alone, ENTRY, log().verifier).witnessed == ()
    assert check_receipt(receipt_with(opened(encode_base64(SALT))), log().verifier).proven.witnessed == ()


@pytest.mark.parametrize(
    ("person", "path"), [("officer", "by/person"), ("relative", "person/p1/surname"), ("convict", "convict/c1/person")]
)
def test_who_acted_and_what_is_changed_is_opened_like_what_is_new(person: str, path: str) -> None:
    opening = Opening(*WRITTEN.openings[person][path])
    carried = replace(RECEIPT, extra=encode_disclosure(ENTRY, {path: opening}))
    assert check_receipt(carried.encode(), log().verifier, WITNESSES, 2).values == {path: opening.value}


@pytest.mark.parametrize("path", ["by", "person", "convict", "convict/c1", "BY/person", "facts/person"])
def test_a_place_that_holds_no_commitment_is_opened_by_nothing(path: str) -> None:
    opening = Opening(SALT, "Қасымова")
    assert refused(lambda: encode_disclosure(ENTRY, {path: opening})) == "disclosure.opening"


def test_the_text_of_a_note_may_have_empty_lines() -> None:
    note = notes.sign("first\n\nsecond\n\n\nlast\n", [log()])
    assert notes.parse(note.encode()) == note


FIRST, LAST = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [(0, False), (1, True), (int(LAST.timestamp()), True), (int(LAST.timestamp()) + 1, False), (2**64 - 1, False)],
)
def test_a_cosignature_is_over_the_lines_of_the_specification_and_a_time_there_is(seconds: int, taken: bool) -> None:
    lines = f"cosignature/v1\ntime {seconds}\n{HEAD.text}".encode()
    signature = seconds.to_bytes(8, "big") + private_key("prosecutor").sign(lines)
    assert prosecutor().verifier.verify(HEAD.text.encode(), signature) is taken


@pytest.mark.parametrize("at", [FIRST, LAST])
def test_a_witness_signs_the_lines_of_the_specification(at: datetime) -> None:
    seconds = int(at.timestamp())
    lines = f"cosignature/v1\ntime {seconds}\n{HEAD.text}".encode()
    signed = seconds.to_bytes(8, "big") + private_key("prosecutor").sign(lines)
    assert prosecutor().cosign(HEAD, at).signature == signed
