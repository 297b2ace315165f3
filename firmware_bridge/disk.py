"""The journal's file, passed in so that a simulation can cut its power."""

import errno
import fcntl
import os
from pathlib import Path
from typing import Protocol


class JournalFile(Protocol):
    """A file that only grows. Every method may raise OSError."""

    def read(self) -> bytes:
        """The whole file."""

    def read_at(self, place: int, length: int) -> bytes:
        """A part of it."""

    def append(self, octets: bytes) -> None:
        """Writes the octets at the end in one call; on OSError some of them may stand there."""

    def cut(self, length: int) -> None:
        """Shortens the file to `length` octets."""

    def sync(self) -> None:
        """Returns when everything written would survive a power cut."""


class InUse(OSError):
    """Another bridge holds the file."""


class DiskFile:
    """A journal on this machine's disk, readable by its owner only, held by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            os.close(self._descriptor)
            raise InUse(errno.EAGAIN, "another bridge writes this journal", str(path)) from busy
        # The name of a new file is on the disk only when its folder is.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self) -> bytes:
        length = os.fstat(self._descriptor).st_size
        return os.pread(self._descriptor, length, 0)

    def read_at(self, place: int, length: int) -> bytes:
        return os.pread(self._descriptor, length, place)

    def append(self, octets: bytes) -> None:
        if os.write(self._descriptor, octets) != len(octets):
            raise OSError(errno.ENOSPC, "the disk took only a part of the record")

    def cut(self, length: int) -> None:
        os.ftruncate(self._descriptor, length)

    def sync(self) -> None:
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


class SealedFile:
    """The newest bundle, sealed as it came: replaced as a whole, for its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def write(self, octets: bytes) -> None:
        new = self._path.with_name(f".{self._path.name}.new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            if os.write(handle, octets) != len(octets):
                raise OSError(errno.ENOSPC, "the disk took only a part of the bundle")
            os.fsync(handle)
        finally:
            os.close(handle)
        new.replace(self._path)
