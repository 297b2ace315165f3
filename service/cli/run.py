"""`kezdesu run`: the demonstration, from nothing to its addresses on the screen."""

import random
import signal
import time
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.table import Table

from service.bootstrap import environment, is_founded, make_folder, real_clock
from service.cli.installation import closed_at_end, with_settings
from service.config import Settings
from service.demo import bridge
from service.demo.cast import FAMILIES, OFFICERS, PASSWORD
from service.demo.prepare import prepare
from service.demo.running import PortTaken, Running, Stopped, check_ports
from service.demo.today import arrive, open_hours, scannable
from service.store.migrate import upgrade
from service.wsgi import ports

FACES = {
    "public": "relatives: register, book, hold the pass",
    "staff": "officers: decide, confirm; the gate's screen",
    "oversight": "prosecutor and other bodies, read only",
    "api": "interface of kiosks and bridges, /api/v1/openapi.json",
    "inbox": "text messages and letters, instead of phones",
}


@click.command("run")
@with_settings
def command(settings: Settings) -> None:
    """Start the demonstration and everything that belongs to it; Ctrl-C ends it. Started again, it goes on."""
    screen = Console()
    try:
        check_ports(settings)
        with screen.status("preparing the demonstration"):
            told = ready(settings)
        with Running(settings) as running:
            running.start(told)
            with screen.status("starting"):
                running.wait_until_up()
            show(screen, settings)
            _watch(running)
    except (PortTaken, Stopped) as fault:
        raise click.ClickException(str(fault)) from fault
    screen.print("The demonstration has ended; its data stays.")


def ready(settings: Settings) -> Path:
    """Data for the demonstration, made or brought up to today; answers the bridge's settings."""
    make_folder(settings)
    upgrade(settings.database)
    if not is_founded(settings):
        world = closed_at_end(prepare(settings, real_clock))
    elif bridge.is_demonstration(settings):
        world = closed_at_end(environment(settings))
    else:
        raise click.ClickException(
            "this data folder holds an installation, no demonstration: docs/operate.md says how its parts are started"
        )
    open_hours(world)
    if scannable(world) is None:
        arrive(world, random.Random())  # noqa: S311  (invented names)
    return bridge.write_settings(world, settings)


def show(screen: Console, settings: Settings) -> None:
    """Addresses and logins."""
    faces = Table("face", "address", "for", title="Kezdesu: the demonstration runs", title_justify="left")
    for face, port in ports(settings).items():
        faces.add_row(face, f"http://{settings.address}:{port}/", FACES[face])
    screen.print(faces)
    people = Table("phone", "who", title="relatives sign in by a code, which comes to the inbox", title_justify="left")
    for one in (relative for family in FAMILIES for relative in family.relatives if relative.phone):
        people.add_row(one.phone, one.story)
    screen.print(people)
    staff = Table("login", "does", title=f"officers; every password is: {PASSWORD}", title_justify="left")
    for officer in OFFICERS:
        staff.add_row(officer.login, officer.does)
    screen.print(staff)
    screen.print("In another terminal, [bold]kezdesu demo scan[/bold] holds the newest pass before the gate's reader.")
    screen.print("Ctrl-C ends everything.")


def _watch(running: Running) -> None:
    """Until Ctrl-C or SIGTERM."""
    asked = []

    def end(_sign: int, _frame: FrameType | None) -> None:
        asked.append(True)

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, end)
    while not asked:
        running.check()
        time.sleep(0.3)
