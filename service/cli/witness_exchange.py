"""`kezdesu witness export|import`: heads and cosignatures by file, for witnesses and sites without a line."""

from pathlib import Path

import click

from service.app.reading import Reading
from service.app.transact import transact
from service.app.witness_feed import make_ask, take_cosignature
from service.bootstrap import CONSOLE
from service.cli.installation import answer, as_json, opened, with_settings
from service.config import Settings
from service.record import notes
from service.record.policy import KnownWitness, Policy
from service.record.refusals import RecordRefused
from service.store.environment import Environment
from service.store.log_read import known_logs


@click.command("export")
@click.argument("log", metavar="ORIGIN")
@click.argument("witness", metavar="WITNESS")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="instead of WITNESS-SIZE.request")
@click.option("--old", type=click.IntRange(0), help="the size that the witness holds, where it said so")
@with_settings
@as_json
def export_command(
    settings: Settings, log: str, witness: str, out: Path | None, old: int | None, json_wanted: bool
) -> None:
    """Write what WITNESS (its name in the policy) is to be asked about the log ORIGIN: head and consistency proof.

    The file is the body of a C2SP `add-checkpoint` request. The witness's office answers it with `witness cosign`.
    """
    world = opened(settings)
    with world.database.reading() as session:
        logs = known_logs(session, log)
    if not logs:
        raise click.ClickException(f"there is no log {log}")
    known = _witness(_policy(world, settings), witness)
    with Reading(world, CONSOLE) as reading:
        try:
            ask = make_ask(reading, log=logs[0].id, witness=known, old=old)
        except RecordRefused as refused:
            raise click.ClickException(f"{log}: {refused}") from refused
    if ask is None:
        raise click.ClickException(f"{log} has no published head yet: `kezdesu record checkpoint`")
    file = out or Path(f"{witness}-{ask.size}.request")
    file.write_bytes(ask.body)
    told = {"file": str(file), "origin": logs[0].origin, "old": ask.old, "size": ask.size}
    answer(told, json_wanted, f"{file}: {logs[0].origin}, {ask.old} to {ask.size}")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_settings
@as_json
def import_command(settings: Settings, files: tuple[Path, ...], json_wanted: bool) -> None:
    """Keep the cosignatures in FILES, which are heads of ours that witnesses of the policy cosigned."""
    world = opened(settings)
    policy = _policy(world, settings)
    told = []
    for file in files:
        try:
            note = notes.parse(file.read_bytes())
            names = transact(world, CONSOLE, lambda unit, note=note: take_cosignature(unit, policy, note))  # type: ignore[misc]
        except (RecordRefused, OSError) as fault:
            raise click.ClickException(f"{file}: {fault}") from fault
        if not names:
            raise click.ClickException(f"{file}: no witness of the policy cosigned it")
        told.append({"file": str(file), "witnesses": names})
    answer(told, json_wanted, "\n".join(f"{one['file']}: {', '.join(one['witnesses'])}" for one in told))


def _policy(world: Environment, settings: Settings) -> Policy:
    if world.witness_policy is None:
        raise click.ClickException(f"there is no policy at {settings.policy} yet (docs/witness.md)")
    return world.witness_policy


def _witness(policy: Policy, name: str) -> KnownWitness:
    if name not in policy.witnesses:
        raise click.ClickException(f"the policy names no witness {name}: {', '.join(sorted(policy.witnesses))}")
    return policy.witnesses[name]


COMMANDS = {"export": export_command, "import": import_command}
