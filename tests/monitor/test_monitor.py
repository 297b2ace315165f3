"""What operators see: figures that name the trade, and whether the installation can serve."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.app.checkpoint_publish import publish_checkpoint
from service.cli import main
from service.config import Settings
from service.domain.access import Actor
from service.jobs.lease import Lease
from service.monitor.figures import figures
from service.monitor.page import server
from service.monitor.ready import not_ready
from service.monitor.text import as_text
from tests.app.booking import granted, hold, request
from tests.app.witness_field import Field
from tests.cast import MEDIUM, REMAND, World
from tests.structure.tree import ROOT

LINE = re.compile(r'kezdesu_[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?\d+(\.\d+)?(e[+-]\d+)?')


def value(world: World, name: str, **labels: str) -> float | None:
    (figure,) = [one for one in figures(world.environment) if one.name == name]
    found = [number for told, number in figure.samples if told == labels]
    return found[0] if found else None


@pytest.fixture
def settings(world: World, tmp_path: Path) -> Settings:
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    return Settings(data_dir=tmp_path / "data", database_url=url, keys_dir=world.environment.keys.path)


@contextmanager
def serving(world: World, settings: Settings) -> Iterator[int]:
    made = server("127.0.0.1", 0, lambda: not_ready(settings), lambda: as_text(figures(world.environment)))
    thread = threading.Thread(target=made.serve_forever, args=[0.05])
    thread.start()
    try:
        yield made.server_port
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def asked(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_request_is_late_from_its_deadline_on_and_until_it_is_answered(world: World) -> None:
    requested = request(world, hold(world))
    assert value(world, "requests_waiting", institution=MEDIUM) == 1
    assert value(world, "requests_past_deadline", institution=MEDIUM) == 0
    world.clock.set(requested.decide_by)
    assert value(world, "requests_past_deadline", institution=MEDIUM) == 0
    world.clock.tick(seconds=1)
    assert value(world, "requests_past_deadline", institution=MEDIUM) == 1
    assert value(world, "requests_past_deadline", institution=REMAND) == 0


def test_a_hold_is_live_for_its_minutes_and_then_waits_for_the_worker(world: World) -> None:
    hold(world)
    assert (value(world, "holds_live"), value(world, "holds_stale")) == (1, 0)
    world.clock.tick(minutes=16)
    assert (value(world, "holds_live"), value(world, "holds_stale")) == (0, 1)


def test_notices_wait_until_somebody_hands_them_over(world: World) -> None:
    before = value(world, "notices_waiting", channel="sms") or 0
    granted(world)
    assert (value(world, "notices_waiting", channel="sms") or 0) > before


def test_a_worker_that_dies_is_seen(world: World) -> None:
    assert value(world, "worker_works") == 0
    assert Lease(world.environment, "one").take()
    assert (value(world, "worker_works"), value(world, "worker_lease_age_seconds")) == (1, 0)
    world.clock.tick(seconds=31)
    assert (value(world, "worker_works"), value(world, "worker_lease_age_seconds")) == (0, 31)


def test_the_age_of_the_cosigned_head_is_that_which_the_pages_show(world: World, tmp_path: Path) -> None:
    assert value(world, "cosigned_head_age_seconds", log=MEDIUM) is None, "nobody was asked to watch"
    assert value(world, "log_witnessed", log=MEDIUM) == 0
    field = Field(world, tmp_path)
    world.environment = replace(world.environment, witness_policy=field.policy)
    field.happens()
    assert value(world, "log_unsigned_events", log=MEDIUM) == value(world, "log_events", log=MEDIUM)
    field.publish()
    field.feed()
    assert value(world, "log_unsigned_events", log=MEDIUM) == 0
    field.happens()
    field.passes(minutes=20)
    age = field.shown().age
    assert age is not None
    assert value(world, "cosigned_head_age_seconds", log=MEDIUM) == age.total_seconds() >= 1200
    assert value(world, "log_witnessed", log=MEDIUM) == 1


def test_the_page_is_in_prometheus_format_and_names_no_person(world: World, settings: Settings) -> None:
    granted(world)
    world.run(Actor("system", "publisher"), lambda unit: publish_checkpoint(unit, log=MEDIUM))
    with serving(world, settings) as port:
        status, text = asked(port, "/metrics")
        assert (status, asked(port, "/health")[0], asked(port, "/ready")) == (
            200, 200, (200, '{"ready": true, "faults": []}'),
        )  # fmt: skip
        assert [asked(port, "/metrics", host)[0] for host in ("visits.example.kz", "evil", "")] == [404, 404, 404]
        assert asked(port, "/")[0] == 404
    lines = text.splitlines()
    assert [line for line in lines if not line.startswith("#") and not LINE.fullmatch(line)] == []
    for known in (*world.people.values(), *(one.iin for one in world.identities.values() if one.iin)):
        assert known not in text


def test_what_is_missing_is_named_and_nothing_is_made(world: World, settings: Settings, tmp_path: Path) -> None:
    keys = world.environment.keys.path
    (keys / f"log-{MEDIUM}.key").write_text("11" * 32)
    (keys / "server.key").rename(tmp_path / "away")
    faults = not_ready(settings)
    assert f"keys: the key of the log {MEDIUM} is another than the log was opened with" in faults
    assert "keys: server is missing" in faults
    nowhere = Settings(data_dir=tmp_path / "none", keys_dir=keys)
    assert "database: there is no file" in not_ready(nowhere)
    assert not (tmp_path / "none").exists()
    with serving(world, settings) as port:
        status, text = asked(port, "/ready")
        assert (status, json.loads(text)["faults"], asked(port, "/health")[0]) == (503, faults, 200)


@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
def test_weak_durability_and_a_database_that_is_away_are_named(world: World, settings: Settings) -> None:
    away = Settings(database_url="postgresql://somebody:geheim@127.0.0.1:1/nothing", keys_dir=settings.keys_dir)
    assert not_ready(away) == ["database: it does not answer"]
    name = world.environment.database.engine.url.database
    with world.environment.database.engine.connect() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        connection.commit()
    assert [fault.partition(":")[0] for fault in not_ready(settings)] == ["durability"]


def test_the_command_asks_once(world: World, settings: Settings) -> None:
    where = ["monitor", "--check", "--json", "--database-url", settings.database_url]
    told = {"KEZDESU_KEYS_DIR": str(settings.keys)}
    ready = CliRunner().invoke(main, where, env=told)
    assert (ready.exit_code, json.loads(ready.stdout)) == (0, {"ready": True, "faults": []})
    (settings.keys / "lookup.key").unlink()
    assert CliRunner().invoke(main, where, env=told).exit_code == 1


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_dashboard_and_alarms_ask_for_figures_that_exist(world: World) -> None:
    known = {f"kezdesu_{one.name}" for one in figures(world.environment)}
    known |= {"kezdesu_holds_", "kezdesu_bridge_unheard_scans", "kezdesu_bridge_alive"}
    text = (ROOT / "docs/deploy/dashboard.json").read_text() + (ROOT / "docs/deploy/alarms.yml").read_text()
    assert set(re.findall(r"kezdesu_[a-z_]+", text)) <= known
    assert len(json.loads((ROOT / "docs/deploy/dashboard.json").read_text())["panels"]) >= 10
