"""The relatives' site over the cast, driven by a client without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.faces import Faces, make_faces, sqlite_world
from tests.cast import Made


@pytest.fixture
def faces(sqlite_cast: Made, tmp_path: Path) -> Iterator[Faces]:
    """Every app over a copy of the cast on SQLite."""
    with sqlite_world(sqlite_cast, tmp_path) as world:
        yield make_faces(world, tmp_path)
