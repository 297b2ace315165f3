"""`kezdesu demo`: invented people, to walk through or to measure with."""

import os
import random
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from time import monotonic
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.bootstrap import real_clock
from service.cli.installation import answer, as_json, closed_at_end, opened, with_settings
from service.config import Settings
from service.demo import bridge
from service.demo.cast import CODE, FAMILIES, OFFICERS, PASSWORD
from service.demo.population.make import NotEmpty, Step, Wanted, make
from service.demo.prepare import NotOurs, prepared
from service.demo.today import arrive, scannable

HAND_BAUD = 115_200
STATUS = ("let through", "refused", "no answer")


@click.group("demo", invoke_without_command=True)
@click.option("--prepare", "prepared", is_flag=True, help="make the demonstration's data and stop")
@click.option("--population", type=click.Choice(["national"]), help="make a population by seed in an empty database")
@click.option("--institutions", type=click.IntRange(1, 1000), show_default="78, fewer for fewer convicts")
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
    prepared: bool,
    population: str | None,
    institutions: int | None,
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
    if prepared == (population is not None):
        raise click.UsageError("say what to make: --prepare or --population national")
    if prepared:
        answer(_demonstration(settings), json_wanted, f"the demonstration is ready in {settings.data_dir}")
        return
    day = until or datetime.now(UTC)
    if institutions is None:
        institutions = max(1, min(78, round(convicts * 78 / 32_000)))
    wanted = Wanted(institutions, convicts, seed, datetime(day.year, day.month, day.day, tzinfo=UTC))
    made = _population(settings, wanted, min(processes, institutions))
    words = " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in made.items())
    answer(made, json_wanted, words)


@command.command("scan")
@click.option("--exit", "leaving", is_flag=True, help="at the reader on the way out, the pass of somebody inside")
@click.option(
    "--within", type=click.FloatRange(0.1, 60), default=5.0, show_default=True, help="seconds to wait for the answer"
)
@with_settings
@as_json
def scan_command(settings: Settings, leaving: bool, within: float, json_wanted: bool) -> None:
    """Hold the newest pass before the simulated reader of the running demonstration, over its serial line.

    Where no pass opens the gate now, a family arrives first: registered, confirmed, granted. Exit status 0: let
    through, 1: refused, 2: no answer.
    """
    from firmware_bridge.hand import scan  # noqa: PLC0415  (the bridge is an extra)

    direction = "exit" if leaving else "entry"
    hand = bridge.hand(settings, direction)
    if not hand.exists():
        raise click.ClickException("no reader is there: is the demonstration running (`kezdesu run`)?")
    world = opened(settings)
    found = scannable(world, direction)
    if found is None and leaving:
        raise click.ClickException("nobody is inside")
    if found is None:
        arrive(world, random.Random())  # noqa: S311  (invented names)
        found = scannable(world, direction)
    assert found is not None
    if not json_wanted:
        click.echo(
            f"pass {found.entry_pass} of appointment {found.appointment}, read at {hand.name.removeprefix('hand-')}"
        )
    with redirect_stdout(StringIO()) as said:
        status = scan(str(hand), HAND_BAUD, found.token, within)
    told = {
        "pass": found.entry_pass,
        "appointment": found.appointment,
        "direction": direction,
        "heard": said.getvalue().strip(),
    }
    answer({**told, "status": STATUS[status]}, json_wanted, f"{STATUS[status]}: {told['heard']}")
    sys.exit(status)


def _demonstration(settings: Settings) -> dict[str, Any]:
    try:
        world, made = prepared(settings, real_clock)
    except NotOurs as refused:
        raise click.ClickException(str(refused)) from refused
    closed_at_end(world)
    return {
        "data_dir": str(settings.data_dir.absolute()),
        "made": made,
        "institution": CODE,
        "password": PASSWORD,
        "officers": {one.login: one.role for one in OFFICERS},
        "phones": {one.phone: one.story for family in FAMILIES for one in family.relatives if one.phone},
    }


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
