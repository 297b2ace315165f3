"""`kezdesu witness`: watch logs for an office that is not the prison's, or look after the witnesses of our own.

The office's side (`keygen`, `run`, `cosign`, `mirror`, `status`) touches no database and no web framework. The log's
side (`check`, `export`, `import`) is in modules of its own.
"""

import importlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.record.cosignature import Cosigner
from service.record.keys import NoteSigner, NoteVerifier
from service.record.policy_text import PolicyRefused, read_policy
from service.record.refusals import RecordRefused
from service.record.witness.mirror import take_over
from service.record.witness.request import read_head
from service.record.witness.server import WitnessServer
from service.record.witness.state import State, StateDamaged, read_state
from service.record.witness.witness import Witness

ELSEWHERE = {
    "check": "service.cli.witness_policy",
    "export": "service.cli.witness_exchange",
    "import": "service.cli.witness_exchange",
}
REFUSED, NOT_RUN = 1, 2


class Commands(click.Group):
    """The commands of the log's side are imported only when they are called: an office need not have what they need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ELSEWHERE:
            found: Mapping[str, click.Command] = importlib.import_module(ELSEWHERE[cmd_name]).COMMANDS
            return found[cmd_name]
        return super().get_command(ctx, cmd_name)


@click.group("witness", cls=Commands)
def command() -> None:
    """Witness logs for an office outside the prison, or look after the witnesses of our own logs."""


def of_a_witness(wrapped: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that say which witness it is."""
    file = click.Path(dir_okay=False, path_type=Path)
    for option in (
        click.option("--policy", type=file, help="a tlog-policy file: watch the logs it names"),
        click.option("--log", "logs", multiple=True, metavar="VKEY", help="watch the log with this key; repeatable"),
        click.option("--state", required=True, type=file, help="the one file in which the witness remembers"),
        click.option("--key", required=True, type=file, help="the secret key, made by `witness keygen`"),
    ):
        wrapped = option(wrapped)
    return wrapped


@command.command("keygen")
@click.argument("name")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="where the secret key goes")
def keygen_command(name: str, out: Path) -> None:
    """Make the key of a witness called NAME (an address without https://, like prosecutor.example/w1).

    The verifier key that is printed goes to whoever writes policies; the file stays on this machine.
    """
    try:
        cosigner = Cosigner(name, Ed25519PrivateKey.generate())
        file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (RecordRefused, OSError) as fault:
        _ended(f"no key was made: {fault}")
    with os.fdopen(file, "w", encoding="utf-8") as secret:
        secret.write(NoteSigner(name, cosigner.private_key).skey + "\n")
    click.echo(cosigner.vkey)


@command.command("run")
@of_a_witness
@click.option("--address", default="127.0.0.1", show_default=True)
@click.option("--port", default=8030, show_default=True, help="0 takes a free one")
def run_command(key: Path, state: Path, logs: tuple[str, ...], policy: Path | None, address: str, port: int) -> None:
    """Answer `POST /add-checkpoint` and show the status page, until it is told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    witness = opened(key, state, logs, policy)
    try:
        server = WitnessServer((address, port), witness)
    except OSError as fault:
        _ended(f"{address}:{port}: {fault}")

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    click.echo(f"{witness.cosigner.vkey} at http://{address}:{server.server_address[1]}/")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    finally:
        witness.state.close()


@command.command("cosign")
@click.argument("request", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@of_a_witness
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="instead of REQUEST.cosigned")
def cosign_command(
    request: Path, key: Path, state: Path, logs: tuple[str, ...], policy: Path | None, out: Path | None
) -> None:
    """Answer the file REQUEST, brought from a log without a line (`witness export`), with a cosigned checkpoint.

    Exit status: 0 cosigned, 1 refused; then no file is written, and what was refused is kept in the state.
    """
    witness = opened(key, state, logs, policy)
    try:
        body = request.read_bytes()
        answer = witness.add_checkpoint(body)
    except OSError as fault:
        _ended(str(fault))
    finally:
        witness.state.close()
    if answer.status == 409:
        size = answer.body.decode().strip()
        click.echo(f"the head held here has {size} entries: export again with --old {size}", err=True)
        sys.exit(REFUSED)
    if answer.status != 200:
        click.echo(f"refused ({answer.status}): {answer.body.decode().strip()}", err=True)
        sys.exit(REFUSED)
    file = out or request.with_name(request.name + ".cosigned")
    file.write_bytes(body.partition(b"\n\n")[2] + answer.body)
    click.echo(str(file))


@command.command("status")
@click.option("--state", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "json_wanted", is_flag=True, help="answer for a program")
def status_command(state: Path, json_wanted: bool) -> None:
    """What a witness holds and what it refused; also while it runs.

    Exit status: 0 every log has only grown, 1 a rewritten or cut log was refused, 2 the file cannot be read.
    """
    try:
        owner, notes, refused = read_state(state)
    except (OSError, StateDamaged, RecordRefused) as fault:
        _ended(str(fault))
    heads = [read_head(note.text) for note in notes]
    told = {
        "witness": owner,
        "logs": [{"origin": head.origin, "size": head.size, "root": head.root.hex()} for head in heads],
        "refused": [
            {"at": one.at, "kind": one.kind, "code": one.code, "origin": one.origin, "size": one.size}
            for one in refused
        ],
    }
    if json_wanted:
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(owner)
        for head in heads:
            click.echo(f"{head.origin}  {head.size}  {head.root.hex()[:16]}")
        for one in refused:
            click.echo(f"REFUSED {one.at}  {one.origin}  {one.size}  {one.kind} ({one.code})")
    sys.exit(REFUSED if any(one.kind == "rewritten" for one in refused) else 0)


@command.command("mirror")
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("kept", type=click.Path(file_okay=False, path_type=Path))
@click.option("--log", "vkey", required=True, metavar="VKEY", help="the log's key, from elsewhere than SOURCE")
def mirror_command(source: Path, kept: Path, vkey: str) -> None:
    """Bring the copy KEPT of a log to the state of SOURCE, an export of it (C2SP tlog-tiles), if that extends it.

    Exit status: 0 taken over, 1 refused, since SOURCE is not sound, shorter, or another history; KEPT stays as it was.
    """
    try:
        log = NoteVerifier.from_vkey(vkey)
    except RecordRefused as fault:
        _ended(str(fault))
    try:
        head = take_over(source, kept, log)
    except RecordRefused as refused:
        click.echo(f"refused: {refused}", err=True)
        sys.exit(REFUSED)
    except OSError as fault:
        _ended(str(fault))
    click.echo(f"{head.origin}: {head.size} entries in {kept}")


def opened(key: Path, state: Path, logs: tuple[str, ...], policy: Path | None) -> Witness:
    """The witness the options describe; the command ends where they describe none."""
    try:
        cosigner = Cosigner.from_skey(key.read_text(encoding="utf-8").strip())
        watched = [NoteVerifier.from_vkey(log) for log in logs]
        watched += [log.verifier for log in read_policy(policy.read_bytes()).logs] if policy else []
        if not watched:
            _ended("say which logs to watch: --log or --policy")
        owner = f"{cosigner.name}+{cosigner.verifier.key_id:08x}"
        return Witness(cosigner, watched, State(state, owner), lambda: datetime.now(UTC))
    except PolicyRefused as refused:
        _ended(f"{policy} is not a policy; `kezdesu witness check {policy}` says why ({refused})")
    except (OSError, RecordRefused, StateDamaged, UnicodeDecodeError) as fault:
        _ended(str(fault))


def _ended(words: str) -> NoReturn:
    click.echo(f"kezdesu witness: {words}", err=True)
    sys.exit(NOT_RUN)
