"""The bridge's command: `python -m firmware_bridge run|check|simulate|scan`."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from firmware_bridge.bridge import Bridge
from firmware_bridge.config import WrongConfig, cautions, load
from firmware_bridge.hand import scan, simulate
from firmware_bridge.journal import JournalDamaged


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers its exit status: 0 good, 1 bad, 2 not carried out."""
    options = _parser().parse_args(arguments)
    match options.command:
        case "check":
            return check(options.config)
        case "run":
            return run(options.config)
        case "scan":
            return scan(options.port, options.baud, options.token, options.within)
        case _:
            try:
                simulate(options.at, options.hand, options.baud, sys.stdin, sys.stdout)
            except KeyboardInterrupt:
                return 0
            return 1


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
    print(f"good: {len(config.readers)} readers, {len(config.keys)} keys, journal {config.journal}")
    return 0


def run(path: Path) -> int:
    """Serves the readers until SIGTERM or SIGINT; the log is one JSON object a line on standard error."""
    try:
        bridge = Bridge(load(path), log)
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
    stopped.wait()
    bridge.stop()
    return 0


def log(event: str, **facts: object) -> None:
    """One line of JSON on standard error, with the moment in UTC."""
    said = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
    # A log that cannot be written is no reason to stop a gate.
    with suppress(OSError, ValueError):
        # One write: the threads of the readers share this stream.
        sys.stderr.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")
        sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kezdesu bridge", description="Gate readers on serial lines.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in (("run", "serve the readers"), ("check", "say what is wrong with the settings")):
        command = commands.add_parser(name, help=about)
        command.add_argument("--config", type=Path, required=True, help="the TOML file")
    simulated = commands.add_parser("simulate", help="a scanner without hardware")
    simulated.add_argument("--at", type=Path, default=Path("scanner"), help="the path the bridge reads")
    simulated.add_argument("--hand", type=Path, default=Path("hand"), help="the path `scan` writes to")
    simulated.add_argument("--baud", type=int, default=9600)
    scanned = commands.add_parser("scan", help="write one pass to a line and hear the answer")
    scanned.add_argument("--port", required=True)
    scanned.add_argument("--baud", type=int, default=9600)
    scanned.add_argument("--token", required=True, help="the text of the pass, KZP1:...")
    scanned.add_argument("--within", type=float, default=3.0, help="seconds to wait for the answer")
    return parser


if __name__ == "__main__":
    sys.exit(main())
