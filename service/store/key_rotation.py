"""One standing key takes another's place in the folder, in steps of which each may be the last before a power cut.

    wrapping.key                            nothing is under way
    wrapping.key, wrapping-next.key         prepared: the new one is accepted, nothing is made with it
    wrapping.key, wrapping-old.key          switched: the new one is `wrapping.key`; the old one is still accepted
    wrapping.key, retired/wrapping-….key    over: the old one is accepted no more, and kept for old backups

Every process reads the folder again when it has changed, so each accepts a key before anybody uses it.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from service.store.keys import MARKS, NEXT, OLD, KeyFolder, RandomBytes

Stage = Literal["none", "prepared", "switched"]
RETIRED = "retired"


def key_name(secret: bytes) -> str:
    """What a key is called where it must not be told: 16 hexadecimal digits of a digest of its own."""
    return sha256(b"kezdesu standing key 1\0" + secret).hexdigest()[:16]


@dataclass(frozen=True)
class KeyRotation:
    """The rotation of one standing key ('wrapping', 'lookup', 'server')."""

    keys: KeyFolder
    name: str

    def stage(self) -> Stage:
        """How far it is."""
        if self.keys.has(f"{self.name}-{OLD}") and not self.keys.has(f"{self.name}-{NEXT}"):
            return "switched"
        return "prepared" if self.keys.has(f"{self.name}-{NEXT}") else "none"

    def prepare(self, random_bytes: RandomBytes) -> None:
        """Makes the next key. Does nothing when one is there."""
        if self.name == "lookup" and not self.keys.has(MARKS):
            os.link(self._file(self.name), self._file(MARKS))  # marks stay under the key of the beginning
            self.keys.sync()
        self.keys.make(f"{self.name}-{NEXT}", random_bytes)

    def switch(self, now: datetime) -> None:
        """The next key becomes the key, and the one before is the old one from `now` on."""
        if not self.keys.has(f"{self.name}-{OLD}"):
            os.utime(self._file(self.name), (now.timestamp(), now.timestamp()))
            os.link(self._file(self.name), self._file(f"{self.name}-{OLD}"))
            self.keys.sync()
        self._file(f"{self.name}-{NEXT}").replace(self._file(self.name))
        self.keys.sync()

    def switched_at(self) -> float:
        """Since when the old key is old, in seconds of the epoch. Raises FileNotFoundError where there is none."""
        return self._file(f"{self.name}-{OLD}").stat().st_mtime

    def retire(self) -> Path:
        """Moves the old key aside, where no process looks; answers where it lies."""
        place = self.keys.path / RETIRED
        place.mkdir(mode=0o700, exist_ok=True)
        aside = place / f"{self.name}-{key_name(self.keys.read(f'{self.name}-{OLD}'))}.key"
        self._file(f"{self.name}-{OLD}").replace(aside)
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        self.keys.sync()
        return aside

    def _file(self, name: str) -> Path:
        return self.keys.path / f"{name}.key"
