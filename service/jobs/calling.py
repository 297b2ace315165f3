"""The timers of calls are carried out, by every worker at once: cuts first, one short transaction each.

Two queues: what needs the database alone (`cut`), and what waits for a supplier (`supply`), in threads of its own. A
supplier that is slow or away delays its own rooms, never the end of a call. A tick brings either to work; what falls
due between two ticks is waited for, so that the tick's length is no part of a delay (decision 0135).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from threading import Event, Lock
from typing import TypeVar

import structlog

from service.app.call_join import WARN_LATE, open_call, remind_of_call
from service.app.call_presence import Doubtful, doubtful, hear_silence
from service.app.call_room import (
    add_missing,
    cut_overdue,
    limit_near,
    moved,
    overdue,
    provider_of,
    room_settled,
    time_moved,
    wanted_room,
    without_call,
)
from service.app.call_supervise import cut_call, end_unwatched, miss_call
from service.app.call_timers import SUPPLIED, SWIFT, Timer, claim_timers, next_due
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.calls import CallProvider, NotInRoom, ProviderAway
from service.gateways.recordings import RecordingProvider
from service.store.environment import Environment
from service.store.unit_of_work import UnitOfWork

EVERY_SECONDS = 0.25
SWEEP_SECONDS = 30
PRESENCE_SECONDS = 2
AHEAD_SECONDS = 2 * EVERY_SECONDS
"""What falls due within this time is waited for: the next tick may be late by one."""
LEAST_SECONDS = 0.005
"""What is due and is not ours is just being taken by another worker."""
MOST_WAITS = 40
"""After so many waits, none longer than a tick, the thread is given back; the next tick goes on."""
MOST_TURNS = 400
"""After so many batches a turn ends; the next one goes on at once."""
LINES = 6
"""Threads of a worker that wait for suppliers."""
LINES_OF_ONE = 3
"""How many of them wait for one supplier, so that it holds up no other."""
One = TypeVar("One")
_log = structlog.get_logger("kezdesu.jobs")


class CallWatch:
    """Carries out what is due. Any number of workers may, in any number of processes, and any of them may die.

    `provider` carries calls that are arranged from now on; `others` those that were arranged with them before.
    """

    actor = Actor("system", "calls")

    def __init__(
        self, provider: CallProvider, *others: CallProvider, wait: Callable[[float], object] = time.sleep
    ) -> None:
        self._provider, self._wait = provider, wait
        self._named = {one.name: one for one in (*others, provider)}
        self._waiting: Counter[str] = Counter()
        self._lock, self._changed = Lock(), Event()

    def turn(self, environment: Environment) -> int:
        """Everything that is due now, of both queues; answers how many timers were carried out."""
        done = 0
        for _ in range(MOST_TURNS):
            batch = self.cut(environment) + self.supply(environment)
            if not batch:
                break
            done += batch
        return done

    def cut(self, environment: Environment) -> int:
        """What is due and needs the database alone, ends of calls first."""
        done = 0
        for _ in range(MOST_TURNS):
            batch = claim_timers(environment, SWIFT)
            if not batch:
                break
            done += sum(self._one(environment, timer) for timer in batch)
        return done

    def cut_on_time(self, environment: Environment) -> int:
        """The same, and what falls due before the next tick, each at its moment."""
        done = 0
        for _ in range(MOST_WAITS):
            done += self.cut(environment)
            due = next_due(environment, SWIFT)
            ahead = AHEAD_SECONDS if due is None else (due - environment.clock()).total_seconds()
            if ahead >= AHEAD_SECONDS:
                break
            self._wait(min(max(ahead, LEAST_SECONDS), EVERY_SECONDS))
        return done

    def supply_on_time(self, environment: Environment) -> int:
        """What is due and waits for a supplier, then what `cut` leads to before the next tick."""
        done = self.supply(environment)
        if self._changed.wait(EVERY_SECONDS):
            self._changed.clear()
            done += self.supply(environment)
        return done

    def supply(self, environment: Environment) -> int:
        """What is due and waits for a supplier, one at a time; several threads may, none waits for another."""
        done = 0
        for _ in range(MOST_TURNS):
            with self._lock:
                busy = [name for name, count in self._waiting.items() if count >= LINES_OF_ONE]
            batch = claim_timers(environment, SUPPLIED, 1, busy)
            if not batch:
                break
            done += sum(self._one(environment, timer) for timer in batch)
        return done

    def look(self, environment: Environment) -> int:
        """Who is still there: seats that fell silent are empty; answers how many calls were in doubt."""
        with environment.database.reading() as session:
            found = doubtful(session, environment.clock())
        for doubt in found:
            provider = self._of(doubt.provider)
            present: list[str] = []
            if "proxied" not in provider.caps:
                try:
                    present = [one.seat for one in provider.present(doubt.call)]
                except ProviderAway as fault:  # nobody knows; the next look asks again
                    _log.warning("supplier does not say who is there", call=doubt.call, why=str(fault))
                    continue
            self._each(environment, [doubt], partial(_silent, present=present))
        return len(found)

    def sweep(self, environment: Environment) -> int:
        """What timers alone would not find: overdue calls first, then moved slots, and calls that have no row."""
        with environment.database.reading() as session:
            late = overdue(session, environment.clock())
            other, missing = moved(session), without_call(session, environment.clock())
        done = self._each(environment, late, lambda unit, one: cut_overdue(unit, call=one))
        if late:
            self.cut(environment)
        done += self._each(environment, other, lambda unit, one: time_moved(unit, call=one))
        name = self._provider.name
        return done + self._each(
            environment, missing, lambda unit, one: add_missing(unit, appointment=one, provider=name)
        )

    def _one(self, environment: Environment, timer: Timer) -> bool:
        try:
            self._carry_out(environment, timer)
        except Refusal as refusal:  # an officer, or another worker, was faster
            _log.info("left", timer=timer.kind, reasons=[reason.code for reason in refusal.reasons])
            return False
        except ProviderAway as fault:  # the lease runs out, and somebody tries again
            _log.warning("supplier does not work", timer=timer.kind, why=str(fault))
            return False
        return True

    def _carry_out(self, environment: Environment, timer: Timer) -> None:
        if timer.kind in SWIFT:
            transact(environment, self.actor, partial(ACTS[timer.kind], timer=timer))
            self._changed.set()
            return
        with environment.database.reading() as session:
            name = provider_of(session, timer.call)
        with self._lock:
            self._waiting[name] += 1
        try:
            act = self._aligned if timer.kind == "room" else self._warned
            act(environment, self._of(name), timer)
        finally:
            with self._lock:
                self._waiting[name] -= 1

    def _aligned(self, environment: Environment, provider: CallProvider, timer: Timer) -> None:
        """The supplier's room as the row says it shall be; no database session is open meanwhile."""
        with environment.database.reading() as session:
            wanted = wanted_room(session, timer.call)
        if wanted is None or wanted.view is None:
            outcome = "ended" if provider.end(timer.call) else "gone"
        else:
            provider.open(wanted.spec)
            provider.arrange(timer.call, wanted.view)
            if "record" in provider.caps and isinstance(provider, RecordingProvider):
                provider.record(timer.call, wanted.recorded)
            outcome = "done"
        transact(environment, self.actor, partial(room_settled, timer=timer, outcome=outcome))

    def _warned(self, environment: Environment, provider: CallProvider, timer: Timer) -> None:
        """Where pages show it, first what they show; a voice that is not heard now is tried again until it is late."""
        late = environment.clock() > timer.due_at + WARN_LATE
        near = partial(limit_near, timer=timer, late=late)
        if "text_warn" in provider.caps:
            transact(environment, self.actor, near)
        if not late:
            try:
                provider.announce(timer.call, "two-minutes")
            except NotInRoom:
                _log.info("nobody to announce to", call=timer.call)
        if "text_warn" not in provider.caps:
            transact(environment, self.actor, near)

    def _of(self, name: str) -> CallProvider:
        return self._named.get(name, self._provider)

    def _each(self, environment: Environment, found: Iterable[One], act: Callable[[UnitOfWork, One], object]) -> int:
        done = 0
        for one in found:
            try:
                transact(environment, self.actor, lambda unit, one=one: act(unit, one))  # type: ignore[misc]
                done += 1
            except Refusal as refusal:
                _log.info("left", call=str(one), reasons=[reason.code for reason in refusal.reasons])
        return done


def _silent(unit: UnitOfWork, doubt: Doubtful, *, present: list[str]) -> str:
    return hear_silence(unit, doubt=doubt, present=present)


ACTS: dict[str, Callable[..., object]] = {
    "cut": cut_call,
    "missing_supervisor": end_unwatched,
    "open": open_call,
    "no_show": miss_call,
    "remind": remind_of_call,
}
"""What each swift kind of timer leads to."""
