"""`python -m tests.bench [SUBJECT …]`: runs the subjects and prints one JSON object.

A subject that can be played at several sizes takes them as options: `python -m tests.bench rush --minutes 10`.
"""

import importlib
import json
import sys

from tests.bench.figures import Figure

SUBJECTS = (
    "entitlement", "record", "booking", "scan", "page", "national", "leads", "oversight", "cold_start",
    "gate", "osdp", "register", "linking", "rush", "flat", "call_timers", "calls",
)  # fmt: skip

SIZED = ("rush", "flat", "calls", "soak", "soak_edge")


def run(subjects: list[str]) -> list[Figure]:
    """The figures of the subjects named, or of all. Progress goes to standard error."""
    if len(subjects) > 1 and subjects[0] in SIZED:
        figures: list[Figure] = importlib.import_module(f"tests.bench.{subjects[0]}").main(subjects[1:])
        return figures
    unknown = sorted(set(subjects) - {*SUBJECTS, *SIZED})
    if unknown:
        sys.exit(f"no subject {', '.join(unknown)}; there is {', '.join(SUBJECTS)}")
    figures = []
    for name in subjects or SUBJECTS:
        print(f"bench: {name} …", file=sys.stderr, flush=True)
        figures += importlib.import_module(f"tests.bench.{name}").figures()
    return figures


if __name__ == "__main__":
    print(json.dumps({"figures": [one.as_json() for one in run(sys.argv[1:])]}, indent=1))
