"""Takes heads to witnesses: one job for each, so that a silent one keeps nobody else waiting."""

import structlog

from service.app.reading import Reading
from service.app.transact import transact
from service.app.witness_feed import Ask, Outcome, due_logs, make_ask, put_off, take_answer
from service.domain.access import Actor
from service.gateways.witness import NotReached, WitnessGateway
from service.record.policy import KnownWitness, Policy
from service.store.environment import Environment

EVERY_SECONDS = 10
FEEDER = Actor("system", "witness")

_log = structlog.get_logger("kezdesu.witness")


def feed_witness(environment: Environment, policy: Policy, witness: KnownWitness, gateway: WitnessGateway) -> int:
    """Asks one witness about every log that is due; answers how many heads it cosigned.

    The first request that gets no answer ends the turn: the rest would wait a second each for the same silence.
    """
    with Reading(environment, FEEDER) as reading:
        logs = due_logs(reading, witness)
    done = 0
    for place, log in enumerate(logs):
        try:
            done += _feed(environment, policy, witness, gateway, log) == "cosigned"
        except NotReached as fault:
            left = logs[place:]
            transact(environment, FEEDER, lambda unit, left=left: put_off(  # type: ignore[misc]
                unit, logs=left, witness=witness, fault="not-reached"
            ))  # fmt: skip
            _log.warning("not reached", witness=witness.name, fault=str(fault))
            break
    return done


def _feed(
    environment: Environment, policy: Policy, witness: KnownWitness, gateway: WitnessGateway, log: str
) -> Outcome:
    """One log: asked, and asked again from the size the witness told, once."""
    outcome: Outcome = "failed"
    for _ in range(2):
        with Reading(environment, FEEDER) as reading:
            ask = make_ask(reading, log=log, witness=witness)
        if ask is None or witness.url is None:
            return outcome
        outcome = _submit(environment, policy, gateway, witness.url, ask)
        if outcome != "ask-again":
            break
    if outcome != "cosigned":
        _log.warning(outcome, witness=witness.name, log=log)
    return outcome


def _submit(environment: Environment, policy: Policy, gateway: WitnessGateway, url: str, ask: Ask) -> Outcome:
    reply = gateway.submit(url, ask.body)
    return transact(environment, FEEDER, lambda unit: take_answer(unit, policy, ask, reply.status, reply.body))
