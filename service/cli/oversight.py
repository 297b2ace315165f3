"""`kezdesu oversight check`: whether a page that oversight gave away is what the log says, without the service."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from service.record.checkpoint import Checkpoint, open_checkpoint
from service.record.keys import NoteVerifier
from service.record.page_check import check_page, check_whole
from service.record.page_proof import read_page
from service.record.policy import Policy
from service.record.policy_text import PolicyRefused, read_policy
from service.record.refusals import RecordRefused

REFUSED, NOT_RUN = 1, 2
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("oversight")
def command() -> None:
    """Check what bodies of oversight were given."""


@command.command("check")
@click.argument("file", type=A_FILE)
@click.option("--policy", type=A_FILE, help="a tlog-policy file: keys of logs and witnesses, and their quorum")
@click.option("--log", "vkey", metavar="VKEY", help="the log's key, where there is no policy")
@click.option("--mirror", type=A_FOLDER, help="your copy of this log: is any row left out?")
@click.option("--json", "json_wanted", is_flag=True, help="answer for a program")
def check_command(file: Path, policy: Path | None, vkey: str | None, mirror: Path | None, json_wanted: bool) -> None:
    """Check FILE, a page of oversight as JSON or CSV, with keys from somebody who is not the prison.

    Exit status: 0 it is what the log says, 1 it is not, 2 it could not be checked. Without --mirror (a C2SP tlog-tiles
    directory) it is not known whether a row was left out.
    """
    if (policy is None) is (vkey is None):
        _ended(NOT_RUN, "give the keys: either --policy or --log", json_wanted, "input")
    try:
        known = read_policy(policy.read_bytes()) if policy else None
        given = NoteVerifier.from_vkey(vkey) if vkey else None
        page = read_page(file.read_bytes())
    except (PolicyRefused, RecordRefused, OSError) as fault:
        _ended(NOT_RUN, str(fault), json_wanted, getattr(fault, "code", "input"))
    try:
        log = given or (known.log_of(page.log) if known else None)
        assert log is not None
        head = check_page(page, log, partial(_opened, known, log))
        copied = check_whole(page, head, mirror, log) if mirror else None
    except (RecordRefused, OSError) as refused:
        _ended(REFUSED, f"not what the log says: {refused}", json_wanted, getattr(refused, "code", "input"))
    told = {
        "proven": True,
        "page": page.page,
        "log": page.log,
        "at": page.at,
        "rows": len(page.rows),
        "size": head.size,
        "whole": copied is not None,
    }
    words = (
        f"{page.page} of {page.log} at {page.at}: {len(page.rows)} rows, proven under the head of {head.size} entries"
    )
    more = "no row is left out" if copied is not None else "whether a row is left out only a copy shows (--mirror)"
    click.echo(json.dumps(told, sort_keys=True) if json_wanted else f"{words}\n{more}")


def _opened(policy: Policy | None, log: NoteVerifier, note: bytes) -> Checkpoint:
    return (policy.open(note)[0] if policy else open_checkpoint(note, log)).checkpoint


def _ended(status: int, words: str, json_wanted: bool, code: str) -> NoReturn:
    if json_wanted:
        click.echo(json.dumps({"proven": False, "code": code, "text": words}, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(f"kezdesu oversight check: {words}", err=True)
    sys.exit(status)
