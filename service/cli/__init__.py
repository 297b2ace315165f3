"""The command `kezdesu`. One file per noun; a command's module is imported only when it is called."""

import importlib
import sys
from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

import click

COMMANDS: Mapping[str, str] = {
    "backup": "write a sealed copy of the database, and apart from it one of the keys",
    "bench": "measure this machine: figures as one JSON object",
    "bridge": "serve gate readers on serial lines, or simulate one",
    "demo": "make a demonstration, or a population of national size by seed",
    "drill": "play each corrupt practice on a copy, and show who notices",
    "entitlement": "may this convict have this appointment on this day, and if not, why and when",
    "institution": "open institutions, list them",
    "keys": "give the wrapping, lookup or server key a successor, without a stop",
    "kiosk": "serve the touch screen for convicts, on its device",
    "law": "check or show the law file",
    "leads": "find patterns across records on the auditor's side, record what came of them",
    "letter": "make a body's key, open sealed letters with it on the body's own machine",
    "migrate": "bring the database to the newest shape; --check: is a migration missing",
    "oversight": "check a page that oversight gave away: is it what the log says",
    "monitor": "serve health, readiness and figures for operators; --check: is it ready",
    "partition": "divide the record of a country by institution and year; --check: what is missing",
    "reconcile": "compare a day of the gates with its appointments, and sign the result",
    "restore": "put a backup into an empty place and verify it; --drill: throw it away again",
    "run": "start the demonstration and everything that belongs to it",
    "staff": "add officers, give the first roles, list who holds what",
    "statistics": "print what is published of every institution and month",
    "worker": "do what happens by the clock",
    "pass": "show the passes of an appointment, check the text of one",
    "record": "verify, prove, export and sign the record",
    "witness": "watch logs for an office outside the prison; check policies; exchange by file",
}


class LazyCommands(click.Group):
    """A group whose commands live in `service.cli.<name>` as `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's own signature)
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        # A module cannot bear the name of a keyword.
        module = importlib.import_module(
            f"service.cli.{cmd_name}_" if iskeyword(cmd_name) else f"service.cli.{cmd_name}"
        )
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. A database that does not answer is told in one line, whichever command asked it."""
        try:
            return super().invoke(ctx)
        except Exception as fault:
            # Only a command that has opened a database has loaded this: `--help` stays quick.
            known = sys.modules.get("sqlalchemy.exc")
            if known is None or not isinstance(fault, known.OperationalError):
                raise
            said = (str(fault.orig).splitlines() or ["no answer"])[0]
            raise click.ClickException(f"the database does not answer: {said}") from fault

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyCommands)
@click.version_option(package_name="kezdesu")
def main() -> None:
    """Kezdesu books, proves and supervises the meetings of people in prison with their families."""
