"""`kezdesu run`: one command, every part up, a real scan over a serial line, and nothing left behind."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

FACES = ("public", "staff", "api", "inbox", "oversight", "kiosk", "gate")
PATIENCE = 180


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def told(tmp_path: Path, url: str | None) -> dict[str, str]:
    ports = dict(zip(FACES, free_ports(len(FACES)), strict=True))
    settings = {f"KEZDESU_{face.upper()}_PORT": str(port) for face, port in ports.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEZDESU_")}
    database = {} if url is None else {"KEZDESU_DATABASE_URL": url}
    return {**kept, **settings, **database, "KEZDESU_DATA_DIR": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}


def kezdesu(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "service", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)


@contextmanager
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C ends everything" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def children_of(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found]


def eventually(holds: object, patience: float = 30) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_pass_is_scanned_over_the_serial_line_and_everything_ends_with_ctrl_c(empty_url: str, tmp_path: Path) -> None:
    environment = told(tmp_path, empty_url)
    with running(environment) as process:
        for face in ("public", "staff", "inbox", "kiosk", "gate"):
            address = f"http://127.0.0.1:{environment[f'KEZDESU_{face.upper()}_PORT']}/"
            assert httpx.get(address, follow_redirects=True, timeout=60).status_code == 200
        api = f"http://127.0.0.1:{environment['KEZDESU_API_PORT']}/api/v1/openapi.json"
        assert httpx.get(api, timeout=60).json()["openapi"].startswith("3.1")
        entered = kezdesu(environment, "demo", "scan", "--json", "--within", "30")
        assert entered.returncode == 0, entered.stdout + entered.stderr
        appointment = json.loads(entered.stdout)["appointment"]
        shown = json.loads(kezdesu(environment, "pass", "show", appointment, "--json").stdout)
        assert [one["pass"] for one in shown] == [json.loads(entered.stdout)["pass"]]
        left = kezdesu(environment, "demo", "scan", "--exit", "--json", "--within", "30")
        assert left.returncode == 0, left.stdout + left.stderr
        assert json.loads(left.stdout)["appointment"] == appointment
        bridge = (tmp_path / "data" / "logs" / "bridge.log").read_text()
        answers = [json.loads(line) for line in bridge.splitlines()]
        live = [one["verdict"] for one in answers if one["event"] == "answered" and one["source"] == "live"]
        assert live == ["admit", "leave"]
        parts = children_of(process.pid)
        assert len(parts) == 7  # five of the service, the bridge, and Janus, which carries calls
    assert process.returncode == 0
    assert eventually(lambda: not any(alive(part) for part in parts))
    verified = kezdesu(environment, "record", "verify", "--database-url", empty_url, "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_second_start_goes_on_with_the_data_and_parts_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    environment = told(tmp_path, None)
    events = []
    for _ in range(2):
        with running(environment) as process:
            parts = children_of(process.pid)
            with sqlite3.connect(tmp_path / "data" / "kezdesu.db") as database:
                events.append(database.execute("SELECT count(*) FROM institution").fetchone()[0])
            process.kill()
        assert eventually(lambda: not any(alive(part) for part in parts))  # noqa: B023
    assert events == [2, 2]  # the institution, and the one from which a convict came


def test_a_port_that_is_taken_is_named_with_the_setting_that_chooses_another(tmp_path: Path) -> None:
    environment = told(tmp_path, None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["KEZDESU_STAFF_PORT"])))
        taken.listen()
        refused = kezdesu(environment, "run")
    assert refused.returncode == 1
    assert f"port {environment['KEZDESU_STAFF_PORT']} is taken" in refused.stderr
    assert "KEZDESU_STAFF_PORT" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_without_a_running_demonstration_there_is_no_reader_to_scan_at(tmp_path: Path) -> None:
    refused = kezdesu(told(tmp_path, None), "demo", "scan")
    assert refused.returncode == 1
    assert "kezdesu run" in refused.stderr


def test_it_ends_in_order_when_asked_to(tmp_path: Path) -> None:
    environment = told(tmp_path, None)
    with running(environment) as process:
        parts = children_of(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert not any(alive(part) for part in parts)
