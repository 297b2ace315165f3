"""The one place that wires the outside world to the use cases."""

import secrets
from datetime import UTC, datetime

from service.config import Settings
from service.law import load_law
from service.store.engine import open_database
from service.store.environment import Environment
from service.store.keys import KeyFolder
from service.store.vault import Vault


def real_clock() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


def environment(settings: Settings) -> Environment:
    """The world as the settings describe it. Raises KeysMissing and NotDurable."""
    keys = KeyFolder(settings.keys)
    return Environment(
        database=open_database(settings.database),
        clock=real_clock,
        keys=keys,
        vault=Vault(keys, secrets.token_bytes),
        law=load_law(settings.law),
        random_bytes=secrets.token_bytes,
        domain=settings.domain,
    )
