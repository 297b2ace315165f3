import pytest

from tests.cast import World
from tests.web.api.v1.callers import Face


@pytest.fixture
def face(world: World) -> Face:
    """The interface over a world of this test's own, once per engine."""
    return Face(world)
