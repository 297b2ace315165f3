"""The rule of the queue: first asked, first offered; anybody recomputes it from numbers without gaps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.party_needs import clean_needs
from service.domain.queue import OFFER, SHORTEST, InQueue, QueueName, Queues, first, offered_until, place_of, step
from service.domain.refusal import Refusal

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = QueueName("la-155-8", "long", False, date(2026, 3, 19))
TURNS = st.lists(st.integers(0, 10_000), unique=True, min_size=1)


@given(TURNS, st.randoms())
def test_whoever_asked_first_is_first_however_the_list_is_read(turns: list[int], chance: object) -> None:
    waiting = [InQueue(f"entry {turn}", turn) for turn in turns]
    chance.shuffle(waiting)  # type: ignore[attr-defined]
    found = first(waiting)
    assert found is not None
    assert found.turn == min(turns)


@given(TURNS)
def test_places_count_from_one_without_gaps(turns: list[int]) -> None:
    assert sorted(place_of(turn, turns) for turn in turns) == list(range(1, len(turns) + 1))


@given(st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=60)))
def test_an_offer_ends_before_the_visit_and_leaves_time_for_the_next(ahead: timedelta) -> None:
    until = offered_until(NOW, NOW + ahead)
    if until is None:
        assert ahead < 2 * SHORTEST
    else:
        assert SHORTEST <= until - NOW <= OFFER
        assert NOW + ahead - until >= until - NOW


@pytest.mark.parametrize(
    ("name", "after"), [("offer", "offered"), ("leave", "left"), ("pass", "passed"), ("close", "closed")]
)
def test_waiting_ends_in_one_of_four_ways(name: str, after: str) -> None:
    assert step(name, "waiting") == after


def test_half_of_the_time_that_is_left_is_exactly_enough_or_not() -> None:
    assert offered_until(NOW, NOW + 2 * SHORTEST) == NOW + SHORTEST
    assert offered_until(NOW, NOW + 2 * SHORTEST - timedelta(seconds=2)) is None
    assert offered_until(NOW, NOW + 4 * OFFER) == NOW + OFFER


def test_an_offer_never_stands_longer_than_what_it_leaves_for_the_next_by_no_microsecond() -> None:
    left = 4 * SHORTEST + timedelta(microseconds=3)
    until = offered_until(NOW, NOW + left)
    assert until is not None
    assert NOW + left - until >= until - NOW


def test_who_has_left_is_offered_nothing() -> None:
    with pytest.raises(Refusal) as no:
        step("offer", "left")
    assert (no.value.sort, no.value.reasons[0].code) == ("conflict", "state-does-not-allow")


@given(TURNS, st.randoms())
def test_ends_in_the_order_of_turns_pass_nobody_by_and_any_other_order_does(turns: list[int], chance: object) -> None:
    queues = Queues()
    for turn in turns:
        queues.join(DAY, f"{turn}", turn)
    order = list(turns)
    chance.shuffle(order)  # type: ignore[attr-defined]
    passed = [queues.end(f"{turn}", "offered") for turn in order]
    assert all(one is None for one in passed) is (order == sorted(turns))
    assert not queues.anybody(DAY)


def test_an_end_of_somebody_who_never_waited_here_passes_nobody_by() -> None:
    queues = Queues()
    queues.join(DAY, "one", 3)
    assert queues.end("stranger", "offered") is None
    assert queues.anybody(DAY)


def test_days_have_queues_of_their_own() -> None:
    queues, next_day = Queues(), QueueName("la-155-8", "long", False, date(2026, 3, 20))
    queues.join(DAY, "one", 3)
    queues.join(next_day, "two", 5)
    assert queues.end("two", "offered") is None
    assert queues.anybody(DAY)
    assert not queues.anybody(next_day)
    assert queues.waiting == {DAY: {"one": 3}}


def test_who_was_passed_by_is_the_first_of_those_before() -> None:
    queues = Queues()
    for entry, turn in (("b", 5), ("a", 3), ("c", 8)):
        queues.join(DAY, entry, turn)
    assert queues.end("c", "offered") == "a"
    assert queues.end("c", "offered") is None, "it has ended"
    assert queues.end("a", "offered") is None


def test_leaving_passes_nobody_by() -> None:
    queues = Queues()
    queues.join(DAY, "one", 3)
    queues.join(DAY, "two", 5)
    assert queues.end("two", "left") is None
    assert queues.anybody(DAY)


def test_needs_are_codes_of_closed_lists() -> None:
    assert clean_needs(["needs:wheelchair", "brings:food", "needs:wheelchair"]) == ("brings:food", "needs:wheelchair")
    with pytest.raises(Refusal):
        clean_needs(["brings:knife"])
