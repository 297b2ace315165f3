"""Copies of long histories for an auditor to check: a population's own events again and again, in real signed logs.

Each round of the country's history begins four years after the one before it, so that leap days stay days, with other
people, places and appointments: the last digit of every id is the round. Only what opens the logs happens once. Every
entry is canonical, every tile and head is that of the log so made, signed by a key made for it. Nobody in it exists.
"""

import json
import re
import sqlite3
import sys
from bisect import bisect_left
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.export import export_log
from service.record.hashes import leaf_hash
from service.record.keys import NoteSigner
from service.record.notes import Note
from service.record.tree import TILE_WIDTH, Appender, tree_root
from service.store.verify.tree import PUBLISHED, head_prefix

ONCE = ("log.opened", "institution.opened", "installation.founded")
YEARS = 4
MOST_ROUNDS = 16
_ID = re.compile(rb'"([0-9a-f]{31})[0-9a-f]"')
_DAY = re.compile(rb'"(20\d\d)(-\d\d-\d\d)')
_BESIDE = re.compile(rb'"with":(\[\[.*?\]\])')
_PUBLISHED = PUBLISHED.encode()


class Lengthened:
    """The events of a population's database, of some of its logs or all, told `rounds` times."""

    def __init__(self, database: Path, rounds: int, logs: int | None = None) -> None:
        assert rounds <= MOST_ROUNDS
        self._events = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.rounds = rounds
        counted = self._events.execute("SELECT log_id, count(*) FROM event GROUP BY log_id ORDER BY 2 DESC, 1")
        self._sizes = dict(list(counted)[slice(None) if logs is None else slice(1, logs + 1)])
        marks = ",".join("?" * len(ONCE))
        once = self._events.execute(f"SELECT log_id, number FROM event WHERE type IN ({marks}) ORDER BY 1, 2", ONCE)
        self._once: dict[str, list[int]] = {}
        for log, number in once:
            self._once.setdefault(log, []).append(number)

    def write(self, directory: Path) -> int:
        """Writes a directory for each log (C2SP tlog-tiles); answers how many events there are in all."""
        return sum(self._log(directory / log, log) for log in self._sizes)

    def _log(self, directory: Path, log: str) -> int:
        signer = NoteSigner(f"kezdesu.kz/{log}", Ed25519PrivateKey.generate())

        def head(size: int, root: bytes) -> Note:
            return sign_checkpoint(Checkpoint(signer.name, size, root), [signer])

        done = export_log(directory, self._entries(log, signer.vkey), head, signer.vkey)
        print(f"{log}: {done} events", file=sys.stderr, flush=True)
        return done

    def _entries(self, log: str, vkey: str) -> Iterator[bytes]:
        tree, waiting, number = Appender(), list[bytes](), 0
        after = b'{"after":[0,""],'
        for turn in range(self.rounds):
            rows = self._events.execute("SELECT number, type, leaf FROM event WHERE log_id = ? ORDER BY number", (log,))
            for old, name, leaf in rows:
                if turn and name in ONCE:
                    continue
                entry = self._told(leaf, turn)
                entry = after + entry[entry.index(b'],"at"') + 2 :]
                if b'"with":' in entry:
                    entry = _BESIDE.sub(partial(self._beside, turn), entry)
                place = b'"log":"%b","n":' % log.encode()
                entry = entry.replace(b"%b%d," % (place, old), b"%b%d," % (place, number), 1)
                if not number:
                    entry = re.sub(rb'"vkey":"[^"]+"', b'"vkey":"%b"' % vkey.encode(), entry)
                if name == PUBLISHED:
                    entry = re.sub(rb'"size":\d+', b'"size":%d' % number, entry)
                    _grown(tree, waiting)
                    after = b'{"after":[%d,"%b"],' % (number, head_prefix(tree_root(number, tree)).encode())
                    entry = after + entry[entry.index(b'],"at"') + 2 :]
                yield entry
                waiting.append(leaf_hash(entry))
                number += 1
                if len(waiting) == TILE_WIDTH:
                    _grown(tree, waiting)

    @staticmethod
    def _told(leaf: bytes, turn: int) -> bytes:
        entry = _ID.sub(rb'"\g<1>%x"' % turn, leaf)
        if turn:
            entry = _DAY.sub(lambda day: b'"%d%b' % (int(day[1]) + YEARS * turn, day[2]), entry)
        return entry

    def _beside(self, turn: int, written: re.Match[bytes]) -> bytes:
        pairs = [[log, self._number(log, number, turn)] for log, number in json.loads(written[1])]
        return b'"with":' + json.dumps(pairs, separators=(",", ":")).encode()

    def _number(self, log: str, number: int, turn: int) -> int:
        once = self._once.get(log, [])
        if not turn:
            return number
        size = self._size_of(log)
        return size + (turn - 1) * (size - len(once)) + number - bisect_left(once, number)

    def _size_of(self, log: str) -> int:
        return int(self._sizes.get(log, 0))


def _grown(tree: Appender, waiting: list[bytes]) -> None:
    for _ in tree.append(waiting):
        pass
    waiting.clear()
