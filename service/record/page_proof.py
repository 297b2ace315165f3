"""Pages of oversight as files that prove themselves: which rows stood in the log, in what state, by which entries.

A page is a table of the record and what holds of its rows at a moment, so that anybody with a copy of the log finds the
same rows again. A cell in clear is shown as the log has it; a person is the commitment that stands for them.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from service.record.canonical import JSON
from service.record.leaf import Leaf, commitment_of, read_leaf
from service.record.refusals import RecordRefused

FORM = "kezdesu/oversight-page@v1"
COMMITTED = "commitment "
Cells: TypeAlias = "Mapping[str, str]"
"""Cells as text: '' for an empty one, 'true' and 'false', a number in figures, 'commitment …' for what is not in clear.
"""
Holds: TypeAlias = "Callable[[Cells, str], bool]"


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of `table` for which `holds` is true at a moment (as leaves write it, UTC)."""

    table: str
    holds: Holds


def _since(moment: str, days: int) -> str:
    return _moment(datetime.fromisoformat(moment) - timedelta(days=days))


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _late(cells: Cells, at: str) -> bool:
    due, decided = cells.get("decide_by", ""), cells.get("decided_at", "")
    waiting = cells["state"] == "requested" and "" < due < at
    return waiting or ("" < due < decided and decided > _since(at, 30))


def _within_a_year(column: str) -> Holds:
    return lambda cells, at: cells.get(column, "") > _since(at, 365)


PAGES: Mapping[str, Page] = {
    "now": Page(
        "appointment",
        lambda cells, at: cells["state"] in ("granted", "underway") and cells["starts_at"] <= at < cells["ends_at"],
    ),
    "late": Page("appointment", _late),
    "refusals": Page(
        "appointment", lambda cells, at: cells["state"] == "refused" and _within_a_year("decided_at")(cells, at)
    ),
    "exceptions": Page("exception_request", _within_a_year("asked_at")),
    "reconciliation": Page("reconciliation", lambda cells, at: cells["day"] > _since(at, 100)[:10]),
    "disputes": Page("dispute", _within_a_year("raised_at")),
    "recordings": Page("call_recording", lambda _cells, _at: True),
    "letters": Page("sealed_letter", lambda _cells, _at: True),
    "openings": Page("opening_release", lambda _cells, _at: True),
    "leads": Page("lead_outcome", lambda _cells, _at: True),
}
"""Every page that is given away with its proof."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A row of a page: its key, its cells, and the places of the entries that made them what they are."""

    row: str
    cells: Cells
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page as it is given away. `at`: the moment it is about; `checkpoint`: the head it stands under, a signed note;
    `proofs`: of each entry that is needed its receipt (C2SP tlog-proof@v1), which carries the entry."""

    page: str
    log: str
    at: str
    checkpoint: str
    rows: tuple[Derived, ...]
    proofs: Mapping[int, str]


def derive(entries: Iterable[tuple[int, bytes]], page: str, at: str) -> tuple[Derived, ...]:
    """The page as numbered entries of a log (all of them, in order) give it. Raises RecordRefused for what is none."""
    wanted = PAGES[page]
    rows: dict[str, dict[str, str]] = {}
    events: dict[str, list[int]] = {}
    marked = f'"{wanted.table}":'.encode()
    for number, entry in entries:
        if marked in entry:
            take_in(read_leaf(entry), number, wanted.table, rows, events)
    return tuple(
        Derived(key, cells, tuple(events[key])) for key, cells in sorted(rows.items()) if wanted.holds(cells, at)
    )


def take_in(leaf: Leaf, number: int, table: str, rows: dict[str, dict[str, str]], events: dict[str, list[int]]) -> None:
    """Adds what one entry says of a table's rows."""
    for images in (leaf.new, leaf.set):
        for key, cells in images.get(table, {}).items():
            rows.setdefault(key, {}).update({name: as_text(cell) for name, cell in cells.items()})
            known = events.setdefault(key, [])
            if known[-1:] != [number]:
                known.append(number)


def as_text(cell: JSON) -> str:
    """A cell of a leaf as a page's file has it."""
    if isinstance(cell, dict):
        return COMMITTED + commitment_of(cell)
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def to_json(file: PageFile) -> str:
    """The file as JSON."""
    told = {
        "form": FORM,
        "page": file.page,
        "log": file.log,
        "at": file.at,
        "checkpoint": file.checkpoint,
        "rows": [{"row": one.row, "events": list(one.events), "cells": dict(one.cells)} for one in file.rows],
        "proofs": {str(number): proof for number, proof in file.proofs.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


FRAME = ("form", "page", "log", "at", "checkpoint", "row")


def to_csv(file: PageFile) -> str:
    """The file as CSV: a line a row, or one line without a row; proofs and head in base64 in the last columns."""
    names = sorted({name for one in file.rows for name in one.cells})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*FRAME, *names, "events", "proofs"))
    frame = (FORM, file.page, file.log, file.at, _base64(file.checkpoint))
    for one in file.rows:
        proofs = " ".join(_base64(file.proofs[number]) for number in one.events)
        events = " ".join(map(str, one.events))
        writer.writerow((*frame, one.row, *(one.cells.get(name, "") for name in names), events, proofs))
    if not file.rows:
        writer.writerow((*frame, "", *("" for _ in names), "", ""))
    return out.getvalue()


def read_page(data: bytes) -> PageFile:
    """A page's file, JSON or CSV; believed only once it is checked. Raises RecordRefused 'page.form'."""
    try:
        text = data.decode()
        file = _from_json(json.loads(text)) if text.startswith("{") else _from_csv(text)
        datetime.fromisoformat(file.at)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, binascii.Error) as error:
        raise RecordRefused("page.form") from error
    if file.page not in PAGES:
        raise RecordRefused("page.form", page=file.page)
    return file


def _from_json(told: dict[str, Any]) -> PageFile:
    if told["form"] != FORM:
        raise ValueError(told["form"])
    rows = tuple(
        Derived(str(one["row"]), {str(k): str(v) for k, v in one["cells"].items()}, tuple(map(int, one["events"])))
        for one in told["rows"]
    )
    proofs = {int(number): str(proof) for number, proof in told["proofs"].items()}
    return PageFile(told["page"], told["log"], told["at"], told["checkpoint"], rows, proofs)


def _from_csv(text: str) -> PageFile:
    head, *lines = list(csv.reader(io.StringIO(text)))
    if tuple(head[: len(FRAME)]) != FRAME or head[-2:] != ["events", "proofs"]:
        raise ValueError(head)
    _, page, log, at, checkpoint, _ = lines[0][: len(FRAME)]
    rows, proofs = [], dict[int, str]()
    for line in lines:
        if len(line) != len(head) or (line[0], *line[1:5]) != (FORM, page, log, at, checkpoint):
            raise ValueError(line)
        if not line[5]:
            continue
        events = tuple(map(int, line[-2].split()))
        cells = dict(zip(head[len(FRAME) : -2], line[len(FRAME) : -2], strict=True))
        rows.append(Derived(line[5], cells, events))
        proofs |= dict(zip(events, map(_from_base64, line[-1].split()), strict=True))
    return PageFile(page, log, at, _from_base64(checkpoint), tuple(rows), proofs)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _from_base64(text: str) -> str:
    return base64.b64decode(text, validate=True).decode()
