"""The timers of calls are carried out, by every worker at once: cuts first, one short transaction each."""

from collections.abc import Callable, Iterable
from functools import partial

import structlog

from service.app.call_join import WARN_LATE, open_call, remind_of_call
from service.app.call_room import (
    add_missing,
    cut_overdue,
    limit_near,
    moved,
    overdue,
    room_settled,
    time_moved,
    wanted_room,
    without_call,
)
from service.app.call_supervise import cut_call, end_unwatched, miss_call
from service.app.call_timers import Timer, claim_timers
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.gateways.calls import CallProvider, NotInRoom, ProviderAway
from service.store.environment import Environment
from service.store.unit_of_work import UnitOfWork

EVERY_SECONDS = 0.25
SWEEP_SECONDS = 30
MOST_TURNS = 400
"""After so many batches a turn ends; the next one goes on at once."""
_log = structlog.get_logger("kezdesu.jobs")


class CallWatch:
    """Carries out what is due. Any number of workers may, in any number of processes, and any of them may die."""

    actor = Actor("system", "calls")

    def __init__(self, provider: CallProvider) -> None:
        self._provider = provider

    def turn(self, environment: Environment) -> int:
        """Everything that is due now; answers how many timers were carried out."""
        done = 0
        for _ in range(MOST_TURNS):
            batch = claim_timers(environment)
            if not batch:
                break
            done += sum(self._one(environment, timer) for timer in batch)
        return done

    def sweep(self, environment: Environment) -> int:
        """What timers alone would not find: overdue calls first, then moved slots, and calls that have no row."""
        with environment.database.reading() as session:
            late = overdue(session, environment.clock())
            other, missing = moved(session), without_call(session, environment.clock())
        done = self._each(environment, late, lambda unit, one: cut_overdue(unit, call=one))
        if late:
            self.turn(environment)
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
        if timer.kind == "room":
            outcome = self._align(environment, timer.call)
            act: Callable[[UnitOfWork], object] = partial(room_settled, timer=timer, outcome=outcome)
        elif timer.kind == "warn":
            late = environment.clock() > timer.due_at + WARN_LATE
            if not late:
                self._say(timer.call)
            act = partial(limit_near, timer=timer, late=late)
        else:
            act = partial(ACTS[timer.kind], timer=timer)
        transact(environment, self.actor, act)

    def _align(self, environment: Environment, call: str) -> str:
        """The supplier's room as the row says it shall be; no database session is open meanwhile."""
        with environment.database.reading() as session:
            wanted = wanted_room(session, call)
        if wanted is None or wanted.view is None:
            return "ended" if self._provider.end(call) else "gone"
        self._provider.open(wanted.spec)
        self._provider.arrange(call, wanted.view)
        return "done"

    def _say(self, call: str) -> None:
        try:
            self._provider.announce(call, "two-minutes")
        except NotInRoom:
            _log.info("nobody to announce to", call=call)

    def _each(self, environment: Environment, found: Iterable[str], act: Callable[[UnitOfWork, str], object]) -> int:
        done = 0
        for one in found:
            try:
                transact(environment, self.actor, lambda unit, one=one: act(unit, one))  # type: ignore[misc]
                done += 1
            except Refusal as refusal:
                _log.info("left", call=one, reasons=[reason.code for reason in refusal.reasons])
        return done


ACTS: dict[str, Callable[..., object]] = {
    "cut": cut_call,
    "missing_supervisor": end_unwatched,
    "open": open_call,
    "no_show": miss_call,
    "remind": remind_of_call,
}
"""What each kind of timer leads to; 'room' and 'warn' speak to the supplier first."""
