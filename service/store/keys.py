"""The folder of keys: kept apart from the database and its backups, readable by the service's account only."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECRET_BYTES = 32
RandomBytes = Callable[[int], bytes]


class KeysMissing(RuntimeError):
    """A key file is not there, or is too short to be a key."""


@dataclass(frozen=True)
class KeyFolder:
    """Named secrets of 32 bytes, one hexadecimal file each.

    `wrapping` wraps each person's data key, `lookup` keys the search indexes, `server` binds forms and codes to
    sessions; `log-<id>` signs the heads of a log and `pass-<number>` signs passes (Ed25519 seeds).
    """

    path: Path

    def read(self, name: str) -> bytes:
        """The secret `name`. Raises KeysMissing."""
        file = self.path / f"{name}.key"
        try:
            secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise KeysMissing(f"the key file {file.name} cannot be read in {self.path}") from error
        if len(secret) != SECRET_BYTES:
            raise KeysMissing(f"the key file {file.name} does not hold {SECRET_BYTES} bytes")
        return secret

    def has(self, name: str) -> bool:
        """Whether the secret exists."""
        return (self.path / f"{name}.key").exists()

    def make(self, name: str, random_bytes: RandomBytes) -> bytes:
        """The secret `name`, made now if it does not exist yet; safe against two makers at once."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.path / f"{name}.key"
        unfinished = self.path / f".{name}.{os.getpid()}.{random_bytes(4).hex()}"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, random_bytes(SECRET_BYTES).hex().encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(unfinished, file)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
        self._sync()
        return self.read(name)

    def make_standing(self, random_bytes: RandomBytes) -> None:
        """The three secrets every installation has."""
        for name in ("wrapping", "lookup", "server"):
            if not self.has(name):
                self.make(name, random_bytes)

    def _sync(self) -> None:
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
