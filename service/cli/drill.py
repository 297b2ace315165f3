"""`kezdesu drill`: each practice that the reports describe, tried by insiders on a copy, and who notices."""

import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console

from service.cli.installation import answer, as_json
from service.demo.drill.table import drill, honest, page

MISSED = 1


@click.command("drill")
@click.option("--seed", type=int, default=1, show_default=True, help="the clean history that is copied")
@click.option("--honest", "seeds", type=click.IntRange(0, 1000), default=0, help="also look at so many clean histories")
@as_json
def command(seed: int, seeds: int, json_wanted: bool) -> None:
    """Play every corrupt practice by insiders of four strengths, on copies of an invented history with one witness.

    Nothing of an installation is touched. Exit status 0: everything was prevented or seen, and nothing honest was
    flagged; 1 otherwise.
    """
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder, console.status("drill") as status:
        cells = drill(Path(folder), seed, lambda practice, means: status.update(f"{practice}: {means}"))
        flagged = {
            number: [f"{one.who}: {one.what}" for one in seen]
            for number, seen in honest(Path(folder), range(100, 100 + seeds))
            if seen
        }
    told = {"cells": [cell.told() for cell in cells], "honest": seeds, "flagged": flagged}
    lines = [page(cells), f"{sum(cell.missed for cell in cells)} of {len(cells)} missed"]
    if seeds:
        lines.append(f"{len(flagged)} of {seeds} clean histories flagged {flagged or ''}")
    answer(told, json_wanted, "\n".join(lines))
    sys.exit(MISSED if flagged or any(cell.missed for cell in cells) else 0)
