"""A population on PostgreSQL, kept between runs as a database that is only ever copied."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from service.store.migrate import upgrade
from tests.bench.national import KEPT
from tests.postgres import PostgresServer

MEMORY = {"shared_buffers": "1GB", "max_connections": "100", "max_wal_size": "4GB"}
"""What docs/operate.md asks for; durability keeps its defaults, which are the safe ones."""


@dataclass(frozen=True)
class Country:
    """A database of this run's own, with its keys."""

    url: str
    keys: Path


class Kept:
    """A PostgreSQL whose populations stay for the next run. The first making of a large one takes minutes."""

    def __init__(self, folder: Path = KEPT) -> None:
        self.folder = folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / "postgresql"
        place.mkdir(exist_ok=True)
        self.server = PostgresServer(place)

    @contextmanager
    def running(self) -> Iterator["Kept"]:
        """Started for the length of the block, with the memory of a server of its own."""
        fresh = not self.server.data.exists()
        with ExitStack() as ending:
            self.server.start()
            ending.callback(self.server.stop)
            if fresh:
                for name, value in MEMORY.items():
                    self._run(f"ALTER SYSTEM SET {name} = '{value}'")
                self.server.stop()
                self.server.start()
            yield self

    @contextmanager
    def country(self, institutions: int, convicts: int) -> Iterator[Country]:
        """A copy of the population of that size, migrated to the newest tables, dropped at the end of the block."""
        name = f"population_{institutions}_{convicts}"
        keys = self.folder / f"keys-{institutions}-{convicts}"
        if not self._exists(name):
            self._make(name, keys, institutions, convicts)
        copy = f"run_{os.getpid()}_{institutions}"
        # The other way of copying writes everything twice, once into the log.
        self._run(f'CREATE DATABASE "{copy}" TEMPLATE "{name}" STRATEGY FILE_COPY')
        try:
            url = self.server.url(copy)
            upgrade(url)
            yield Country(url, keys)
        finally:
            self._run(f'DROP DATABASE "{copy}" WITH (FORCE)')

    def _make(self, name: str, keys: Path, institutions: int, convicts: int) -> None:
        growing = f"{name}_growing"
        self._run(f'DROP DATABASE IF EXISTS "{growing}"')
        self._run(f'CREATE DATABASE "{growing}" TEMPLATE template0')
        words = ["--population", "national", "--seed", "1", "--data-dir", str(keys.parent / f"{keys.name}.data")]
        size = ["--institutions", str(institutions), "--convicts", str(convicts)]
        told = {
            **os.environ,
            "KEZDESU_DATABASE_URL": self.server.url(growing),
            "KEZDESU_KEYS_DIR": str(keys),
        }
        command = [sys.executable, "-m", "service", "demo", *words, *size]
        subprocess.run(command, env=told, check=True, stdout=sys.stderr)
        with psycopg.connect(self.server.url(growing), autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
        self._run(f'ALTER DATABASE "{growing}" RENAME TO "{name}"')

    def _exists(self, name: str) -> bool:
        with psycopg.connect(self.server.url("postgres")) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        return found is not None

    def _run(self, statement: str) -> None:
        with psycopg.connect(make_url(self.server.url("postgres")).render_as_string(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
