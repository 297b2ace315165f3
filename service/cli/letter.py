"""`kezdesu letter`: the key of a body of oversight, and opening letters with it on the body's own machine."""

import base64
import binascii
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import NoReturn

import click
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from service.app.letter_seal import add_oversight_key
from service.app.transact import transact
from service.bootstrap import CONSOLE
from service.cli.installation import answer, as_json, opened, refused, with_settings
from service.config import Settings
from service.domain.refusal import Refusal
from service.store.tables.kiosks import COMPLAINT_BODIES

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
INFO = b"kezdesu letter v1"
NOT_OPENED = 1


@click.group("letter")
def command() -> None:
    """Make a body's key, name it to the service, open sealed letters. `key` and `open` need no installation."""


@command.command("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key_command(file: Path) -> None:
    """Make a key on the body's own machine: the secret half into FILE, the public half on the screen."""
    private = X25519PrivateKey.generate()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise click.ClickException(f"{file}: {fault.strerror}") from fault
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"{private.private_bytes_raw().hex()}\n")
    click.echo(private.public_key().public_bytes_raw().hex())


@command.command("name")
@click.argument("body", type=click.Choice(COMPLAINT_BODIES))
@click.argument("public_key")
@with_settings
@as_json
def name_command(settings: Settings, body: str, public_key: str, json_wanted: bool) -> None:
    """Seal letters to BODY with PUBLIC_KEY from now on; an event of the national log."""
    act = partial(add_oversight_key, body=body, public_key=public_key)
    try:
        key = transact(opened(settings), CONSOLE, act)
    except Refusal as refusal:
        refused(refusal, json_wanted)
    answer({"key": key, "body": body}, json_wanted, key)


@command.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "key", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def open_command(file: Path, key: Path) -> None:
    """Print the letter in FILE, as the oversight pages give it, opened with the body's key. Status 1: it cannot."""
    try:
        private = X25519PrivateKey.from_private_bytes(bytes.fromhex(key.read_text(encoding="ascii").strip()))
        sealed = base64.b64decode(json.loads(file.read_text(encoding="utf-8"))["sealed"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error):
        _ended("this is no letter, or no key")
    try:
        click.echo(SUITE.decrypt(sealed, private, info=INFO).decode())
    except (InvalidTag, ValueError):
        _ended("this key does not open it: it was sealed to another one, or changed")


def _ended(words: str) -> NoReturn:
    click.echo(f"kezdesu letter open: {words}", err=True)
    sys.exit(NOT_OPENED)
