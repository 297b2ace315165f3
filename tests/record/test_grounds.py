"""Every ground on which the record refuses, with what its sentence needs: one spoilt thing for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.record import notes
from service.record.appender import Appender
from service.record.base64text import decode_base64, encode_base64
from service.record.canonical import MAX_INTEGER, canonical, canonical_entry, parse_canonical
from service.record.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from service.record.commitment import commit, new_salt
from service.record.disclosure import Opening, check_receipt, encode_disclosure
from service.record.events import Draft, Hidden, RowImage, write
from service.record.hashes import EMPTY_ROOT, leaf_hash, root
from service.record.leaf import read_leaf
from service.record.notes import MAX_SIGNATURES, Note, Signature
from service.record.receipt import make_receipt, parse_receipt
from service.record.refusals import RecordRefused
from service.record.tiles import decode_bundle, encode_bundle
from service.record.tree import (
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.record.parties import ORIGIN, log, prosecutor, signed_head
from tests.record.test_receipt import ENTRY, OPENINGS, WITNESSES, receipt_in
from tests.record.tree_twin import DictTiles

LEAVES = [leaf_hash(b"%d" % number) for number in range(5)]
TILES, GROWN = DictTiles(), Appender()
TILES.keep(GROWN.append(LEAVES))
ROOT, OLD = tree_root(5, GROWN), root(LEAVES[:3])
PROOF, STEPS = inclusion_proof(2, 5, TILES), consistency_proof(3, 5, TILES)
HEAD = signed_head(5, ROOT)
RECEIPT = receipt_in(5, 3)
EXTRA = json.loads(RECEIPT.extra)
EVENT = json.loads(ENTRY)


def receipt_with(extra: object) -> bytes:
    return replace(RECEIPT, extra=canonical(extra)).encode()


def event_with(**fields: object) -> bytes:
    return canonical({name: value for name, value in {**EVENT, **fields}.items() if value is not ...})


def nested(depth: int) -> object:
    return [nested(depth - 1)] if depth else 1


def changed(text: str) -> Note:
    return Note(text, HEAD.signatures)


GROUNDS: dict[str, Callable[[], object]] = {
    "canonical.type (type=float)": lambda: canonical(1.5),
    "canonical.type (type=number 1.5)": lambda: parse_canonical(b"[1.5]"),
    "canonical.type (type=number 1.234567890123456789)": lambda: parse_canonical(b"1.23456789012345678901"),
    "canonical.type (type=number NaN)": lambda: parse_canonical(b"NaN"),
    "canonical.integer (limit=9007199254740991)": lambda: canonical(MAX_INTEGER + 1),
    "canonical.text": lambda: canonical("\ud800"),
    "canonical.key": lambda: canonical({"ключ": 1}),
    "canonical.depth (limit=32)": lambda: canonical(nested(33)),
    "canonical.size (size=65536, limit=65535)": lambda: canonical_entry({"a": "x" * (65536 - 8)}),
    "canonical.json": lambda: parse_canonical(b"{"),
    "canonical.form": lambda: parse_canonical(b"[1, 2]"),
    "canonical.duplicate": lambda: parse_canonical(b'{"a":1,"a":1}'),
    "base64.form": lambda: decode_base64("AAAA", 4),
    "commitment.salt (length=31, expected=32)": lambda: commit(bytes(31), 1),
    "commitment.salt (length=33, expected=32)": lambda: new_salt(lambda size: bytes(size + 1)),
    "hash.length (length=31, expected=32)": lambda: root([bytes(31)]),
    "tree.size (size=-1)": lambda: tree_root(-1, TILES),
    "tree.tile (level=0, width=3)": lambda: Appender(3),
    "tree.tile (level=0, index=0, width=3)": lambda: tree_root(3, DictTiles()),
    "proof.index (index=5, size=5)": lambda: inclusion_proof(5, 5, TILES),
    "proof.index (index=-1, size=5)": lambda: verify_inclusion(LEAVES[2], -1, 5, PROOF, ROOT),
    "proof.length (length=2)": lambda: verify_inclusion(LEAVES[2], 2, 5, PROOF[:-1], ROOT),
    "proof.length (length=4)": lambda: verify_inclusion(LEAVES[2], 2, 5, [*PROOF, ROOT], ROOT),
    "proof.root (size=5)": lambda: verify_inclusion(LEAVES[1], 2, 5, PROOF, ROOT),
    "proof.size (old=0, new=5)": lambda: consistency_proof(0, 5, TILES),
    "proof.size (old=6, new=5)": lambda: verify_consistency(6, 5, STEPS, OLD, ROOT),
    "proof.length (length=1)": lambda: verify_consistency(5, 5, [ROOT], ROOT, ROOT),
    "proof.root (size=4)": lambda: verify_consistency(4, 4, [], OLD, ROOT),
    "proof.length (length=0)": lambda: verify_consistency(3, 5, [], OLD, ROOT),
    "proof.length (length=5)": lambda: verify_consistency(3, 5, [*STEPS, ROOT], OLD, ROOT),
    "proof.root (size=3)": lambda: verify_consistency(3, 5, STEPS, ROOT, ROOT),
    "checkpoint.form": lambda: parse_checkpoint(HEAD.text.replace("\n5\n", "\n05\n")),
    "checkpoint.origin (origin=kezdesu.example/la-155-8/visits, expected=another)": lambda: open_checkpoint(
        notes.sign(Checkpoint(ORIGIN, 5, ROOT).text, [log("another")]), log("another").verifier
    ),
    "cosignature.time": lambda: prosecutor().cosign(HEAD, datetime(2026, 3, 10)),  # noqa: DTZ001
    "note.form": lambda: notes.parse(b"no note"),
    "note.signatures (limit=100)": lambda: notes.parse(
        HEAD.with_signatures([Signature("w", number, b"x") for number in range(MAX_SIGNATURES)]).encode()
    ),
    "note.signature (name=kezdesu.example/la-155-8/visits)": lambda: notes.verify(changed("other\n"), [log().verifier]),
    "note.unsigned": lambda: notes.verify(HEAD, [log("another").verifier]),
    "receipt.form": lambda: parse_receipt(RECEIPT.encode().replace(b"index 3", b"index 03")),
    "receipt.quorum (witnesses=2, quorum=3)": lambda: check_receipt(RECEIPT.encode(), log().verifier, WITNESSES, 3),
    "proof.index (index=7, size=5)": lambda: make_receipt(7, TILES, HEAD),
    "disclosure.form": lambda: check_receipt(receipt_with({**EXTRA, "more": 1}), log().verifier),
    "disclosure.opening (path=person/p1/surname)": lambda: encode_disclosure(
        ENTRY, {"person/p1/surname": Opening(bytes(32), "Қасымова")}
    ),
    "bundle.size (size=65536, limit=65535)": lambda: encode_bundle([bytes(65536)]),
    "bundle.form": lambda: decode_bundle(b"\x00\x02a"),
    "event.form (part=fields)": lambda: read_leaf(event_with(more=1)),
    "event.form (part=v)": lambda: read_leaf(event_with(v=2)),
    "event.form (part=t)": lambda: read_leaf(event_with(t=1)),
    "event.form (part=n)": lambda: read_leaf(event_with(n=-1)),
    "event.form (part=at)": lambda: read_leaf(event_with(at="2026-03-10")),
    "event.form (part=after)": lambda: read_leaf(event_with(after=[0])),
    "event.form (part=by)": lambda: read_leaf(event_with(by={})),
    "event.form (part=facts)": lambda: read_leaf(event_with(facts=[])),
    "event.form (part=new)": lambda: read_leaf(event_with(new=[])),
    "event.form (part=set)": lambda: read_leaf(event_with(set={"room": []})),
    "event.form (part=with)": lambda: read_leaf(event_with(**{"with": [["national"]]})),
}  # fmt: skip


@pytest.mark.parametrize("ground", GROUNDS)
def test_what_is_spoilt_is_refused_on_this_ground(ground: str) -> None:
    with pytest.raises(RecordRefused) as no:
        GROUNDS[ground]()
    assert str(no.value) == ground


def refused(check: Callable[[], object]) -> str:
    with pytest.raises(RecordRefused) as no:
        check()
    return no.value.code


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n5\n",
        HEAD.text + "more\n",
        HEAD.text + "more",
        HEAD.text.replace("\n5\n", "\n٥\n"),
        HEAD.text.replace("\n5\n", "\n-5\n"),
        HEAD.text.replace("\n5\n", "\n" + "1" * 20 + "\n"),
        f"{ORIGIN}\n9223372036854775808\n{encode_base64(ROOT)}\n",
        f"{ORIGIN}\n0\n{encode_base64(ROOT)}\n",
    ],
)
def test_a_head_has_one_spelling(text: str) -> None:
    assert refused(lambda: parse_checkpoint(text)) == "checkpoint.form"


def test_the_head_of_nothing_and_of_the_longest_log_are_heads() -> None:
    for head in (Checkpoint(ORIGIN, 0, EMPTY_ROOT), Checkpoint(ORIGIN, 2**63 - 1, ROOT)):
        assert parse_checkpoint(head.text) == head


def test_an_opened_head_comes_with_the_note_it_came_in() -> None:
    opened = open_checkpoint(HEAD.encode(), log().verifier)
    assert (opened.checkpoint, opened.note) == (Checkpoint(ORIGIN, 5, ROOT), HEAD)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\n\n",
        b"text\n",
        HEAD.encode()[:-1],
        HEAD.encode().replace("— ".encode(), b"- "),
        "text\n\n— name\n".encode(),
        f"text\n\n— name {encode_base64(b'1234')}\n".encode(),
        b"te\x1fxt\n\n" + HEAD.encode().partition(b"\n\n")[2],
    ],
)
def test_a_note_has_one_spelling(data: bytes) -> None:
    assert refused(lambda: notes.parse(data)) == "note.form"


def test_a_signature_is_of_one_octet_or_more_and_a_hundred_of_them_are_a_note() -> None:
    row = f"text\n\n— name {encode_base64(b'12345')}\n".encode()
    assert notes.parse(row).signatures == (Signature("name", int.from_bytes(b"1234"), b"5"),)
    full = Note("text\n", tuple(Signature("w", number, b"x") for number in range(MAX_SIGNATURES)))
    assert notes.parse(full.encode()) == full


def test_a_signature_by_the_same_name_and_key_takes_the_place_of_the_earlier_and_goes_last() -> None:
    first, second, again = Signature("a", 1, b"1"), Signature("b", 2, b"2"), Signature("a", 1, b"3")
    assert Note("t\n", (first, second)).with_signatures([again]).signatures == (second, again)


def test_a_text_that_does_not_end_its_line_is_not_signed() -> None:
    for text in ("no end", "a tab\there\n", ""):
        assert refused(lambda text=text: notes.sign(text, [log()])) == "note.form"  # type: ignore[misc]


@pytest.mark.parametrize(
    "extra", [[], {"entry": EVENT}, {"entry": 1, "openings": {}}, {"entry": EVENT, "openings": []}]
)
def test_what_travels_in_a_receipt_is_an_entry_with_openings(extra: object) -> None:
    assert refused(lambda: check_receipt(receipt_with(extra), log().verifier)) == "disclosure.form"


@pytest.mark.parametrize(
    "opening", [1, {}, {"salt": "x"}, {"salt": 1, "value": 1}, {"salt": "x", "value": 1, "more": 1}]
)
def test_an_opening_is_a_salt_and_a_value(opening: object) -> None:
    extra = {"entry": EVENT, "openings": {"person/p1/surname": opening}}
    assert refused(lambda: check_receipt(receipt_with(extra), log().verifier)) == "disclosure.form"


def test_an_opening_is_of_the_commitment_at_its_own_place() -> None:
    ((path, opening),) = OPENINGS.items()
    assert json.loads(encode_disclosure(ENTRY, OPENINGS))["entry"] == EVENT
    for other in ("by/person", "convict/c1/person", "person/p1", "person/p1/surname/c"):
        assert refused(lambda other=other: encode_disclosure(ENTRY, {other: opening})) == "disclosure.opening"  # type: ignore[misc]
    assert refused(lambda: encode_disclosure(ENTRY, {path: replace(opening, value="Касымова")})) == "disclosure.opening"
    assert refused(lambda: encode_disclosure(b"[]", OPENINGS)) == "disclosure.opening"


def test_a_cosignature_counts_seconds_from_1970_and_the_first_is_the_first() -> None:
    first = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    line = prosecutor().cosign(HEAD, first)
    assert prosecutor().verifier.verify(HEAD.text.encode(), line.signature)
    assert not prosecutor().verifier.verify(HEAD.text.encode(), line.signature + b"x")
    assert refused(lambda: prosecutor().cosign(HEAD, first - timedelta(microseconds=1))) == "cosignature.time"


def test_a_refusal_says_its_ground_and_its_arguments() -> None:
    assert str(RecordRefused("a.b")) == "a.b"
    told = RecordRefused("a.b", one=1, two="2")
    assert (told.code, told.arguments, str(told)) == ("a.b", {"one": 1, "two": "2"}, "a.b (one=1, two=2)")


def test_limits_themselves_are_held_and_not_passed() -> None:
    assert canonical(MAX_INTEGER) == b"9007199254740991"
    assert canonical(-MAX_INTEGER) == b"-9007199254740991"
    assert canonical(nested(32)).count(b"[") == 32
    assert len(canonical_entry({"a": "x" * (65535 - 8)})) == 65535
    assert decode_bundle(encode_bundle([bytes(65535), b""])) == [bytes(65535), b""]


def test_an_opening_is_kept_for_its_person_under_the_path_of_its_cell() -> None:
    salts = iter([b"1" * 32, b"2" * 32, b"3" * 32])
    written = write(
        Draft(
            "relative.registered",
            {"as": "officer", "person": Hidden("officer", "staff-7")},
            [RowImage("person", "p1", {"surname": Hidden("relative", "Қасымова"), "country": "KZ"}, new=True),
             RowImage("person", "p2", {"surname": Hidden("relative", None)}, new=False)],
            {"ground": "IR 80"},
        ),
        log="la-155-8", number=4, at="2026-03-10T05:12:09.000000Z", after=(3, "00ff"), beside=[("national", 12)],
        random_bytes=lambda size: next(salts)[:size],
    )  # fmt: skip
    assert written.openings == {
        "relative": {"person/p1/surname": (b"1" * 32, "Қасымова"), "person/p2/surname": (b"2" * 32, None)},
        "officer": {"by/person": (b"3" * 32, "staff-7")},
    }
    assert json.loads(written.leaf) == {
        "v": 1,
        "t": "relative.registered",
        "log": "la-155-8",
        "n": 4,
        "at": "2026-03-10T05:12:09.000000Z",
        "by": {"as": "officer", "person": {"c": commit(b"3" * 32, "staff-7")}},
        "after": [3, "00ff"],
        "new": {"person": {"p1": {"surname": {"c": commit(b"1" * 32, "Қасымова")}, "country": "KZ"}}},
        "set": {"person": {"p2": {"surname": {"c": commit(b"2" * 32, None)}}}},
        "with": [["national", 12]],
        "facts": {"ground": "IR 80"},
    }
    assert read_leaf(written.leaf).commitments().keys() == {"by/person", "person/p1/surname", "person/p2/surname"}
