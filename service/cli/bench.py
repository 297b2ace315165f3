"""`kezdesu bench`: the figures of this machine as one JSON object. The subjects live with the tests, in a checkout."""

import subprocess
import sys
from pathlib import Path

import click

CHECKOUT = Path(__file__).parents[2]


@click.command()
@click.argument("subjects", nargs=-1)
def command(subjects: tuple[str, ...]) -> None:
    """Measure the SUBJECTS named, or all of them: booking, scan, entitlement, record, page, national, gate …

    Prints one JSON object, {"figures": [{name, value, unit, runs, spread, against, ratio}, …]}; progress goes to the
    standard error. Needs a checkout: an installed package carries no tests.
    """
    if not (CHECKOUT / "tests" / "bench").is_dir():
        raise click.UsageError("the bench is part of a checkout; run it there with make bench")
    asked = [sys.executable, "-m", "tests.bench", *subjects]
    sys.exit(subprocess.run(asked, cwd=CHECKOUT, check=False).returncode)  # noqa: S603  (our own module)
