"""`kezdesu record verify|prove|export|checkpoint|receipt`: what the record says, proven to whoever asks."""

import sys
from functools import partial
from pathlib import Path

import click

from service.app.checkpoint_publish import logs_with_news, publish_checkpoint
from service.app.log_export import write_log
from service.app.receipt_make import MadeReceipt, make_receipt
from service.app.transact import transact
from service.bootstrap import CONSOLE
from service.cli.installation import answer, as_json, opened, refused, with_settings
from service.cli.record_openings import openings_group, stamps_command
from service.cli.record_receipt import receipt_group
from service.cli.record_verify import verify_command
from service.config import Settings
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.record import notes
from service.record.checkpoint import parse_checkpoint
from service.record.refusals import RecordRefused
from service.store.environment import Environment
from service.store.keys import KeysMissing
from service.store.log_read import known_logs, newest_head
from service.store.tables import Log
from service.store.unit_of_work import UnitOfWork

in_log = click.option("--log", "log", metavar="ORIGIN", help="one log, by its origin or id")


@click.group("record")
def command() -> None:
    """Verify, prove, export and sign the record."""


command.add_command(verify_command)
command.add_command(receipt_group)
command.add_command(openings_group)
command.add_command(stamps_command)


@command.command("checkpoint")
@in_log
@with_settings
@as_json
def checkpoint_command(settings: Settings, log: str | None, json_wanted: bool) -> None:
    """Sign and publish the head of every log (or of one) that has news, and print the newest heads.

    With --log the signed note is printed as it is: kept elsewhere, it is what `record verify --checkpoint` compares.
    """
    world = opened(settings)
    logs = _logs(world, log)
    new = _publish(world, logs)
    shown = []
    with world.database.reading() as session:
        for row in logs:
            head = newest_head(session, row.id)
            assert head is not None, "a log has at least its first event, and so a head"
            signed = parse_checkpoint(notes.parse(head.note).text)
            shown.append(
                {
                    "origin": row.origin,
                    "size": signed.size,
                    "root": signed.root.hex(),
                    "new": row.id in new,
                    "note": head.note.decode(),
                }
            )
    told = "\n".join(f"{one['origin']}  {one['size']}  {one['root']}{'  new' * bool(one['new'])}" for one in shown)
    if json_wanted or log is None:
        answer(shown, json_wanted, told)
    else:
        click.echo(shown[0]["note"], nl=False)


@command.command("export")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@in_log
@click.option("--all", "every", is_flag=True, help="every log, each in a folder of DIRECTORY named by its id")
@with_settings
@as_json
def export_command(settings: Settings, directory: Path, log: str | None, every: bool, json_wanted: bool) -> None:
    """Write a log as a C2SP tlog-tiles DIRECTORY: `checkpoint`, `vkey`, `tile/…`, `tile/entries/…`.

    Without --log it is the national log. What is new is signed first, so that the files end with the newest event.
    """
    world = opened(settings)
    logs = _logs(world, log) if log is not None or every else _logs(world, None)[:1]
    _publish(world, logs)
    written = []
    for row in logs:
        place = directory / row.id if every else directory
        try:
            size = write_log(world, row, place)
        except (RecordRefused, OSError) as refusal:
            raise click.ClickException(f"{row.origin} was not written: {refusal}") from refusal
        written.append({"origin": row.origin, "entries": size, "directory": str(place), "vkey": row.verifier_key})
    told = "\n".join(f"{one['origin']}: {one['entries']} entries in {one['directory']}" for one in written)
    answer(written, json_wanted, told)


@command.command("prove")
@click.argument("appointment")
@click.option("--person", metavar="ID", help="open what the event says of this person")
@click.option("--output", "-o", type=click.Path(allow_dash=True), help="instead of APPOINTMENT.tlog-proof; - prints it")
@with_settings
@as_json
def prove_command(
    settings: Settings, appointment: str, person: str | None, output: str | None, json_wanted: bool
) -> None:
    """Write the receipt (C2SP tlog-proof) of the newest event that names APPOINTMENT."""
    world = opened(settings)
    receipt = _receipt(world, appointment, person, json_wanted)
    if output == "-":
        sys.stdout.buffer.write(receipt.data)
        return
    file = Path(output or f"{appointment}.tlog-proof")
    file.write_bytes(receipt.data)
    shown = {
        "file": str(file),
        "origin": receipt.origin,
        "vkey": receipt.verifier_key,
        "event": receipt.event,
        "type": receipt.type,
    }
    answer(shown, json_wanted, f"{file}: {receipt.type}, {receipt.origin}#{receipt.event}\n{receipt.verifier_key}")


def _receipt(world: Environment, appointment: str, person: str | None, json_wanted: bool) -> MadeReceipt:
    actor = Actor("auditor", "console", person=person)

    def made(unit: UnitOfWork) -> MadeReceipt | None:
        return make_receipt(unit, appointment=appointment)

    try:
        receipt = transact(world, actor, made)
        if receipt is None:
            _publish(world, _logs(world, None))
            receipt = transact(world, actor, made)
    except Refusal as refusal:
        refused(refusal, json_wanted)
    if receipt is None:
        raise click.ClickException(f"no event names {appointment}")
    return receipt


def _logs(world: Environment, wanted: str | None) -> list[Log]:
    with world.database.reading() as session:
        logs = known_logs(session, wanted)
    if not logs:
        raise click.ClickException(f"there is no log {wanted}")
    return logs


def _publish(world: Environment, logs: list[Log]) -> set[str]:
    """Signs the heads that have news; answers which."""
    news = transact(world, CONSOLE, logs_with_news)
    new = [row for row in logs if row.id in news]
    for row in new:
        try:
            transact(world, CONSOLE, partial(publish_checkpoint, log=row.id))
        except (KeysMissing, RecordRefused) as fault:
            raise click.ClickException(f"the head of {row.origin} was not signed: {fault}") from fault
    return {row.id for row in new}
