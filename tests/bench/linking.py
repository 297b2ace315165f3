"""Does the time of the linking answer tell whether somebody is in prison? A thousand tries, half of them right."""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from service.store.migrate import upgrade
from service.web.code_sending import code_sender
from service.web.public import create_app
from tests.bench.figures import Figure, figure, percentile
from tests.browser.faces import SETTINGS, Faces, make_faces
from tests.cast import make_world
from tests.web.clicking import TOKEN
from tests.web.public.test_linking_tells_nothing import CONVICTS, WRONG, coming_in, sought

RELATIVES, EACH = 100, 10
MEASURES: dict[str, Callable[[], float]] = {"cpu_ms": time.thread_time, "wall_ms": time.perf_counter}
SHUFFLES = 400


def figures() -> list[Figure]:
    """The median and p95 of the tries that name a convict exactly, over that of the others: linking.wall_ms is what
    whoever asks can see, linking.cpu_ms stays with the server. linking.*_by_chance: how often all tries, dealt into
    two heaps at random, differ as much or more in the median."""
    with tempfile.TemporaryDirectory(prefix="kezdesu-bench-") as folder:
        url = f"sqlite:///{folder}/kezdesu.db"
        upgrade(url)
        world = make_world(url, Path(folder) / "keys")
        faces = make_faces(world, Path(folder))
        # As served: the tests have no patience for the wait that makes the answers even.
        settings = replace(SETTINGS, pause=time.sleep)
        served = create_app(world.environment, settings, send_code=code_sender(world.environment, faces.texts))
        took = _tries(replace(faces, public=served))
        world.environment.database.close()
    found = []
    for measure, kinds in took.items():
        there, nobody = kinds[True], kinds[False]
        for share, name in ((0.5, "median"), (0.95, "p95")):
            there_is, nobody_is = percentile(there, share), percentile(nobody, share)
            found.append(
                figure(
                    f"linking.{measure}[{name}]",
                    [there_is],
                    "ms",
                    against="the same of tries that name nobody",
                    compared_with=nobody_is,
                )
            )
        found.append(figure(f"linking.{measure}_by_chance", [_by_chance(there, nobody)], "share of shuffles"))
    return found


def _tries(faces: Faces) -> dict[str, dict[bool, list[float]]]:
    chance = random.Random(1)
    took: dict[str, dict[bool, list[float]]] = {measure: {True: [], False: []} for measure in MEASURES}
    for number in range(RELATIVES):
        who = coming_in(faces, number)
        tries = [(name, None) for name in CONVICTS] + list(zip(CONVICTS, WRONG, strict=True))
        chance.shuffle(tries)
        found = TOKEN.search(who.see("/convicts/link").text)
        assert found is not None
        for name, wrong in tries[:EACH]:
            typed = {"form_token": found[1], **sought(faces.world, name, wrong)}
            before = {measure: clock() for measure, clock in MEASURES.items()}
            answer = who.client.post("/convicts/link", data=typed)
            for measure, clock in MEASURES.items():
                took[measure][wrong is None].append((clock() - before[measure]) * 1000)
            assert answer.status_code == 303, answer.status_code
    return took


def _by_chance(there: list[float], nobody: list[float]) -> float:
    """The share of random deals of all tries in which the medians lie as far apart as they do, or further."""
    chance, heap = random.Random(2), [*there, *nobody]
    seen = abs(percentile(there, 0.5) - percentile(nobody, 0.5))
    further = 0
    for _ in range(SHUFFLES):
        chance.shuffle(heap)
        one, other = heap[: len(there)], heap[len(there) :]
        further += abs(percentile(one, 0.5) - percentile(other, 0.5)) >= seen
    return further / SHUFFLES
