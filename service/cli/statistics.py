"""`kezdesu statistics`: the published figures, from the database or again from a copy of the logs."""

import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import click

from service.app.statistics_publish import as_csv, publish_statistics
from service.cli.installation import answer, as_json, opened, with_settings
from service.config import Settings
from service.store.published import Counted
from service.store.verify.mirror import Unreadable, verify_mirror

NOT_RUN = 2


@click.command("statistics")
@click.option("--mirror", type=click.Path(file_okay=False, path_type=Path), help="derive them from a copy of the logs")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="months that were over on this day [today]")
@with_settings
@as_json
def command(settings: Settings, mirror: Path | None, until: datetime | None, json_wanted: bool) -> None:
    """Print what is published of every institution and month, as CSV (or JSON). Small counts are held back."""
    day: date = (until or datetime.now(UTC)).date()
    if mirror is None:
        rows = publish_statistics(opened(settings), day)
    else:
        counted = Counted()
        try:
            verify_mirror(mirror, watching=(counted,))
        except (Unreadable, OSError) as fault:
            click.echo(f"kezdesu statistics: {fault}", err=True)
            sys.exit(NOT_RUN)
        rows = counted.published(day)
    answer([asdict(one) for one in rows], json_wanted, as_csv(rows).rstrip("\n"))
