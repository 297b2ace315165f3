"""A real streaming copy of a PostgreSQL: `pg_basebackup`, then a server in hot standby."""

import subprocess
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.postgres import PostgresServer


class Standby(PostgresServer):
    """Follows the server that `primary` is a database of; `url` answers the same databases, for reading."""

    def __init__(self, primary: str, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._primary = make_url(primary).set(drivername="postgresql")

    def _make_cluster(self) -> None:
        if self._owner:
            self.folder.chmod(0o755)
            subprocess.run(["chown", str(self._owner.pw_uid), self.folder], check=True)
        subprocess.run(
            [self._programs / "pg_basebackup", "--pgdata", self.data, "--dbname", self._line(), "--checkpoint=fast",
             "--wal-method=stream", "--no-sync", "--write-recovery-conf"],
            check=True, stdout=subprocess.DEVNULL, **self._as_owner(),
        )  # fmt: skip

    def stop_following(self) -> None:
        """What was received is not replayed any more, as with a line that is cut."""
        self._do("SELECT pg_wal_replay_pause()")

    def go_on_following(self) -> None:
        """Everything that waits is replayed."""
        self._do("SELECT pg_wal_replay_resume()")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _line(self) -> str:
        return self._primary.render_as_string(hide_password=False)
