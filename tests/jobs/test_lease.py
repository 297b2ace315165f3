"""One worker at a time; another takes over when it is gone."""

from datetime import timedelta

from service.jobs.lease import LASTS, Lease
from tests.cast import World


def test_one_of_two_workers_holds_the_lease(world: World) -> None:
    one, other = Lease(world.environment, "one"), Lease(world.environment, "other")
    assert (one.take(), other.take()) == (True, False)
    assert (one.held(), other.held()) == (True, False)


def test_a_holder_that_renews_keeps_it(world: World) -> None:
    one, other = Lease(world.environment, "one"), Lease(world.environment, "other")
    one.take()
    for _ in range(5):
        world.clock.tick(seconds=LASTS.total_seconds() - 1)
        assert one.take()
        assert not other.take()


def test_a_holder_that_is_silent_loses_it_to_the_next_and_knows(world: World) -> None:
    one, other = Lease(world.environment, "one"), Lease(world.environment, "other")
    one.take()
    world.clock.set(world.clock.now + LASTS)
    assert not one.held()
    assert other.take()
    assert not one.take()
    assert (one.held(), other.held()) == (False, True)


def test_given_back_it_is_free_at_once(world: World) -> None:
    one, other = Lease(world.environment, "one"), Lease(world.environment, "other")
    one.take()
    other.give_back()
    assert one.held()
    one.give_back()
    assert other.take()


def test_a_job_kept_for_the_night_is_not_done_again_before_it(world: World) -> None:
    tonight = world.clock.now + timedelta(hours=12)
    first, second = Lease(world.environment, "first", "review"), Lease(world.environment, "second", "review")
    assert first.take()
    first.keep_until(tonight)
    assert not second.take()
    world.clock.set(tonight)
    assert second.take()
