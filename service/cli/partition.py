"""`kezdesu partition`: divides the record of a country by institution and year, or says what is missing for that."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.bootstrap import real_clock
from service.cli.installation import answer, as_json, with_settings
from service.config import Settings
from service.store.engine import open_database
from service.store.partition import Missing, divide, missing
from service.store.partition_key import ACROSS, faults, strays


@click.command("partition")
@click.option("--check", is_flag=True, help="change nothing; exit 1 when partitions are missing or rows are astray")
@click.option("--at-least", type=click.IntRange(1), default=1, help="events of a year that are worth a partition")
@with_settings
@as_json
@click.pass_context
def command(context: click.Context, settings: Settings, check: bool, at_least: int, json_wanted: bool) -> None:
    """Divide events and openings by institution and year (PostgreSQL); again each January, and for new institutions.

    Nothing is written meanwhile: faces answer that somebody was faster, or 503. `--check` also counts, for every
    foreign key, the rows that it joins across two institutions.
    """
    if sa.make_url(settings.database).get_backend_name() != "postgresql":
        raise click.UsageError("SQLite serves one institution, and has no partitions")
    zone, now = ZoneInfo(settings.time_zone), real_clock()
    try:
        if check:
            _check(context, settings, now, zone, at_least, json_wanted)
            return
        made = divide(settings.database, now=now, zone=zone, at_least=at_least)
    except DBAPIError as fault:
        raise click.ClickException(str(fault).splitlines()[0]) from fault
    words = "\n".join(f"made for {_words(one)}" for one in made) or "nothing is missing"
    answer({"made": [_told(one) for one in made]}, json_wanted, words)


def _check(
    context: click.Context, settings: Settings, now: datetime, zone: ZoneInfo, at_least: int, json_wanted: bool
) -> None:
    lacking = missing(settings.database, now=now, zone=zone, at_least=at_least)
    database = open_database(settings.database, pool_size=1)
    with database.engine.connect() as connection:
        apart = {name: rows for name, _, rows in strays(connection) if rows}
    database.close()
    wrong = faults() + [
        f"{name} joins {rows} rows of two institutions" for name, rows in apart.items() if name not in ACROSS
    ]
    words = [*wrong, *(f"no partition yet for {_words(one)}" for one in lacking)]
    told = {"faults": wrong, "missing": [_told(one) for one in lacking], "across": apart}
    answer(told, json_wanted, "\n".join(words) or "divided, and every row is where its institution is")
    context.exit(1 if words else 0)


def _told(one: Missing) -> dict[str, object]:
    return {"log": one.log, "years": [year.year for year in one.years]}


def _words(one: Missing) -> str:
    return ", ".join([one.log, *(f"{year.year} ({year.end - year.first} events)" for year in one.years)])
