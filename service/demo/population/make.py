"""The whole population: institutions opened one after another, drawn side by side, loaded in their order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from time import sleep
from typing import Any

import sqlalchemy as sa

from service.bootstrap import install
from service.config import Settings
from service.demo.population.chance import Chance
from service.demo.population.drawn import BEFORE, Part, draw
from service.demo.population.houses import opened, sketches
from service.demo.population.load import load
from service.demo.population.scribe import Place, Written
from service.jobs.tasks import publish_heads
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import NATIONAL, Appointment, Log

OPENING = timedelta(days=3)
"""The institutions are opened this long before the first of them takes people in."""
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """How large, by which seed, and at which moment the population ends."""

    institutions: int
    convicts: int
    seed: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What was just done, for whoever shows progress."""

    what: str
    code: str
    events: int = 0
    appointments: int = 0


class NotEmpty(RuntimeError):
    """There are institutions already; a population is never mixed with anything."""


def make(
    settings: Settings, wanted: Wanted, *, processes: int = 1, told: Callable[[Step], None] = lambda _: None
) -> Environment:
    """Makes the population in an empty database; answers the world it ends in, at the moment it ends.

    The same settings, seed, size and end give the same rows, keys included. Raises NotEmpty.
    """
    begun = wanted.until - BEFORE - OPENING
    chance = Chance(wanted.seed, "houses")
    world = install(settings, clock=lambda: begun, random_bytes=chance.randbytes)
    with world.database.reading() as session:
        if session.scalar(sa.select(sa.func.count()).select_from(Log)) != 1:
            world.database.close()
            raise NotEmpty("there are institutions already: a population needs an empty database")
    parts = []
    for sketch in sketches(wanted.institutions, wanted.convicts):
        house = opened(world, sketch, chance, begun + timedelta(minutes=10 * sketch.index))
        parts.append(
            Part(house, wanted.institutions, wanted.seed, wanted.until, settings.keys, settings.law, pass_key=1)
        )
        told(Step("opened", house.code))
    places = _places(world)
    for part, written in _written(parts, places, processes):
        load(world.database, written)
        told(Step("loaded", part.house.code, len(written.events), len(written.rows.get(Appointment, {}))))
    end = world.at(lambda: wanted.until)
    publish_heads(end)
    return end


def _places(world: Environment) -> dict[str, Place]:
    row = of(Log)
    with world.database.reading() as session:
        found = session.execute(sa.select(row.id, row.size, row.last_at, row.head_size, row.head_root)).all()
    return {one.id: Place(one.size, one.last_at, (one.head_size, one.head_root)) for one in found}


def _written(parts: Sequence[Part], places: dict[str, Place], processes: int) -> Iterator[tuple[Part, Written]]:
    national = places[NATIONAL]
    if processes == 1:
        for part in parts:
            here = places[part.house.code]
            written = draw(part).written({part.house.code: here, NATIONAL: national})
            national = written.logs[NATIONAL]
            yield part, written
        return
    context = get_context("spawn")
    counts: Any = context.Array("q", [UNKNOWN] * len(parts))
    with ProcessPoolExecutor(processes, context, _remember, (counts,)) as pool:
        waiting: deque[tuple[Part, Future[Written]]] = deque()
        for part in parts:
            waiting.append((part, pool.submit(_one, part, places[part.house.code], national)))
            if len(waiting) > processes + 1:
                ready, future = waiting.popleft()
                yield ready, future.result()
        for part, future in waiting:
            yield part, future.result()


_counts: Any = None


def _remember(counts: Any) -> None:
    global _counts  # noqa: PLW0603  (how a pool's processes are given what cannot be pickled)
    _counts = counts


def _one(part: Part, here: Place, first: Place) -> Written:
    """One institution in a process of its own; how far the others before it take the national log is waited for."""
    drawing, index = draw(part), part.house.sketch.index
    _counts[index] = drawing.national
    while UNKNOWN in (before := _counts[:index]):
        sleep(0.01)
    last_at = max(first.last_at, part.begins)
    return drawing.written({part.house.code: here, NATIONAL: Place(first.size + sum(before), last_at, first.head)})
