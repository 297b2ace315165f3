"""What every test may ask for: a database of either engine, a browser, more rounds when soaking."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.connections import keep_inside
from tests.postgres import Databases, databases

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ("tests.left_behind", "tests.cast")

keep_inside()

SOAKING = os.environ.get("KEZDESU_SOAK") == "1"
ENGINES = ("sqlite", "postgresql")

# No test depends on the speed of the machine: no deadline, and slow examples are no fault.
_unhurried = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.register_profile("work", _unhurried)
hypothesis.settings.register_profile("ci", _unhurried, derandomize=True, database=None)
hypothesis.settings.register_profile("soak", _unhurried, max_examples=5000)
hypothesis.settings.load_profile("soak" if SOAKING else "ci" if os.environ.get("CI") else "work")


@pytest.fixture(scope="session")
def rounds() -> Callable[[int, int], int]:
    """How often to repeat: `rounds(usually, soaking)` answers what fits `make test` or `make soak`."""
    return lambda usually, soaking: soaking if SOAKING else usually


@pytest.fixture(scope="session")
def postgres_databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Databases on a real PostgreSQL, started once in this test process; nobody can be read in its files at the end."""
    from tests.left_behind import NAMED, left_behind

    with databases() as made:
        yield made
        found = left_behind(made.folder, pytestconfig.stash.get(NAMED, set())) if made.folder else []
        assert not found, f"somebody of the cast can be read in PostgreSQL's {found}"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_databases: Databases) -> str:
    """The URL of a migrated, empty database that tests copy and never open."""
    from service.store.migrate import upgrade

    url = postgres_databases.make()
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated, empty database that tests copy and never open."""
    from service.store.migrate import upgrade

    file = tmp_path_factory.mktemp("migrated") / "kezdesu.db"
    upgrade(f"sqlite:///{file}")
    left_behind = [path.name for path in file.parent.iterdir() if path != file]
    assert not left_behind, f"the migration left its connection open: {left_behind}"
    return file


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own with nothing in it, once per engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kezdesu.db'}"
        return
    made: Databases = request.getfixturevalue("postgres_databases")
    url = made.make()
    yield url
    made.drop(url)


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database of this test's own, once per engine (`-k sqlite` picks one)."""
    if request.param == "sqlite":
        file = tmp_path / "kezdesu.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    made: Databases = request.getfixturevalue("postgres_databases")
    url = made.make(copy_of=request.getfixturevalue("migrated_postgres"))
    yield url
    made.drop(url)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium without a window, one per test process.

    Playwright keeps an event loop running in the thread of the tests: `asyncio.run` needs another thread.
    """
    from tests.browser.chromium import chromium

    with chromium() as opened:
        yield opened
