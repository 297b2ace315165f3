"""An answer that tells nothing by its time leaves at a full step, whatever was done before it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.web.even_answer import STEP, even_answer


@given(st.floats(0, STEP / 4))
@settings(max_examples=20, deadline=None)
def test_the_work_and_the_wait_together_are_whole_steps(work: float) -> None:
    waited: list[float] = []
    began = time.perf_counter()
    with even_answer(waited.append):
        time.sleep(work)
    spent = time.perf_counter() - began
    (wait,) = waited
    assert 0 < wait <= STEP
    over = (spent + wait) % STEP
    # The clock is read once more here than there: the sum lies just past a step.
    assert over < STEP / 2


def test_what_is_refused_waits_as_long() -> None:
    waited: list[float] = []
    with pytest.raises(ValueError, match="no"), even_answer(waited.append):
        raise ValueError("no")
    assert len(waited) == 1
