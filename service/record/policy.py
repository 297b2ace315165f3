"""Trust policies (C2SP tlog-policy): which logs and witnesses are known, and which cosignatures together suffice.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>…
    quorum <name>|none

Names of witnesses and groups mean something inside the file only, except one of ours: the group `outside` holds the
witnesses that do not answer to the ministry, and no quorum may be reached without one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.record import notes
from service.record.checkpoint import SignedCheckpoint, open_checkpoint, parse_checkpoint
from service.record.cosignature import CosignatureVerifier, cosigned_at
from service.record.keys import NoteVerifier
from service.record.notes import Note
from service.record.refusals import RecordRefused

NONE = "none"
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log by its key, whose name is the log's origin, and where it may be read."""

    verifier: NoteVerifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness by its key, under the name the policy gives it, and where it takes checkpoints (submission prefix)."""

    name: str
    verifier: CosignatureVerifier
    url: str | None = None

    @property
    def id(self) -> str:
        """The name of its key and the key's id, which no two keys share: ``prosecutor.example/w1+0a1b2c3d``."""
        return f"{self.verifier.name}+{self.verifier.key_id:08x}"


@dataclass(frozen=True, slots=True)
class Group:
    """Members of which at least ``threshold`` must have witnessed a head; a member is a witness or a group."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as read by :func:`service.record.policy_text.read_policy`."""

    logs: tuple[KnownLog, ...]
    witnesses: Mapping[str, KnownWitness]
    groups: Mapping[str, Group]
    quorum: str

    def satisfied(self, cosigned: Collection[str]) -> bool:
        """Whether cosignatures by these witnesses (by their names in the policy) reach the quorum."""
        return self.quorum == NONE or self._witnessed(self.quorum, cosigned)

    def members(self, name: str) -> frozenset[str]:
        """The witnesses in a group, its groups included; a witness is its own only member."""
        if name in self.witnesses:
            return frozenset((name,))
        group = self.groups.get(name)
        return frozenset().union(*(self.members(one) for one in group.members)) if group else frozenset()

    @property
    def needs_outside(self) -> bool:
        """Whether no quorum is reached without a witness of the group `outside`.

        Quorums only grow: it is so exactly if all the others together do not reach it.
        """
        return not self.satisfied(self.witnesses.keys() - self.members(OUTSIDE))

    def log_of(self, origin: str) -> NoteVerifier:
        """The key of the log with that origin; RecordRefused ``policy.log`` if the policy knows none."""
        for log in self.logs:
            if log.verifier.name == origin:
                return log.verifier
        raise RecordRefused("policy.log", origin=origin)

    def seen(self, note: Note) -> dict[str, datetime]:
        """Which witnesses of the policy cosigned a checkpoint, by their names, and when (UTC).

        RecordRefused ``note.signature`` when a cosignature by one of their keys is wrong.
        """
        found = {}
        for witness in self.witnesses.values():
            try:
                ((_, line),) = notes.verify(note, [witness.verifier])
            except RecordRefused as refused:
                if refused.code != "note.unsigned":
                    raise
                continue
            found[witness.name] = cosigned_at(line)
        return found

    def open(self, data: bytes | Note) -> tuple[SignedCheckpoint, dict[str, datetime]]:
        """A checkpoint signed by a log of the policy and cosigned to its quorum, with the witnesses that did.

        RecordRefused: the grounds of the checkpoint, ``policy.log``, and ``policy.quorum``.
        """
        note = data if isinstance(data, Note) else notes.parse(data)
        signed = open_checkpoint(note, self.log_of(parse_checkpoint(note.text).origin))
        seen = self.seen(note)
        if not self.satisfied(seen):
            raise RecordRefused("policy.quorum", witnesses=len(seen), quorum=self.quorum)
        return signed, seen

    def _witnessed(self, name: str, cosigned: Collection[str]) -> bool:
        if name in self.witnesses:
            return name in cosigned
        group = self.groups[name]
        return sum(self._witnessed(one, cosigned) for one in group.members) >= group.threshold
