"""The folder of keys: kept apart from the database and its backups, readable by the service's account only."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SECRET_BYTES = 32
STANDING = ("wrapping", "lookup", "server")
NEXT, OLD = "next", "old"
MARKS = "marks"
RandomBytes = Callable[[int], bytes]


class KeysMissing(RuntimeError):
    """A key file is not there, or is too short to be a key."""


@dataclass(frozen=True)
class KeyFolder:
    """Named secrets of 32 bytes, one hexadecimal file each.

    `wrapping` wraps each person's data key, `lookup` keys the search indexes, `server` binds forms and codes to
    sessions; `log-<id>` signs the heads of a log and `pass-<number>` signs passes (Ed25519 seeds). While one of the
    three is rotated, `<name>-next` or `<name>-old` lies beside it (`service.store.key_rotation`); `marks` is the
    `lookup` key of the beginning.
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

    def accepted(self, name: str) -> tuple[bytes, ...]:
        """The secret `name`, and after it what is accepted beside it while it is rotated. Raises KeysMissing.

        Asked often: the files are read again only when one of them has changed.
        """
        return _accepted(self, name, self._stamp(name))

    def _stamp(self, name: str) -> tuple[int, ...]:
        try:
            folder, file = self.path.stat(), (self.path / f"{name}.key").stat()
        except OSError as error:
            raise KeysMissing(f"the key file {name}.key cannot be read in {self.path}") from error
        return (folder.st_ino, folder.st_mtime_ns, file.st_ino, file.st_mtime_ns)

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
        self.sync()
        return self.read(name)

    def make_standing(self, random_bytes: RandomBytes) -> None:
        """The three secrets every installation has."""
        for name in STANDING:
            if not self.has(name):
                self.make(name, random_bytes)

    def sync(self) -> None:
        """What was named, linked or renamed in the folder survives a power cut from here on."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@lru_cache(maxsize=64)
def _accepted(keys: KeyFolder, name: str, stamp: tuple[int, ...]) -> tuple[bytes, ...]:
    del stamp  # it only says whether this was read before
    beside = [keys.read(f"{name}-{other}") for other in (NEXT, OLD) if keys.has(f"{name}-{other}")]
    return tuple(dict.fromkeys((keys.read(name), *beside)))
