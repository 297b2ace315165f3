"""Does a family of a whole country wait longer than one of a single institution? The same two reads, both databases."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from service.app.appointment_weigh import Wish
from service.app.entitlement_show import show_entitlement
from service.app.times_list import list_times
from service.domain.access import Actor
from service.store.columns import of
from service.store.environment import Environment
from service.store.migrate import upgrade
from service.store.tables import Account, Relationship
from tests.bench.figures import Figure, figure, percentile
from tests.race.families import world_of

KEPT = Path(os.environ.get("KEZDESU_BENCH_DIR", ".kezdesu/bench"))
"""Where the populations are kept between runs: the large one takes minutes to make."""
SIZES = {"national": (78, 32_000), "one": (1, 410)}
READS = 250
WARM = 20


def figures() -> list[Figure]:
    """national.entitlement_ratio and national.calendar_ratio: p95 over families, alternating between the databases."""
    worlds = {name: population(name) for name in SIZES}
    chosen = {name: families(world) for name, world in worlds.items()}
    found = []
    for name, act in (("entitlement", _entitlement), ("calendar", _calendar)):
        took: dict[str, list[float]] = {one: [] for one in SIZES}
        for number in range(READS + WARM):
            for one, world in worlds.items():
                spent = _timed(act, world, *chosen[one][number % len(chosen[one])])
                if number >= WARM:
                    took[one].append(spent)
        large, small = (percentile(took[one], 0.95) for one in ("national", "one"))
        found.append(
            figure(
                f"national.{name}_ratio",
                [large],
                "ms",
                against="p95 in a database of one institution",
                compared_with=small,
            )
        )
    for world in worlds.values():
        world.database.close()
    return found


def population(name: str) -> Environment:
    """The population of that size, made when it is not kept from an earlier run; an older one is brought up to date."""
    institutions, convicts = SIZES[name]
    folder = KEPT / name
    if not (folder / "kezdesu.db").exists():
        command = [sys.executable, "-m", "service", "demo", "--population", "national", "--seed", "1"]
        size = ["--institutions", str(institutions), "--convicts", str(convicts), "--data-dir", str(folder)]
        subprocess.run([*command, *size], check=True, stdout=sys.stderr)
    url = f"sqlite:///{folder.absolute() / 'kezdesu.db'}"
    upgrade(url)
    return world_of(url, folder / "keys")


def families(world: Environment) -> list[tuple[Actor, str]]:
    """Relatives with an account and a confirmed relationship, a random choice that is always the same."""
    tie, account = of(Relationship), of(Account)
    with world.database.reading() as session:
        rows = session.execute(
            sa.select(account.id, tie.person_id, tie.id)
            .join(Relationship, tie.person_id == account.person_id)
            .where(tie.state == "confirmed", tie.represented_by.is_(None))
            .order_by(tie.id)
            .limit(4000)
        ).all()
    chosen = random.Random(1).sample(list(rows), min(len(rows), READS + WARM))
    return [(Actor("relative", row[0], row[1]), row[2]) for row in chosen]


def _entitlement(world: Environment, actor: Actor, relationship: str) -> object:
    return show_entitlement(world, actor, relationship, wish=Wish("short"))


def _calendar(world: Environment, actor: Actor, relationship: str) -> object:
    today = world.clock().date()
    return list_times(world, actor, relationship, wish=Wish("short"), year=today.year, month=today.month)


def _timed(act: Callable[..., object], *arguments: object) -> float:
    began = time.thread_time()
    act(*arguments)
    return (time.thread_time() - began) * 1000
