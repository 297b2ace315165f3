"""Whether an installation can serve: database and its durability, migrations, keys. Each fault is one line."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError

from service.config import Settings
from service.record.keys import NoteSigner
from service.record.policy_text import PolicyRefused, read_policy
from service.store.columns import of
from service.store.engine import NotDurable, open_database
from service.store.keys import KeyFolder, KeysMissing
from service.store.migrate import current, head
from service.store.tables import Log

STANDING = ("wrapping", "lookup", "server")


def not_ready(settings: Settings) -> list[str]:
    """What keeps the installation from serving; empty when nothing does. Nothing is made or changed."""
    return [*_database(settings), *_standing(settings), *_policy(settings)]


def _database(settings: Settings) -> Iterator[str]:
    url = sa.engine.make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).exists()):
        yield "database: there is no file"
        return
    try:
        database = open_database(settings.database, pool_size=1)
    except NotDurable as fault:
        yield f"durability: {fault}"
        return
    except DBAPIError:
        yield "database: it does not answer"  # what the driver says may hold a password
        return
    try:
        with database.engine.connect() as connection:
            found = current(connection)
            if found != head():
                yield f"migrations: the database stands at {found or 'none'}, the newest is {head()}"
                return
            logs = connection.execute(sa.select(of(Log).id, of(Log).origin, of(Log).verifier_key)).all()
        yield from _log_keys(KeyFolder(settings.keys), logs)
    except DBAPIError:
        yield "database: it does not answer"
    finally:
        database.close()


def _log_keys(keys: KeyFolder, logs: Sequence[Any]) -> Iterator[str]:
    if not logs:
        yield "database: there is no installation in it"
    for log in logs:
        try:
            seed = keys.read(f"log-{log.id}")
        except KeysMissing:
            yield f"keys: the key of the log {log.id} is missing"
            continue
        if NoteSigner(log.origin, Ed25519PrivateKey.from_private_bytes(seed)).vkey != log.verifier_key:
            yield f"keys: the key of the log {log.id} is another than the log was opened with"


def _standing(settings: Settings) -> Iterator[str]:
    for name in STANDING:
        try:
            KeyFolder(settings.keys).read(name)
        except KeysMissing:
            yield f"keys: {name} is missing"


def _policy(settings: Settings) -> Iterator[str]:
    try:
        if settings.policy.exists():
            read_policy(settings.policy.read_bytes())
    except (OSError, PolicyRefused):
        yield f"witnesses: {settings.policy} cannot be read as a policy"
