"""One harness for every program: start, load, kill at random, start again, look at what was promised.

`python -m tests.crash --kills 500 --power-cuts 50 --engine postgresql` prints, for each program, how often it was
killed, how much it had acknowledged, what of that was lost or doubled, and how soon it gave a good answer again.

A power cut leaves what was synced: of SQLite and of a gate's journal by the shim of `powercut.c`. PostgreSQL's
processes are ended at once and without a word (its "immediate" shutdown), which takes what they had not written.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Protocol

from service.store.migrate import upgrade
from tests.builders import SetClock, make_environment
from tests.cast import NOW, World, make_world
from tests.crash.load import Load
from tests.crash.part import Part, Tally
from tests.crash.part_calls import JanusPart
from tests.crash.part_cut import CutPart
from tests.crash.part_edge import BridgePart, KioskPart, WitnessPart
from tests.crash.part_service import PostgresqlPart, ServerPart, WorkerPart
from tests.postgres import Databases, PostgresServer

Say = Callable[[str], None]
WEIGHTS = {"server": 6, "postgresql": 6, "bridge": 5, "witness": 5, "kiosk": 2, "worker": 1, "janus": 1}
"""Who dies how often."""
SERVICE = frozenset({"server", "postgresql", "worker"})
"""What lives on one load of families and gates."""


class Cuttable(Protocol):
    """A part whose power can be cut."""

    name: str
    acknowledged: int

    def cut(self, chance: Random) -> float:
        """Cuts the power, and starts again; seconds to the first good answer."""
        ...

    def wrong(self) -> list[str]:
        """What was acknowledged and is lost or doubled."""
        ...


@dataclass(frozen=True)
class Scene:
    """Everything that runs: what can be killed, what can be cut from its power."""

    killed: Sequence[Part]
    cut: Sequence[Cuttable]


def staged(engine: str, folder: Path, ending: ExitStack, only: Collection[str] = tuple(WEIGHTS)) -> Scene:
    """Starts every program on `engine` ("sqlite" or "postgresql"), or those named, each with a folder of its own."""
    migrated = folder / "migrated.db"
    upgrade(f"sqlite:///{migrated}")
    cut: list[Cuttable] = []
    killed: list[Part] = []
    if SERVICE & set(only):
        killed, cut = _service(engine, folder, migrated, ending, worker="worker" in only)
    if "bridge" in only:
        bridge = BridgePart(folder / "bridge")
        killed.append(bridge)
        cut.append(bridge)
    if "witness" in only:
        killed.append(WitnessPart(folder / "witness"))
    if "kiosk" in only:
        killed.append(KioskPart(folder / "kiosk", _world(folder, "kiosk", migrated, ending), ending))
    if "janus" in only:
        world = _world(folder, "calls", migrated, ending)
        killed.append(JanusPart(folder / "calls", world, f"sqlite:///{folder / 'calls.db'}", ending))
    return Scene(killed, cut)


def run(scene: Scene, kills: int, power_cuts: int, seed: int, say: Say = lambda _: None) -> list[Tally]:
    """Every part is killed at least once where `kills` allows it; the rest is left to chance, by `WEIGHTS`."""
    chance = Random(seed)
    tallies = {part.name: Tally(part.name) for part in scene.killed}
    names = list(tallies)
    order = names[:kills] + chance.choices(names, [WEIGHTS[name] for name in names], k=max(0, kills - len(names)))
    chance.shuffle(order)
    parts = {part.name: part for part in scene.killed}
    for number, name in enumerate(order):
        part, tally = parts[name], tallies[name]
        part.work()
        tally.back.append(part.blow(chance))
        tally.blows += 1
        tally.wrong += part.wrong()
        if number % 25 == 24:
            say(f"{number + 1} kills of {kills}: {sum(len(one.wrong) for one in tallies.values())} wrong")
    cuts = {part.name: Tally(f"{part.name}, power cut") for part in scene.cut}
    for number in range(power_cuts):
        one = scene.cut[number % len(scene.cut)]
        if one.name in parts:
            parts[one.name].work()
        cuts[one.name].back.append(one.cut(chance))
        cuts[one.name].blows += 1
        cuts[one.name].wrong += one.wrong()
    for part in scene.killed:
        tallies[part.name].wrong += part.end()
        tallies[part.name].acknowledged = part.acknowledged
    for one in scene.cut:
        cuts[one.name].acknowledged = one.acknowledged
    return [*tallies.values(), *cuts.values()]


def _service(
    engine: str, folder: Path, migrated: Path, ending: ExitStack, *, worker: bool
) -> tuple[list[Part], list[Cuttable]]:
    """The web server, its database and, where it is wanted, the worker."""
    cut: list[Cuttable] = []
    killed: list[Part] = []
    service = folder / "service"
    service.mkdir()
    if engine == "sqlite":
        file = service / "kezdesu.db"
        file.write_bytes(migrated.read_bytes())
        load = Load(f"sqlite:///{file}", service, ending, workers=1, threads=8)
        killed.append(ServerPart(load))
        cut.append(CutPart(folder / "cut", migrated))
    else:
        postgres = PostgresServer()
        ending.callback(postgres.remove)
        load = Load(_migrated(postgres), service, ending, workers=2, threads=4)
        database = PostgresqlPart(load, postgres)
        killed += [ServerPart(load), database]
        cut.append(database)
    if worker:
        part = WorkerPart(load, service)
        ending.callback(part.kill)
        killed.append(part)
    return killed, cut


def _migrated(postgres: PostgresServer) -> str:
    postgres.start()
    databases = Databases(postgres.url("postgres"))
    url = databases.make()
    databases.close()
    upgrade(url)
    return url


def _world(folder: Path, name: str, migrated: Path, ending: ExitStack) -> World:
    """A cast of its own, with `name`.db and `name`-keys in `folder`, on a clock that is set."""
    file, keys = folder / f"{name}.db", folder / f"{name}-keys"
    file.write_bytes(migrated.read_bytes())
    url, clock = f"sqlite:///{file}", SetClock(NOW)
    made = make_world(url, keys)
    made.environment.database.close()
    environment = make_environment(url, keys, clock)
    ending.callback(environment.database.close)
    return replace(made, environment=environment, clock=clock)
