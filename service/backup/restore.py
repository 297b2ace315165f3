"""The way back: into an empty place, where no witness would notice that something is missing; then verified."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from service.backup.engines import is_empty, put_in
from service.backup.make import open_backup, open_keys, put_keys
from service.backup.manifest import LogAt, Manifest, read_logs
from service.backup.refused import NotDone
from service.backup.rollback import Loss, losses
from service.backup.sealing import PrivateKey, Secret
from service.store.keys import KeyFolder
from service.store.migrate import head, upgrade
from service.store.vault import Vault
from service.store.verify import Report, verify


@dataclass(frozen=True, slots=True)
class Source:
    """A backup of a database with its secret, and perhaps one of keys with its own."""

    file: Path
    secret: Secret | PrivateKey
    keys: tuple[Path, Secret | PrivateKey] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: an empty database and a folder of keys, which is filled from the backup or holds them already."""

    url: str
    keys: Path
    programs: Path | None = None
    jobs: int = 1
    """How many tables or indexes of PostgreSQL are put in side by side; one keeps it one transaction."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it. `report` is the verification's; None where a rollback was refused and nothing put in place."""

    manifest: Manifest
    lost: list[Loss]
    report: Report | None
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether what stands there now is what was backed up, as the record says."""
        return self.report is not None and self.report.clean and not self.faults


def restore(
    source: Source,
    target: Target,
    make_vault: Callable[[KeyFolder], Vault],
    *,
    heads: Sequence[bytes] = (),
    accept_loss: bool = False,
) -> Restored:
    """Puts a backup in place and verifies it. `heads` are signed heads that others keep.

    Where one of them is longer than the backup's log, nothing is put in place unless the loss is accepted. Raises
    NotDone where the place is not empty or a file does not open; then nothing was put in place either.
    """
    if not is_empty(target.url):
        raise NotDone("the place is not empty; a restore overwrites nothing")
    with source.file.open("rb") as stream:
        manifest, write = open_backup(stream, source.secret)
        lost, reached = losses(manifest.logs, heads)
        if lost and not accept_loss:
            return Restored(manifest, lost, None)
        if manifest.migration > head():
            raise NotDone(f"the backup stands at migration {manifest.migration}; this version knows {head()}")
        keys = open_keys(*source.keys) if source.keys else {}
        if keys and target.keys.exists() and any(target.keys.iterdir()):
            raise NotDone(f"there is something in {target.keys} already")
        put_in(target.url, manifest.engine, write, target.programs, target.jobs)
        if keys:
            put_keys(target.keys, keys)
    faults = [] if logs_of(target.url) == manifest.logs else ["the copy is not the one its manifest tells of"]
    if manifest.migration != head():
        upgrade(target.url)
    folder = KeyFolder(target.keys)
    vault = make_vault(folder) if folder.has("wrapping") else None
    return Restored(manifest, lost, verify(target.url, vault, reached), faults)


def logs_of(url: str) -> tuple[LogAt, ...]:
    """How far the logs of a database have come. Raises NotDone where there is no installation."""
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    with sa.create_engine(parsed, poolclass=NullPool).connect() as connection:
        return read_logs(connection)
