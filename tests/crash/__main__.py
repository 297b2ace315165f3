"""`python -m tests.crash --kills 500 --power-cuts 50 --engine sqlite`: one JSON object; exit 1 if anything is wrong."""

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.crash.harness import run, staged
from tests.crash.part import Tally, together

AT_ONCE = 100
"""So many kills in one life of the house, then another begins: a load without pause soon fills it as years would."""


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--power-cuts", type=int, default=10)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with ExitStack() as ending:
        # As installed: pip compiles what it installs, so no program compiles itself again at each start.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = ending.enter_context(
            tempfile.TemporaryDirectory(prefix="kezdesu-compiled-")
        )
        began = time.monotonic()
        lives: list[list[Tally]] = []
        for number, first in enumerate(range(0, asked.kills, AT_ONCE)):
            kills = min(AT_ONCE, asked.kills - first)
            cuts = asked.power_cuts * (first + kills) // asked.kills - asked.power_cuts * first // asked.kills
            with ExitStack() as life:
                folder = Path(life.enter_context(tempfile.TemporaryDirectory(prefix="kezdesu-crash-")))
                scene = staged(asked.engine, folder, life)
                lives.append(run(scene, kills, cuts, asked.seed + number, lambda said: print(said, file=sys.stderr)))
            print(json.dumps([one.row() for one in lives[-1]]), file=sys.stderr)
        tallies = together(lives)
        took = round(time.monotonic() - began, 1)
        wrong = [f"{tally.name}: {one}" for tally in tallies for one in tally.wrong]
        print(
            json.dumps(
                {"engine": asked.engine, "took_s": took, "parts": [one.row() for one in tallies], "wrong": wrong},
                indent=1,
            )
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
