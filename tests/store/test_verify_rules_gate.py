"""What officers and gates must obey over time: two for a surplus and an erasure, and nobody let in but as granted."""

from collections.abc import Callable

import pytest

from tests.store.story import (
    ADMISSION,
    APPOINTMENT,
    PASS,
    SCAN,
    VISITOR,
    Story,
    granted,
    move,
    visit,
)


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
