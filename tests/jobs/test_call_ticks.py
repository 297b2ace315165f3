"""The tick brings a worker to work; how long a tick is does not make an end late."""

from datetime import timedelta

from service.app.call_timers import SWIFT, claim_timers, next_due
from service.jobs.calling import AHEAD_SECONDS, EVERY_SECONDS, CallWatch
from tests.app.calling import Calling
from tests.cast import World


def watching(world: World, waits: list[float]) -> tuple[Calling, CallWatch]:
    """A live call, and a watch for which time passes by waiting."""
    calling = Calling(world)
    calling.go_live()

    def wait(seconds: float) -> None:
        waits.append(seconds)
        world.clock.tick(microseconds=round(seconds * 1e6))

    return calling, CallWatch(calling.provider, wait=wait)


def test_an_end_between_two_ticks_comes_at_its_moment(world: World) -> None:
    waits: list[float] = []
    calling, watch = watching(world, waits)
    limit = calling.row.hard_end_at
    assert limit is not None
    world.clock.set(limit - timedelta(seconds=0.4))
    assert watch.cut_on_time(world.environment) == 1
    assert (calling.row.state, calling.row.ended_code) == ("ended", "time-limit")
    ended = calling.row.ended_at
    assert ended is not None
    assert ended - limit < timedelta(milliseconds=10)
    assert max(waits) <= EVERY_SECONDS, "what somebody sets for now is not slept through"


def test_what_is_further_away_is_left_to_the_next_tick(world: World) -> None:
    waits: list[float] = []
    calling, watch = watching(world, waits)
    limit = calling.row.hard_end_at
    assert limit is not None
    world.clock.set(limit - timedelta(seconds=AHEAD_SECONDS + 0.1))
    assert watch.cut_on_time(world.environment) == 0
    assert waits == []
    assert calling.row.state == "live"


def test_what_a_worker_has_taken_wakes_nobody_else(world: World) -> None:
    waits: list[float] = []
    calling, watch = watching(world, waits)
    limit = calling.row.hard_end_at
    assert limit is not None
    world.clock.set(limit)
    (taken,) = claim_timers(world.environment, SWIFT)
    assert taken.kind == "cut"
    assert next_due(world.environment, SWIFT) is None
    assert watch.cut_on_time(world.environment) == 0
    assert waits == []
