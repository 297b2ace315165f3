"""Stoplight's Prism, laid from `prism/package-lock.json` by hashes, as a proxy that reads Twilio's description.

It needs Node 18.20.1 or newer and npm (Debian: `nodejs`, `npm`).
"""

import contextlib
import fcntl
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent / "prism"
PATIENCE = 300


def corrected(schema: Any, *, answering: bool = False) -> Any:
    """The description as a strict reader can take it.

    Addresses of pages in answers are relative, arrays in forms are repeated fields, and what is listed in answers may
    be null.
    """
    if isinstance(schema, list):
        return [corrected(one, answering=answering) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: corrected(value, answering=answering or key == "responses") for key, value in schema.items()}
    if answering and plain.get("format") == "uri":
        del plain["format"]
    form = plain.get("application/x-www-form-urlencoded")
    if isinstance(form, dict):
        arrays = [name for name, one in form["schema"]["properties"].items() if one.get("type") == "array"]
        if arrays:
            form["encoding"] = {name: {"style": "form", "explode": True} for name in arrays}
    return plain


def nullable(document: dict[str, Any]) -> dict[str, Any]:
    """Enumerations that answers name may be null there; requests have their own copies of them by other names."""
    for name, one in document["components"]["schemas"].items():
        if "enum" in one and name in ("conference_enum_reason_conference_ended",):
            one |= {"nullable": True, "enum": [*one["enum"], None]}
    return document


def lay_prism(shared: Path) -> Path:
    """The program, laid once for all processes of a test run in `shared`."""
    for program in ("node", "npm"):
        assert shutil.which(program), f"{program} is missing: install Debian's nodejs and npm (see .ci/system-packages)"
    folder = shared / "prism"
    with (shared / "prism.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = folder / "node_modules" / ".bin" / "prism"
        if program.exists():
            return program
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LOCK / name, folder)
        laid = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert laid.returncode == 0, laid.stderr[-2000:]
    return program


@contextlib.contextmanager
def proxied_by(prism: Path, description: dict[str, Any], base: str, folder: Path) -> Iterator[str]:
    """Prism before `base`: requests and answers that it objects to are errors."""
    document = folder / "description.json"
    document.write_text(json.dumps(nullable(corrected(description))), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = chosen.getsockname()[1]
    process = subprocess.Popen(
        [prism, "proxy", document, base, "--errors", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None, process.stdout.read() if process.stdout else ""
            assert time.monotonic() < end, "prism does not begin"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
