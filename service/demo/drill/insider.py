"""What somebody inside can do with a whole log: write it anew, with as much recomputed as their means allow."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.record.appender import Appender
from service.record.canonical import canonical_entry
from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.hashes import leaf_hash
from service.record.keys import NoteSigner
from service.record.tree import tree_root
from service.store import tables as t
from service.store.columns import of
from service.store.engine import Database
from service.store.environment import Environment
from service.store.types import parse_moment

Leaves = list[dict[str, Any]]
"""Events as their leaves say them, to be changed at will."""


@contextmanager
def unguarded(database: Database) -> Iterator[sa.Connection]:
    """A connection on which no trigger, foreign key or check stands in the way; the shape is as before afterwards."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if database.is_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute("PRAGMA ignore_check_constraints=ON")
            triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
            for name, _ in triggers:
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
            yield connection
            for _, definition in triggers:
                connection.exec_driver_sql(definition)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
        connection.commit()
        if database.is_sqlite:
            driver.execute("PRAGMA foreign_keys=ON")
            driver.execute("PRAGMA ignore_check_constraints=OFF")


class Forger:
    """Rewrites one log. `signer` is the key that signs new heads; without one, old notes stay where they were."""

    def __init__(self, world: Environment, connection: sa.Connection, log: str, signer: NoteSigner | None) -> None:
        self._world, self._connection, self.log, self._signer = world, connection, log, signer

    def leaves(self) -> Leaves:
        """The events as they are."""
        event = of(t.Event)
        rows = self._connection.execute(sa.select(event.leaf).where(event.log_id == self.log).order_by(event.number))
        return [json.loads(leaf) for (leaf,) in rows]

    def write(self, leaves: Leaves) -> None:
        """Puts these events in the place of the others, with numbers, hashes, heads, tiles and the log's row anew."""
        notes = self._notes()
        tree, head, at = Appender(), (0, ""), ""
        tiles: dict[tuple[int, int], bytes] = {}
        shown: dict[tuple[int, int], bytes] = {}
        self._clear(len(leaves))
        for number, leaf in enumerate(leaves):
            if leaf["t"] == "log.published":
                root = tree_root(tree.size, tree)
                head, shown = (number, root.hex()[:16]), dict(tiles)
                note = self._note(number, root, notes)
                leaf["facts"] = {"size": number, "sha256": hashlib.sha256(note).hexdigest()}
                self._insert(t.Checkpoint, log_id=self.log, size=number, note=note, published_at=_moment(leaf["at"]))
            leaf["n"], leaf["after"], at = number, list(head), leaf["at"]
            data = canonical_entry(leaf)
            cells = {"type": leaf["t"], "at": _moment(at), "leaf": data, "leaf_hash": leaf_hash(data)}
            self._insert(t.Event, log_id=self.log, number=number, **cells)
            tiles.update({(tile.level, tile.index): tile.hashes for tile in tree.append([leaf_hash(data)])})
        for (level, index), hashes in shown.items():
            self._insert(t.Tile, log_id=self.log, level=level, number=index, hashes=hashes)
        row = {"size": len(leaves), "last_at": _moment(at), "head_size": head[0], "head_root": head[1]}
        self._connection.execute(sa.update(t.Log).where(of(t.Log).id == self.log).values(row))

    def edit(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Changes events one by one."""
        leaves = self.leaves()
        for leaf in leaves:
            change(leaf)
        self.write(leaves)

    def _notes(self) -> dict[int, bytes]:
        row = of(t.Checkpoint)
        return {
            size: bytes(note)
            for size, note in self._connection.execute(sa.select(row.size, row.note).where(row.log_id == self.log))
        }

    def _note(self, size: int, root: bytes, notes: dict[int, bytes]) -> bytes:
        if self._signer is None:
            return notes.get(size, b"")
        return sign_checkpoint(Checkpoint(self._signer.name, size, root), [self._signer]).encode()

    def _clear(self, size: int) -> None:
        for table in (t.Checkpoint, t.Tile, t.Event):
            self._connection.execute(sa.delete(table).where(of(table).log_id == self.log))
        opening = of(t.Opening)
        self._connection.execute(sa.delete(t.Opening).where(opening.log_id == self.log, opening.number >= size))

    def _insert(self, table: type[Any], **cells: Any) -> None:
        self._connection.execute(sa.insert(table).values(cells))


def log_key(world: Environment, log: str) -> NoteSigner:
    """The key that signs a log, for whoever got hold of it."""
    seed = world.keys.read(f"log-{log}")
    return NoteSigner(f"{world.domain}/{log}", Ed25519PrivateKey.from_private_bytes(seed))


def _moment(text: str) -> Any:
    return parse_moment(text)
