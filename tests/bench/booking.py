"""Holding and booking: statements, processor time, and throughput as a share of the bare floor."""

import json
import tempfile
from uuid import UUID

from service.store.unit_of_work import UnitOfWork
from tests.bench.figures import Figure, cpu_ms, figure
from tests.bench.stage import Call, Stage, Statements, api_app, days, gunicorn, headers, hold_body, rate, stages
from tests.postgres import databases
from tests.race.families import world_of

TIMED = 60
RUSH = 240
WARM = 10
SEATS = 40


def figures() -> list[Figure]:
    """booking.* and hold.*, for each engine. A booking is the family's POST /appointments on its hold."""
    found: list[Figure] = []
    with stages(TIMED + WARM + RUSH) as made:
        for stage in made:
            found += _alone(stage)
            found += _throughput(stage)
    return found


def _alone(stage: Stage) -> list[Figure]:
    world = world_of(stage.url, stage.keys)
    client = api_app(world).test_client()
    counter = Statements(world)
    writing = _Writing()
    when = days(world, 20)
    cpu: dict[str, list[float]] = {"hold": [], "booking": []}
    statements: dict[str, list[float]] = {"hold": [], "booking": []}
    shares: dict[str, list[float]] = {"hold": [], "booking": []}
    for number, family in enumerate(stage.scene.families[: TIMED + WARM]):
        wish = hold_body(stage.scene, family, stage.scene.hall, when[number // SEATS])
        answers = []

        def act(path: str, body: object, token: str = family.token, answers: list[object] = answers) -> None:
            answers.append(client.post(path, data=json.dumps(body), headers=headers(token)))

        for name, path in (("hold", "/api/v1/holds"), ("booking", "/api/v1/appointments")):
            body = wish if name == "hold" else {"appointment": answers[0].json["appointment"]}  # type: ignore[attr-defined]
            counter.count = 0
            writing.spent = 0.0
            took = cpu_ms(lambda p=path, b=body: act(p, b))  # type: ignore[misc]
            assert answers[-1].status_code == 201, answers[-1].json  # type: ignore[attr-defined]
            if number >= WARM:
                cpu[name].append(took)
                statements[name].append(counter.count)
                shares[name].append(writing.spent / took)
    writing.end()
    world.database.close()
    return [
        one
        for name in ("booking", "hold")
        for one in (
            figure(f"{name}.sql_statements[{stage.engine}]", statements[name], "statements"),
            figure(f"{name}.cpu_ms[{stage.engine}]", cpu[name], "ms"),
            figure(f"record.append_share[{name},{stage.engine}]", shares[name], "share of its processor time"),
        )
    ]


class _Writing:
    """Milliseconds of processor time spent in writing events, while it stands in the unit of work."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._real = UnitOfWork._write_events

        def timed(unit: UnitOfWork) -> None:
            self.spent += cpu_ms(lambda: self._real(unit))

        UnitOfWork._write_events = timed  # type: ignore[method-assign]

    def end(self) -> None:
        UnitOfWork._write_events = self._real  # type: ignore[method-assign]


def _throughput(stage: Stage) -> list[Figure]:
    processes = 1 if stage.engine == "sqlite" else 2
    world = world_of(stage.url, stage.keys)
    when = days(world, 30, first=25)
    world.database.close()
    families = stage.scene.families[TIMED + WARM :]
    served = {"BENCH_DATABASE": stage.url, "BENCH_KEYS": str(stage.keys)}
    with gunicorn("tests.bench.stage:served()", served, processes=processes) as port:
        holds: list[Call] = [
            (
                "/api/v1/holds",
                headers(family.token),
                json.dumps(hold_body(stage.scene, family, stage.scene.hall, when[number // SEATS])).encode(),
            )
            for number, family in enumerate(families)
        ]
        hold_rate = rate(port, holds, 201)
        bookings = _bookings(stage, families)
        booking_rate = rate(port, bookings, 201)
    bare = floor(stage, processes)
    against = "bare floor, calls a second"
    return [
        figure(
            f"booking.share_of_floor[{stage.engine}]", [booking_rate], "calls/s", against=against, compared_with=bare
        ),
        figure(f"hold.share_of_floor[{stage.engine}]", [hold_rate], "calls/s", against=against, compared_with=bare),
    ]


def _bookings(stage: Stage, families: tuple[object, ...]) -> list[Call]:
    import sqlalchemy as sa

    from service.store.columns import of
    from service.store.tables import Appointment

    world = world_of(stage.url, stage.keys)
    with world.database.reading() as session:
        held = dict(
            session.execute(
                sa.select(of(Appointment).convict_id, of(Appointment).id).where(of(Appointment).state == "held")
            ).all()
        )
    world.database.close()
    return [
        (
            "/api/v1/appointments",
            headers(family.token),  # type: ignore[attr-defined]
            json.dumps({"appointment": str(UUID(held[family.convict]))}).encode(),  # type: ignore[attr-defined]
        )
        for family in families
        if family.convict in held  # type: ignore[attr-defined]
    ]


def floor(stage: Stage, processes: int) -> float:
    """Calls a second of the bare floor, under the same server settings and engine."""
    head = {"Content-Type": "application/json"}
    calls: list[Call] = [(f"/book/{number % 10}", head, b"{}") for number in range(800)]

    def measured(database: str) -> float:
        with gunicorn("tests.bench.floor:create_app()", {"FLOOR_DATABASE": database}, processes=processes) as port:
            rate(port, calls[:40], 201)
            return rate(port, calls, 201)

    if stage.engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="kezdesu-floor-") as folder:
            return measured(f"sqlite:///{folder}/floor.db")
    with databases() as postgres:
        return measured(postgres.make())
