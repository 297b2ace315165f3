"""`kezdesu bridge`: starts the gate's own program, which shares no code with the service."""

import sys

import click


@click.command(
    "bridge",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Gate readers on serial lines: run, check, verify-journal, simulate, scan, osdp-key, osdp-install, print."""
    # The bridge is an extra: the rest of the command works where its libraries are not installed.
    from firmware_bridge.__main__ import main  # noqa: PLC0415

    sys.exit(main(arguments))
