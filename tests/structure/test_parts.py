"""The list of parts is the lock: nothing left out, every hash with its part, the same each time."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.structure.tree import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def bill() -> dict[str, Any]:
    made = subprocess.run([sys.executable, ROOT / ".ci/sbom"], check=True, capture_output=True, text=True)
    read: dict[str, Any] = json.loads(made.stdout)
    return read


def test_the_list_of_parts_is_the_lock() -> None:
    parts = bill()["components"]
    locked = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\\n]+)", LOCK, re.MULTILINE)
    assert [(one["name"], one["version"]) for one in parts] == locked
    assert len({one["bom-ref"] for one in parts}) == len(parts)
    hashes = [one["content"] for part in parts for one in part["hashes"]]
    assert hashes == re.findall(r"sha256:([0-9a-f]{64})", LOCK)
    assert all(part["hashes"] for part in parts)


def test_the_same_lock_makes_the_same_list() -> None:
    assert bill() == bill()


def test_what_the_product_asks_for_is_in_the_list() -> None:
    names = {part["purl"].removeprefix("pkg:pypi/").partition("@")[0] for part in bill()["components"]}
    assert {"flask", "cryptography", "sqlalchemy", "psycopg", "argon2-cffi", "gunicorn"} <= names


@pytest.mark.parametrize("script", ["call.js", "call_livekit.js"])
def test_kiosk_and_pages_run_a_call_by_the_same_scripts(script: str) -> None:
    ours, theirs = (ROOT / "kiosk/static" / script, ROOT / "service/web/static" / script)
    assert ours.read_bytes() == theirs.read_bytes(), f"copy service/web/static/{script} to kiosk/static"
