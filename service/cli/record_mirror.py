"""`kezdesu record verify --mirror DIR`: the auditor's own check of a copy, with a report as a page and as JSON."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeRemainingColumn

from service.record import notes
from service.record.checkpoint import parse_checkpoint
from service.record.keys import NoteVerifier
from service.record.policy_text import read_policy
from service.record.refusals import RecordRefused
from service.record.stamp import read_roots
from service.record.tiles import CHECKPOINT
from service.store.verify.mirror import MirrorReport, Proved, Unreadable, logs_in, prove, verify_mirror
from service.store.verify.mirror.openings import NoOpenings, read_openings
from service.store.verify.report import as_json, as_page
from service.store.verify.stamped import StampSeen, check_stamps

FOUND, NOT_RUN = 1, 2


@dataclass(frozen=True, slots=True)
class MirrorCheck:
    """What an auditor has: the copy, whom to believe, what was released to them, what they kept."""

    mirror: Path
    policy: Path | None = None
    log_keys: tuple[str, ...] = ()
    openings: Path | None = None
    checkpoints: tuple[Path, ...] = ()
    state: Path | None = None
    stamps: Path | None = None
    stamp_roots: Path | None = None
    html: Path | None = None


def check_mirror(asked: MirrorCheck, *, json_wanted: bool) -> NoReturn:
    """Runs the check, writes the reports and ends the program with the verdict."""
    try:
        report, proved, stamps = checked(asked, quiet=json_wanted)
        made = datetime.now(UTC)
        if asked.html is not None:
            asked.html.write_text(as_page(report, proved, stamps, made), encoding="utf-8")
    except (Unreadable, NoOpenings, RecordRefused, OSError) as fault:
        click.echo(f"kezdesu record verify: {fault}".splitlines()[0], err=True)
        sys.exit(NOT_RUN)
    told = as_json(report, proved, stamps, made)
    click.echo(json.dumps(told, ensure_ascii=True) if json_wanted else _words(told))
    sys.exit(0 if report.clean and all(stamp.fault is None for stamp in stamps) else FOUND)


def checked(asked: MirrorCheck, *, quiet: bool) -> tuple[MirrorReport, list[Proved], tuple[StampSeen, ...]]:
    """Report, findings with their proofs, stamps. Raises Unreadable, NoOpenings, RecordRefused, OSError."""
    policy = read_policy(asked.policy.read_bytes()) if asked.policy else None
    given: dict[str, Any] = {
        "policy": policy,
        "keys": [NoteVerifier.from_vkey(key) for key in asked.log_keys],
        "openings": read_openings(asked.openings) if asked.openings else None,
        "kept": [file.read_bytes() for file in asked.checkpoints],
        "state": asked.state,
    }
    report = _watched(asked.mirror, given, quiet=quiet)
    copies = {_id(path): path for path in logs_in(asked.mirror).values()}
    roots = read_roots(asked.stamp_roots.read_bytes()) if asked.stamp_roots else ()
    stamps = check_stamps(asked.stamps, copies, roots) if asked.stamps else ()
    return report, list(prove(report.findings, copies)), stamps


def _id(copy: Path) -> str:
    try:
        head = parse_checkpoint(notes.parse((copy / CHECKPOINT).read_bytes()).text)
    except RecordRefused:
        return copy.name
    return head.origin.rpartition("/")[2]


def _words(told: dict[str, Any]) -> str:
    lines = []
    for log in told["logs"]:
        names = ", ".join(log["witnessed"]) or "nobody"
        lines.append(f"{log['origin']}  {log['size']} entries, root {log['root'][:16]}…, cosigned by {names}")
    lines += [f"stamp {one['file']}: {one['fault'] or one['stamped_at']}" for one in told["stamps"]]
    for one in told["findings"]:
        place = " ".join(str(one[name]) for name in ("log", "event", "table", "row", "column") if name in one)
        lines.append(f"{one['code']}  {place}{'  ' + one['detail'] if 'detail' in one else ''}")
    looked = f"{told['events']} events and {told['openings']} openings"
    verdict = "nothing contradicts the record" if told["clean"] else f"{len(told['findings'])} findings"
    return "\n".join([*lines, f"{looked}: {verdict}", *(f"not checked: {line}" for line in told["not_checked"])])


def _watched(directory: Path, given: dict[str, Any], *, quiet: bool) -> MirrorReport:
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return verify_mirror(directory, **given)
    columns = (*Progress.get_default_columns()[:2], TextColumn("{task.completed}/{task.total} entries"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as shown:

        def begin(events: int) -> Callable[[int], None]:
            task = shown.add_task("verifying", total=events)
            return lambda read: shown.advance(task, read)

        return verify_mirror(directory, **given, progress=begin)
