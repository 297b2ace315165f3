"""Books, confirms and cancels without end, and says of each act that it was acknowledged: one line on standard output.

Run as `python -m tests.crash.booker SCENE URL KEYS THREADS SEED [SYNCHRONOUS]`; it is meant to be killed. The last
argument weakens SQLite's durability: the test of the test.
"""

import json
import os
import random
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tests.race.families import Family, Scene, world_of
from tests.race.racing import Hand

DAYS_AHEAD = 20
DAYS = 20
CANCELLED = 0.3


def main(scene: str, url: str, keys: str, threads: str, seed: str, synchronous: str = "") -> None:
    """See the module."""
    world = world_of(url, Path(keys))
    if synchronous:

        @event.listens_for(world.database.engine, "connect")
        def weaken(connection: Any, _record: Any) -> None:
            connection.execute(f"PRAGMA synchronous={synchronous}").close()

    hand, many = Hand(world, Scene.read(Path(scene))), int(threads)
    shares = [hand.scene.families[number::many] for number in range(many)]
    running = [
        threading.Thread(target=book, args=(hand, share, random.Random(f"{seed}-{number}")))
        for number, share in enumerate(shares)
    ]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def book(hand: Hand, families: Sequence[Family], chance: random.Random) -> None:
    """Families ask one after the other, and some give up what they have; when all have a visit, all give it up."""
    while True:
        booked = []
        for family in families:
            day = hand.today + timedelta(days=DAYS_AHEAD + chance.randrange(DAYS))
            appointment = hand.hold(family, hand.scene.hall, day).appointment
            acknowledge(appointment, "held")
            hand.request(family, appointment)
            acknowledge(appointment, "requested")
            if chance.random() < CANCELLED:
                hand.cancel(family, appointment)
                acknowledge(appointment, "cancelled")
            else:
                booked.append((family, appointment))
        for family, appointment in booked:
            hand.cancel(family, appointment)
            acknowledge(appointment, "cancelled")


def acknowledge(appointment: str, state: str) -> None:
    """What a family would see on the screen: from here on it must never be lost."""
    os.write(1, json.dumps([appointment, state]).encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
