"""A scene of its own for each race, on each engine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.race.families import settle, world_of
from tests.race.racing import Hand


@pytest.fixture
def hand(engine_url: str, tmp_path: Path) -> Iterator[Callable[..., Hand]]:
    """Makes the scene of a race: `hand(families=…, bridges=…)`, once."""
    with ExitStack() as ending:

        def make(families: int, bridges: int = 1) -> Hand:
            scene = settle(engine_url, tmp_path / "keys", families=families, bridges=bridges)
            world = world_of(engine_url, tmp_path / "keys")
            ending.callback(world.database.close)
            return Hand(world, scene)

        yield make
