"""The bridge's command, `python -m firmware_bridge`: its subcommands are those of `_parser`."""

import argparse
import gc
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Event

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge.bridge import Bridge
from firmware_bridge.clock import SystemClock
from firmware_bridge.config import WrongConfig, cautions, load
from firmware_bridge.hand import KINDS, scan, simulate
from firmware_bridge.identity import identity_at
from firmware_bridge.install import NotInstalled, Wish, install, make_key
from firmware_bridge.journal import JournalDamaged
from firmware_bridge.log import Log
from firmware_bridge.notify import Notifier
from firmware_bridge.ports import SerialPort
from firmware_bridge.verify import verify_journal

LOG_EVERY = 0.1
GARBAGE = 10_000
"""Objects made before young ones are looked through: a scan makes and drops a hundred that nothing points back to."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers its exit status: 0 good, 1 bad, 2 not carried out."""
    options = _parser().parse_args(arguments)
    answer: int = options.act(options)
    return answer


def check(path: Path) -> int:
    """Says in words what is wrong with a configuration, and what works but will be regretted."""
    try:
        config = load(path)
    except WrongConfig as wrong:
        for problem in wrong.problems:
            print(f"wrong: {problem}")
        return 1
    for caution in cautions(config):
        print(f"careful: {caution}")
    print(f"good: {len(config.names())} readers, {len(config.keys)} keys, journal {config.journal}")
    return 0


def run(path: Path) -> int:
    """Serves the readers until SIGTERM or SIGINT; the log is one JSON object a line on standard error."""
    log = Log(sys.stderr, SystemClock().now)
    try:
        bridge = Bridge(load(path), log, notifier=Notifier(os.environ.get("NOTIFY_SOCKET", "")))
    except WrongConfig as wrong:
        print("\n".join(wrong.problems), file=sys.stderr)
        return 2
    except (OSError, JournalDamaged) as fault:
        print(fault, file=sys.stderr)
        return 2
    stopped = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopped.set())
    bridge.start()
    # What is there now stays, and need not be looked through again and again while people stand at the readers.
    gc.freeze()
    gc.set_threshold(GARBAGE)
    while not stopped.wait(LOG_EVERY):
        log.write()
    bridge.stop()
    log.write()
    return 0


def verify(options: argparse.Namespace) -> int:
    """Looks through a journal: 0 as it was signed, 1 something was changed, 2 it could not be looked at."""
    try:
        octets = options.file.read_bytes()
        key = bytes.fromhex(options.key) if options.key else _own_key(options.file.with_name("bridge.identity"))
        number, _, digest = options.head.partition(":")
        head = (int(number), digest.lower()) if options.head else None
        found = verify_journal(octets, Ed25519PublicKey.from_public_bytes(key), head)
    except (OSError, ValueError) as fault:
        print(fault, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(asdict(found)))
    else:
        for one in found.faults:
            print(f"octet {one.octet}, entry {one.number}: {one.code}, {one.detail}")
        print(f"{found.entries} entries, the last is {found.number}:{found.digest}; {len(found.faults)} faults")
    return 1 if found.faults else 0


def _own_key(path: Path) -> bytes:
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: name the bridge's public key by --key")
    return identity_at(path).signing_public


def simulate_reader(options: argparse.Namespace) -> int:
    """A reader or printer without hardware, until Ctrl-C."""
    with suppress(KeyboardInterrupt):
        simulate(
            options.kind,
            options.at,
            options.hand,
            options.baud,
            sys.stdin,
            sys.stdout,
            key=options.key,
            readers=options.readers,
        )
    return 0


def new_key(path: Path) -> int:
    """Makes the key of one OSDP reader."""
    try:
        make_key(path)
    except OSError as fault:
        print(fault, file=sys.stderr)
        return 2
    print(f"{path}: keep it where the bridge reads it, and a copy locked away; a reader that has it takes no other")
    return 0


def install_reader(options: argparse.Namespace) -> int:
    """Gives one OSDP reader its key, address and speed."""
    try:
        key = bytes.fromhex(options.key_file.read_text("ascii"))
    except (OSError, ValueError) as fault:
        print(f"{options.key_file}: {fault}", file=sys.stderr)
        return 2
    address, baud = options.address, options.baud
    new_address = address if options.new_address is None else options.new_address
    wish = Wish(address, baud, key, new_address, options.new_baud or baud)
    clock = SystemClock()
    try:
        install(wish, lambda speed: SerialPort(options.port, speed, clock), clock, print)
    except NotInstalled as fault:
        print(fault, file=sys.stderr)
        return 1
    print("the reader is in service")
    return 0


def print_slip(options: argparse.Namespace) -> int:
    """Prints one slip on a printer of the settings."""
    # Its library takes a second to load, which no reader shall wait for.
    from firmware_bridge.actuate.escpos import Outcome, ReceiptPrinter, Slip, Words  # noqa: PLC0415

    try:
        printers = {printer.name: printer for printer in load(options.config).printers}
        printer = ReceiptPrinter(printers[options.printer])
    except (WrongConfig, KeyError) as fault:
        print(fault, file=sys.stderr)
        return 2
    done = printer.print(Slip([Words(line) for line in options.text], options.code))
    print(f"{done.outcome.value}  {done.why}".strip())
    return 0 if done.outcome in (Outcome.PRINTED, Outcome.PAPER_LOW) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kezdesu bridge", description="Gate readers on serial lines.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about, act in (
        ("run", "serve the readers", run),
        ("check", "say what is wrong with the settings", check),
    ):
        command = commands.add_parser(name, help=about)
        command.set_defaults(act=lambda options, act=act: act(options.config))
        command.add_argument("--config", type=Path, required=True, help="the TOML file")
    verified = commands.add_parser("verify-journal", help="find what was changed in a journal after it was written")
    verified.set_defaults(act=verify)
    verified.add_argument("file", type=Path)
    verified.add_argument("--key", default="", help="the bridge's public key, 64 hexadecimal digits")
    verified.add_argument("--head", default="", help="an entry known from elsewhere, NUMBER:SHA256")
    verified.add_argument("--json", action="store_true", help="answer for a program")
    simulated = commands.add_parser("simulate", help="a reader or printer without hardware, and its line")
    simulated.set_defaults(act=simulate_reader)
    simulated.add_argument("--kind", choices=KINDS, default=KINDS[0])
    simulated.add_argument("--at", type=Path, default=Path("scanner"), help="the path the bridge reads")
    simulated.add_argument("--hand", type=Path, default=Path("hand"), help="the path `scan` writes to")
    simulated.add_argument("--baud", type=int, default=9600)
    simulated.add_argument("--key", help="osdp: the readers' key, 32 hexadecimal digits; without it the factory's")
    simulated.add_argument("--readers", type=int, default=1, help="osdp: how many, from address 0 on")
    scanned = commands.add_parser("scan", help="write one pass to a line and hear the answer")
    scanned.set_defaults(act=lambda options: scan(options.port, options.baud, options.token, options.within))
    scanned.add_argument("--port", required=True)
    scanned.add_argument("--baud", type=int, default=9600)
    scanned.add_argument("--token", required=True, help="the text of the pass, KZP1:...")
    scanned.add_argument("--within", type=float, default=3.0, help="seconds to wait for the answer")
    made = commands.add_parser("osdp-key", help="make the key of an OSDP reader")
    made.set_defaults(act=lambda options: new_key(options.file))
    made.add_argument("file", type=Path)
    installed = commands.add_parser("osdp-install", help="give an OSDP reader its key, address and speed")
    installed.set_defaults(act=install_reader)
    installed.add_argument("--port", required=True)
    installed.add_argument("--key-file", type=Path, required=True)
    installed.add_argument("--baud", type=int, default=9600, help="its speed now")
    installed.add_argument("--address", type=int, default=0, help="its address now")
    installed.add_argument("--new-address", type=int)
    installed.add_argument("--new-baud", type=int)
    printed = commands.add_parser("print", help="print a slip, to try a printer")
    printed.set_defaults(act=print_slip)
    printed.add_argument("--config", type=Path, required=True)
    printed.add_argument("--printer", required=True, help="its name in the settings")
    printed.add_argument("--text", action="append", default=[], help="one line; may be given several times")
    printed.add_argument("--code", default="", help="the content of a QR code")
    return parser


if __name__ == "__main__":
    sys.exit(main())
