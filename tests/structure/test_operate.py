"""What the administrator is told to type exists: commands, options, settings, units, files."""

import re
import shlex
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

import click
import pytest

from service.cli import main
from service.config import Settings
from service.demo.running import all_ports
from tests.structure.tree import ROOT

DEPLOY = ROOT / "docs/deploy"
PAGES = ("docs/operate.md", "docs/backup.md")
UNITS = sorted(path.name for path in (*DEPLOY.glob("*.service"), ROOT / "docs/kezdesu-bridge.service"))
BESIDE = ("kiosk", "bridge", "demo")  # these have command lines of their own


def typed(text: str) -> list[str]:
    """The lines in fences that call `kezdesu`, with their continuations."""
    fenced = "\n".join(re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)).replace("\\\n", " ")
    return [line.partition(" #")[0] for line in fenced.splitlines() if line.startswith("kezdesu ")]


def called(text: str) -> list[str]:
    """The calls of `kezdesu` in a unit of systemd."""
    return [f"kezdesu {rest}" for rest in re.findall(r"/bin/kezdesu ([^;'\n]+)", text)]


def faults(line: str) -> list[str]:
    """What of a call does not exist."""
    words = shlex.split(line.replace("…", "x").replace("$$f", "f"))[1:]
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            return [f"{line}: no command {words[0]}"]
        if words.pop(0) in BESIDE:
            return []
        command = found
    options = {name for parameter in command.params for name in parameter.opts}
    return [f"{line}: no option {word}" for word in words if word.startswith("--") and word not in options]


def test_every_command_that_an_administrator_is_told_to_type_exists() -> None:
    lines = [line for page in PAGES for line in typed((ROOT / page).read_text())]
    units = [line for unit in DEPLOY.glob("*.service") for line in called(unit.read_text())]
    assert len(lines) >= 12
    assert len(units) >= 5
    assert [fault for line in (*lines, *units) for fault in faults(line)] == []


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_can_be_read_and_runs_closed_in(unit: str) -> None:
    file = DEPLOY / unit if (DEPLOY / unit).exists() else ROOT / "docs" / unit
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(file, encoding="utf-8")
    service = dict(read["Service"])
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["UMask"] == "0077"
    assert service["User"].startswith("kezdesu")
    assert service["CapabilityBoundingSet"] == ""


def test_the_settings_of_the_example_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEZDESU_SETTINGS", str(DEPLOY / "kezdesu.toml"))
    told = Settings()
    assert told.secure
    assert told.proxies == 1
    names = set(re.findall(r"server_name ([a-z.]+);", (DEPLOY / "nginx.conf").read_text()))
    assert set(told.hosts) >= names


def test_nginx_hands_on_to_the_faces_there_are_and_believes_no_client() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    ports = {
        str(port) for face, port in all_ports(Settings()).items() if face in ("public", "staff", "api", "oversight")
    }
    assert set(re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+);", text)) == ports
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "$proxy_add_x_forwarded_for" not in text
    assert text.count("{") == text.count("}")
    # A header set within a location would take away those set for all.
    assert [block for block in re.findall(r"location [^}]*}", text) if "set_header" in block] == []


def test_every_face_of_the_units_is_a_face_of_the_code() -> None:
    wsgi = import_module("service.wsgi")
    faces = set(re.findall(r"kezdesu-face@([a-z]+)", (ROOT / "docs/operate.md").read_text()))
    assert faces == {"public", "staff", "api", "oversight"}
    assert all(callable(getattr(wsgi, face)) for face in faces)


def test_every_file_that_these_pages_point_to_is_there() -> None:
    for page in PAGES:
        text = (ROOT / page).read_text()
        linked = {link.partition("#")[0] for link in re.findall(r"\]\((?!https?:)([^)]+)\)", text)}
        assert [link for link in linked if link and not (ROOT / page).parent.joinpath(link).exists()] == []


def test_every_alarm_has_its_row() -> None:
    alarms = set(re.findall(r"alert: (\w+)", (DEPLOY / "alarms.yml").read_text()))
    page = (Path(ROOT) / "docs/operate.md").read_text()
    assert [alarm for alarm in sorted(alarms) if alarm not in page] == []
