"""Many pages of calls at once, by pion: built from Debian's sources, asked by one line of JSON after another."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.structure.tree import ROOT

SOURCES = ROOT / "tests/bench/call_load_go"
GOPATH = Path("/usr/share/gocode")
STACK = "src/github.com/pion/webrtc"
MISSING = "calls are loaded by pion, of two Debian packages: apt-get install golang-go golang-github-pion-webrtc.v3-dev"


class Pages:
    """The program that plays the pages. One question at a time."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child, self._lock = child, threading.Lock()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._child.pid

    def ask(self, do: str, **more: object) -> Mapping[str, Any]:
        """What it answers. Raises RuntimeError with its own words for what it cannot do."""
        told, heard = self._child.stdin, self._child.stdout
        assert told is not None
        assert heard is not None
        with self._lock:
            told.write(json.dumps({"do": do, **more}) + "\n")
            told.flush()
            answer: dict[str, Any] = json.loads(heard.readline() or '{"fault": "the pages have gone"}')
        if "fault" in answer:
            raise RuntimeError(answer["fault"])
        return answer


def build(folder: Path) -> Path:
    """The program, built without network. Raises SystemExit where its packages are missing."""
    go = shutil.which("go")
    if go is None or not (GOPATH / STACK).is_dir():
        raise SystemExit(MISSING)
    # Go reads import paths with a version only of sources that lie in its own path.
    shutil.copytree(SOURCES, folder / "src/callload")
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder), "GOCACHE": str(folder / "cache")}
    subprocess.run(
        [go, "build", "-o", str(folder / "callload"), "."],
        cwd=folder / "src/callload",
        env=surroundings | {"GO111MODULE": "off", "GOPATH": f"{folder}:{GOPATH}", "GOPROXY": "off", "CGO_ENABLED": "0"},
        check=True,
    )
    return folder / "callload"


@contextmanager
def pages(folder: Path) -> Iterator[Pages]:
    """The program for as long as the block lasts."""
    with subprocess.Popen([build(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield Pages(child)
        finally:
            child.kill()
