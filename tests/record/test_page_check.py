"""A page of oversight against the log it was taken from: what is changed, left out or added is found, by its ground."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.record.appender import Appender
from service.record.checkpoint import Checkpoint, open_checkpoint
from service.record.disclosure import encode_disclosure
from service.record.events import Draft, Hidden, RowImage, write
from service.record.export import export_log
from service.record.hashes import leaf_hash
from service.record.notes import Note
from service.record.page_check import check_page, check_whole
from service.record.page_proof import FORM, Derived, PageFile, derive, read_page, to_csv, to_json
from service.record.receipt import make_receipt
from service.record.refusals import RecordRefused
from service.record.tree import tree_root
from tests.record.parties import ORIGIN, log, signed_head
from tests.record.tree_twin import DictTiles

AT = "2026-03-10T05:12:09.000000Z"
OTHER = log("kezdesu.example/other/visits")


def entry(number: int, table: str, key: str, *, new: bool = True, **cells: object) -> bytes:
    return write(
        Draft("dispute.raised", {"as": "relative"}, [RowImage(table, key, cells, new)]),  # type: ignore[arg-type]
        log="la-155-8",
        number=number,
        at=AT,
        after=(number, "00"),
        beside=[],
        random_bytes=lambda size: b"\x05" * size,
    ).leaf


RAISED = "2026-03-01T05:00:00.000000Z"
ENTRIES = [
    entry(0, "dispute", "d1", raised_at=RAISED, state="open", about=Hidden("aigul", "text"), urgent=True),
    entry(1, "room", "r1", name="зал"),
    entry(2, "dispute", "d2", raised_at=RAISED, state="open", note=None, place=3),
    entry(3, "dispute", "d1", new=False, state="answered"),
    entry(4, "dispute", "d3", raised_at="2024-03-01T05:00:00.000000Z", state="open"),
]


def head_of(entries: list[bytes]) -> tuple[DictTiles, Note]:
    tiles, appender = DictTiles(), Appender()
    tiles.keep(appender.append(map(leaf_hash, entries)))
    return tiles, signed_head(len(entries), tree_root(len(entries), appender))


def given(entries: list[bytes], page: str = "disputes") -> PageFile:
    tiles, head = head_of(entries)
    rows = derive(enumerate(entries), page, AT)
    proofs = {
        number: make_receipt(number, tiles, head, encode_disclosure(entries[number], {})).encode().decode()
        for number in sorted({number for one in rows for number in one.events})
    }
    return PageFile(page, ORIGIN, AT, head.encode().decode(), rows, proofs)


def opens(note: bytes) -> Checkpoint:
    return open_checkpoint(note, log().verifier).checkpoint


def mirrored(directory: Path, entries: list[bytes]) -> Path:
    export_log(directory, iter(entries), signed_head, log().vkey)
    return directory


def refused(check: Callable[[], object]) -> str:
    with pytest.raises(RecordRefused) as no:
        check()
    return no.value.code


PAGE = given(ENTRIES)
HEAD = opens(PAGE.checkpoint.encode())
D1, D2 = PAGE.rows


def test_a_page_holds_each_row_as_its_last_entry_left_it_and_names_the_entries() -> None:
    assert [(one.row, one.events) for one in PAGE.rows] == [("d1", (0, 3)), ("d2", (2,))], "d3 is older than a year"
    assert D1.cells["state"] == "answered"
    assert D1.cells["urgent"] == "true"
    assert D1.cells["about"].startswith("commitment ")
    assert (D2.cells["note"], D2.cells["place"]) == ("", "3")
    assert check_page(PAGE, log().verifier, opens) == HEAD


def late(**cells: object) -> bool:
    return bool(derive([(0, entry(0, "appointment", "a1", state="requested", **cells))], "late", AT))


def test_a_decision_is_late_while_it_waits_and_for_a_month_after() -> None:
    assert late(decide_by="2026-03-10T05:12:08.999999Z")
    assert not late(decide_by=AT), "the last moment is still in time"
    assert not late(decide_by=None)
    assert late(decide_by="2026-02-01T00:00:00.000000Z", decided_at="2026-02-09T00:00:00.000000Z")
    decided = entry(
        0, "appointment", "a1", state="granted", decide_by="2026-02-01T00:00:00.000000Z",
        decided_at="2026-02-08T05:12:09.000000Z",
    )  # fmt: skip
    assert derive([(0, decided)], "late", AT) == (), "thirty days ago to the microsecond is no longer shown"
    assert derive([(0, decided)], "late", "2026-03-10T05:12:08.999999Z") != ()


def test_an_entry_that_says_two_things_of_a_row_is_named_once() -> None:
    raised = {"raised_at": RAISED}
    twice = write(
        Draft(
            "dispute.raised",
            {"as": "relative"},
            [RowImage("dispute", "d1", cells, cells is raised) for cells in (raised, {"state": "open"})],
        ),
        log="la-155-8", number=0, at=AT, after=(0, "00"), beside=[], random_bytes=bytes,
    ).leaf  # fmt: skip
    (one,) = derive([(7, twice)], "disputes", AT)
    assert (one.events, one.cells) == ((7,), {"raised_at": RAISED, "state": "open"})


@pytest.mark.parametrize("written", [to_json, to_csv])
@pytest.mark.parametrize("page", [PAGE, given(ENTRIES[1:2])], ids=["two rows", "none"])
def test_a_page_is_read_as_it_was_written(page: PageFile, written: Callable[[PageFile], str]) -> None:
    read = read_page(written(page).encode())
    assert check_page(read, log().verifier, opens).size == opens(page.checkpoint.encode()).size
    assert [(one.row, one.events) for one in read.rows] == [(one.row, one.events) for one in page.rows]


def changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(to_json(PAGE)), **fields}).encode()


def spoilt() -> Iterator[bytes]:
    table = to_csv(PAGE)
    yield b"\xff"
    yield b""
    yield b"{"
    yield changed(form="another")
    yield changed(page="no-such-page")
    yield changed(at="yesterday")
    yield changed(rows=3)
    yield table.replace("row", "raw", 1).encode()
    yield (table + f"{FORM},disputes,elsewhere\n").encode()


@pytest.mark.parametrize("data", list(spoilt()))
def test_what_is_no_page_is_refused_as_such(data: bytes) -> None:
    assert refused(lambda: read_page(data)) == "page.form"


@pytest.mark.parametrize(
    ("page", "ground"),
    [
        (replace(PAGE, log="kezdesu.example/other/visits"), "page.head"),
        (replace(PAGE, checkpoint=head_of(ENTRIES[:4])[1].encode().decode()), "page.head"),
        (replace(PAGE, proofs={**PAGE.proofs, 1: PAGE.proofs[0]}), "page.head"),
        (replace(PAGE, proofs={0: PAGE.proofs[0], 2: PAGE.proofs[2]}), "page.entry"),
        (replace(PAGE, rows=(replace(D1, events=(0, 2)), D2)), "page.entry"),
        (replace(PAGE, rows=(replace(D1, row="d9"), D2)), "page.entry"),
        (replace(PAGE, rows=(replace(D1, events=()), D2)), "page.entry"),
        (replace(PAGE, rows=(replace(D1, cells={**D1.cells, "state": "open"}), D2)), "page.cells"),
        (replace(PAGE, rows=(replace(D1, events=(0,)), D2)), "page.cells"),
        (replace(PAGE, at="2028-03-10T05:12:09.000000Z"), "page.rule"),
    ],
)
def test_a_page_that_was_changed_is_refused_by_its_own_proofs(page: PageFile, ground: str) -> None:
    assert refused(lambda: check_page(page, log().verifier, opens)) == ground


def test_a_page_of_another_log_is_refused() -> None:
    assert refused(lambda: check_page(PAGE, OTHER.verifier, opens)) == "note.unsigned"


def test_a_page_is_whole_against_a_copy_of_its_log_also_a_longer_one(tmp_path: Path) -> None:
    assert check_whole(PAGE, HEAD, mirrored(tmp_path / "same", ENTRIES), log().verifier) == 5
    more = [*ENTRIES, entry(5, "dispute", "d2", new=False, state="answered")]
    assert check_whole(PAGE, HEAD, mirrored(tmp_path / "longer", more), log().verifier) == 6


def test_a_copy_that_is_shorter_other_or_damaged_proves_nothing(tmp_path: Path) -> None:
    def against(name: str, entries: list[bytes]) -> str:
        return refused(lambda: check_whole(PAGE, HEAD, mirrored(tmp_path / name, entries), log().verifier))

    assert against("shorter", ENTRIES[:4]) == "later.shorter"
    assert against("other", [*ENTRIES[:4], entry(4, "room", "r2", name="зал"), entry(5, "room", "r3")]) == (
        "later.rewritten"
    )
    damaged = mirrored(tmp_path / "damaged", ENTRIES)
    next((damaged / "tile" / "entries").rglob("5")).write_bytes(b"")
    assert refused(lambda: check_whole(PAGE, HEAD, damaged, log().verifier)) == "later.export"


@pytest.mark.parametrize(
    ("page", "ground"),
    [
        (replace(PAGE, rows=(D1,)), "page.left-out"),
        (replace(PAGE, rows=(*PAGE.rows, Derived("d9", {}, ()))), "page.added"),
        (replace(PAGE, rows=(replace(D1, cells={"state": "answered"}), D2)), "page.cells"),
        (replace(PAGE, rows=(replace(D1, events=(0,)), D2)), "page.cells"),
    ],
)
def test_a_row_left_out_added_or_changed_is_found_by_a_copy(tmp_path: Path, page: PageFile, ground: str) -> None:
    copy = mirrored(tmp_path / "copy", ENTRIES)
    assert refused(lambda: check_whole(page, HEAD, copy, log().verifier)) == ground
