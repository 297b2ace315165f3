"""`kezdesu run`: the demonstration, from nothing to its addresses on the screen."""

import random
import signal
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from service.bootstrap import real_clock
from service.cli.installation import closed_at_end, with_settings
from service.config import Settings
from service.demo import bridge, kiosk, media
from service.demo.cast import FAMILIES, OFFICERS, PASSWORD
from service.demo.prepare import GATE_PIN, NotOurs, prepared
from service.demo.running import PortTaken, Running, Stopped, all_ports, check_ports
from service.demo.stage import PIN
from service.demo.today import arrive, open_hours, scannable

FACES = {
    "public": "relatives: register, book, hold the pass",
    "staff": "officers: decide, confirm; the gate's screen",
    "api": "interface of kiosks and bridges, /api/v1/openapi.json",
    "inbox": "text messages and letters, instead of phones",
    "oversight": "bodies of oversight: what happens, with proofs; login prosecutor",
    "kiosk": "convicts: the touch screen inside",
    "gate": "the gate's own screen, which needs no network: login of gate or duty, gate PIN below",
}


@click.command("run")
@with_settings
def command(settings: Settings) -> None:
    """Start the demonstration and everything that belongs to it; Ctrl-C ends it. Started again, it goes on."""
    screen = Console()
    # Asked to end by whoever supervises it, it ends as by Ctrl-C: every part with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        check_ports(settings)
        with screen.status("preparing the demonstration"):
            told = ready(settings)
        with Running(settings) as running:
            running.start(told, kiosk.write_settings(settings))
            with screen.status("starting"):
                running.wait_until_up()
            show(screen, settings)
            _watch(running)
    except KeyboardInterrupt:
        screen.print("The demonstration has ended; its data stays.")
    except (PortTaken, Stopped) as fault:
        raise click.ClickException(str(fault)) from fault


def ready(settings: Settings) -> Path:
    """Data for the demonstration, made or brought up to today; answers the bridge's settings."""
    try:
        world = closed_at_end(prepared(settings, real_clock)[0])
    except NotOurs as refused:
        raise click.ClickException(f"{refused}; docs/operate.md says how the parts of one are started") from refused
    open_hours(world)
    if scannable(world) is None:
        arrive(world, random.Random())  # noqa: S311  (invented names)
    return bridge.write_settings(world, settings)


def show(screen: Console, settings: Settings) -> None:
    """Addresses and logins."""
    faces = Table("face", "address", "for", title="Kezdesu: the demonstration runs", title_justify="left")
    for face, port in all_ports(settings).items():
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
    cards = Table("card", "whose", title=f"at the kiosk the number is typed; every PIN is: {PIN}", title_justify="left")
    for family in FAMILIES:
        cards.add_row(family.card, f"{family.identity.given_name} {family.identity.family_name}")
    screen.print(cards)
    screen.print(f"At the gate's screen officers sign in with their login and the PIN {GATE_PIN}.")
    screen.print("Officers need no second factor here; elsewhere KEZDESU_SECOND_FACTOR names the roles that do: all.")
    screen.print("In another terminal, [bold]kezdesu demo scan[/bold] holds the newest pass before the gate's reader.")
    if media.carried(settings):
        screen.print("Video calls go by a Janus of the demonstration's own.")
    elif settings.calls == "memory":
        screen.print("Janus is not installed: calls carry neither sound nor picture (Debian package: janus).")
    screen.print("Ctrl-C ends everything.")


def _watch(running: Running) -> None:
    """Until somebody interrupts, or a part ends by itself."""
    while True:
        running.check()
        time.sleep(0.3)
