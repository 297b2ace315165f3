"""`kezdesu institution`: who is part of the installation."""

import click
import sqlalchemy as sa

from service.app.institution_guide import Guide, set_guide
from service.app.institution_open import open_institution
from service.app.transact import transact
from service.bootstrap import CONSOLE, install
from service.cli import institution_import
from service.cli.installation import answer, as_json, closed_at_end, opened, refused, with_settings
from service.config import Settings
from service.domain.refusal import Refusal
from service.law import load_law
from service.store.columns import of
from service.store.tables import Institution, Log


@click.group("institution")
def command() -> None:
    """Open institutions and list them."""


@command.command("open")
@click.argument("code")
@click.option("--number", type=click.IntRange(1, 0xFFFF), required=True, help="its number in passes")
@click.option("--name-kk", required=True)
@click.option("--name-ru", required=True)
@click.option("--name-en", required=True)
@click.option("--kind", required=True, help="type of institution in the law file, such as medium")
@click.option("--time-zone", default="Asia/Almaty", show_default=True)
@with_settings
@as_json
def open_command(
    settings: Settings,
    code: str,
    number: int,
    name_kk: str,
    name_ru: str,
    name_en: str,
    kind: str,
    time_zone: str,
    json_wanted: bool,
) -> None:
    """Open an institution under CODE, such as la-155-8, with a log of its own.

    The first one begins the installation: database, keys and national log are made where they are missing.
    """
    kinds = load_law(settings.law).institutions
    if kind not in kinds:
        raise click.BadParameter(f"the law {settings.law} knows {', '.join(sorted(kinds))}", param_hint="--kind")
    world = closed_at_end(install(settings))
    names = {"kk": name_kk, "ru": name_ru, "en": name_en}
    try:
        transact(
            world,
            CONSOLE,
            lambda unit: open_institution(unit, code=code, number=number, names=names, kind=kind, time_zone=time_zone),
        )
    except Refusal as refusal:
        refused(refusal, json_wanted)
    answer({"institution": code}, json_wanted, f"{code} is open")


@command.command("guide")
@click.argument("code")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), required=True)
@click.option("--address", required=True)
@click.option("--directions", required=True, help="how to get there; lines are kept")
@click.option("--phone", required=True)
@click.option("--bring", required=True, help="what to bring besides document and pass; lines are kept")
@with_settings
@as_json
def guide_command(
    settings: Settings,
    code: str,
    language: str,
    address: str,
    directions: str,
    phone: str,
    bring: str,
    json_wanted: bool,
) -> None:
    """Say how to get to an institution and what to bring, in one language; shown with every pass."""
    world, guide = opened(settings), Guide(address, directions, phone, bring)
    try:
        transact(world, CONSOLE, lambda unit: set_guide(unit, institution=code, language=language, guide=guide))
    except Refusal as refusal:
        refused(refusal, json_wanted)
    answer({"institution": code, "language": language}, json_wanted, f"the way to {code} is set in {language}")


@command.command("list")
@with_settings
@as_json
def list_command(settings: Settings, json_wanted: bool) -> None:
    """Every institution, with the size of its log."""
    row, log = of(Institution), of(Log)
    with opened(settings).database.reading() as session:
        found = session.execute(
            sa.select(row.id, row.number, row.kind, row.time_zone, row.name_en, log.size)
            .join(Log, log.id == row.id)
            .order_by(row.number)
        ).all()
    names = ("code", "number", "kind", "time_zone", "name", "events")
    table = [dict(zip(names, one, strict=True)) for one in found]
    words = "\n".join(f"{one['code']:12} {one['kind']:10} {one['events']:8} events  {one['name']}" for one in table)
    answer(table, json_wanted, words or "no institution is open yet")


command.add_command(institution_import.command)
