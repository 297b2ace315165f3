"""The file behind the local inboxes: one JSON object a line, written by several processes, read by a page."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

Clock = Callable[[], datetime]


def append(file: Path, entry: Mapping[str, object]) -> None:
    """Adds one entry with a single write, so that two processes never mix their lines."""
    file.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def entries(file: Path) -> Iterator[dict[str, str]]:
    """The entries in the order they were written; none if there is no file yet."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
