"""A disk that is full or cannot be written: families are told to come again, reading goes on, nothing acknowledged is
lost, and as soon as there is room the service writes again, without a restart."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from service.store.migrate import upgrade
from tests.crash.checks import damage, halves, lost
from tests.postgres import Databases, PostgresServer
from tests.race.caller import Answered, Caller, new_key
from tests.race.families import Family, Scene, settle, world_of
from tests.race.server import Server

FAMILIES = 30
FAULTS = {"full": errno.ENOSPC, "read-only": errno.EROFS}


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("disk") / "disk.so"
    source = Path(__file__).with_name("disk.c")
    words = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", made, source, "-ldl"]
    subprocess.run(words, check=True)
    return made


@contextmanager
def under(shim: Path, fault: Path, folder: Path) -> Iterator[None]:
    """What is started in the block has a disk that fails."""
    told = {"LD_PRELOAD": str(shim), "DISK_FAULT": str(fault), "DISK_FOLDER": str(folder)}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@pytest.mark.parametrize("fault", FAULTS)
def test_on_sqlite_a_failing_disk_loses_nothing_and_heals_without_a_restart(
    migrated_sqlite: Path, shim: Path, tmp_path: Path, fault: str
) -> None:
    file = tmp_path / "kezdesu.db"
    shutil.copyfile(migrated_sqlite, file)
    url = f"sqlite:///{file}"
    scene = settle(url, tmp_path / "keys", families=FAMILIES)
    with ExitStack() as ending:
        with under(shim, tmp_path / "fault", file):
            server = Server(url, tmp_path / "keys", tmp_path, threads=4)
            ending.callback(server.kill)
            server.start()
        fails_and_heals(server, scene, url, tmp_path, tmp_path / "fault", FAULTS[fault])
    assert damage(file) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_on_postgresql_a_failing_disk_loses_nothing_and_heals_without_a_restart(
    shim: Path, tmp_path: Path, fault: str
) -> None:
    """Its tables lie on the disk that fails; for its log of changes see docs/reliability.md."""
    postgres = PostgresServer()
    mark = postgres.folder / "fault"
    with ExitStack() as ending:
        ending.callback(postgres.remove)
        beside = postgres.folder / shim.name  # PostgreSQL may run as somebody else, who cannot look into our folders
        shutil.copy(shim, beside)
        beside.chmod(0o755)
        with under(beside, mark, postgres.data / "base"):
            postgres.start()
        databases = Databases(postgres.url("postgres"))
        url = databases.make()
        databases.close()
        upgrade(url)
        scene = settle(url, tmp_path / "keys", families=FAMILIES)
        server = Server(url, tmp_path / "keys", tmp_path, threads=4)
        ending.callback(server.kill)
        server.start()
        fails_and_heals(server, scene, url, tmp_path, mark, FAULTS[fault])


def fails_and_heals(server: Server, scene: Scene, url: str, folder: Path, mark: Path, number: int) -> None:
    day = scene.soon_day + timedelta(days=20)
    held: list[tuple[str, str]] = []
    with closing(Caller(server.port, scene)) as caller:

        def hold(family: Family, key: str) -> Answered:
            answer = caller.hold(family, scene.hall, day, key=key)
            if answer.status == 201:
                held.append((answer.body["appointment"].replace("-", ""), "held"))
            return answer

        first, *others = scene.families
        assert hold(first, new_key()).status == 201
        write(mark, str(number))
        refused = None
        for family in others:
            # What still fits into pages that are there is taken; then there is no room for more.
            key = new_key()
            answer = hold(family, key)
            if answer.status != 201:
                refused = (family, key)
                assert answer.status == 503, answer.body
                break
        assert refused is not None, "the disk did not fail"
        assert asked(server.port, first.token) == 200, "reading goes on"
        mark.unlink()
        assert hold(*refused).status == 201
        assert hold(others[-1], new_key()).status == 201
    world = world_of(url, folder / "keys")
    with closing(world.database):
        assert lost(world, held) == []
    assert halves(url, folder / "keys") == []


def write(file: Path, text: str) -> None:
    """The whole text at once: whoever reads the file in between finds none or all of it."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.chmod(0o644)
    new.rename(file)


def asked(port: int, token: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/api/v1/appointments", headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status
