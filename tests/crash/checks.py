"""What must hold after any crash: what was acknowledged is there, and nothing is there by halves.

The acknowledgements are read first and the database afterwards, in one snapshot: whatever was acknowledged before the
snapshot must be in it.
"""

import secrets
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from service.store.columns import of
from service.store.environment import Environment
from service.store.keys import KeyFolder
from service.store.tables import Appointment
from service.store.vault import Vault
from service.store.verify.run import verify

Acknowledged = tuple[str, str]
"""An appointment and the state it was said to have reached."""
REACHED = {"held": 0, "requested": 1, "granted": 2, "underway": 3, "completed": 4, "cancelled": 9, "lapsed": 9}


def lost(world: Environment, acknowledged: Iterable[Acknowledged]) -> list[str]:
    """What was acknowledged and is not there."""
    row = of(Appointment)
    with world.database.reading() as session:
        states = {one.id: one.state for one in session.execute(sa.select(row.id, row.state))}
    return [
        f"{appointment} was {said}, and now is {states.get(appointment)}"
        for appointment, said in acknowledged
        if REACHED.get(states.get(appointment, ""), -1) < REACHED[said]
    ]


def halves(url: str, keys: Path) -> list[str]:
    """What the verifier finds: rows without their event, events without their rows, a record that does not add up."""
    return [str(one) for one in verify(url, Vault(KeyFolder(keys), secrets.token_bytes)).findings]


def damage(file: Path) -> list[str]:
    """What SQLite itself finds broken in its file."""
    engine = sa.create_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    finally:
        engine.dispose()
    return [*(one for one in found if one != "ok"), *map(str, orphans)]
