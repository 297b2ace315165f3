"""Openings released to an auditor: a file of lines, one for each event and person, that lets commitments be read.

    {"release": "<id>", "log": "la-155-8"}
    {"log": "la-155-8", "n": 12, "person": "<id>", "open": {"<path>": ["<salt, base64>", <value>]}}

Nothing is open of somebody who was erased.

The first line names the release; that two auditors released exactly this file is an event of the log itself.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.record.commitment import matches
from service.record.events import Plain
from service.record.fold import Shown
from service.record.leaf import Leaf
from service.record.refusals import RecordRefused
from service.store.verify.finding import Finding

Opened = Mapping[str, tuple[bytes, Plain]]


class NoOpenings(ValueError):
    """The file is not one of released openings."""


def head_line(release: str, log: str) -> str:
    """The first line of the file."""
    return json.dumps({"release": release, "log": log}, separators=(",", ":"))


def line_of(log: str, number: int, person: str, opened: Opened) -> str:
    """One line of the file."""
    shown = {path: [base64.b64encode(salt).decode(), value] for path, (salt, value) in sorted(opened.items())}
    return json.dumps({"log": log, "n": number, "person": person, "open": shown}, separators=(",", ":"))


@dataclass(slots=True)
class Released:
    """The openings of a file, by log and event. `sha256` is the file's digest as hexadecimal digits."""

    release: str
    log: str
    sha256: str
    held: dict[tuple[str, int], list[tuple[str, dict[str, tuple[bytes, Plain]]]]] = field(default_factory=dict)
    count: int = 0
    erased: frozenset[str] = frozenset()
    """Who was erased, as the national log says: what stands behind their commitments opens no more."""

    def shown(self, leaf: Leaf, faults: list[Finding]) -> dict[str, Shown]:
        """What the file shows of an event's commitments, by path; what does not fit goes into `faults`."""
        opened = self.held.get((leaf.log, leaf.number))
        if opened is None:
            return {}
        commitments, found, lost = leaf.commitments(), {}, set()
        for person, paths in opened:
            if not paths and person in self.erased:
                lost.add(person)
            for path, (salt, value) in paths.items():
                if path not in commitments or path in found:
                    faults.append(Finding("opening.unexpected", leaf.log, leaf.number, "opening", person, detail=path))
                elif not _fits(commitments[path], salt, value):
                    faults.append(Finding("opening.commitment", leaf.log, leaf.number, "opening", person, detail=path))
                else:
                    found[path] = Shown(person, value)
        unread = sorted(commitments.keys() - found.keys())
        still = Shown(None, None, frozenset(lost))
        found.update(dict.fromkeys(unread, still) if lost else {})
        if unread and not lost and leaf.log == self.log:
            detail = ", ".join(unread)
            faults.append(Finding("opening.missing", leaf.log, leaf.number, "opening", detail=detail))
        return found

    def check_logged(self, releases: Mapping[str, Mapping[str, Any]]) -> Iterable[Finding]:
        """That the log tells of the release of this very file by two auditors; `releases` are its rows by id."""
        row = releases.get(self.release)
        if row is None:
            yield Finding("release.unlogged", self.log, table="opening_release", row=self.release)
        elif row.get("state") != "released" or row.get("sha256") != self.sha256:
            yield Finding("release.other-file", self.log, table="opening_release", row=self.release)


def read_openings(path: Path) -> Released:
    """The file of released openings. Raises NoOpenings."""
    digest = hashlib.sha256()
    found: Released | None = None
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            digest.update(line)
            try:
                value = json.loads(line)
                if found is None:
                    found = Released(str(value["release"]), str(value["log"]), "")
                    continue
                opened = {
                    path: (base64.b64decode(salt, validate=True), shown)
                    for path, (salt, shown) in value["open"].items()
                }
                place = (str(value["log"]), int(value["n"]))
                found.held.setdefault(place, []).append((str(value["person"]), opened))
                found.count += 1
            except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
                raise NoOpenings(f"line {number}: {error}") from error
    if found is None:
        raise NoOpenings("the file is empty")
    found.sha256 = digest.hexdigest()
    return found


def _fits(commitment: str, salt: bytes, value: object) -> bool:
    try:
        return matches(commitment, salt, value)
    except RecordRefused:
        return False
