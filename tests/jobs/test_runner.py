"""The worker runs its jobs while the lease is its own, the nightly ones once a night, and gives the lease back."""

from datetime import UTC, datetime, time, timedelta
from threading import Event
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from service.jobs.lease import LASTS, Lease
from service.jobs.runner import Job, Worker, next_night
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import JobLease
from tests.cast import World
from tests.jobs.at_work import at_work

ALMATY = ZoneInfo("Asia/Almaty")


class Counted:
    """A task that counts how often it ran."""

    def __init__(self) -> None:
        self.runs = 0
        self.ran = Event()

    def __call__(self, environment: Environment) -> int:
        self.runs += 1
        self.ran.set()
        return 1


def test_without_the_lease_nothing_is_done(world: World) -> None:
    task = Counted()
    job = Job("counted", task)
    worker = Worker(world.environment, "one", ALMATY, [job])
    worker.run(job)
    Lease(world.environment, "another").take()
    worker.run(job)
    assert task.runs == 0


def test_a_worker_whose_lease_ran_out_stops_doing_what_another_now_does(world: World) -> None:
    task = Counted()
    job = Job("counted", task)
    worker, lease = Worker(world.environment, "one", ALMATY, [job]), Lease(world.environment, "one")
    lease.take()
    worker.run(job)
    world.clock.set(world.clock.now + LASTS)
    worker.run(job)
    assert task.runs == 1
    Lease(world.environment, "another").take()
    worker.run(job)
    assert task.runs == 1


def test_a_turn_that_looked_too_early_does_not_cost_the_next_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looking, may_answer, held, task = Event(), Event(), Lease.held, Counted()

    def slow_at_first(lease: Lease) -> bool:
        if looking.is_set():
            return held(lease)
        looking.set()
        may_answer.wait(60)
        return False

    monkeypatch.setattr(Lease, "held", slow_at_first)
    other, ours = Lease(world.environment, "other"), Lease(world.environment, "ours")
    assert other.take()
    watch = Job("watch", lambda _: 0, 1, everywhere=True)
    worker = Worker(world.environment, "ours", ALMATY, [Job("seldom", task, 86_400), watch])
    with at_work(worker):
        assert looking.wait(60)
        other.give_back()
        giving_up = monotonic() + 60
        while not held(ours):
            assert monotonic() < giving_up, "nobody followed"
            sleep(0.05)
        sleep(0.5)  # the scheduler finds the early turn still there
        may_answer.set()
        assert task.ran.wait(60), "it waits for its next turn of a day"
    assert task.runs == 1


def test_a_nightly_job_runs_once_a_night_and_a_missed_night_is_made_up(world: World) -> None:
    task = Counted()
    job = Job("review", task, nightly=time(2, 30))
    worker, lease = Worker(world.environment, "one", ALMATY, [job]), Lease(world.environment, "one")
    runs = []
    for hours in (0, 1, 16, 1, 1, 24 * 5, 1):
        world.clock.tick(hours=hours)  # from 09:00 in Almaty: 09, 10, 02, 03, 04, and five days later 04, 05
        lease.take()
        worker.run(job)
        runs.append(task.runs)
    assert runs == [1, 1, 1, 2, 2, 3, 3]


def test_a_nightly_job_that_failed_is_tried_again(world: World) -> None:
    faults = [RuntimeError("cut off")]

    def task(_: Environment) -> int:
        if faults:
            raise faults.pop()
        return 1

    job = Job("review", task, nightly=time(2, 30))
    worker, lease = Worker(world.environment, "one", ALMATY, [job]), Lease(world.environment, "one")
    lease.take()
    worker.run(job)
    world.clock.set(world.clock.now + LASTS)
    lease.take()
    worker.run(job)
    assert faults == []


def test_the_next_night_is_counted_on_the_wall() -> None:
    before, after = datetime(2026, 3, 2, 21, 29, tzinfo=UTC), datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    assert next_night(before, time(2, 30), ALMATY) == after
    assert next_night(after, time(2, 30), ALMATY) == after + timedelta(days=1)


def test_a_worker_that_is_stopped_gives_the_lease_back(world: World) -> None:
    task = Counted()
    worker = Worker(world.environment, "one", ALMATY, [Job("counted", task, 1)])
    with at_work(worker):
        assert task.ran.wait(60)
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(of(JobLease).holder)) is None
