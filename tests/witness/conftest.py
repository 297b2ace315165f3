"""A witness for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.record.witness.witness import Witness
from tests.witness.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "witness.state")


@pytest.fixture
def witness(house: House) -> Iterator[Witness]:
    opened = house.open()
    yield opened
    opened.state.close()
