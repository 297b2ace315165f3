"""What rows must obey over time: a record may agree with every table and still tell of what must not be."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.story import (
    ADMISSION,
    APPOINTMENT,
    PASS,
    SCAN,
    VISITOR,
    Story,
    granted,
    move,
    tie,
    visit,
)

OTHER = "uk-161-3"


def come_in(story: Story, **admission: object) -> None:
    rows = {"scan": {"scan": dict(SCAN)}, "admission": {"stay": {**ADMISSION, **admission}}}
    story.event(rows)  # type: ignore[arg-type]


def test_an_honest_visit_from_the_claim_to_the_exit_contradicts_no_rule() -> None:
    story = Story()
    story.event({"relationship": {"tie": {"person_id": "mother", "convict_id": "son", "state": "claimed"}}})
    story.event(set_={"relationship": {"tie": {"state": "accepted", "accepted_at": "2026-03-01"}}}, by="kiosk")
    story.event(set_={"relationship": {"tie": {"state": "verified", "verified_by": "officer-1"}}}, by="officer-1")
    confirmed = {"state": "confirmed", "confirmed_by": "officer-2", "since": "2026-03-01"}
    story.event(set_={"relationship": {"tie": confirmed}}, by="officer-2")
    story.event({"appointment": {"visit": dict(APPOINTMENT)}, "appointment_visitor": {"who": dict(VISITOR)}})
    move(story, state="requested", by="relative")
    story.event(
        {"pass": {"pass": dict(PASS)}},
        {"appointment": {"visit": {"state": "granted", "decided_by": "officer-3"}}},
        by="officer-3",
    )
    come_in(story)
    story.event(
        set_={
            "admission": {"stay": {"matched": True, "matched_by": "officer-4"}},
            "appointment": {"visit": {"state": "underway"}},
        },
        by="officer-4",
    )  # fmt: skip
    story.event(set_={"admission": {"stay": {"left_at": "2026-03-20T06:50:00.000000Z"}}})
    move(story, state="completed")
    assert story.found() == []


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


def a_surplus_by_one(story: Story) -> None:
    asked = {"convict_id": "son", "state": "asked", "asked_by": "officer-1", "asked_role": "duty_officer"}
    story.event({"exception_request": {"surplus": {**asked, "usable_until": "2026-04-01"}}})
    decided = {"state": "granted", "decided_by": "officer-1", "decided_role": "head"}
    story.event(set_={"exception_request": {"surplus": decided}})


SURPLUS = {
    "convict_id": "son",
    "state": "granted",
    "asked_by": "officer-1",
    "asked_role": "duty_officer",
    "decided_by": "officer-2",
    "decided_role": "head",
    "usable_until": "2026-04-01",
}
USING = {"exception_id": "surplus", "charge_rule": "exception"}


def a_surplus_used_before_it_was_granted(story: Story) -> None:
    story.event({"exception_request": {"surplus": {**SURPLUS, "state": "asked", "decided_by": None}}})
    visit(story, **USING)
    story.event(set_={"exception_request": {"surplus": {"state": "granted", "decided_by": "officer-2"}}})


def a_surplus_for_another(story: Story) -> None:
    story.event({"exception_request": {"surplus": {**SURPLUS, "convict_id": "nephew"}}})
    visit(story, **USING)


def a_surplus_after_its_last_day(story: Story) -> None:
    story.event({"exception_request": {"surplus": {**SURPLUS, "usable_until": "2026-03-19"}}})
    visit(story, **USING)


def a_surplus_used_twice(story: Story) -> None:
    story.event({"exception_request": {"surplus": dict(SURPLUS)}})
    visit(story, **USING)
    later = {"starts_at": "2026-03-29T05:00:00.000000Z", "ends_at": "2026-03-29T07:00:00.000000Z"}
    visit(story, "other", **USING, **later)


def a_pass_for_a_request(story: Story) -> None:
    visit(story)
    move(story, state="requested")
    story.event({"pass": {"pass": dict(PASS)}})


def a_pass_made_longer(story: Story) -> None:
    granted(story)
    story.event(set_={"pass": {"pass": {"not_after": "2026-03-21T07:00:00.000000Z"}}})


def let_in_without_a_scan(story: Story) -> None:
    granted(story)
    story.event({"admission": {"stay": dict(ADMISSION)}})


def let_in_by_a_scan_that_refused(story: Story) -> None:
    granted(story)
    story.event({"scan": {"scan": {**SCAN, "verdict": "refuse", "refusal": "too-early"}}})
    story.event({"admission": {"stay": dict(ADMISSION)}})


def let_in_by_the_scan_of_another_pass(story: Story) -> None:
    granted(story)
    story.event({"scan": {"scan": {**SCAN, "pass_id": "another"}}, "admission": {"stay": dict(ADMISSION)}})


def let_in_after_the_visit(story: Story) -> None:
    granted(story)
    come_in(story, admitted_at="2026-03-20T07:00:00.000001Z")


def let_in_with_a_revoked_pass(story: Story) -> None:
    granted(story)
    story.event(set_={"pass": {"pass": {"revoked_at": "2026-03-19T07:00:00.000000Z"}}})
    come_in(story)


def let_in_though_cancelled(story: Story) -> None:
    granted(story)
    move(story, state="cancelled", live=False)
    come_in(story)


def let_in_twice(story: Story) -> None:
    granted(story)
    come_in(story)
    story.event({"admission": {"again": dict(ADMISSION)}})


def decided_in_anothers_name(story: Story) -> None:
    visit(story)
    move(story, state="requested")
    move(story, state="granted", decided_by="officer-1", by="officer-2")


def decided_by_a_relative(story: Story) -> None:
    visit(story)
    move(story, state="requested")
    move(story, state="granted", decided_by="officer-1", by="relative")


def erased_by_one(story: Story) -> None:
    story.event({"person": {"mother": {"language": "kk"}}}, log="national")
    story.event(
        {"erasure_request": {"wish": {"state": "done", "asked_by": "officer-1", "decided_by": "officer-1"}}},
        {"person": {"mother": {"erased_at": "2026-03-19T07:00:00.000000Z"}}},
        log="national",
        type_="person.erased",
    )


def erased_without_a_word(story: Story) -> None:
    story.event({"person": {"mother": {"language": "kk"}}}, log="national")
    story.event(set_={"person": {"mother": {"erased_at": "2026-03-19T07:00:00.000000Z"}}}, log="national")


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
    a_surplus_by_one: "rule.exception-two",
    a_surplus_used_before_it_was_granted: "rule.exception-use",
    a_surplus_for_another: "rule.exception-use",
    a_surplus_after_its_last_day: "rule.exception-use",
    a_surplus_used_twice: "rule.exception-use",
    a_pass_for_a_request: "rule.pass-granted",
    a_pass_made_longer: "rule.pass-fixed",
    let_in_without_a_scan: "rule.admission",
    let_in_by_a_scan_that_refused: "rule.admission",
    let_in_by_the_scan_of_another_pass: "rule.admission",
    let_in_after_the_visit: "rule.admission",
    let_in_with_a_revoked_pass: "rule.admission",
    let_in_though_cancelled: "rule.admission",
    let_in_twice: "rule.admission-twice",
    decided_in_anothers_name: "rule.actor",
    decided_by_a_relative: "rule.actor",
    erased_by_one: "rule.erasure-two",
    erased_without_a_word: "rule.erasure-two",
}


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__)
def test_a_record_of_what_must_not_be_is_found(wrong: Callable[[Story], None]) -> None:
    story = Story()
    wrong(story)
    assert WRONGS[wrong] in story.codes()


def test_what_a_gate_did_while_it_was_offline_is_no_contradiction() -> None:
    story = Story()
    granted(story)
    move(story, state="cancelled", live=False)
    offline = {**SCAN, "offline_verdict": "admit", "refusal": "not-granted"}
    story.event({"scan": {"scan": offline}, "admission": {"stay": dict(ADMISSION)}})
    assert story.found() == []


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


def test_a_surplus_returns_when_its_visit_was_cancelled() -> None:
    story = Story()
    story.event({"exception_request": {"surplus": dict(SURPLUS)}})
    visit(story, **USING)
    move(story, state="cancelled", live=False)
    visit(story, "other", **USING)
    assert story.found() == []


def test_a_second_stay_begins_after_the_first_ended() -> None:
    story = Story()
    granted(story)
    come_in(story)
    story.event(set_={"admission": {"stay": {"left_at": "2026-03-20T05:30:00.000000Z"}}})
    story.event({"scan": {"scan": dict(SCAN)}, "admission": {"again": dict(ADMISSION)}})
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
