"""`kezdesu restore`: a backup into an empty place, verified; or the drill of it, thrown away afterwards."""

import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import ArgumentError, DBAPIError

from service.backup.engines import thrown_away
from service.backup.refused import NotDone
from service.backup.restore import Restored, Source, Target, restore
from service.backup.sealing import PrivateKey, Secret, read_private, read_secret
from service.bootstrap import make_folder
from service.cli.installation import NOT_CARRIED_OUT, answer, as_json, with_settings
from service.config import Settings
from service.store.engine import NotDurable
from service.store.vault import Vault
from service.store.verify import NotReadable

_file = click.Path(dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)
_REFUSED = 1


@click.command("restore")
@click.argument("file", type=_file)
@click.option("--key-file", type=_file, help="the key that FILE is sealed with")
@click.option("--passphrase-file", type=_file, help="or the passphrase")
@click.option("--private-key-file", type=_file, help="or the private key of the recipient it was sealed to (PEM)")
@click.option("--keys-from", type=_file, help="the backup of the keys; those in the folder of keys unless told")
@click.option("--keys-key-file", type=_file, help="with --keys-from: the key it is sealed with")
@click.option("--keys-passphrase-file", type=_file, help="with --keys-from: or the passphrase")
@click.option("--keys-private-key-file", type=_file, help="with --keys-from: or the recipient's private key")
@click.option(
    "--checkpoint", "heads", multiple=True, type=_file, help="a signed head that a witness keeps; may be many"
)
@click.option("--accept-loss", is_flag=True, help="restore although a witness's head is longer; that stays noticed")
@click.option(
    "--drill", is_flag=True, help="restore into a temporary place, verify, throw it away, say how long it took"
)
@click.option("--programs", type=_folder, help="the folder of pg_restore; the search path unless told")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    help="of PostgreSQL: so many tables side by side; then a kill leaves a half that you have to drop",
)
@with_settings
@as_json
def command(
    settings: Settings,
    file: Path,
    key_file: Path | None,
    passphrase_file: Path | None,
    private_key_file: Path | None,
    keys_from: Path | None,
    keys_key_file: Path | None,
    keys_passphrase_file: Path | None,
    keys_private_key_file: Path | None,
    heads: tuple[Path, ...],
    accept_loss: bool,
    drill: bool,
    programs: Path | None,
    jobs: int,
    json_wanted: bool,
) -> None:
    """Restore FILE into the empty database of the settings, and verify every cell of it against the record.

    Exit status: 0 restored and as the record says, 1 a rollback was refused or discrepancies were found, 2 it could not
    be run. Where a head of --checkpoint is longer than the backup's log nothing is restored, unless --accept-loss.
    """
    began = time.monotonic()
    try:
        of_keys = _secret(keys_key_file, keys_passphrase_file, keys_private_key_file) if keys_from else None
        opener = _secret(key_file, passphrase_file, private_key_file)
        source = Source(file, opener, (keys_from, of_keys) if keys_from and of_keys else None)
        outside = [head.read_bytes() for head in heads]
        with ExitStack() as ending:
            target = _place(settings, source, programs, jobs, ending if drill else None)
            done = restore(
                source,
                target,
                lambda keys: Vault(keys, secrets.token_bytes),
                heads=outside,
                accept_loss=accept_loss or drill,
            )
    except (NotDone, NotDurable, NotReadable, DBAPIError, ArgumentError, OSError) as fault:
        click.echo(f"kezdesu restore: {fault}".splitlines()[0], err=True)
        sys.exit(NOT_CARRIED_OUT)
    if done.manifest.witness_policy and done.report and not drill and not settings.policy.exists():
        settings.policy.write_text(done.manifest.witness_policy, encoding="utf-8")
    _end(done, time.monotonic() - began, drill, json_wanted)


def _secret(key_file: Path | None, passphrase_file: Path | None, private: Path | None) -> Secret | PrivateKey:
    """Raises NotDone."""
    if private is None or key_file is not None or passphrase_file is not None:
        return read_secret(key_file, passphrase_file)
    return read_private(private)


def _place(
    settings: Settings, source: Source, programs: Path | None, jobs: int, throwing_away: ExitStack | None
) -> Target:
    if throwing_away is None:
        make_folder(settings)
        return Target(settings.database, settings.keys, programs, jobs)
    url = throwing_away.enter_context(thrown_away(settings.database, f"kezdesu_drill_{secrets.token_hex(8)}"))
    keys = settings.keys
    if source.keys:
        keys = Path(throwing_away.enter_context(tempfile.TemporaryDirectory(prefix="kezdesu-drill-keys-")))
    return Target(url, keys, programs, jobs)


def _end(done: Restored, seconds: float, drill: bool, json_wanted: bool) -> NoReturn:
    found = [one.told() for one in done.report.findings] if done.report else []
    told = {
        "restored": done.report is not None and not drill,
        "drill": drill,
        "clean": done.sound,
        "lost": [one.told() for one in done.lost],
        "discrepancies": found,
        "faults": done.faults,
        "made_at": done.manifest.made_at.isoformat(),
        "events": done.manifest.events,
        "seconds": round(seconds, 1),
    }
    lines = [one.words for one in done.lost]
    if done.report is None:
        lines.append(
            "Nothing was restored: a newer backup, or PostgreSQL's archive, may hold them. --accept-loss goes on."
        )
    else:
        lines += [*done.faults, *(f"{one.code}  {one.place}" for one in done.report.findings)]
        verdict = "everything is as the record says" if done.sound else f"{len(done.faults) + len(found)} discrepancies"
        lines.append(f"{done.report.events} events and {done.report.cells} cells: {verdict}")
        made = f"backup of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC"
        lines.append(f"{'drill' if drill else 'restored'}: {seconds:.1f} seconds; {made}")
    answer(told, json_wanted, "\n".join(lines))
    sys.exit(0 if done.sound else _REFUSED)
