"""The two files of a backup: the database, and apart from it, under another secret, the keys."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from service.backup.engines import copied, sync_folder
from service.backup.manifest import Manifest, read_manifest
from service.backup.refused import NotDone
from service.backup.sealing import CHUNK, PrivateKey, Recipient, Sealer, Secret, unsealed
from service.store.keys import KeyFolder, KeysMissing, RandomBytes

LENGTH = 8
LARGEST_MANIFEST = 64 << 20
LARGEST_KEYS = 16 << 20


def back_up(
    url: str,
    file: Path,
    secret: Secret | Recipient,
    random_bytes: RandomBytes,
    at: datetime,
    *,
    witness_policy: str | None = None,
    programs: Path | None = None,
) -> Manifest:
    """Writes a sealed copy of the database to `file`, which must not exist, while the service goes on.

    The file holds the length of the manifest (8 octets), the manifest, and what SQLite's backup or pg_dump wrote. It is
    there whole, and on the disk, or not at all. Raises NotDone.
    """
    with _written(file) as stream, copied(url, at, witness_policy, programs) as (manifest, octets):
        sealer = Sealer(stream, secret, random_bytes)
        told = manifest.encode()
        sealer.write(len(told).to_bytes(LENGTH) + told)
        while data := octets.read(CHUNK):
            sealer.write(data)
        sealer.finish()
    return manifest


def back_up_keys(keys: KeyFolder, file: Path, secret: Secret | Recipient, random_bytes: RandomBytes) -> int:
    """Writes the sealed keys to `file`, which must not exist; answers how many. Raises NotDone."""
    names = sorted(path.stem for path in keys.path.glob("*.key") if not path.name.startswith("."))
    if not names:
        raise NotDone(f"there are no keys in {keys.path}")
    try:
        told = json.dumps({name: keys.read(name).hex() for name in names}).encode()
    except KeysMissing as missing:
        raise NotDone(str(missing)) from missing
    with _written(file) as stream:
        sealer = Sealer(stream, secret, random_bytes)
        sealer.write(told)
        sealer.finish()
    return len(names)


def open_backup(stream: IO[bytes], secret: Secret | PrivateKey) -> tuple[Manifest, Callable[[IO[bytes]], None]]:
    """The manifest of a backup, and what writes the copy that follows it. Both raise NotDone."""
    chunks = unsealed(stream, secret)
    held = _more(bytearray(), LENGTH, chunks)
    length = int.from_bytes(held[:LENGTH])
    if length > LARGEST_MANIFEST:
        raise NotDone("the backup has a format that this version does not read")
    held = _more(held, LENGTH + length, chunks)
    manifest = read_manifest(bytes(held[LENGTH : LENGTH + length]))

    def write(target: IO[bytes]) -> None:
        target.write(held[LENGTH + length :])
        for chunk in chunks:
            target.write(chunk)

    return manifest, write


def open_keys(file: Path, secret: Secret | PrivateKey) -> dict[str, str]:
    """The keys of a backup, hexadecimal, by name. Raises NotDone."""
    found = bytearray()
    with file.open("rb") as stream:
        for chunk in unsealed(stream, secret):
            found += chunk
            if len(found) > LARGEST_KEYS:
                break
    try:
        keys = json.loads(bytes(found))
        well_formed = isinstance(keys, dict) and all(
            isinstance(name, str) and Path(name).name == name and bytes.fromhex(key) for name, key in keys.items()
        )
    except (ValueError, TypeError):
        well_formed = False
    if not well_formed:
        raise NotDone(f"{file} is a backup, but not of keys")
    return dict(keys)


def put_keys(folder: Path, keys: dict[str, str]) -> None:
    """Writes the keys into a folder that is empty or not there. Raises NotDone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotDone(f"there is something in {folder} already")
    for name, key in keys.items():
        handle = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(f"{key}\n")
            stream.flush()
            os.fsync(stream.fileno())
    sync_folder(folder)


def _more(held: bytearray, wanted: int, chunks: Iterator[bytes]) -> bytearray:
    while len(held) < wanted:
        chunk = next(chunks, None)
        if chunk is None:
            raise NotDone("this is a sealed file, but not of a database")
        held += chunk
    return held


@contextmanager
def _written(file: Path) -> Iterator[IO[bytes]]:
    """A file that appears whole or not at all, for the service's account only, and never in place of another."""
    unfinished = Path(f"{file}.unfinished")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as fault:
        raise NotDone(f"{unfinished} cannot be written: {fault.strerror}") from fault
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.link(unfinished, file)
    except FileExistsError:
        raise NotDone(f"{file} is there already; a backup overwrites nothing") from None
    finally:
        unfinished.unlink()
    sync_folder(file.parent)
