"""`kezdesu reconcile`: a day of the gates against its appointments, as often as somebody wants to know."""

import sys
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from service.app.reconcile_day import Reconciled, facts_of, reconcile_day
from service.app.transact import transact
from service.cli.installation import answer, as_json, opened, refused, with_settings
from service.config import Settings
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.domain.timetable import local_day
from service.store.environment import Environment
from service.store.tables import Institution

CONSOLE = Actor("system", "console")
STATUS = {"clean": 0, "findings": 1, "incomplete": 3}


@click.command("reconcile")
@click.option("--institution", required=True, metavar="CODE", help="its code, such as la-155-8")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="a day there; without it yesterday")
@with_settings
@as_json
def command(settings: Settings, institution: str, day: datetime | None, json_wanted: bool) -> None:
    """Compare the day's door openings with appointments and scans, sign the result and keep it.

    Exit status: 0 every opening has its appointment and nothing is missing, 1 there is something to follow up, 2 it was
    not carried out, 3 a bridge has not told its whole day yet.
    """
    world = opened(settings)
    try:
        done = _reconciled(world, institution, day.date() if day else None)
    except Refusal as refusal:
        refused(refusal, json_wanted)
    assert done is not None
    answer(told(done), json_wanted, _words(done))
    sys.exit(STATUS[done.result.verdict])


def told(done: Reconciled) -> dict[str, Any]:
    """The comparison as JSON."""
    row = done.row
    return {
        "institution": row.institution_id,
        "day": row.day.isoformat(),
        "verdict": row.verdict,
        "doors": row.doors,
        "matched": row.matched,
        "incomplete": list(done.result.incomplete),
        "findings": [facts_of(one) for one in done.result.findings],
        "note": row.note.decode(),
    }


def _reconciled(world: Environment, institution: str, day: date | None) -> Reconciled | None:
    with world.database.reading() as session:
        house = session.get(Institution, institution)
    if house is None:
        raise Refusal("not-found")
    wanted = day or local_day(world.clock(), ZoneInfo(house.time_zone)) - timedelta(days=1)
    return transact(world, CONSOLE, lambda unit: reconcile_day(unit, institution=institution, day=wanted))


def _words(done: Reconciled) -> str:
    row, result = done.row, done.result
    lines = [f"{row.institution_id}, {row.day}: {row.matched} of {row.doors} door openings have their appointment"]
    lines += [f"not heard to the end of the day: bridge {one}" for one in result.incomplete]
    for one in result.findings:
        facts = facts_of(one)
        code = facts.pop("code")
        lines.append("  ".join([code, *(f"{name} {value}" for name, value in facts.items())]))
    return "\n".join([*lines, f"{row.verdict} (docs/reconcile.md explains each finding)"])
