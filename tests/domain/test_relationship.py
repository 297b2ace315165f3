"""The life of a relationship, as a machine of states."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.refusal import Refusal
from service.domain.relationship import (
    KNOWN_TO_CLAIMANT,
    LIVE,
    REOPENED,
    STEPS,
    check_ground,
    check_minor,
    reopened,
    step,
    transition_allowed,
)
from service.store.tables.convicts import RELATIONSHIP_STATES

steps = st.lists(st.sampled_from(sorted(STEPS)), max_size=12)


def walk(names: list[str]) -> list[str]:
    states = ["claimed"]
    for name in names:
        try:
            states.append(step(name, states[-1]))  # type: ignore[arg-type]
        except Refusal:
            continue
    return states


@given(steps)
def test_whatever_is_tried_nothing_is_confirmed_without_acceptance_and_verification(names: list[str]) -> None:
    states = walk(names)
    if "confirmed" in states:
        before = states[: states.index("confirmed")]
        assert list(dict.fromkeys(before)) == ["claimed", "accepted", "verified"]


@given(steps)
def test_an_end_is_an_end(names: list[str]) -> None:
    states = walk(names)
    ended = [number for number, state in enumerate(states) if state not in LIVE]
    assert len(ended) <= 1
    assert not ended or ended[0] == len(states) - 1


@given(steps)
def test_every_step_taken_is_one_that_the_verifier_allows(names: list[str]) -> None:
    states = walk(names)
    assert transition_allowed(None, states[0])
    assert all(transition_allowed(before, after) for before, after in pairwise(states))


@given(st.sampled_from(RELATIONSHIP_STATES), st.sampled_from(RELATIONSHIP_STATES))
def test_the_verifier_allows_no_other_step(before: str, after: str) -> None:
    reachable = {arrow.after for arrow in STEPS.values() if before in arrow.before and arrow.after is not None}
    again = REOPENED if before == "refused" else set()
    assert transition_allowed(before, after) == (after in reachable | {before} | again)


@given(steps)
def test_what_is_taken_up_again_stands_where_it_stood(names: list[str]) -> None:
    states = walk(names)
    accepted, verified = "accepted" in states, "verified" in states
    if states[-1] != "refused":
        with pytest.raises(Refusal):
            reopened(states[-1], accepted=accepted, verified=verified)
    else:
        assert reopened(states[-1], accepted=accepted, verified=verified) == states[-2]


def test_a_relationship_begins_as_a_claim_only() -> None:
    assert [state for state in RELATIONSHIP_STATES if transition_allowed(None, state)] == ["claimed"]


def test_the_states_are_those_of_the_database() -> None:
    named = {state for arrow in STEPS.values() for state in (*arrow.before, arrow.after) if state is not None}
    assert named == set(RELATIONSHIP_STATES)
    assert set(RELATIONSHIP_STATES) == LIVE | KNOWN_TO_CLAIMANT


def test_a_claimant_sees_nothing_of_a_claim_not_yet_answered() -> None:
    assert "claimed" not in KNOWN_TO_CLAIMANT


def test_a_ground_outside_the_closed_list_is_refused() -> None:
    assert check_ground("ground-no-document") == "ground-no-document"
    for ground in ("because", "interval-before", ""):
        with pytest.raises(Refusal):
            check_ground(ground)
    with pytest.raises(Refusal):
        check_ground("ground-no-document", ("ground-convict-refuses",))


def test_whoever_turns_eighteen_today_is_represented_no_more() -> None:
    check_minor(date(2008, 3, 3), date(2026, 3, 2), 18)
    with pytest.raises(Refusal) as refused:
        check_minor(date(2008, 3, 2), date(2026, 3, 2), 18)
    assert refused.value.reasons[0].code == "not-a-minor"
