"""`kezdesu keys`: the standing keys take turns, without a stop and without losing what was sealed before."""

import time
from datetime import timedelta

import click

from service.app.standing_key_rotate import RowsCollide, reindex_rows, rewrap_keys, tell_rotation
from service.app.transact import transact
from service.bootstrap import CONSOLE
from service.cli.installation import answer, as_json, opened, with_settings
from service.config import Settings
from service.store.environment import Environment
from service.store.key_rotation import KeyRotation, key_name
from service.store.keys import STANDING
from service.store.vault import Unsealable

SESSIONS_LAST = timedelta(hours=24)
"""The longest session of anybody: what the old server key gave out is good for no longer."""
SETTLES_SECONDS = 10.0
"""Longer than a transaction that had begun before the switch may take."""
SWEEPS = {"wrapping": rewrap_keys, "lookup": reindex_rows}


@click.group("keys")
def command() -> None:
    """Rotate the standing keys: wrapping, lookup, server."""


@command.command("rotate")
@click.argument("name", type=click.Choice(sorted(STANDING)))
@click.option(
    "--until",
    type=click.Choice(("prepared", "switched", "retired")),
    default="retired",
    help="stop there, where machines have folders of keys of their own; run it again to go on",
)
@click.option("--settle", default=SETTLES_SECONDS, help="seconds between the last two looks at the rows", type=float)
@as_json
@with_settings
def rotate(settings: Settings, name: str, until: str, settle: float, json_wanted: bool) -> None:
    """Give NAME a new key. Cut off at any moment, it goes on when it is run again.

    The key before is accepted until no row needs it (`server`: for 24 hours, after which you run this again), then
    moved into the folder `retired` beside the keys: old backups are read with it.
    """
    world = opened(settings)
    rotation = KeyRotation(world.keys, name)
    if rotation.stage() == "none":
        rotation.prepare(world.random_bytes)
    rows = 0
    if until != "prepared" and rotation.stage() == "prepared":
        following = world.keys.read(f"{name}-next")
        transact(world, CONSOLE, lambda unit: tell_rotation(unit, name=name, step="begun", secret=following))
        rotation.switch(world.clock())
    if until == "retired" and name in SWEEPS:
        rows = _swept(world, name, settle)
    if until == "retired" and (name in SWEEPS or _sessions_are_over(world, rotation)):
        current = world.keys.read(name)
        transact(world, CONSOLE, lambda unit: tell_rotation(unit, name=name, step="ended", secret=current))
        rotation.retire()
    stage = rotation.stage()
    told = {"name": name, "stage": "retired" if stage == "none" else stage, "rows": rows, "key": _now(world, name)}
    answer(told, json_wanted, f"{name}: {told['stage']}, {rows} rows; the key is {told['key']} now{_further(told)}")


def _swept(world: Environment, name: str, settle: float) -> int:
    """Looks at every row, and again `settle` seconds later, until a later look finds nothing to do."""
    looks: list[int] = []
    while not looks or len(looks) == 1 or looks[-1]:
        if looks:
            time.sleep(settle)
        try:
            looks.append(SWEEPS[name](world, lambda _: None))
        except (RowsCollide, Unsealable) as fault:
            raise click.ClickException(f"{fault}: nothing is retired; `kezdesu record verify` says more") from fault
    return sum(looks)


def _sessions_are_over(world: Environment, rotation: KeyRotation) -> bool:
    return world.clock().timestamp() - rotation.switched_at() >= SESSIONS_LAST.total_seconds()


def _now(world: Environment, name: str) -> str:
    return key_name(world.keys.read(name))


def _further(told: dict[str, object]) -> str:
    if told["stage"] == "retired":
        return ""
    if told["stage"] == "switched" and told["name"] == "server":
        return "; run this again when 24 hours have passed"
    return "; run this again to go on"
