"""`kezdesu leads`: patterns that single records hide, looked for in a copy with openings, and what came of them."""

import json
import sys
from functools import partial
from html import escape
from pathlib import Path

import click

from service.app.lead_answer import answer_lead
from service.app.transact import transact
from service.cli.installation import answer, as_json, opened, refused, with_settings
from service.config import Settings
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.record.policy_text import read_policy
from service.record.refusals import RecordRefused
from service.store.tables.oversight import LEAD_OUTCOMES
from service.store.verify.mirror import Unreadable, verify_mirror
from service.store.verify.mirror.openings import NoOpenings, read_openings

NOT_RUN = 2
_file = click.Path(dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)


@click.group("leads")
def command() -> None:
    """Find patterns across records, and record what came of them. A lead is a question: it refuses nobody anything."""


@command.command("find")
@click.option("--mirror", type=_folder, required=True, help="a copy of the logs")
@click.option("--openings", type=_file, required=True, help="the file of openings released to you")
@click.option("--policy", type=_file, help="the policy that names the logs and their witnesses")
@click.option("--rate", type=click.FloatRange(0.001, 0.5), default=0.05, show_default=True, help="false-discovery rate")
@click.option("--plots", type=_folder, help="write a funnel plot for each test of officers (SVG)")
@as_json
def find_command(
    mirror: Path, openings: Path, policy: Path | None, rate: float, plots: Path | None, json_wanted: bool
) -> None:
    """Verify the copy, then look for leads in it. Exit status 0, or 2 where it could not be run."""
    from service.leads.find import Setting, find_leads  # noqa: PLC0415  (scipy and statsmodels are an extra)
    from service.store.history import Gatherer  # noqa: PLC0415

    gatherer = Gatherer()
    try:
        known = read_policy(policy.read_bytes()) if policy else None
        report = verify_mirror(mirror, policy=known, openings=read_openings(openings), watching=(gatherer,))
    except (Unreadable, NoOpenings, RecordRefused, OSError) as fault:
        click.echo(f"kezdesu leads: {fault}".splitlines()[0], err=True)
        sys.exit(NOT_RUN)
    history = gatherer.history()
    found = find_leads(history, Setting(rate))
    if plots is not None:
        _plots(plots, history, found)
    told = {
        "findings": len(report.findings),
        "visits": len(history.visits),
        "ties": len(history.ties),
        "false_discovery_rate": rate,
        "leads": [lead.told() for lead in found],
        "funnels": _funnels(history),
    }
    lines = [f"{one.test}  {' '.join(one.subject)}  {one.score:.2f}  {json.dumps(one.counts)}" for one in found]
    lines.append(f"{len(history.visits)} appointments, {len(history.ties)} relationships: {len(found)} leads")
    if report.findings:
        lines.append(f"the copy itself has {len(report.findings)} findings: see `kezdesu record verify --mirror`")
    answer(told, json_wanted, "\n".join(lines))


def _plots(folder: Path, history: object, found: object) -> None:
    from service.leads.facts import History  # noqa: PLC0415
    from service.leads.officers import TALLIES  # noqa: PLC0415
    from service.leads.plot import funnel_plot  # noqa: PLC0415

    assert isinstance(history, History)
    assert isinstance(found, list)
    folder.mkdir(parents=True, exist_ok=True)
    for name, tally in TALLIES.items():
        named = [lead.subject[0] for lead in found if lead.test == name]
        plot = funnel_plot(tally(history).judged(), escape(name), named)
        (folder / f"{name}.svg").write_text(plot, encoding="utf-8")


def _funnels(history: object) -> dict[str, object]:
    """What the pages of oversight draw the plots from: the common rate, how much officers differ, and each of them."""
    from service.leads.facts import History  # noqa: PLC0415
    from service.leads.officers import TALLIES  # noqa: PLC0415

    assert isinstance(history, History)
    found = {name: tally(history).judged() for name, tally in TALLIES.items()}
    return {
        name: {
            "rate": one.rate,
            "spread": one.spread,
            "units": [[who.unit.name, who.unit.institution, who.unit.count, who.unit.chances] for who in one.judged],
        }
        for name, one in found.items()
    }


@command.command("answer")
@click.argument("institution")
@click.argument("test")
@click.argument("subject", nargs=-1, required=True)
@click.option("--outcome", type=click.Choice(LEAD_OUTCOMES), required=True)
@click.option("--paper", required=True, help="the number of the paper that says so")
@click.option("--record", "records", multiple=True, help="an appointment or relationship the lead rests on")
@click.option("--auditor", required=True, metavar="OFFICER", help="the id of the auditor who says so")
@with_settings
@as_json
def answer_command(
    settings: Settings,
    institution: str,
    test: str,
    subject: tuple[str, ...],
    outcome: str,
    paper: str,
    records: tuple[str, ...],
    auditor: str,
    json_wanted: bool,
) -> None:
    """Record what came of a lead: the TEST at INSTITUTION about SUBJECT (ids, as `leads find` names them)."""
    world = opened(settings)
    act = partial(
        answer_lead,
        institution=institution,
        test=test,
        subject=subject,
        records=records,
        outcome=outcome,
        paper=paper,
    )
    try:
        row = transact(world, Actor("auditor", auditor), act)
    except Refusal as refusal:
        refused(refusal, json_wanted)
    answer({"answer": row}, json_wanted, row)
