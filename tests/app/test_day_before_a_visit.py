"""What a refusal says of the days before a booked visit: never a day on which nobody can come any more."""

from datetime import date

import pytest

from service.domain.reasons import Reason
from service.domain.refusal import Refusal
from service.language.sentences import reason_text
from tests.app.booking import granted, hold
from tests.cast import World


def why(world: World, day: date) -> Reason:
    with pytest.raises(Refusal) as refusal:
        hold(world, day=day)
    (found,) = [one for one in refusal.value.reasons if one.code == "interval-after"]
    return found


def test_the_last_day_before_a_booked_visit_is_named_while_it_is_to_come(world: World) -> None:
    granted(world, day=date(2026, 11, 28))
    reason = why(world, date(2026, 8, 8))
    assert reason.arguments == {"next": date(2026, 11, 28), "latest": date(2026, 5, 28)}
    assert "28 May 2026" in reason_text(reason, "en")
    world.clock.tick(minutes=60 * 24 * 90)
    assert set(why(world, date(2026, 8, 8)).arguments) == {"next"}, "in June it is said no longer"


def test_a_day_that_is_past_is_left_out_in_every_language(world: World) -> None:
    granted(world, day=date(2026, 3, 28))
    reason = why(world, date(2026, 3, 14))
    assert set(reason.arguments) == {"next"}
    for language, words in (("en", "28 March 2026"), ("ru", "28 марта 2026"), ("kk", "28 наурыз")):
        said = reason_text(reason, language)
        assert words in said.replace("\u202f", " ")
        assert "{" not in said
        assert said.count("202") == 1, "no other day is named"
