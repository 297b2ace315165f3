"""A kiosk over the cast, for each test."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from service.app import card_issue, kiosk_pin, kiosk_sign_in
from tests.cast import World
from tests.kiosk.standing import Standing


@pytest.fixture
def standing(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standing:
    """The kiosk of the medium security colony, with a card for Ерлан. What a hash costs is not its subject."""
    light = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    for module in (card_issue, kiosk_pin, kiosk_sign_in):
        monkeypatch.setattr(module, "HASHER", light)
    kiosk_sign_in._nobodys.cache_clear()
    made = Standing(world, tmp_path)
    made.give_card()
    return made
