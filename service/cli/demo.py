"""`kezdesu demo`: invented people, to walk through or to measure with."""

import os
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.cli.installation import answer, as_json, closed_at_end, with_settings
from service.config import Settings
from service.demo.population.make import NotEmpty, Step, Wanted, make


@click.group("demo", invoke_without_command=True)
@click.option("--population", type=click.Choice(["national"]), help="make a population by seed in an empty database")
@click.option("--institutions", type=click.IntRange(1, 1000), default=78, show_default=True)
@click.option("--convicts", type=click.IntRange(1, 200_000), default=32_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="where its year ends [today, UTC]"
)
@click.option("--processes", type=click.IntRange(1, 64), default=lambda: os.cpu_count() or 1, show_default="processors")
@with_settings
@as_json
@click.pass_context
def command(
    context: click.Context,
    settings: Settings,
    population: str | None,
    institutions: int,
    convicts: int,
    seed: int,
    until: datetime | None,
    processes: int,
    json_wanted: bool,
) -> None:
    """Prepare the demonstration, or a population of national size.

    The population's keys follow from its seed: never use it where real people are served.
    """
    if context.invoked_subcommand is not None:
        return
    if population is None:
        raise click.UsageError("say what to make: --population national")
    day = until or datetime.now(UTC)
    wanted = Wanted(institutions, convicts, seed, datetime(day.year, day.month, day.day, tzinfo=UTC))
    made = _population(settings, wanted, min(processes, institutions))
    words = " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in made.items())
    answer(made, json_wanted, words)


def _population(settings: Settings, wanted: Wanted, processes: int) -> dict[str, Any]:
    began = monotonic()
    made = {"institutions": wanted.institutions, "convicts": wanted.convicts, "appointments": 0, "events": 0}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bars = {
            "opened": progress.add_task("institutions opened", total=wanted.institutions),
            "loaded": progress.add_task("institutions loaded", total=wanted.institutions),
        }

        def told(step: Step) -> None:
            made["appointments"] += step.appointments
            made["events"] += step.events
            progress.advance(bars[step.what])

        try:
            closed_at_end(make(settings, wanted, processes=processes, told=told))
        except NotEmpty as refused:
            raise click.ClickException(str(refused)) from refused
    return {**made, "seed": wanted.seed, "until": wanted.until.isoformat(), "seconds": round(monotonic() - began, 1)}
