"""A long visit may become a short one; a shortened visit is a whole one; nothing is joined or split (PEC
106(5))."""

from datetime import timedelta

import pytest

from service.domain.facts import Ban, Visit
from tests.domain.cast import FRIEND, ask, codes, convict, day, held, notes


def test_a_short_visit_in_the_place_of_a_long_one_takes_the_long_ones_entitlement() -> None:
    facts = convict("medium", "light", held("short", "2026-02-20"))
    found = ask(facts, "short", "2026-03-01", from_long=True)
    assert found.charge is not None
    assert (found.allowed, found.charge.kind, found.charge.rule) == (True, "long", "interval")
    assert found.duration == timedelta(hours=2)
    assert notes(found) == ["note-from-long"]


def test_after_it_the_long_visit_falls_due_later_and_the_short_one_does_not() -> None:
    taken = Visit("s", "short", day("2026-03-01"), "interval", charged_kind="long")
    facts = convict("medium", "light", taken)
    assert ask(facts, "long", "2026-03-10").due == day("2026-05-01")
    assert ask(facts, "short", "2026-03-10").allowed


def test_there_must_be_a_long_visit_to_take() -> None:
    assert codes(ask(convict("medium", "strict"), "short", "2026-03-01", from_long=True)) == ["not-provided"]
    facts = convict("medium", "light", held("long", "2026-02-20"))
    assert codes(ask(facts, "short", "2026-03-01", from_long=True)) == ["interval-before"]


def test_others_than_close_relatives_may_come_to_it_with_the_heads_permission() -> None:
    assert codes(ask(convict(), "short", "2026-03-01", FRIEND, from_long=True)) == ["head-permission-needed"]


@pytest.mark.parametrize("kind", ["long", "call", "video_call", "lawyer"])
def test_nothing_else_may_take_the_place_of_a_long_visit(kind: str) -> None:
    assert "substitution-not-possible" in codes(ask(convict(), kind, "2026-03-01", from_long=True))  # type: ignore[arg-type]


def test_a_contagious_convict_may_take_short_visits_for_long_ones_and_a_smuggler_may_not() -> None:
    contagious = convict(bans=(Ban("tuberculosis", day("2026-01-01")),))
    assert codes(ask(contagious, "long", "2026-03-01")) == ["ban-tuberculosis"]
    assert ask(contagious, "short", "2026-03-01", from_long=True).allowed
    smuggler = convict(bans=(Ban("smuggling", day("2026-01-01"), day("2026-07-01")),))
    assert codes(ask(smuggler, "short", "2026-03-01", from_long=True)) == ["ban-smuggling"]
    assert ask(smuggler, "long", "2026-03-01").due == day("2026-07-01")
    assert ask(smuggler, "short", "2026-03-01").allowed


def test_a_shortened_visit_is_charged_as_a_whole_one() -> None:
    found = ask(convict(), "long", "2026-03-01", shortened_to=timedelta(days=1))
    assert found.charge is not None
    assert (found.allowed, found.charge.rule, notes(found)) == (True, "interval", ["note-shortened-whole"])


@pytest.mark.parametrize(
    ("kind", "hours", "code"),
    [
        ("long", 48, None),
        ("long", 24, None),
        ("short", 2, None),
        ("long", 72, "longer-than-lawful"),
        ("long", 23, "shorter-than-lawful"),
        ("short", 3, "longer-than-lawful"),
        ("short", 0, "shorter-than-lawful"),
        ("short", -1, "shorter-than-lawful"),
    ],
)
def test_a_visit_has_the_length_of_the_law_or_less(kind: str, hours: int, code: str | None) -> None:
    found = ask(convict(), kind, "2026-03-01", shortened_to=timedelta(hours=hours))  # type: ignore[arg-type]
    assert codes(found) == ([code] if code else [])
