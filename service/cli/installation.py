"""What most commands begin and end with: the settings, the installation they describe, an answer or a refusal."""

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.bootstrap import environment, is_founded
from service.config import Settings
from service.domain.refusal import Refusal
from service.language.sentences import reason_text
from service.record.policy_text import PolicyRefused
from service.store.engine import NotDurable
from service.store.environment import Environment
from service.store.keys import KeysMissing

P = ParamSpec("P")
R = TypeVar("R")

NOT_CARRIED_OUT = 2


def with_settings(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command `--database-url` and `--data-dir`, and hands it the settings they make as `settings`."""

    @click.option("--database-url", metavar="URL", help="instead of KEZDESU_DATABASE_URL")
    @click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path), help="instead of KEZDESU_DATA_DIR")
    @functools.wraps(command)
    def filled(*arguments: Any, database_url: str | None, data_dir: Path | None, **options: Any) -> R:
        told: dict[str, Any] = {"database_url": database_url, "data_dir": data_dir}
        settings = Settings(**{name: value for name, value in told.items() if value is not None})
        return command(*arguments, settings=settings, **options)

    return filled


def as_json(command: Callable[P, R]) -> Callable[P, R]:
    """Gives a command `--json`, handed on as `json_wanted`."""
    return click.option("--json", "json_wanted", is_flag=True, help="answer for a program")(command)


def opened(settings: Settings) -> Environment:
    """The installation, which must be there; otherwise the command ends and says what to do."""
    try:
        # An SQLite file that is not there must not come to be by asking for it.
        if has_database(settings) and is_founded(settings):
            return closed_at_end(environment(settings))
    except KeysMissing as missing:
        raise click.ClickException(f"{missing}: is this the data folder of the installation?") from missing
    except PolicyRefused as refused:
        raise click.ClickException(f"{settings.policy}: see `kezdesu witness check {settings.policy}`") from refused
    except (NotDurable, DBAPIError) as fault:
        raise click.ClickException(str(fault).splitlines()[0]) from fault
    raise click.ClickException("there is no installation here yet: `kezdesu institution open` begins one")


def has_database(settings: Settings) -> bool:
    """Whether there may be a database: for SQLite, whether there is a file."""
    url = sa.engine.make_url(settings.database)
    return url.get_backend_name() != "sqlite" or (url.database is not None and Path(url.database).exists())


def closed_at_end(world: Environment) -> Environment:
    """The installation, its connections given back when the command ends."""
    click.get_current_context().call_on_close(world.database.close)
    return world


def answer(value: object, json_wanted: bool, words: str) -> None:
    """Prints the answer, as JSON where a program asked."""
    click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True) if json_wanted else words)


def refused(refusal: Refusal, json_wanted: bool) -> NoReturn:
    """Ends the command with the reasons in English and exit status 1."""
    reasons = [{"code": one.code, "article": one.article, "text": reason_text(one, "en")} for one in refusal.reasons]
    if json_wanted:
        answer({"refused": refusal.sort, "reasons": reasons}, True, "")
    else:
        for one in reasons or [{"text": f"refused: {refusal.sort}"}]:
            click.echo(one["text"], err=True)
    sys.exit(1)
