"""A receipt and a newer copy of the log: its head is a beginning of it, and what befell the appointment is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.record.disclosure import Disclosed, check_receipt, encode_disclosure
from service.record.events import Draft, RowImage, write
from service.record.export import export_log
from service.record.hashes import leaf_hash
from service.record.later import LaterEvent, check_still_there, later_events
from service.record.receipt import make_receipt
from service.record.refusals import RecordRefused
from service.record.tree import Appender, tree_root
from tests.record.parties import log, signed_head
from tests.record.tree_twin import DictTiles

AT = "2026-03-10T05:12:09.000000Z"


def entry(number: int, what: str, *rows: RowImage) -> bytes:
    return write(
        Draft(what, {"as": "officer"}, rows),
        log="la-155-8", number=number, at=AT, after=(number, "00"), beside=[], random_bytes=lambda size: b"\x05" * size,
    ).leaf  # fmt: skip


OURS = RowImage("appointment", "a1", {"state": "granted"}, new=True)
BEGUN = [entry(0, "room.opened", RowImage("room", "r1", {}, new=True)), entry(1, "visit.granted", OURS)]
SINCE = [
    entry(2, "visit.granted", RowImage("appointment", "a2", {"state": "granted"}, new=True)),
    entry(3, "pass.issued", RowImage("pass", "p1", {"appointment_id": "a1"}, new=True)),
    entry(4, "pass.issued", RowImage("pass", "p2", {"appointment_id": "a2"}, new=True)),
    entry(5, "pass.issued", RowImage("pass", "p3", {"appointment_id": None}, new=True)),
    entry(6, "visit.cancelled", RowImage("appointment", "a1", {"state": "cancelled"}, new=False)),
]
OTHERS = [entry(number, "room.opened", RowImage("room", f"r{number}", {}, new=True)) for number in range(7, 300)]


def shown() -> Disclosed:
    tiles, appender = DictTiles(), Appender()
    tiles.keep(appender.append(map(leaf_hash, BEGUN)))
    head = signed_head(2, tree_root(2, appender))
    return check_receipt(make_receipt(1, tiles, head, encode_disclosure(BEGUN[1], {})).encode(), log().verifier)


def copied(directory: Path, entries: list[bytes]) -> Path:
    export_log(directory, iter(entries), signed_head, log().vkey)
    return directory


def refused(check: Callable[[], object]) -> str:
    with pytest.raises(RecordRefused) as no:
        check()
    return no.value.code


@pytest.mark.parametrize("since", [[], SINCE, SINCE + OTHERS])
def test_a_head_is_still_part_of_every_copy_that_only_grew(tmp_path: Path, since: list[bytes]) -> None:
    newest = check_still_there(shown(), copied(tmp_path / "copy", BEGUN + since), log().verifier)
    assert newest.checkpoint.size == 2 + len(since)


def test_a_copy_that_was_cut_rewritten_or_damaged_is_told_apart(tmp_path: Path) -> None:
    def against(name: str, entries: list[bytes]) -> str:
        return refused(lambda: check_still_there(shown(), copied(tmp_path / name, entries), log().verifier))

    assert against("cut", BEGUN[:1]) == "later.shorter"
    assert against("rewritten", [BEGUN[0], *SINCE]) == "later.rewritten"
    damaged = copied(tmp_path / "damaged", BEGUN + SINCE)
    next((damaged / "tile" / "entries").rglob("7")).write_bytes(b"")
    assert refused(lambda: check_still_there(shown(), damaged, log().verifier)) == "later.export"


def test_what_befell_the_appointment_since_is_told_and_nothing_of_others(tmp_path: Path) -> None:
    told = [LaterEvent(3, "pass.issued", AT), LaterEvent(6, "visit.cancelled", AT)]
    for name, entries, found in (
        ("two", BEGUN, []),
        ("six", BEGUN + SINCE[:4], told[:1]),
        ("all", BEGUN + SINCE + OTHERS, told),
    ):
        assert later_events(shown(), copied(tmp_path / name, entries), len(entries)) == found
