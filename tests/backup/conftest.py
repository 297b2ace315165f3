"""The world, and an empty database of the same engine to restore to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backup.place import Place, secret
from tests.cast import World
from tests.postgres import Databases


@pytest.fixture
def place(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """The world, and an empty database of the same engine."""
    monkeypatch.setenv("KEZDESU_KEYS_DIR", str(world.environment.keys.path))
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    folder = tmp_path / "backups"
    folder.mkdir()
    key = secret(folder / "key", bytes(range(32)).hex())
    passphrase = secret(folder / "passphrase", "a lantern over nine quiet stairs")
    if world.environment.database.is_sqlite:
        yield Place(world, folder, url, f"sqlite:///{folder / 'new' / 'kezdesu.db'}", key, passphrase)
        return
    databases: Databases = request.getfixturevalue("postgres_databases")
    empty = databases.make()
    yield Place(world, folder, url, empty, key, passphrase)
    databases.drop(empty)
