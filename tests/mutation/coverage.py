"""`make coverage`: how many lines and branches were reached, by package, and what is missing where all is asked.

Exit status 1 where a module of `groups.py` or of the record misses a branch, or a package is below 90 %.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from coverage import Coverage

from tests.mutation.groups import GROUPS

LEAST = 90.0
WHOLE = tuple({module for modules in GROUPS.values() for module in modules} | {"service/record/"})


def main() -> int:
    """Reads the data that COVERAGE_FILE names; a package is a folder below `service`, or `kiosk`, `firmware_bridge`."""
    told = Path("test-output/coverage.json")
    measured = Coverage()
    measured.load()
    measured.json_report(outfile=str(told))
    packages: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    missing = []
    for name, file in json.loads(told.read_text("utf-8"))["files"].items():
        sums = file["summary"]
        package = packages[
            "/".join(Path(name).parent.parts[:2]) if name.startswith("service/") else Path(name).parts[0]
        ]
        package[0] += sums["num_statements"] + sums["num_branches"]
        missed = sums["missing_lines"] + sums["missing_branches"]
        package[1] += missed
        if missed and name.startswith(WHOLE):
            missing.append(f"{name}: lines {file['missing_lines']}, branches {file['missing_branches']}")
    for package_name, (asked, missed) in sorted(packages.items()):
        print(f"{package_name} | {asked} | {missed} | {100 * (asked - missed) / max(asked, 1):.1f} %")
    print("\n".join(missing) or "nothing is missing where all is asked")
    return int(bool(missing) or any(100 * missed > (100 - LEAST) * asked for asked, missed in packages.values()))


if __name__ == "__main__":
    sys.exit(main())
