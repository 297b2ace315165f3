"""`kezdesu backup`: a sealed copy of the database while the service goes on, and apart from it one of the keys."""

import secrets
import sys
from pathlib import Path

import click
from sqlalchemy.exc import ArgumentError, DBAPIError

from service.backup.make import back_up, back_up_keys
from service.backup.refused import NotDone
from service.backup.sealing import Recipient, Secret, read_recipient, read_secret
from service.bootstrap import real_clock
from service.cli.installation import NOT_CARRIED_OUT, answer, as_json, with_settings
from service.config import Settings
from service.store.engine import NotDurable
from service.store.keys import KeyFolder

_file = click.Path(dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=_file)
@click.option("--key-file", type=_file, help="a key of 64 hexadecimal digits that seals FILE")
@click.option("--passphrase-file", type=_file, help="instead: a passphrase of 15 characters or more")
@click.option(
    "--recipient",
    type=_file,
    envvar="KEZDESU_BACKUP_RECIPIENT",
    help="instead: a public key of X25519 (PEM), whose private half alone opens FILE",
)
@click.option("--keys-to", type=_file, help="also write the keys of the installation, to this file of their own")
@click.option("--keys-key-file", type=_file, help="with --keys-to: the key that seals it, another than FILE's")
@click.option("--keys-passphrase-file", type=_file, help="with --keys-to: instead, a passphrase")
@click.option("--keys-recipient", type=_file, help="with --keys-to: instead, a public key, another than FILE's")
@click.option("--programs", type=_folder, help="the folder of pg_dump; the search path unless told")
@with_settings
@as_json
def command(
    settings: Settings,
    file: Path,
    key_file: Path | None,
    passphrase_file: Path | None,
    recipient: Path | None,
    keys_to: Path | None,
    keys_key_file: Path | None,
    keys_passphrase_file: Path | None,
    keys_recipient: Path | None,
    programs: Path | None,
    json_wanted: bool,
) -> None:
    """Write a sealed copy of the database to FILE, which must not exist. The format is in docs/backup.md.

    The keys are never in FILE: who finds it, and its secret, can read nobody's data without them.
    """
    try:
        secret = _secret(key_file, passphrase_file, recipient)
        of_keys = _secret(keys_key_file, keys_passphrase_file, keys_recipient) if keys_to else None
        if of_keys == secret:
            raise NotDone("the keys need a secret of their own, or one thief has both")
        policy = settings.policy.read_text(encoding="utf-8") if settings.policy.exists() else None
        manifest = back_up(
            settings.database,
            file,
            secret,
            secrets.token_bytes,
            real_clock(),
            witness_policy=policy,
            programs=programs,
        )
        keys = (
            back_up_keys(KeyFolder(settings.keys), keys_to, of_keys, secrets.token_bytes) if keys_to and of_keys else 0
        )
    except (NotDone, NotDurable, DBAPIError, ArgumentError, OSError) as fault:
        click.echo(f"kezdesu backup: {fault}".splitlines()[0], err=True)
        sys.exit(NOT_CARRIED_OUT)
    octets = file.stat().st_size
    words = f"{file}: {manifest.events} events in {len(manifest.logs)} logs, {octets} octets"
    if keys_to:
        words += f"\n{keys_to}: {keys} keys; keep it elsewhere"
    answer(manifest.told() | {"octets": octets, "keys": keys}, json_wanted, words)


def _secret(key_file: Path | None, passphrase_file: Path | None, recipient: Path | None) -> Secret | Recipient:
    """What was named on the command's line; otherwise the recipient of the settings. Raises NotDone."""
    if recipient is None or key_file is not None or passphrase_file is not None:
        return read_secret(key_file, passphrase_file)
    return read_recipient(recipient)
