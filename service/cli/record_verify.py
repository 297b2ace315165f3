"""`kezdesu record verify`: every discrepancy between the record and the database, one line each."""

import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeRemainingColumn

from service.backup.refused import NotDone
from service.backup.restore import logs_of
from service.backup.rollback import Loss, losses
from service.cli.installation import as_json, with_settings
from service.cli.record_mirror import MirrorCheck, check_mirror
from service.config import Settings
from service.store.keys import KeyFolder, KeysMissing
from service.store.vault import Vault
from service.store.verify import NotReadable, Report, verify

FOUND, NOT_RUN = 1, 2
_file = click.Path(dir_okay=False, path_type=Path)


@click.command("verify")
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="a signed head kept elsewhere, with or without cosignatures; may be given more than once",
)
@click.option("--keys", type=click.Path(file_okay=False, path_type=Path), help="the folder of keys")
@click.option(
    "--mirror", type=click.Path(file_okay=False, path_type=Path), help="a copy of the logs, instead of a database"
)
@click.option("--policy", type=_file, help="with --mirror: the policy that names the logs and their witnesses")
@click.option("--log", "log_keys", metavar="VKEY", multiple=True, help="with --mirror: the key of a log")
@click.option("--openings", type=_file, help="with --mirror: the file of openings released to you")
@click.option("--state", type=_file, help="with --mirror: where to remember how far it came, to go on from there")
@click.option("--stamps", type=click.Path(file_okay=False, path_type=Path), help="with --mirror: stamps of time")
@click.option("--stamp-roots", type=_file, help="with --stamps: certificates (PEM) of the authorities of time")
@click.option("--html", type=_file, help="with --mirror: write the report as a page")
@with_settings
@as_json
def verify_command(
    settings: Settings,
    checkpoints: tuple[Path, ...],
    keys: Path | None,
    mirror: Path | None,
    json_wanted: bool,
    **auditors: Any,
) -> None:
    """Compare every cell of the database with the record, the record with its signed heads, and the heads with yours.

    With --mirror: check all that a copy of the logs lets anybody check, without database and keys.

    Exit status: 0 as the record says, 1 discrepancies were found, 2 it could not be run. Without the keys of the
    installation what stands behind commitments stays unchecked; that is told as a discrepancy.
    """
    if mirror is not None:
        check_mirror(MirrorCheck(mirror, checkpoints=checkpoints, **auditors), json_wanted=json_wanted)
    if any(auditors.values()):
        raise click.UsageError("these go with --mirror")
    try:
        outside = [file.read_bytes() for file in checkpoints]
        vault = _vault(settings, keys)
        report = _watched(settings.database, vault, outside, quiet=json_wanted)
    except (NotReadable, KeysMissing, OSError, sa.exc.ArgumentError) as fault:
        click.echo(f"kezdesu record verify: {fault}".splitlines()[0], err=True)
        sys.exit(NOT_RUN)
    lost = _lost(settings.database, report, outside)
    found = told(report) | {"lost": [loss.told() for loss in lost]}
    words = "\n".join([*(loss.words for loss in lost), _words(report)])
    click.echo(json.dumps(found, ensure_ascii=True) if json_wanted else words)
    sys.exit(0 if report.clean else FOUND)


def told(report: Report) -> dict[str, Any]:
    """The report as JSON."""
    return {
        "clean": report.clean,
        "discrepancies": [finding.told() for finding in report.findings],
        "logs": [
            {"origin": log.origin, "size": log.size, "root": log.root, "published": log.head_size}
            for log in report.logs
        ],
        "events": report.events,
        "openings": report.openings,
        "cells": report.cells,
    }


def _lost(url: str, report: Report, outside: list[bytes]) -> list[Loss]:
    """What heads kept elsewhere say was taken back: the database was restored from an old copy, or cut."""
    if not any(one.code == "outside.longer" for one in report.findings):
        return []
    try:
        return losses(logs_of(url), outside)[0]
    except NotDone:
        return []  # among them is a file that is no head of ours: that is a finding of its own


def _words(report: Report) -> str:
    lines = [f"{one.code}  {one.place}{'  ' + one.detail if one.detail else ''}" for one in report.findings]
    looked = f"{report.events} events, {report.openings} openings and {report.cells} cells"
    if report.clean:
        return f"{looked}: everything is as the record says"
    return "\n".join([*lines, f"{looked}: {len(lines)} discrepancies (docs/verify.md explains each code)"])


def _vault(settings: Settings, keys: Path | None) -> Vault | None:
    """The keys of people: named, set, beside the SQLite file, or in the data folder; None where there are none."""
    if keys is not None:
        return Vault(KeyFolder(keys), secrets.token_bytes)
    places = [settings.keys] if settings.keys_dir is not None or "KEZDESU_KEYS_DIR" in os.environ else []
    url = sa.engine.make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database:
        places.append(Path(url.database).parent / "keys")
    places.append(settings.data_dir / "keys")
    for place in places:
        if KeyFolder(place).has("wrapping"):
            return Vault(KeyFolder(place), secrets.token_bytes)
    return None


def _watched(url: str, vault: Vault | None, outside: list[bytes], *, quiet: bool) -> Report:
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return verify(url, vault, outside)
    columns = (*Progress.get_default_columns()[:2], TextColumn("{task.completed}/{task.total} events"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as shown:

        def begin(events: int) -> Callable[[int], None]:
            task = shown.add_task("verifying", total=events)
            return lambda read: shown.advance(task, read)

        return verify(url, vault, outside, begin)
