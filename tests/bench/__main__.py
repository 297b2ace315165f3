"""`python -m tests.bench [SUBJECT …]`: runs the subjects and prints one JSON object."""

import importlib
import json
import sys

from tests.bench.figures import Figure

SUBJECTS = (
    "entitlement", "record", "booking", "scan", "page", "national", "leads", "oversight", "cold_start",
    "gate", "osdp", "register", "linking",
)  # fmt: skip


def run(subjects: list[str]) -> list[Figure]:
    """The figures of the subjects named, or of all. Progress goes to standard error."""
    unknown = sorted(set(subjects) - set(SUBJECTS))
    if unknown:
        sys.exit(f"no subject {', '.join(unknown)}; there is {', '.join(SUBJECTS)}")
    figures: list[Figure] = []
    for name in subjects or SUBJECTS:
        print(f"bench: {name} …", file=sys.stderr, flush=True)
        figures += importlib.import_module(f"tests.bench.{name}").figures()
    return figures


if __name__ == "__main__":
    print(json.dumps({"figures": [one.as_json() for one in run(sys.argv[1:])]}, indent=1))
