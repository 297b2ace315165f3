"""`kezdesu kiosk CONFIG`: serves the screen on loopback, listens to the card reader, sends what waited for the line."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import click
import httpx
from werkzeug.serving import make_server

from firmware_bridge.actuate.escpos import Outcome, ReceiptPrinter, Slip
from firmware_bridge.clock import Clock, SystemClock
from firmware_bridge.ports import SerialPort
from kiosk.app import Kiosk, create_app
from kiosk.cards import CardReader
from kiosk.config import Config, WrongConfig, read_config
from kiosk.known import Known
from kiosk.seat import Seat
from kiosk.service import PATIENCE, DeviceRefused, Service
from kiosk.speech import speech
from kiosk.waiting import Queue

EVERY, LOOKED_EVERY = 5.0, 1.0
"""Seconds between tries to send what waits, and between looks at who has gone."""
PRINTED = frozenset({Outcome.PRINTED, Outcome.PAPER_LOW})


def made(config: Config, clock: Clock) -> tuple[Kiosk, CardReader | None]:
    """The kiosk of a configuration, and its reader where it has one."""
    way = httpx.Client(base_url=config.url, timeout=PATIENCE, follow_redirects=False)
    known = Known(config.state, config.device_key)
    kiosk = Kiosk(
        Service(way, config.device_key),
        Queue(config.state),
        Seat(clock.monotonic),
        language=config.language,
        typed_cards=config.reader == "typed",
        slip=None if config.printer is None else _printing(ReceiptPrinter(config.printer)),
        speak=speech() if config.speech else None,
        now=clock.now,
        public=config.public,
        call_library=config.call_library,
        call_server=config.call_server,
        known=known.read(),
        keep=known.keep,
    )
    if config.reader == "typed":
        return kiosk, None
    port = SerialPort(config.reader_path, config.reader_baud, clock)
    return kiosk, CardReader(port, config.reader, clock, kiosk.seat.show_card)


def keep_sending(kiosk: Kiosk, stopped: Event, every: float = EVERY) -> None:
    """Sends what waits, again and again, until it is told to stop."""
    while not stopped.wait(every):
        if len(kiosk.queue) == 0:
            continue
        try:
            for _ in kiosk.queue.drain(kiosk.service):
                pass
        except DeviceRefused:
            kiosk.is_refused = True


def keep_ending(kiosk: Kiosk, stopped: Event, every: float = LOOKED_EVERY) -> None:
    """Ends the sessions of those who have gone without a word, though nobody touches the screen any more."""
    while not stopped.wait(every):
        kiosk.end_silent()


@click.command("kiosk")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only say whether the settings are right.")
@click.option("--port", type=int, help="Another port than the settings name; 0 takes any that is free.")
def command(file: Path, check: bool, port: int | None) -> None:
    """The screen for convicts, on loopback; settings as in docs/kiosk.md."""
    try:
        config = read_config(file)
    except WrongConfig as wrong:
        for problem in wrong.problems:
            click.echo(problem, err=True)
        sys.exit(2)
    if check:
        click.echo("the settings are right")
        return
    serve(replace(config, port=config.port if port is None else port))


def serve(config: Config) -> None:
    """Runs until it is told to stop."""
    kiosk, reader = made(config, SystemClock())
    kiosk.look()
    stopped = Event()
    server = make_server("127.0.0.1", config.port, create_app(kiosk), threaded=True)
    if reader is not None:
        reader.start()
    Thread(target=keep_sending, args=(kiosk, stopped), daemon=True, name="sending").start()
    Thread(target=keep_ending, args=(kiosk, stopped), daemon=True, name="ending").start()
    click.echo(f"http://127.0.0.1:{server.server_port}/")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        stopped.set()
        if reader is not None:
            reader.stop()


def _printing(printer: ReceiptPrinter) -> Callable[[Slip], bool]:
    def slip(one: Slip) -> bool:
        return printer.print(one).outcome in PRINTED

    return slip


def main(arguments: Sequence[str]) -> int:
    """The command, for `kezdesu kiosk`."""
    return int(command.main(list(arguments), prog_name="kezdesu kiosk", standalone_mode=False) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
