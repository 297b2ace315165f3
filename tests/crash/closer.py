"""Books one visit and ends in order: run as `python -m tests.crash.closer SCENE URL KEYS`."""

import sys
from datetime import timedelta
from pathlib import Path

from tests.race.families import Scene, world_of
from tests.race.racing import Hand


def main(scene: str, url: str, keys: str) -> None:
    """See the module."""
    hand = Hand(world_of(url, Path(keys)), Scene.read(Path(scene)))
    hand.hold(hand.scene.families[0], hand.scene.hall, hand.today + timedelta(days=20))
    hand.world.database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
