"""Reads a policy file (C2SP tlog-policy) and says everything that is wrong with it, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeVar

from service.record.cosignature import CosignatureVerifier
from service.record.keys import NoteVerifier
from service.record.policy import NONE, OUTSIDE, Group, KnownLog, KnownWitness, Policy
from service.record.refusals import RecordRefused

Key = TypeVar("Key", NoteVerifier, CosignatureVerifier)

_FOREIGN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_COUNT = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_URL = re.compile(r"https?://[^\s/]+(/\S*)?")


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One thing wrong in a policy: its code, the line (from 1; None where the whole file is meant), what it is about.

    ``control`` (a control character), ``keyword``, ``arguments`` (too few or too many words), ``key`` (not a verifier
    key of the kind needed), ``key-twice``, ``name-twice``, ``name-unknown`` (not defined above), ``member-twice``,
    ``threshold``, ``url``, ``quorum-twice``, ``quorum-missing``; and beyond the format: ``outside-missing`` (there is
    no group `outside`), ``outside-not-needed`` (the quorum is reached without it).
    """

    code: str
    line: int | None = None
    about: str = ""


class PolicyRefused(RecordRefused):
    """A file that is no policy; ``faults`` holds all that is wrong."""

    def __init__(self, faults: list[PolicyFault]) -> None:
        super().__init__("policy.form", faults=len(faults))
        self.faults = faults


def read_policy(data: bytes) -> Policy:
    """The policy of a file. Raises PolicyRefused with every fault of its form."""
    reader = _Reader()
    for number, line in enumerate(data.split(b"\n"), 1):
        if _FOREIGN.search(line):
            reader.faults.append(PolicyFault("control", number))
            continue
        # Octets above 127 are opaque: whatever they are, they come out again as they went in.
        words = re.split(r"[ \t]+", line.decode(errors="surrogateescape").strip(" \t"))
        if words[0] and not words[0].startswith("#"):
            reader.read(number, words)
    if reader.quorum is None and not any(fault.code.startswith("quorum") for fault in reader.faults):
        reader.faults.append(PolicyFault("quorum-missing"))
    if reader.faults:
        raise PolicyRefused(reader.faults)
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum or NONE)


def check_policy(data: bytes) -> list[PolicyFault]:
    """Everything wrong with a policy by which an institution is to be watched: its form, and who must take part."""
    try:
        policy = read_policy(data)
    except PolicyRefused as refused:
        return refused.faults
    if not policy.members(OUTSIDE):
        return [PolicyFault("outside-missing")]
    return [] if policy.needs_outside else [PolicyFault("outside-not-needed", about=policy.quorum)]


@dataclass
class _Reader:
    logs: list[KnownLog] = field(default_factory=list)
    witnesses: dict[str, KnownWitness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    faults: list[PolicyFault] = field(default_factory=list)
    _keys: set[tuple[str, bytes]] = field(default_factory=set)
    _grouped: set[str] = field(default_factory=set)

    def read(self, number: int, words: list[str]) -> None:
        """One line; what is wrong with it goes to the faults and the line defines nothing."""
        lengths = {"log": (2, 3), "witness": (3, 4), "group": (4, 1 << 20), "quorum": (2, 2)}
        keyword = words[0]
        if keyword not in lengths:
            self.faults.append(PolicyFault("keyword", number, keyword))
            return
        least, most = lengths[keyword]
        if not least <= len(words) <= most:
            self.faults.append(PolicyFault("arguments", number, keyword))
            return
        before = len(self.faults)
        getattr(self, f"_read_{keyword}")(number, *words[1:])
        assert len(self.faults) <= before + 1, "one line, one fault"

    def _fault(self, code: str, number: int, about: str) -> None:
        self.faults.append(PolicyFault(code, number, about))

    def _read_log(self, number: int, vkey: str, url: str | None = None) -> None:
        verifier = self._key(number, NoteVerifier, vkey, url)
        if verifier is not None:
            self.logs.append(KnownLog(verifier, url))

    def _read_witness(self, number: int, name: str, vkey: str, url: str | None = None) -> None:
        if self._defined(name) or name == NONE:
            self._fault("name-twice", number, name)
            return
        verifier = self._key(number, CosignatureVerifier, vkey, url)
        if verifier is not None:
            self.witnesses[name] = KnownWitness(name, verifier, url)

    def _read_group(self, number: int, name: str, count: str, *members: str) -> None:
        if self._defined(name) or name == NONE:
            self._fault("name-twice", number, name)
            return
        threshold = {"all": len(members), "any": 1}.get(count, int(count) if _COUNT.fullmatch(count) else 0)
        if not 1 <= threshold <= len(members):
            self._fault("threshold", number, count)
            return
        for place, member in enumerate(members):
            if not self._defined(member):
                self._fault("name-unknown", number, member)
                return
            if member in self._grouped or member in members[:place]:
                self._fault("member-twice", number, member)
                return
        self._grouped.update(members)
        self.groups[name] = Group(threshold, members)

    def _read_quorum(self, number: int, name: str) -> None:
        if self.quorum is not None:
            self._fault("quorum-twice", number, name)
        elif name != NONE and not self._defined(name):
            self._fault("name-unknown", number, name)
            self.quorum = NONE
        else:
            self.quorum = name

    def _key(self, number: int, kind: type[Key], vkey: str, url: str | None) -> Key | None:
        """The verifier of a key that is of that kind and new; otherwise a fault and None."""
        try:
            verifier = kind.from_vkey(vkey)
        except (RecordRefused, ValueError):
            self._fault("key", number, vkey)
            return None
        raw = (kind.__name__, verifier.public_key.public_bytes_raw())
        if raw in self._keys:
            self._fault("key-twice", number, vkey)
            return None
        if url is not None and not _URL.fullmatch(url):
            self._fault("url", number, url)
            return None
        self._keys.add(raw)
        return verifier

    def _defined(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups
