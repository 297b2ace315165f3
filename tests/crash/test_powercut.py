"""After a power cut everything that was acknowledged is there: only what was synced survives, and that is enough."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash.checks import Acknowledged, damage, halves, lost
from tests.crash.cutting import DATABASE, Machine, build_shim
from tests.race.families import Scene, settle, world_of
from tests.race.racing import Hand

BOOKER = "tests.crash.booker"
THREADS = 3


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """A folder with a database of 60 families, their scene and the keys."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copyfile(migrated_sqlite, folder / DATABASE)
    settle(f"sqlite:///{folder / DATABASE}", folder / "keys", families=60).write(folder / "scene")
    return folder


def test_a_power_cut_takes_back_nothing_that_was_acknowledged(
    house: Path, shim: Path, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    acknowledged = 0
    for number in range(rounds(2, 20)):
        chance = random.Random(number)
        machine = Machine.over(house / DATABASE, tmp_path / str(number), shim)
        in_sync = chance.randrange(40, 400) if number % 2 else None
        process = machine.start(
            BOOKER, house / "scene", machine.url, house / "keys", THREADS, number, cut_in_sync=in_sync
        )
        said = machine.cut(process, 0 if in_sync else chance.randrange(20, 200), chance.random() * 0.05)
        assert len(said) >= 10, "nothing was acknowledged: this round shows nothing"
        acknowledged += len(said)
        for left in (machine.survivors(), machine.survivors(chance)):
            file = left / DATABASE
            url = f"sqlite:///{file}"
            assert _lost(left, house, said) == []
            assert damage(file) == []
            assert halves(url, house / "keys") == []
    print(f"\n{number + 1} power cuts, {acknowledged} acknowledgements")


def test_the_harness_finds_what_weak_durability_loses(house: Path, shim: Path, tmp_path: Path) -> None:
    for number in range(5):
        machine = Machine.over(house / DATABASE, tmp_path / str(number), shim)
        process = machine.start(BOOKER, house / "scene", machine.url, house / "keys", THREADS, number, "NORMAL")
        said = machine.cut(process, 15, 0)
        # The process was only killed, not cut off from power: its own files still have everything.
        assert _lost(machine.working, house, said) == []
        if _lost(machine.survivors(), house, said):
            return
        # A cut beside a checkpoint, which syncs at NORMAL too, loses nothing; the next will not fall there as well.
    raise AssertionError("with synchronous=NORMAL five cuts lost nothing: the harness does not cut")


def test_a_database_closed_in_order_survives_whole(house: Path, shim: Path, tmp_path: Path) -> None:
    machine = Machine.over(house / DATABASE, tmp_path, shim)
    process = machine.start("tests.crash.closer", house / "scene", machine.url, house / "keys")
    process.communicate()
    assert process.returncode == 0, (machine.folder / "errors").read_text()
    assert [path.name for path in machine.working.iterdir()] == [DATABASE]
    assert (machine.survivors() / DATABASE).read_bytes() == (machine.working / DATABASE).read_bytes()


def test_after_a_power_cut_families_go_on_booking(house: Path, shim: Path, tmp_path: Path) -> None:
    scene = Scene.read(house / "scene")
    *before, newcomer = scene.families
    # However far the others came, the newcomer has had no visit yet: the law lets no family have two so soon.
    replace(scene, families=tuple(before)).write(tmp_path / "scene")
    machine = Machine.over(house / DATABASE, tmp_path / "machine", shim)
    process = machine.start(BOOKER, tmp_path / "scene", machine.url, house / "keys", THREADS, 2)
    assert machine.cut(process, 40, 0.01)
    url = f"sqlite:///{machine.survivors() / DATABASE}"
    hand = Hand(world_of(url, house / "keys"), scene)
    appointment, token = hand.granted_soon(newcomer)
    assert hand.scan(token, 1).verdict == "admit"
    assert lost(hand.world, [(appointment, "granted")]) == []
    hand.world.database.close()


def _lost(folder: Path, house: Path, said: list[Acknowledged]) -> list[str]:
    world = world_of(f"sqlite:///{folder / DATABASE}", house / "keys")
    try:
        return lost(world, said)
    finally:
        world.database.close()
