"""`kezdesu kiosk`: starts the program beside the touch screen, which shares no code with the service."""

import sys

import click


@click.command(
    "kiosk",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """The touch screen for convicts: runs on the device, on loopback."""
    # The kiosk is an extra: the rest of the command works where its libraries are not installed.
    from kiosk.__main__ import main  # noqa: PLC0415

    sys.exit(main(arguments))
