"""The smallest founded installation: a national log, one institution, nobody in it."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.app.installation_found import found_installation
from service.app.institution_open import open_institution
from service.app.transact import transact
from service.domain.access import Actor
from service.law import load_law
from service.store.engine import open_database
from service.store.environment import Environment
from service.store.keys import KeyFolder
from service.store.vault import Vault

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
SYSTEM = Actor("system", "install")
NAMES = {"kk": "ЛА-155/8 мекемесі", "ru": "Учреждение ЛА-155/8", "en": "Institution LA-155/8"}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def founded(engine_url: str, tmp_path: Path, clock: Clock) -> Iterator[Environment]:
    keys = KeyFolder(tmp_path / "keys")
    keys.make_standing(secrets.token_bytes)
    world = Environment(
        database=open_database(engine_url),
        clock=clock,
        keys=keys,
        vault=Vault(keys, secrets.token_bytes),
        law=load_law("kz"),
        random_bytes=secrets.token_bytes,
    )
    transact(world, SYSTEM, lambda unit: found_installation(unit, law_digest="0" * 64))
    transact(
        world,
        SYSTEM,
        lambda unit: open_institution(
            unit, code="la-155-8", number=1, names=NAMES, kind="medium", time_zone="Asia/Almaty"
        ),
    )
    yield world
    world.database.close()
