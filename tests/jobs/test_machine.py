"""Whether the holder of a lease has died is known on its own machine, and nowhere else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest

from service.jobs.lease import Lease
from service.jobs.machine import Machine, this_machine
from service.jobs.runner import Job, Worker
from tests.cast import World
from tests.jobs.at_work import at_work

HERE = this_machine()


@pytest.fixture
def other() -> Iterator["subprocess.Popen[bytes]"]:
    """Another process of this machine, alive."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def test_this_process_lives_and_its_name_has_room_in_the_row() -> None:
    name = HERE.holder("0123456789abcdef")
    assert not HERE.is_dead(name)
    assert len(HERE.holder("0123456789abcdef", 4_194_304)) <= 64 - len("9" * 12)


def test_a_process_is_alive_until_it_is_killed_and_dead_from_then_on(other: "subprocess.Popen[bytes]") -> None:
    name = HERE.holder("mark", other.pid)
    assert not HERE.is_dead(name)
    other.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has collected it
    assert HERE.is_dead(name)
    other.wait()
    assert HERE.is_dead(name)


def test_a_number_given_to_another_process_is_not_the_one_that_died(other: "subprocess.Popen[bytes]") -> None:
    kind, place, pid, began, mark = HERE.holder("mark", other.pid).split()
    assert not HERE.is_dead(" ".join((kind, place, pid, began, mark)))
    assert HERE.is_dead(" ".join((kind, place, pid, str(int(began) - 1), mark)))


def test_on_another_machine_nobody_is_called_dead(other: "subprocess.Popen[bytes]") -> None:
    name = HERE.holder("mark", other.pid)
    other.kill()
    other.wait()
    assert not replace(HERE, place="another").is_dead(name)
    assert not replace(HERE, place="").is_dead(Machine("").holder("mark", other.pid))


@pytest.mark.parametrize("name", ["one", "", "host 12 ab", "process - 12 - ab", "process x 12 13", "process x a b c"])
def test_a_name_that_is_none_is_never_dead(name: str) -> None:
    assert not replace(HERE, place="x").is_dead(name)


def test_a_process_that_may_not_be_looked_at_lives(tmp_path: Path, other: "subprocess.Popen[bytes]") -> None:
    assert not replace(HERE, proc=tmp_path).is_dead(HERE.holder("mark", other.pid))


def test_a_machine_that_does_not_tell_its_name_has_none(tmp_path: Path) -> None:
    assert this_machine(tmp_path).place == ""


def test_the_lease_of_a_dead_process_is_taken_at_once_and_of_a_living_one_never(
    world: World, other: "subprocess.Popen[bytes]"
) -> None:
    held = Lease(world.environment, HERE.holder("its", other.pid), machine=HERE)
    successor = Lease(world.environment, HERE.holder("ours"), machine=HERE)
    elsewhere = Lease(world.environment, "elsewhere", machine=replace(HERE, place="another"))
    assert held.take()
    assert not successor.take()
    other.kill()
    other.wait()
    assert not elsewhere.take()
    assert successor.take()
    assert not held.held()
    assert not held.take(), "whoever was taken for dead does not take it back"


def test_two_that_find_the_same_dead_holder_do_not_both_follow_it(
    world: World, other: "subprocess.Popen[bytes]"
) -> None:
    assert Lease(world.environment, HERE.holder("its", other.pid), machine=HERE).take()
    other.kill()
    other.wait()
    wishes = [Lease(world.environment, HERE.holder(str(one)), machine=HERE) for one in range(8)]
    taken: list[bool] = []
    asking = [Thread(target=lambda lease=one: taken.append(lease.take())) for one in wishes]
    for one in asking:
        one.start()
    for one in asking:
        one.join(60)
    assert sum(taken) == 1


def test_what_is_due_is_done_at_the_moment_the_lease_is_taken(world: World, other: "subprocess.Popen[bytes]") -> None:
    ran, looked = Event(), Event()

    def seldom(_: object) -> int:
        ran.set()
        return 1

    def watch(_: object) -> int:
        looked.set()
        return 0

    assert Lease(world.environment, HERE.holder("its", other.pid), machine=HERE).take()
    work = [Job("seldom", seldom, 86_400), Job("watch", watch, 1, everywhere=True)]
    worker = Worker(world.environment, HERE.holder("ours"), ZoneInfo("UTC"), work, HERE)
    with at_work(worker):
        assert looked.wait(60)
        assert not ran.is_set(), "the first turn of a job came while another held the lease"
        other.kill()
        other.wait()
        assert ran.wait(60), "a successor does not wait a day for its first turn"
