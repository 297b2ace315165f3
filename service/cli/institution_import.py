"""`kezdesu institution import`: an existing register of convicts, from CSV or XLSX."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from service.app.register_import import RegisterReport, check_register, import_register
from service.bootstrap import CONSOLE
from service.cli.installation import answer, as_json, opened, refused, with_settings
from service.config import Settings
from service.domain.refusal import Refusal
from service.language.sentences import reason_text
from service.store.environment import Environment

SHOWN = 50
"""So many faulty lines are printed; `--json` holds all."""


@click.command("import")
@click.argument("code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="check every line and import nothing")
@with_settings
@as_json
def command(settings: Settings, code: str, file: Path, dry_run: bool, json_wanted: bool) -> None:
    """Import the register in FILE into the institution CODE: every line, or nothing.

    Exit status 1 when a line has faults; the faults are named line by line. docs/register.md has the columns.
    """
    world, octets = opened(settings), file.read_bytes()
    try:
        report = check_register(world, CONSOLE, code, octets)
        if not report.faulty and not dry_run:
            report = _import(world, code, octets)
    except Refusal as refusal:
        refused(refusal, json_wanted)
    _print(report, json_wanted)
    sys.exit(1 if report.faulty else 0)


def _import(world: Environment, code: str, octets: bytes) -> RegisterReport:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("convicts", total=None)
        return import_register(
            world, CONSOLE, code, octets, told=lambda now: bar.update(task, completed=now.done, total=now.total)
        )


def _print(report: RegisterReport, json_wanted: bool) -> None:
    faulty = [one for one in report.rows if one.faults]
    cells = {
        "rows": len(report.rows),
        "faulty": report.faulty,
        "imported": report.imported,
        "coding": report.coding,
        "sha256": report.digest,
        "faults": [
            {"row": one.number, "column": fault.column, "code": fault.reason.code}
            for one in faulty
            for fault in one.faults
        ],
    }
    lines = [
        f"row {one.number}: " + "; ".join(f"{fault.column}: {reason_text(fault.reason, 'en')}" for fault in one.faults)
        for one in faulty[:SHOWN]
    ]
    if len(faulty) > SHOWN:
        lines.append(f"… and {len(faulty) - SHOWN} more rows with faults")
    done = f"{report.imported} imported" if report.imported else "nothing imported"
    lines.append(f"{len(report.rows)} rows read as {report.coding}, {report.faulty} with faults, {done}")
    answer(cells, json_wanted, "\n".join(lines))
