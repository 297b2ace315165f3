"""Calls: fifteen minutes, once a day, nine to nine, with close relatives and those named in the file (PEC
109)."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, Emergency, Placement, Suspension, Visit
from service.domain.law import UnknownCell
from service.domain.law_file import parse_law
from service.law import law_text
from tests.domain.cast import AIGUL, COUSIN, FRIEND, MOTHER, ask, codes, convict, day, notes


def call(on: str, **more: object) -> Visit:
    return Visit(f"call {on}", "call", day(on), "period", month=f"day:{on}", ordinal=1, **more)  # type: ignore[arg-type]


def test_one_slot_a_day_is_shared_by_calls_and_video_calls() -> None:
    first = ask(convict(), "call", "2026-03-01", AIGUL)
    assert first.charge is not None
    assert (first.charge.rule, first.charge.month, first.charge.ordinal) == ("period", "day:2026-03-01", 1)
    assert first.duration == timedelta(minutes=15)
    facts = convict("medium", "light", call("2026-03-01"), call("2026-03-02"))
    found = ask(facts, "video_call", "2026-03-01", AIGUL)
    assert (codes(found), found.due) == (["day-used"], day("2026-03-03"))


def test_until_15_september_2025_the_law_set_no_number_of_calls() -> None:
    facts = convict("medium", "light", call("2025-09-15"))
    assert ask(facts, "call", "2025-09-15", AIGUL).allowed


def test_a_call_for_legal_help_takes_no_slot() -> None:
    legal = Visit("l", "call", day("2026-03-01"), "uncounted")
    assert ask(convict("medium", "light", legal), "call", "2026-03-01", AIGUL).allowed


@pytest.mark.parametrize(
    ("at", "stands_against"), [("08:45", ["outside-hours"]), ("09:00", []), ("20:45", []), ("20:46", ["outside-hours"])]
)
def test_the_whole_call_lies_between_nine_and_nine(at: str, stands_against: list[str]) -> None:
    assert codes(ask(convict(), "call", "2026-03-01", AIGUL, start=time.fromisoformat(at))) == stands_against


@pytest.mark.parametrize(
    ("who", "stands_against"),
    [
        (MOTHER, []),
        (COUSIN, ["call-person-not-listed"]),
        (replace(COUSIN, listed_in_file=True), []),
        (replace(FRIEND, listed_in_file=True), []),
        (replace(AIGUL, is_convict=True), []),
        (replace(FRIEND, listed_in_file=True, is_convict=True), ["call-between-convicts"]),
        (replace(MOTHER, confirmed=False), ["relation-not-confirmed"]),
    ],
)
def test_with_whom_a_convict_may_talk(who: object, stands_against: list[str]) -> None:
    assert codes(ask(convict(), "call", "2026-03-01", who)) == stands_against  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts",
    [
        convict("medium", "strict"),
        convict(suspensions=(Suspension("s", "isolator", day("2026-03-01"), day("2026-03-16")),)),
        convict(suspensions=(Suspension("s", "single-cell", day("2026-03-01"), day("2026-03-16")),)),
        convict("mixed", None, placements=(Placement("A", "mixed", day("2024-01-01"), basis="kept_for_order"),)),
    ],
    ids=["strict", "isolator", "single cell", "mixed for order"],
)
def test_under_restriction_a_call_needs_an_exceptional_ground_that_is_proved(facts: object) -> None:
    def asked(**more: object) -> list[str]:
        return codes(ask(facts, "call", "2026-03-05", MOTHER, **more))  # type: ignore[arg-type]

    assert asked() == ["call-exceptional-only"]
    assert asked(purpose="exceptional") == ["proof-needed"]
    assert asked(purpose="exceptional", ground_proved=True) == []


def test_in_the_regime_of_special_conditions_calls_wait_for_its_end() -> None:
    facts = convict(suspensions=(Suspension("s", "special-regime", day("2026-03-01"), day("2026-03-31")),))
    found = ask(facts, "call", "2026-03-05", MOTHER, purpose="exceptional", ground_proved=True)
    assert (codes(found), found.due) == (["suspended-special-regime"], day("2026-03-31"))


def test_an_emergency_gives_strict_conditions_one_call_a_month_with_close_relatives() -> None:
    emergency = (Emergency(day("2026-03-10"), day("2026-06-01")),)
    facts = convict("medium", "strict", emergencies=emergency)
    assert ask(facts, "call", "2026-03-05", MOTHER).due == day("2026-03-10")
    found = ask(facts, "call", "2026-03-10", MOTHER)
    assert found.charge is not None
    assert (found.allowed, found.charge.rule, found.charge.month) == (True, "calendar_month", "2026-03")
    assert notes(found) == ["note-emergency-call"]
    assert codes(ask(facts, "call", "2026-03-10", replace(FRIEND, listed_in_file=True))) == ["call-person-not-listed"]
    had = Visit("c", "call", day("2026-03-10"), "calendar_month", month="2026-03", ordinal=1)
    again = ask(convict("medium", "strict", had, emergencies=emergency), "call", "2026-03-20", MOTHER)
    assert (codes(again), again.due) == (["month-used"], day("2026-04-01"))


def test_an_exceptional_call_does_not_take_the_call_of_the_emergency() -> None:
    emergency = (Emergency(day("2026-03-10"), day("2026-06-01")),)
    assert ask(
        convict("medium", "strict", call("2026-03-12"), emergencies=emergency), "call", "2026-03-20", MOTHER
    ).allowed


def test_where_the_law_begins_to_give_calls_they_are_due_from_that_day() -> None:
    unknown = 'group = "remand"\nvalid_from = 2015-01-01\nrate = "unknown"'
    none = 'group = "remand"\nvalid_from = 2015-01-01\nvalid_to = 2026-03-31\nrate = "0"'
    some = 'article = "x"\n\n[[call]]\ngroup = "remand"\nvalid_from = 2026-04-01\nrate = "1/day"'
    text = law_text("kz")
    assert unknown in text
    law = parse_law(text.replace(unknown, f"{none}\n{some}"))
    found = entitlement(law, convict("remand", None), AppointmentRequest("call", day("2026-03-20"), party=(MOTHER,)))
    assert (codes(found), found.due) == (["not-provided"], day("2026-04-01"))


def test_the_emergency_does_not_open_the_isolator() -> None:
    facts = convict(
        suspensions=(Suspension("s", "isolator", day("2026-03-10"), day("2026-03-20")),),
        emergencies=(Emergency(day("2026-03-01"), day("2026-06-01")),),
    )
    assert codes(ask(facts, "call", "2026-03-12", MOTHER)) == ["call-exceptional-only"]


def test_before_dispatch_there_is_one_call() -> None:
    facts = convict("awaiting-dispatch", None)
    found = ask(facts, "call", "2026-03-01", MOTHER)
    assert found.charge is not None
    assert found.charge.month == "stay:2024-01-01"
    had = Visit("c", "call", day("2026-03-01"), "period", month="stay:2024-01-01", ordinal=1)
    assert codes(ask(convict("awaiting-dispatch", None, had), "call", "2026-03-05", MOTHER)) == ["period-used"]


def test_what_the_law_file_does_not_know_of_calls_in_remand_is_not_guessed() -> None:
    with pytest.raises(UnknownCell, match=r"calls in remand .* unknown"):
        ask(convict("remand", None), "call", "2026-03-01", MOTHER)
