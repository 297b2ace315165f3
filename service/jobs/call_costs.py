"""After a call, what it cost is written down: once, by whichever worker looks first."""

from collections.abc import Mapping
from functools import partial

import structlog

from service.app.call_cost import price_call, unpriced
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.call_cost import Rounding
from service.domain.refusal import Refusal
from service.jobs.runner import Job
from service.store.environment import Environment

CALLS = Actor("system", "calls")
EVERY_SECONDS = 10
_log = structlog.get_logger("kezdesu.jobs")


def cost_jobs(tariffs: Mapping[str, int], rounding: Rounding) -> tuple[Job, ...]:
    """The job, where anything is charged."""
    task = partial(price_calls, tariffs=tariffs, rounding=rounding)
    return (Job("call-costs", task, EVERY_SECONDS),) if tariffs else ()


def price_calls(environment: Environment, *, tariffs: Mapping[str, int], rounding: Rounding) -> int:
    """Prices what ended lately; answers how many calls."""
    with environment.database.reading() as session:
        found = unpriced(session, environment.clock(), tariffs)
    done = 0
    for call in found:
        try:
            transact(environment, CALLS, partial(price_call, call=call, tariffs=tariffs, rounding=rounding))
            done += 1
        except Refusal as refusal:  # another worker was faster
            _log.info("left", call=call, reasons=[reason.code for reason in refusal.reasons])
    return done
