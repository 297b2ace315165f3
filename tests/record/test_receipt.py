"""A relative's receipt: it proves with the reader's own keys, and not one character of it can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record.canonical import canonical
from service.record.disclosure import Disclosed, Opening, check_receipt, encode_disclosure
from service.record.events import Draft, Hidden, RowImage, write
from service.record.notes import Note, Signature
from service.record.receipt import Receipt, make_receipt, parse_receipt, verify_receipt
from service.record.refusals import RecordRefused
from service.record.tree import Appender, leaf_hash, tree_root
from tests.record.parties import log, ombudsman, prosecutor, signed_head
from tests.record.tree_twin import DictTiles

SALT = bytes(range(32))
WRITTEN = write(
    Draft(
        "relative.registered",
        {"as": "officer", "person": Hidden("officer", "staff-7")},
        [
            RowImage("person", "p1", {"surname": Hidden("relative", "Қасымова"), "country": "KZ"}, new=True),
            RowImage("convict", "c1", {"person": Hidden("convict", "p2")}, new=False),
        ],
    ),
    log="la-155-8",
    number=1,
    at="2026-03-10T05:12:09.000000Z",
    after=(0, ""),
    beside=[],
    random_bytes=lambda count: bytes(range(count)),
)
ENTRY = WRITTEN.leaf
OPENINGS = {path: Opening(*opening) for path, opening in WRITTEN.openings["relative"].items()}
SEEN = datetime(2026, 3, 10, 7, tzinfo=UTC)
WITNESSES = [prosecutor().verifier, ombudsman().verifier]


@cache
def log_of(size: int, place: int) -> tuple[DictTiles, Note]:
    """A log where our entry stands among others, its head cosigned by both witnesses."""
    tiles, appender = DictTiles(), Appender()
    entries = [ENTRY if number == place else b"%d" % number for number in range(size)]
    tiles.keep(appender.append(map(leaf_hash, entries)))
    head = signed_head(size, tree_root(size, appender))
    return tiles, head.with_signatures([prosecutor().cosign(head, SEEN), ombudsman().cosign(head, SEEN)])


def receipt_in(size: int, place: int) -> Receipt:
    tiles, head = log_of(size, place)
    return make_receipt(place, tiles, head, encode_disclosure(ENTRY, OPENINGS))


def checked(data: bytes, quorum: int = 2) -> Disclosed:
    return check_receipt(data, log().verifier, WITNESSES, quorum)


@pytest.mark.parametrize(("size", "place"), [(1, 0), (2, 1), (3, 2), (257, 256), (1000, 400)])
def test_a_receipt_shows_what_its_holder_may_see_and_who_saw_it(size: int, place: int) -> None:
    disclosed = checked(receipt_in(size, place).encode())
    assert disclosed.values == {"person/p1/surname": "Қасымова"}
    assert canonical(disclosed.entry) == ENTRY
    assert disclosed.proven.index == place
    assert disclosed.proven.checkpoint.size == size
    assert disclosed.proven.witnessed == ((prosecutor().name, SEEN), (ombudsman().name, SEEN))


@pytest.mark.parametrize("receipt", [receipt_in(300, 7), receipt_in(1, 0), replace(receipt_in(9, 8), extra=b"")])
def test_reading_and_writing_a_receipt_are_inverse(receipt: Receipt) -> None:
    assert parse_receipt(receipt.encode()) == receipt


def test_it_is_laid_out_as_c2sp_says() -> None:
    lines = receipt_in(3, 2).encode().decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 2"
    assert len(lines[3]) == 44
    assert lines[4] == ""
    assert lines[5:7] == [log().name, "3"]


def mutations(text: str, letters: str) -> Iterator[str]:
    for place in range(len(text) + 1):
        for letter in letters:
            yield text[:place] + letter + text[place:]
            yield text[:place] + letter + text[place + 1 :]
        yield text[:place] + text[place + 1 :]


def test_no_single_character_of_a_receipt_can_be_changed_added_or_left_out() -> None:
    text = receipt_in(5, 3).encode().decode()
    tried = 0
    for mutated in mutations(text, "AZ0\n"):
        if mutated != text:
            tried += 1
            with pytest.raises(RecordRefused):
                checked(mutated.encode())
    assert tried > 8 * len(text)


@given(st.integers(1, 600), st.data())
def test_any_changed_character_is_refused_in_a_receipt_of_any_log(size: int, data: st.DataObject) -> None:
    text = receipt_in(size, size // 2).encode().decode()
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(exclude_categories=("Cs",)).filter(lambda letter: letter != text[place]))
    with pytest.raises(RecordRefused):
        checked((text[:place] + letter + text[place + 1 :]).encode())


@given(st.binary(max_size=300))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    for candidate in (
        data,
        b"c2sp.org/tlog-proof@v1\n" + data,
        b"c2sp.org/tlog-proof@v1\nindex 1\n\n" + data,
    ):
        with pytest.raises(RecordRefused):
            checked(candidate)


def test_a_receipt_without_enough_witnesses_is_refused() -> None:
    receipt = receipt_in(5, 3)
    alone = replace(receipt, checkpoint=Note(receipt.checkpoint.text, receipt.checkpoint.signatures[:2]))
    assert len(checked(alone.encode(), quorum=1).proven.witnessed) == 1
    with pytest.raises(RecordRefused, match=r"receipt\.quorum"):
        checked(alone.encode(), quorum=2)


def test_the_same_witness_twice_is_one_witness() -> None:
    receipt = receipt_in(5, 3)
    line = receipt.checkpoint.signatures[1]
    twice = replace(receipt, checkpoint=Note(receipt.checkpoint.text, (*receipt.checkpoint.signatures[:2], line)))
    with pytest.raises(RecordRefused, match=r"receipt\.quorum"):
        checked(twice.encode(), quorum=2)


def test_a_witness_nobody_knows_is_left_out_of_account() -> None:
    receipt = receipt_in(5, 3)
    stranger = Signature("stranger.example", 7, b"\1" * 72)
    more = replace(receipt, checkpoint=receipt.checkpoint.with_signatures([stranger]))
    assert len(checked(more.encode()).proven.witnessed) == 2


def test_a_receipt_proves_no_other_entry() -> None:
    receipt = receipt_in(5, 3)
    with pytest.raises(RecordRefused, match=r"proof\.root"):
        verify_receipt(receipt, ENTRY.replace(b'"v":1', b'"v":2'), log().verifier)


def test_an_entry_later_than_the_head_has_no_receipt_yet() -> None:
    tiles, head = log_of(5, 3)
    with pytest.raises(RecordRefused, match=r"proof\.index"):
        make_receipt(5, tiles, head)


@pytest.mark.parametrize(
    "wrong",
    [
        {"person/p1/surname": Opening(SALT, "another")},
        {"person/p1/surname": Opening(SALT[::-1], "Қасымова")},
        {"convict/c1/person": Opening(SALT, "Қасымова")},
        {"person/p1/country": Opening(SALT, "KZ")},
        {"stranger": Opening(SALT, "Қасымова")},
    ],
)
def test_an_opening_that_opens_nothing_is_never_sent(wrong: dict[str, Opening]) -> None:
    with pytest.raises(RecordRefused, match=r"disclosure\.opening"):
        encode_disclosure(ENTRY, wrong)


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"entry": 1, "openings": {}},
        {"entry": {}, "openings": []},
        {"entry": {}, "openings": {}, "more": 1},
    ],
)
def test_extra_data_of_another_shape_is_refused(extra: dict[str, object]) -> None:
    with pytest.raises(RecordRefused, match=r"disclosure\.form"):
        checked(replace(receipt_in(5, 3), extra=canonical(extra)).encode())
