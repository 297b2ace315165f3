"""Where the kiosk stands and the keys it seals to, kept for a start without a line: public data, marked as its own.

The file is not secret. Its mark (HMAC-SHA-256) keeps somebody who changes it from having what is asked for sealed to
a key of his own.
"""

import json
from hashlib import sha256
from hmac import compare_digest, new
from pathlib import Path
from typing import Any

from kiosk.waiting import write_whole

NAME = "known"
PASSING = {"now", "counted"}
"""What is other each time and of no use without a line."""


class Known:
    """What the service said of this kiosk last, in the kiosk's folder."""

    def __init__(self, folder: Path, device_key: str) -> None:
        self._file = folder / NAME
        self._key = device_key.encode()
        self._kept: str | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self) -> dict[str, Any]:
        """What was kept; nothing where there is no file, or not one that this kiosk has written."""
        try:
            mark, _, text = self._file.read_text(encoding="utf-8").partition("\n")
            if compare_digest(mark.encode(), self._mark(text).encode()):
                return dict(json.loads(text))
        except (OSError, ValueError):
            pass
        return {}

    def keep(self, known: dict[str, Any]) -> None:
        """Keeps it where it has changed. A full disk is no reason to stop: with a line nobody reads it."""
        text = json.dumps({name: value for name, value in known.items() if name not in PASSING}, sort_keys=True)
        if text == self._kept:
            return
        try:
            write_whole(self._file, f"{self._mark(text)}\n{text}")
        except OSError:
            return
        self._kept = text

    def _mark(self, text: str) -> str:
        return new(self._key, text.encode(), sha256).hexdigest()
