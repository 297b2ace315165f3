"""A pass read at the gate: statements, processor time, and throughput as a share of the bare floor."""

import json
from datetime import UTC, datetime
from uuid import UUID

from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.pass_issue import pass_token
from service.app.transact import transact
from service.store.environment import Environment
from service.store.tables import EntryPass
from tests.bench.booking import floor
from tests.bench.figures import Figure, cpu_ms, figure
from tests.bench.stage import Call, Stage, Statements, api_app, gunicorn, headers, rate, stages
from tests.race.families import Family, world_of

PASSES = 40
ENTRIES = 15
"""How often each pass goes in and out again: every reading is a decision of its own."""


def figures() -> list[Figure]:
    """scan.*, for each engine. Half the scans are entries, half exits; each is recorded and answered."""
    found: list[Figure] = []
    with stages(PASSES) as made:
        for stage in made:
            world = world_of(stage.url, stage.keys)
            tokens = [_token(world, stage, family) for family in stage.scene.families]
            found += _alone(world, stage, tokens[:10])
            world.database.close()
            found += _throughput(stage, tokens[10:])
    return found


def _token(world: Environment, stage: Stage, family: Family) -> str:
    held = transact(
        world,
        family.actor(),
        lambda unit: hold_place(
            unit,
            convict=family.convict,
            relationships=[family.relationship],
            template=stage.scene.soon,
            day=stage.scene.soon_day,
            wish=Wish("short"),
        ),
    )
    transact(world, family.actor(), lambda unit: request_appointment(unit, appointment=held.appointment))
    head = stage.scene.officer("head")
    decided = transact(world, head, lambda unit: grant_appointment(unit, appointment=held.appointment))
    with world.database.reading() as session:
        return pass_token(world, session, session.get_one(EntryPass, decided.passes[0]))


def _body(stage: Stage, token: str, sequence: int, direction: str) -> str:
    return json.dumps(
        {
            "gate": str(UUID(stage.scene.gate)),
            "reader": "1",
            "direction": direction,
            "token": token,
            "scanned_at": datetime.now(UTC).isoformat(),
            "sequence": sequence,
        }
    )


def _alone(world: Environment, stage: Stage, tokens: list[str]) -> list[Figure]:
    client, counter = api_app(world).test_client(), Statements(world)
    head = headers(stage.scene.bridges[0][1])
    cpu, statements, sequence = [], [], 0
    for round_ in range(6):
        for direction in ("entry", "exit"):
            for token in tokens:
                sequence += 1
                body, answers = _body(stage, token, sequence, direction), []
                counter.count = 0
                took = cpu_ms(lambda b=body, a=answers: a.append(client.post("/api/v1/scans", data=b, headers=head)))  # type: ignore[misc]
                assert answers[0].json["verdict"] in ("admit", "leave"), answers[0].json
                if round_ and direction == "entry":
                    cpu.append(took)
                    statements.append(counter.count)
    return [
        figure(f"scan.sql_statements[{stage.engine}]", statements, "statements"),
        figure(f"scan.cpu_ms[{stage.engine}]", cpu, "ms"),
    ]


def _throughput(stage: Stage, tokens: list[str]) -> list[Figure]:
    processes = 1 if stage.engine == "sqlite" else 2
    head = headers(stage.scene.bridges[0][1])
    served = {"BENCH_DATABASE": stage.url, "BENCH_KEYS": str(stage.keys)}
    rates, sequence = [], 1000
    with gunicorn("tests.bench.stage:served()", served, processes=processes) as port:
        for _ in range(ENTRIES):
            for direction in ("entry", "exit"):
                calls: list[Call] = []
                for token in tokens:
                    sequence += 1
                    calls.append(("/api/v1/scans", head, _body(stage, token, sequence, direction).encode()))
                rates.append(rate(port, calls, 200))
    bare = floor(stage, processes)
    name = f"scan.share_of_floor[{stage.engine}]"
    return [figure(name, rates, "calls/s", against="bare floor, calls a second", compared_with=bare)]
