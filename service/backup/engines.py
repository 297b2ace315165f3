"""Getting a consistent copy out of SQLite or PostgreSQL while others write, and a copy into an empty place."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from service.backup.manifest import Manifest, manifest_of
from service.backup.refused import NotDone
from service.store.engine import open_database

SIDES = ("-wal", "-shm", "-journal")
FOR_INDEXES = "-c maintenance_work_mem=256MB"
"""A restore makes every index of a country at once, and asks for memory for that only."""
EMPTYING = """
SELECT format('DROP TABLE IF EXISTS %s CASCADE', oid::regclass) FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
UNION ALL
SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', routine.oid::regprocedure) FROM pg_proc AS routine
WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS (
  SELECT FROM pg_depend WHERE objid = routine.oid AND classid = 'pg_proc'::regclass AND deptype = 'e'
)
"""


@contextmanager
def copied(
    url: str, at: datetime, witness_policy: str | None, programs: Path | None
) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """The manifest and the octets of one snapshot of the database. Raises NotDone; for PostgreSQL also at the end."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with _copied_sqlite(_file_of(parsed), at, witness_policy) as made:
            yield made
    else:
        with _copied_postgres(url, at, witness_policy, programs) as made:
            yield made


@contextmanager
def _copied_sqlite(file: Path, at: datetime, policy: str | None) -> Iterator[tuple[Manifest, IO[bytes]]]:
    if not file.exists():
        raise NotDone(f"there is no database at {file}")
    # Beside the database: the copy is as private as the original, and the disk is one it fits on.
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
        copy = Path(folder) / "copy.db"
        with closing(sqlite3.connect(file, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # one step: writers go on, and do not make it begin again
        engine = sa.create_engine(f"sqlite:///{copy}", poolclass=NullPool)
        with engine.connect() as connection:
            manifest = manifest_of(connection, at, policy)
        with copy.open("rb") as stream:
            yield manifest, stream


@contextmanager
def _copied_postgres(
    url: str, at: datetime, policy: str | None, programs: Path | None
) -> Iterator[tuple[Manifest, IO[bytes]]]:
    dump = _program("pg_dump", programs)
    database = open_database(url)
    try:
        with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            manifest = manifest_of(connection, at, policy)
            command = [
                dump,
                "--format=custom",
                "--compress=1",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
            ]
            with _running([*command, f"--dbname={_for_programs(url)}"], url) as stream:
                yield manifest, stream
    finally:
        database.close()


@contextmanager
def _running(command: list[str], url: str) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=_environment(url))  # noqa: S603
        assert running.stdout is not None
        try:
            yield running.stdout
        finally:
            running.stdout.close()
            status = running.wait()
        if status:
            said.seek(0)
            raise NotDone(f"pg_dump: {_last_line(said.read())}")


def is_empty(url: str) -> bool:
    """Whether a restore would overwrite nothing: no SQLite file, or a PostgreSQL database without tables."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = _file_of(parsed)
        return not any(Path(f"{file}{side}").exists() for side in ("", *SIDES))
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            return not sa.inspect(connection).get_table_names()
    finally:
        database.close()


def put_in(url: str, engine: str, write: Callable[[IO[bytes]], None], programs: Path | None, jobs: int = 1) -> None:
    """A copy into the empty database at `url`; `write` writes its octets. Raises NotDone; then nothing was put in.

    With several `jobs` PostgreSQL takes tables and indexes side by side, and no longer as one transaction: what a
    failure leaves is removed again, what a kill leaves is not.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != engine:
        raise NotDone(f"the backup is of {engine}; {parsed.get_backend_name()} is no place for it")
    if engine == "sqlite":
        _put_sqlite(_file_of(parsed), write)
        return
    restore = _program("pg_restore", programs)
    with tempfile.NamedTemporaryFile() as file:  # pg_restore begins only when the last chunk has opened
        write(file)
        file.flush()
        how = "--single-transaction" if jobs == 1 else f"--jobs={jobs}"
        command = [restore, "--exit-on-error", how, "--no-owner", "--no-privileges"]
        done = subprocess.run(  # noqa: S603
            [*command, f"--dbname={_for_programs(url)}", file.name],
            check=False,
            capture_output=True,
            env=_environment(url) | {"PGOPTIONS": FOR_INDEXES},
        )
        if done.returncode:
            if jobs > 1:
                _empty_again(url)
            raise NotDone(f"pg_restore: {_last_line(done.stderr)}")


def _empty_again(url: str) -> None:
    """Takes away what a failed restore has put in; what belongs to an extension was there before."""
    database = open_database(url)
    try:
        with database.engine.begin() as connection:
            for (statement,) in connection.execute(sa.text(EMPTYING)).all():
                connection.execute(sa.text(statement))
    finally:
        database.close()


def _put_sqlite(file: Path, write: Callable[[IO[bytes]], None]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = Path(f"{file}.restoring")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(unfinished, file)
    except FileExistsError:
        raise NotDone(f"{file} is there already") from None
    finally:
        unfinished.unlink()
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Names in a folder survive a power cut from here on."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def thrown_away(url: str, name: str) -> Iterator[str]:
    """The URL of an empty database for a drill, of the same engine, on the same server; gone afterwards."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with tempfile.TemporaryDirectory(prefix="kezdesu-drill-") as folder:
            yield f"sqlite:///{Path(folder) / 'kezdesu.db'}"
        return
    database = open_database(url)
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
            except sa.exc.DBAPIError as fault:
                raise NotDone(f"no database for the drill can be made: {fault.orig}".splitlines()[0]) from fault
            try:
                yield parsed.set(database=name).render_as_string(hide_password=False)
            finally:
                connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        database.close()


def _file_of(url: URL) -> Path:
    if not url.database:
        raise NotDone("the database has no file")
    return Path(url.database)


def _program(name: str, programs: Path | None) -> str:
    found = shutil.which(name, path=str(programs) if programs else None)
    if found is None:
        raise NotDone(f"{name} is not here: install PostgreSQL's client programs, or name their folder by --programs")
    return found


def _for_programs(url: str) -> str:
    return make_url(url).set(drivername="postgresql", password=None).render_as_string()  # lists of processes are public


def _environment(url: str) -> dict[str, str]:
    password = make_url(url).password
    return {**os.environ, "PGPASSWORD": str(password)} if password else dict(os.environ)


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[0] if lines else "failed"
