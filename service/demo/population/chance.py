"""Chance that comes out the same again: one stream of numbers for each part, so that no part disturbs another."""

import random


class Chance(random.Random):
    """A stream named by the seed and what it is for."""

    def __init__(self, seed: int, *purpose: object) -> None:
        super().__init__("/".join(str(part) for part in (seed, *purpose)))

    def sooner(self, low: float, high: float) -> float:
        """A number from `low` to `high`, more often near `low`."""
        return low + (high - low) * self.random() ** 2
