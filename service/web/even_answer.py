"""Answers that tell nothing by the time they take: each leaves at a full tenth of a second after its question came."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEP = 0.1
"""Seconds. Far longer than the work behind such an answer takes, so that all of them leave at the first step."""


@contextmanager
def even_answer(pause: Callable[[float], None]) -> Iterator[None]:
    """Whatever is done inside, refused or not, ends at the next full step; `pause` waits for so many seconds."""
    began = time.perf_counter()
    try:
        yield
    finally:
        pause(STEP - (time.perf_counter() - began) % STEP)
