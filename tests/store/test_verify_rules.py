"""What rows must obey over time: a record may agree with every table and still tell of what must not be."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.story import (
    APPOINTMENT,
    VISITOR,
    Story,
    granted,
    move,
    tie,
    visit,
)

OTHER = "uk-161-3"


def one_officer_for_both(story: Story) -> None:
    tie(story, confirmed_by="officer-1")


def confirmed_before_the_convict_accepted(story: Story) -> None:
    tie(story, accepted_at=None)


def confirmed_without_being_verified(story: Story) -> None:
    tie(story, state="accepted", verified_by=None, confirmed_by=None)
    story.event(set_={"relationship": {"tie": {"state": "confirmed", "verified_by": "a", "confirmed_by": "b"}}})


def comes_by_a_claim(story: Story) -> None:
    tie(story, state="verified")
    story.event({"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}})


def comes_to_another_convict(story: Story) -> None:
    tie(story, convict_id="nephew")
    story.event({"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}})


def comes_in_anothers_name(story: Story) -> None:
    tie(story, person_id="aunt")
    story.event({"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}})


def comes_after_the_relationship_ended(story: Story) -> None:
    tie(story, until="2026-03-20")
    story.event({"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}})


def confirmed_only_afterwards(story: Story) -> None:
    story.event({"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}})
    tie(story)


def begins_as_granted(story: Story) -> None:
    visit(story, state="granted", decided_by="officer-1")


def skips_the_decision(story: Story) -> None:
    visit(story, state="held")
    move(story, state="granted", decided_by="officer-1")


def comes_back_to_life(story: Story) -> None:
    visit(story)
    move(story, state="lapsed", live=False)
    move(story, state="requested", live=True)


def cancelled_but_live(story: Story) -> None:
    visit(story)
    move(story, state="cancelled")


def granted_by_nobody(story: Story) -> None:
    visit(story)
    move(story, state="requested")
    move(story, state="granted")


def another_convict(story: Story) -> None:
    visit(story)
    move(story, convict_id="nephew")


def another_visitor(story: Story) -> None:
    granted(story)
    story.event(set_={"appointment_visitor": {"who": {"person_id": "aunt"}}})


def one_more_visitor(story: Story) -> None:
    granted(story)
    story.event({"appointment_visitor": {"more": dict(VISITOR)}})


def two_in_one_place(story: Story) -> None:
    visit(story)
    visit(story, "other", convict_id="nephew", starts_at="2026-03-20T06:00:00.000000Z")


def one_convict_twice(story: Story) -> None:
    visit(story)
    visit(story, "other", place_id="seat-2", charge_rule="uncounted")


def one_convict_in_two_houses(story: Story) -> None:
    visit(story)
    visit(story, "other", place_id="seat-2", charge_rule="uncounted", log=OTHER)


def one_visitor_twice(story: Story) -> None:
    tie(story)
    tie(story, "other-tie", convict_id="nephew")
    story.event({"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}})
    second = {**APPOINTMENT, "convict_id": "nephew", "place_id": "seat-2"}
    coming = {**VISITOR, "appointment_id": "other", "relationship_id": "other-tie"}
    story.event({"appointment": {"other": second}, "appointment_visitor": {"again": coming}})


def charged_too_soon(story: Story) -> None:
    visit(story)
    later = {"starts_at": "2026-03-29T05:00:00.000000Z", "ends_at": "2026-03-29T07:00:00.000000Z"}
    visit(story, "other", charge_day="2026-03-29", charge_after="2026-03-14", **later)


WRONGS: dict[Callable[[Story], None], str] = {
    one_officer_for_both: "rule.two-officers",
    confirmed_before_the_convict_accepted: "rule.two-officers",
    confirmed_without_being_verified: "rule.two-officers",
    comes_by_a_claim: "rule.unconfirmed",
    comes_to_another_convict: "rule.unconfirmed",
    comes_in_anothers_name: "rule.unconfirmed",
    comes_after_the_relationship_ended: "rule.unconfirmed",
    confirmed_only_afterwards: "rule.unconfirmed",
    begins_as_granted: "rule.step",
    skips_the_decision: "rule.step",
    comes_back_to_life: "rule.step",
    cancelled_but_live: "rule.live",
    granted_by_nobody: "rule.undecided",
    another_convict: "rule.who",
    another_visitor: "rule.who",
    one_more_visitor: "rule.who",
    two_in_one_place: "rule.overlap-place",
    one_convict_twice: "rule.overlap-convict",
    one_convict_in_two_houses: "rule.overlap-convict",
    one_visitor_twice: "rule.overlap-visitor",
    charged_too_soon: "rule.charge-interval",
}


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__)
def test_a_record_of_what_must_not_be_is_found(wrong: Callable[[Story], None]) -> None:
    story = Story()
    wrong(story)
    assert WRONGS[wrong] in story.codes()


def test_a_place_is_free_again_once_its_hold_lapsed_even_in_the_same_event() -> None:
    story = Story()
    visit(story)
    story.event(
        {"appointment": {"next": {**APPOINTMENT, "convict_id": "nephew"}}},
        {"appointment": {"visit": {"state": "lapsed", "live": False}}},
    )
    assert story.found() == []


def test_logs_whose_clocks_stand_a_little_apart_contradict_nothing() -> None:
    story = Story()
    visit(story)
    story.now += timedelta(hours=1)
    visit(story, "other", place_id="seat-2", charge_rule="uncounted", log=OTHER)
    move(story, state="cancelled", live=False)
    assert story.found() == []


moments = st.integers(0, 12)
holds = st.lists(st.tuples(moments, moments, st.integers(0, 2), moments, moments), min_size=2, max_size=8)


@given(holds)
def test_overlaps_are_those_that_a_look_at_every_pair_finds(drawn: list[tuple[int, int, int, int, int]]) -> None:
    spans = [(min(a, b), max(a, b) + 1, place, *sorted((c, d))) for a, b, place, c, d in drawn]
    story = Story()
    begins = {number: span[3] for number, span in enumerate(spans)}
    ends = {number: span[4] + 1 for number, span in enumerate(spans)}
    for tick in range(15):
        new = {
            f"{n}": {
                **APPOINTMENT, "convict_id": f"{n}", "place_id": f"{spans[n][2]}", "charge_rule": "uncounted",
                "starts_at": f"2026-03-20T{spans[n][0]:02}:00:00.000000Z",
                "ends_at": f"2026-03-20T{spans[n][1]:02}:00:00.000000Z",
            }
            for n, at in begins.items() if at == tick
        }  # fmt: skip
        over = {f"{n}": {"state": "lapsed", "live": False} for n, at in ends.items() if at == tick}
        story.event({"appointment": new} if new else None, {"appointment": over} if over else None)

    def clash(one: int, other: int) -> bool:
        first, second = spans[one], spans[other]
        same_time = first[0] < second[1] and second[0] < first[1]
        same_moment = max(begins[one], begins[other]) < min(ends[one], ends[other])
        return first[2] == second[2] and same_time and same_moment

    wanted = {frozenset((f"{a}", f"{b}")) for a, b in combinations(range(len(spans)), 2) if clash(a, b)}
    found = {frozenset((one.row, (one.detail or "").removeprefix("beside "))) for one in story.found()}
    assert found == wanted
