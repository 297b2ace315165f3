"""`kezdesu migrate`: brings the database to the newest shape, or says whether it and the migrations are up to date."""

import tempfile
from pathlib import Path

import click
from click.core import ParameterSource
from sqlalchemy.exc import DBAPIError

from service.bootstrap import make_folder
from service.cli.installation import answer, as_json, with_settings
from service.config import Settings
from service.store.engine import open_database
from service.store.migrate import current, differences, head, upgrade
from service.store.migrate_check import unsafe_migrations


@click.command("migrate")
@click.option("--check", is_flag=True, help="change nothing; exit 1 when a migration is missing or not applied")
@with_settings
@as_json
@click.pass_context
def command(context: click.Context, settings: Settings, check: bool, json_wanted: bool) -> None:
    """Apply the migrations.

    `--check` compares the migrations with the tables in the code, on a database of its own; and, where
    `--database-url` or `--data-dir` names a database, whether that one stands at the newest migration.
    """
    if not check:
        make_folder(settings)
        upgrade(settings.database)
        answer({"at": head()}, json_wanted, f"the database stands at migration {head()}")
        return
    faults = missing_migrations() + unsafe_migrations()
    if any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ("database_url", "data_dir")):
        faults += not_applied(settings)
    answer({"faults": faults}, json_wanted, "\n".join(faults) or f"migrations are up to date: {head()}")
    context.exit(1 if faults else 0)


def missing_migrations() -> list[str]:
    """What the tables in the code have that no migration makes."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'fresh.db'}"
        upgrade(url)
        return [f"no migration makes this: {difference}" for difference in differences(url)]


def not_applied(settings: Settings) -> list[str]:
    """Whether a database stands elsewhere than at the newest migration, or was changed beside the migrations."""
    try:
        database = open_database(settings.database)
        with database.engine.connect() as connection:
            found = current(connection)
        database.close()
    except DBAPIError as fault:
        raise click.ClickException(str(fault).splitlines()[0]) from fault
    if found != head():
        return [f"the database stands at {found or 'no migration'}, the newest is {head()}"]
    return [f"the database differs from the tables: {difference}" for difference in differences(settings.database)]
