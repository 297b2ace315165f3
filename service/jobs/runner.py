"""The worker: fixed jobs at fixed times, run by whoever holds the lease."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from service.gateways.calls import CallProvider
from service.gateways.recordings import RecordingProvider
from service.gateways.registry import CivilRegistry
from service.gateways.time_stamp import HttpStamps
from service.gateways.witness import WitnessGateway
from service.jobs import call_rooms, calling, recordings, stamping, tasks
from service.jobs.call_rooms import sweep_rooms
from service.jobs.calling import CallWatch
from service.jobs.delivering import Deliverer, Suppliers
from service.jobs.lease import LOOKED_EVERY, RENEWED_EVERY, Lease
from service.jobs.machine import Machine
from service.jobs.queueing import offer_places
from service.jobs.recordings import RecordingKeeper
from service.jobs.registry_asking import RegistryAsker
from service.jobs.stamping import stamp_heads
from service.jobs.witnessing import EVERY_SECONDS, feed_witness
from service.record.policy import KnownWitness, Policy
from service.record.stamp import read_roots
from service.store.environment import Environment

Task = Callable[[Environment], int]
THREADS = {"default": 10, "calls": 3, "rooms": calling.LINES}
"""Threads of a worker. Calls have some of their own, so that nothing slow stands between a call and its end."""

_log = structlog.get_logger("kezdesu.jobs")


@dataclass(frozen=True)
class Job:
    """A task and how often it runs; one that is `nightly` runs once after that hour of the wall clock."""

    name: str
    task: Task
    seconds: float = 60
    nightly: time | None = None
    everywhere: bool = False
    """Whether every worker runs it at once, because its rows are taken one by one; the others wait for the lease."""
    threads: str = "default"
    """Which threads it runs in: of `THREADS`."""
    at_once: int = 1
    """How many turns of it may run at a time."""


def jobs(suppliers: Suppliers) -> tuple[Job, ...]:
    """Every job of the service; the nightly ones at an hour at which nobody books."""
    return (
        Job("deliver", Deliverer(suppliers).turn, 5),
        Job("publish", tasks.publish_heads, 10),
        Job("lapse-holds", tasks.lapse_holds, 15),
        Job("offer-places", offer_places, 10),
        Job("complete", tasks.complete_appointments),
        Job("remind", tasks.remind, 300),
        Job("no-shows", tasks.miss_appointments),
        Job("phones", tasks.take_new_phones),
        Job("review", tasks.review_appointments, nightly=time(2, 30)),
        Job("reconcile", tasks.reconcile_days, nightly=time(5, 0)),
        Job("prune", tasks.prune, nightly=time(3, 30)),
    )


def call_jobs(provider: CallProvider) -> tuple[Job, ...]:
    """What watches over calls: in every worker, so that a cut waits for no lease of one that died."""
    watch = CallWatch(provider)
    return (
        Job("calls", watch.cut_on_time, calling.EVERY_SECONDS, everywhere=True, threads="calls"),
        Job(
            "call-rooms",
            watch.supply_on_time,
            calling.EVERY_SECONDS,
            everywhere=True,
            threads="rooms",
            at_once=calling.LINES,
        ),
        Job("calls-seats", watch.look, calling.PRESENCE_SECONDS, everywhere=True, threads="calls"),
        Job("calls-swept", lambda environment: sweep_rooms(environment, provider), call_rooms.EVERY_SECONDS),
        Job("calls-overlooked", watch.sweep, calling.SWEEP_SECONDS, everywhere=True, threads="calls"),
    )


def recording_jobs(provider: CallProvider, folder: Path) -> tuple[Job, ...]:
    """What keeps recordings of calls, and removes those that have outlived their day."""
    able = provider if isinstance(provider, RecordingProvider) else None
    return (Job("recordings", RecordingKeeper(able, folder).turn, recordings.EVERY_SECONDS),)


def registry_jobs(registry: CivilRegistry) -> tuple[Job, ...]:
    """What asks the civil registry."""
    return (Job("ask-registry", RegistryAsker(registry).turn, 5),)


def witness_jobs(policy: Policy | None, gateway: WitnessGateway) -> tuple[Job, ...]:
    """One job for each witness that has an address; those without one get heads as files."""

    def job(watched: Policy, witness: KnownWitness) -> Job:
        return Job(
            f"witness {witness.name}",
            lambda environment: feed_witness(environment, watched, witness, gateway),
            EVERY_SECONDS,
        )

    return tuple(job(policy, one) for one in policy.witnesses.values() if one.url) if policy else ()


def stamp_jobs(url: str, roots: Path | None) -> tuple[Job, ...]:
    """The job that has heads stamped, where an authority is named. Raises RecordRefused, OSError for bad roots."""
    if not url or roots is None:
        return ()
    gateway, trusted = HttpStamps(url), read_roots(roots.read_bytes())
    return (Job("stamp", lambda environment: stamp_heads(environment, gateway, trusted), stamping.EVERY_SECONDS),)


def next_night(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The next moment after `now` at which wall clocks in the zone show `at`."""
    local = now.astimezone(zone)
    days = (local.date(), local.date() + timedelta(days=1), local.date() + timedelta(days=2))
    return next(moment for day in days if (moment := datetime.combine(day, at, zone)) > now)


class Worker:
    """Runs the jobs while it holds the lease, and waits for it while another does."""

    def __init__(
        self,
        environment: Environment,
        holder: str,
        zone: ZoneInfo,
        work: Sequence[Job],
        machine: Machine | None = None,
    ) -> None:
        """`machine`, where given, is what `holder` was named by: then a worker that died on it is followed at once."""
        self._environment, self._zone = environment, zone
        self._lease = Lease(environment, holder, machine=machine)
        self._work = work
        self._ours = False
        self._begun: set[str] = set()
        # Missed runs are made up once: every task looks for what is due, however long it has been due.
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={name: ThreadPoolExecutor(count) for name, count in THREADS.items()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # A turn that finds the one before still busy is no fault: rows wait, and are found by the next.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        for job in work:
            # The first run comes at once: what fell due while nobody worked has waited long enough.
            self._scheduler.add_job(
                self.run,
                "interval",
                seconds=job.seconds,
                args=[job],
                id=job.name,
                next_run_time=datetime.now(UTC),
                executor=job.threads,
                max_instances=job.at_once,
            )

    def work(self, stopped: Event) -> None:
        """Works until `stopped` is set."""
        if any(job.everywhere for job in self._work):
            self._scheduler.start()
        while not stopped.is_set():
            self._turn()
            stopped.wait((RENEWED_EVERY if self._ours else LOOKED_EVERY).total_seconds())
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._lease.give_back()

    def run(self, job: Job) -> None:
        """Runs one job if the lease is ours; a fault is logged and the next turn tries again."""
        began = monotonic()
        try:
            if not job.everywhere:
                if not self._lease.held():
                    return
                self._begun.add(job.name)
            done = self._once_a_night(job, job.nightly) if job.nightly else job.task(self._environment)
        except Exception:  # whatever it is, the other jobs go on
            _log.exception("failed", job=job.name)
            return
        if done:
            _log.info("done", job=job.name, count=done, seconds=round(monotonic() - began, 3))

    def _once_a_night(self, job: Job, at: time) -> int:
        """The night is marked as done after the work: a worker that was cut off leaves it to the next one."""
        night = Lease(self._environment, self._environment.new_id(), job.name)
        if not night.take():
            return 0
        done = job.task(self._environment)
        night.keep_until(next_night(self._environment.clock(), at, self._zone))
        return done

    def _turn(self) -> None:
        try:
            ours = self._lease.take()
        except Exception:
            _log.exception("lease")
            return
        if ours and not self._ours:
            _log.info("working", jobs=[job.name for job in self._work])
            self._begun.clear()
        self._ours = ours
        if ours:
            self._run_at_once()
        if ours and not self._scheduler.running:
            self._scheduler.start()

    def _run_at_once(self) -> None:
        """What waited for a lease waits no longer: whoever held it before may have been dead for a while.

        Said again until each has begun: while a turn that looked too early is not over, the scheduler passes over it.
        """
        for job in self._work:
            if not job.everywhere and job.name not in self._begun:
                self._scheduler.modify_job(job.name, next_run_time=datetime.now(UTC))
