"""Whether a page given away by oversight is what the log says: by its own proofs, and whole by a copy of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from service.record.canonical import canonical_entry
from service.record.checkpoint import Checkpoint, open_checkpoint
from service.record.disclosure import check_receipt
from service.record.export import check_export
from service.record.keys import NoteVerifier
from service.record.leaf import read_leaf
from service.record.page_proof import PAGES, Cells, PageFile, derive, take_in
from service.record.receipt import parse_receipt
from service.record.refusals import RecordRefused
from service.record.tiles import CHECKPOINT, ENTRIES, DirectoryTiles, decode_bundle, tile_path
from service.record.tree import TILE_WIDTH, tree_root

Opens = Callable[[bytes], Checkpoint]
"""Opens a signed note with keys that the reader trusts, or raises RecordRefused."""


def check_page(file: PageFile, log: NoteVerifier, opens: Opens) -> Checkpoint:
    """Every row stands under the head, made of the entries named, and belongs on the page; answers the head.

    That no row was left out, and that no later entry changed one, only a copy of the log shows (`check_whole`). Raises
    RecordRefused: the grounds of the head and of receipts; 'page.head', 'page.entry', 'page.cells', 'page.rule'.
    """
    head = opens(file.checkpoint.encode())
    if head.origin != file.log:
        raise RecordRefused("page.head", log=file.log)
    leaves = {}
    for number, proof in file.proofs.items():
        shown = check_receipt(proof.encode(), log)
        if parse_receipt(proof.encode()).checkpoint.text != head.text or shown.proven.index != number:
            raise RecordRefused("page.head", entry=number)
        leaves[number] = read_leaf(canonical_entry(shown.entry))
    page = PAGES[file.page]
    for one in file.rows:
        rows: dict[str, dict[str, str]] = {}
        events: dict[str, list[int]] = {}
        for number in one.events:
            if number not in leaves:
                raise RecordRefused("page.entry", row=one.row, entry=number)
            take_in(leaves[number], number, page.table, rows, events)
        if not one.events or tuple(events.get(one.row, ())) != one.events:
            raise RecordRefused("page.entry", row=one.row)
        if not same(rows[one.row], one.cells):
            raise RecordRefused("page.cells", row=one.row)
        if not page.holds(rows[one.row], file.at):
            raise RecordRefused("page.rule", row=one.row)
    return head


def check_whole(file: PageFile, head: Checkpoint, mirror: Path, log: NoteVerifier) -> int:
    """The page holds exactly the rows that a copy of the log (C2SP tlog-tiles) gives; answers the copy's size.

    Raises RecordRefused: 'later.export' where the copy is damaged, 'later.shorter', 'later.rewritten', 'page.left-out',
    'page.added', 'page.cells'.
    """
    newest = open_checkpoint((mirror / CHECKPOINT).read_bytes(), log).checkpoint
    for finding in check_export(mirror, log):
        raise RecordRefused("later.export", finding=finding.code, file=finding.path)
    if newest.size < head.size:
        raise RecordRefused("later.shorter", old=head.size, new=newest.size)
    if tree_root(head.size, DirectoryTiles(mirror)) != head.root:
        raise RecordRefused("later.rewritten", size=head.size)
    told = {one.row: one for one in file.rows}
    known = {one.row: one for one in derive(_entries(mirror, head.size, newest.size), file.page, file.at)}
    for row in known.keys() - told.keys():
        raise RecordRefused("page.left-out", row=row)
    for row in told.keys() - known.keys():
        raise RecordRefused("page.added", row=row)
    for row, one in known.items():
        if one.events != told[row].events or not same(one.cells, told[row].cells):
            raise RecordRefused("page.cells", row=row)
    return newest.size


def same(cells: Cells, told: Cells) -> bool:
    """Cells that are absent are empty."""
    names = cells.keys() | told.keys()
    return all(cells.get(name, "") == told.get(name, "") for name in names)


def _entries(mirror: Path, size: int, whole: int) -> Iterator[tuple[int, bytes]]:
    for number in range(-(-size // TILE_WIDTH)):
        first = number * TILE_WIDTH
        bundle = mirror / tile_path(ENTRIES, number, min(TILE_WIDTH, whole - first))
        for index, entry in enumerate(decode_bundle(bundle.read_bytes()), first):
            if index < size:
                yield index, entry
