"""A log that can be honest or rewritten, and a witness beside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.record.appender import Appender
from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.hashes import HASH_SIZE, leaf_hash
from service.record.keys import NoteSigner
from service.record.notes import Note
from service.record.tree import consistency_proof, tree_root
from service.record.witness.request import encode_request
from service.record.witness.state import State
from service.record.witness.witness import Witness
from tests.record.parties import log, prosecutor

MORNING = datetime(2026, 3, 10, 4, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Tiles:
    """Every tile of a log in memory."""

    held: dict[tuple[int, int], bytes]

    def tile(self, level: int, index: int, width: int) -> bytes:
        return self.held[level, index][: width * HASH_SIZE]


@dataclass
class Book:
    """A log of numbered entries; `rewritten` is one entry that says something else."""

    signer: NoteSigner = field(default_factory=log)
    rewritten: int | None = None

    def tree(self, size: int) -> Tiles:
        entries = (b"another" if number == self.rewritten else b"entry %d" % number for number in range(size))
        grown = Appender()
        tiles = [*grown.append(map(leaf_hash, entries)), *grown.edge()]
        return Tiles({(tile.level, tile.index): tile.hashes for tile in tiles})

    def head(self, size: int) -> Note:
        tree = self.tree(size)
        return sign_checkpoint(Checkpoint(self.signer.name, size, tree_root(size, tree)), [self.signer])

    def request(self, old: int, size: int) -> bytes:
        proof = consistency_proof(old, size, self.tree(size)) if 0 < old <= size else []
        return encode_request(old, proof, self.head(size))


@dataclass
class House:
    """A witness's machine: its file, its clock, what happens to its disk."""

    file: Path
    clock: Clock = field(default_factory=Clock)
    sync: Callable[[int], None] = os.fsync

    def open(self, *logs: NoteSigner) -> Witness:
        cosigner = prosecutor()
        owner = f"{cosigner.name}+{cosigner.verifier.key_id:08x}"
        watched = [one.verifier for one in logs or (log(),)]
        return Witness(cosigner, watched, State(self.file, owner, self.sync), self.clock)
