"""Whose turn it was, told by hand: an offer out of turn, a turn that is not its event's number, a place jumped for."""

from tests.store.story import HOUSE, Story, move, visit

ENTRY = {
    "institution_id": HOUSE,
    "kind": "short",
    "by_video": False,
    "wanted_on": "2026-03-20",
    "state": "waiting",
}


def joins(story: Story, name: str, *, turn: int | None = None) -> None:
    number = story.sizes.get(HOUSE, 0)
    story.event({"queue_entry": {name: {**ENTRY, "turn": number if turn is None else turn}}})


def offered(story: Story, name: str, appointment: str) -> None:
    cells = {"convict_id": "son", "kind": "short", "state": "held", "live": True, "charge_day": "2026-03-20"}
    times = {"starts_at": "2026-03-20T05:00:00.000000Z", "ends_at": "2026-03-20T07:00:00.000000Z"}
    story.event(
        {"appointment": {appointment: {**cells, **times, "institution_id": HOUSE, "place_id": "seat-1"}}},
        {"queue_entry": {name: {"state": "offered", "appointment_id": appointment}}},
    )


def queue_codes(story: Story) -> set[str]:
    return {code for code in story.codes() if code.startswith("rule.queue")}


def test_turns_taken_in_order_are_in_order() -> None:
    story = Story()
    joins(story, "one")
    joins(story, "two")
    offered(story, "one", "visit")
    move(story, state="lapsed", live=False)
    offered(story, "two", "another")
    assert queue_codes(story) == set()


def test_an_offer_to_the_second_while_the_first_waits_is_found() -> None:
    story = Story()
    joins(story, "one")
    joins(story, "two")
    offered(story, "two", "visit")
    assert queue_codes(story) == {"rule.queue-order"}


def test_a_turn_that_is_not_the_number_of_its_event_is_found() -> None:
    story = Story()
    joins(story, "one")
    joins(story, "two", turn=0)
    assert queue_codes(story) == {"rule.queue-turn"}


def test_a_place_taken_by_a_click_while_somebody_waits_for_the_day_is_found() -> None:
    story = Story()
    joins(story, "one")
    visit(story)
    assert queue_codes(story) == {"rule.queue-jumped"}


def test_a_visit_moved_onto_such_a_day_is_found() -> None:
    story = Story()
    visit(
        story, charge_day="2026-03-21", starts_at="2026-03-21T05:00:00.000000Z", ends_at="2026-03-21T07:00:00.000000Z"
    )
    joins(story, "one")
    move(
        story,
        charge_day="2026-03-20",
        starts_at="2026-03-20T05:00:00.000000Z",
        ends_at="2026-03-20T07:00:00.000000Z",
    )
    assert queue_codes(story) == {"rule.queue-jumped"}


def test_once_nobody_waits_a_click_is_as_good_as_any() -> None:
    story = Story()
    joins(story, "one")
    story.event(set_={"queue_entry": {"one": {"state": "left"}}})
    visit(story)
    assert queue_codes(story) == set()
