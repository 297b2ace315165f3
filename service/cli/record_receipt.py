"""`kezdesu record receipt check`: what a receipt proves, without the service and without trusting the prison."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from service.record.cosignature import CosignatureVerifier
from service.record.disclosure import Disclosed, check_receipt
from service.record.keys import NoteVerifier
from service.record.later import LaterEvent, check_still_there, later_events
from service.record.policy import Policy
from service.record.policy_text import PolicyRefused, read_policy
from service.record.receipt import parse_receipt
from service.record.refusals import RecordRefused

REFUSED, NOT_RUN = 1, 2
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("receipt")
def receipt_group() -> None:
    """Check receipts."""


@receipt_group.command("check")
@click.argument("file", type=A_FILE)
@click.option("--policy", type=A_FILE, help="a tlog-policy file: keys of logs and witnesses, and their quorum")
@click.option("--log", "vkey", metavar="VKEY", help="the log's key, where there is no policy")
@click.option("--witness", "witnesses", multiple=True, metavar="VKEY", help="must have cosigned too; repeatable")
@click.option("--export", "export", type=A_FOLDER, help="a newer copy of the log: is the receipt part of it?")
@click.option("--json", "json_wanted", is_flag=True, help="answer for a program")
def check_command(
    file: Path,
    policy: Path | None,
    vkey: str | None,
    witnesses: tuple[str, ...],
    export: Path | None,
    json_wanted: bool,
) -> None:
    """Check the receipt FILE (C2SP tlog-proof) with keys from somebody who is not the prison.

    With --policy its quorum must have cosigned; with --log every --witness given. With --export (a C2SP tlog-tiles
    directory) it is also said whether the log still contains what the receipt proves, and what happened to the
    appointment later. Exit status: 0 it proves what is printed, 1 it proves nothing, 2 it could not be checked.
    """
    try:
        trusted = _trusted(policy, vkey, witnesses)
        data = file.read_bytes()
    except PolicyRefused as refused:
        _ended(NOT_RUN, f"{policy}: {refused}; `kezdesu witness check` says why", json_wanted, refused.code)
    except (RecordRefused, OSError, click.UsageError) as fault:
        _ended(NOT_RUN, str(fault), json_wanted, getattr(fault, "code", "input"))
    try:
        log, shown, seen = _checked(data, *trusted)
        later = _later(shown, export, log) if export else None
    except (RecordRefused, OSError) as refused:
        _ended(REFUSED, f"proves nothing: {refused}", json_wanted, getattr(refused, "code", "input"))
    click.echo(json.dumps(_told(shown, seen, later), ensure_ascii=False, sort_keys=True) if json_wanted else
               _words(shown, seen, later))  # fmt: skip


def _trusted(
    policy: Path | None, vkey: str | None, witnesses: tuple[str, ...]
) -> tuple[Policy | None, NoteVerifier | None, list[CosignatureVerifier]]:
    if (policy is None) is (vkey is None):
        raise click.UsageError("give the keys: either --policy or --log")
    return (
        read_policy(policy.read_bytes()) if policy else None,
        NoteVerifier.from_vkey(vkey) if vkey else None,
        [CosignatureVerifier.from_vkey(witness) for witness in witnesses],
    )


def _checked(
    data: bytes, policy: Policy | None, log: NoteVerifier | None, witnesses: list[CosignatureVerifier]
) -> tuple[NoteVerifier, Disclosed, dict[str, datetime]]:
    if policy is None:
        assert log is not None
        shown = check_receipt(data, log, witnesses, len(witnesses))
        return log, shown, dict(shown.proven.witnessed)
    signed, seen = policy.open(parse_receipt(data).checkpoint)
    log = policy.log_of(signed.checkpoint.origin)
    return log, check_receipt(data, log), seen


def _later(shown: Disclosed, export: Path, log: NoteVerifier) -> tuple[int, list[LaterEvent]]:
    size = check_still_there(shown, export, log).checkpoint.size
    return size, later_events(shown, export, size)


def _told(shown: Disclosed, seen: dict[str, datetime], later: tuple[int, list[LaterEvent]] | None) -> dict[str, Any]:
    head = shown.proven.checkpoint
    told: dict[str, Any] = {
        "proves": True,
        "origin": head.origin,
        "index": shown.proven.index,
        "size": head.size,
        "type": shown.entry.get("t"),
        "at": shown.entry.get("at"),
        "values": shown.values,
        "witnesses": {name: at.isoformat() for name, at in seen.items()},
    }
    if later is not None:
        told |= {"still_in": later[0], "later": [{"index": e.index, "type": e.type, "at": e.at} for e in later[1]]}
    return told


def _words(shown: Disclosed, seen: dict[str, datetime], later: tuple[int, list[LaterEvent]] | None) -> str:
    head, entry = shown.proven.checkpoint, shown.entry
    lines = [
        f"{entry.get('t')} of {entry.get('at')}",
        f"stands in {head.origin} at place {shown.proven.index}, under the head of {head.size} entries",
    ]
    lines += [f"seen by {name} at {at.isoformat()}" for name, at in seen.items()] or ["seen by no witness"]
    lines += [f"{path}: {value}" for path, value in shown.values.items()]
    if later is not None:
        size, events = later
        lines.append(f"the newer copy of {size} entries still contains it")
        lines += [f"later: {one.type} of {one.at} at place {one.index}" for one in events] or ["nothing happened since"]
    return "\n".join(lines)


def _ended(status: int, words: str, json_wanted: bool, code: str) -> NoReturn:
    if json_wanted:
        click.echo(json.dumps({"proves": False, "code": code, "text": words}, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(f"kezdesu record receipt check: {words}", err=True)
    sys.exit(status)
