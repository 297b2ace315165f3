"""Steps of restriction while nobody outside has seen the record; no step is a closed gate."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.witnessing import Act, Need, Step, need_of, step_at

ORDER = (Step.NORMAL, Step.BANNER, Step.NO_EXCEPTIONS, Step.PAPER)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("age", "step"),
    [
        (timedelta(0), Step.NORMAL),
        (timedelta(minutes=15) - MOMENT, Step.NORMAL),
        (timedelta(minutes=15), Step.BANNER),
        (timedelta(hours=1) - MOMENT, Step.BANNER),
        (timedelta(hours=1), Step.NO_EXCEPTIONS),
        (timedelta(hours=4) - MOMENT, Step.NO_EXCEPTIONS),
        (timedelta(hours=4), Step.PAPER),
        (timedelta(days=400), Step.PAPER),
        (None, Step.UNWITNESSED),
    ],
)
def test_a_quarter_of_an_hour_an_hour_four_hours(age: timedelta | None, step: Step) -> None:
    assert step_at(age) is step


@given(st.timedeltas(min_value=timedelta(-1)), st.timedeltas(min_value=timedelta(0)))
def test_waiting_longer_never_eases(age: timedelta, more: timedelta) -> None:
    if age < timedelta.max - more:
        assert ORDER.index(step_at(age + more)) >= ORDER.index(step_at(age))


@pytest.mark.parametrize("step", Step)
def test_no_family_waits_at_the_gate_for_our_outage(step: Step) -> None:
    assert need_of(Act.ORDINARY, step) is Need.NOTHING
    assert need_of(Act.LONG_ADMISSION, step) is not Need.WAIT


WAITS = {Step.NO_EXCEPTIONS, Step.PAPER}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("act", [Act.EXCEPTION, Act.REASSIGNMENT])
def test_what_nobody_outside_could_see_waits_from_the_first_hour(act: Act, step: Step) -> None:
    assert need_of(act, step) is (Need.WAIT if step in WAITS else Need.NOTHING)


@pytest.mark.parametrize("step", Step)
def test_long_visits_are_let_in_on_paper_by_two_from_the_fourth_hour(step: Step) -> None:
    wanted = Need.PAPER_AND_SECOND_OFFICER if step is Step.PAPER else Need.NOTHING
    assert need_of(Act.LONG_ADMISSION, step) is wanted
