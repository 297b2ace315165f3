"""`kezdesu record openings …` and `kezdesu record stamps`: what an auditor is handed beside a copy of the logs."""

from functools import partial
from pathlib import Path

import click

from service.app.openings_release import GROUNDS, ask_openings, decide_openings, release_openings
from service.app.reading import Reading
from service.app.stamp_take import stamps_of
from service.app.transact import transact
from service.cli.installation import answer, as_json, opened, refused, with_settings
from service.config import Settings
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.cosignatures import head_of
from service.store.log_read import known_logs
from service.store.verify.stamped import write_stamp

by_auditor = click.option(
    "--auditor",
    required=True,
    metavar="OFFICER",
    help="the id of the auditor who acts, as `kezdesu staff list` shows it",
)


@click.group("openings")
def openings_group() -> None:
    """Give an auditor what stands behind the commitments of a log: two auditors, one file, and events of both."""


@openings_group.command("ask")
@click.argument("institution")
@click.option("--ground", type=click.Choice(GROUNDS), required=True)
@click.option("--paper", required=True, help="the number of the paper it rests on")
@by_auditor
@with_settings
@as_json
def ask_command(settings: Settings, institution: str, ground: str, paper: str, auditor: str, json_wanted: bool) -> None:
    """Ask for the openings of INSTITUTION's log; prints the id of the request."""
    world = opened(settings)
    act = partial(ask_openings, institution=institution, ground=ground, paper=paper)
    try:
        request = transact(world, Actor("auditor", auditor), act)
    except Refusal as refusal:
        refused(refusal, json_wanted)
    answer({"request": request}, json_wanted, request)


@openings_group.command("decide")
@click.argument("request")
@click.option("--refuse", is_flag=True, help="refuse instead of grant")
@by_auditor
@with_settings
@as_json
def decide_command(settings: Settings, request: str, refuse: bool, auditor: str, json_wanted: bool) -> None:
    """Grant or refuse a REQUEST of another auditor."""
    world = opened(settings)
    try:
        state = transact(world, Actor("auditor", auditor), partial(decide_openings, request=request, grant=not refuse))
    except Refusal as refusal:
        refused(refusal, json_wanted)
    answer({"request": request, "state": state}, json_wanted, state)


@openings_group.command("release")
@click.argument("request")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@by_auditor
@with_settings
@as_json
def release_command(settings: Settings, request: str, file: Path, auditor: str, json_wanted: bool) -> None:
    """Write the FILE of a granted REQUEST, once, for the auditor who asked."""
    if file.exists():
        raise click.ClickException(f"{file} is there already")
    world = opened(settings)
    try:
        made = transact(world, Actor("auditor", auditor), partial(release_openings, request=request, file=file))
    except Refusal as refusal:
        refused(refusal, json_wanted)
    shown = {"release": made.release, "openings": made.openings, "sha256": made.sha256, "file": str(file)}
    answer(shown, json_wanted, f"{file}: {made.openings} openings, SHA-256 {made.sha256}")


@click.command("stamps")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@with_settings
@as_json
def stamps_command(settings: Settings, directory: Path, json_wanted: bool) -> None:
    """Write every stamp of time with its head into DIRECTORY, a folder for each log."""
    world, written = opened(settings), []
    with Reading(world, Actor("system", "console")) as reading:
        for log in known_logs(reading.session, None):
            for number, stamp in enumerate(stamps_of(reading, log.id)):
                note = head_of(reading.session, log.id, stamp.size)
                assert note is not None, "a stamp is of a published head"
                file = write_stamp(directory / log.id, stamp.size, number, note.encode(), bytes(stamp.token))
                written.append({"log": log.origin, "size": stamp.size, "file": str(file), "by": stamp.authority})
    answer(written, json_wanted, "\n".join(str(one["file"]) for one in written) or "no stamp was taken yet")
