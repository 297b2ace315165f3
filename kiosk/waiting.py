"""What waits on the kiosk for the line: sealed at once, one file a request, sent in the order it was said.

Nobody can read it here, this program included: card, PIN and request are sealed to the service's key (HPKE, RFC 9180:
X25519, HKDF-SHA-256, AES-256-GCM), bound to this kiosk and to a sequence that is never used twice.
"""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.service import Offline, Refused, Service, TooManyTries

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
QUEUE_INFO = "kezdesu kiosk queue v1"
LETTER_INFO = b"kezdesu letter v1"
MOST = 10_000


class Full(Exception):
    """The queue takes no more; an officer must see to the line."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One sealed request: its sequence and the kiosk's own time when it was said (RFC 3339)."""

    sequence: int
    asked_at: str
    sealed: str


class Queue:
    """A folder of sealed requests and the count of sequences. Everything is on the disk before it is acknowledged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._counter = folder / "sequence"
        self._last = int(self._counter.read_text(encoding="ascii")) if self._counter.exists() else 0

    def next_sequence(self) -> int:
        """A number never given before, for what goes to the service now.

        A disk that takes nothing is no reason to refuse it: the service knows the number as soon as it has the request.
        """
        with self._lock:
            try:
                return self._next()
            except OSError:
                return self._last

    def count_on(self, counted: int) -> None:
        """Goes on after what the service has seen: a folder lost, or put back from a copy, gives no number twice."""
        with self._lock:
            self._last = max(self._last, counted)

    def put(self, said: Mapping[str, object], *, device: str, key: str, asked_at: str) -> Waiting:
        """Seals and keeps a request. Raises Full, and OSError when the disk takes it not."""
        with self._lock:
            if len(self._names()) >= MOST:
                raise Full
            sequence = self._next()
            info = f"{QUEUE_INFO} {device} {sequence}".encode()
            one = Waiting(sequence, asked_at, sealed_to(key, json.dumps(said).encode(), info))
            text = json.dumps({"asked_at": asked_at, "sealed": one.sealed})
            write_whole(self._folder / f"{sequence:010}.json", text)
            return one

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Waiting]:
        for name in self._names():
            read = json.loads((self._folder / name).read_text(encoding="utf-8"))
            yield Waiting(int(name.split(".")[0]), read["asked_at"], read["sealed"])

    def drain(self, service: Service) -> Iterator[tuple[Waiting, dict[str, Any]]]:
        """Sends what waits, in order; each is removed once it is answered. Stops quietly when the line goes again."""
        for one in list(self):
            try:
                answer = service.send_queued(one.sequence, one.asked_at, one.sealed)
            except (Offline, TooManyTries):
                return
            except Refused as refused:
                if refused.code == "too-many-requests":
                    return
                answer = {"outcome": "failed", "code": refused.code}
            (self._folder / f"{one.sequence:010}.json").unlink()
            _sync(self._folder)
            yield one, answer

    def _names(self) -> list[str]:
        return sorted(one.name for one in self._folder.glob("*.json"))

    def _next(self) -> int:
        self._last += 1
        write_whole(self._counter, str(self._last))
        return self._last


def sealed_to(key: str, octets: bytes, info: bytes) -> str:
    """HPKE to a public key of 64 hexadecimal digits, in base64."""
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(key))
    return base64.b64encode(SUITE.encrypt(octets, public, info=info)).decode()


def write_whole(path: Path, text: str) -> None:
    """Puts a file in its place whole, on the disk before this returns. Raises OSError when the disk takes it not."""
    unfinished = path.with_suffix(".unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    unfinished.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
