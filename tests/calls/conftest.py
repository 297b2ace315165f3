"""What the tests of real calls stand on: a Janus and a browser with a camera that plays a test picture and a beep."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.gateways.janus.process import OwnJanus, running_janus
from tests.browser.chromium import another
from tests.calls.stage import MEDIA, Stage, staged
from tests.cast import Made


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnJanus]:
    """A real Janus of these tests' own."""
    with running_janus(tmp_path_factory.mktemp("janus")) as running:
        yield running


@pytest.fixture(scope="module")
def calling(browser: Browser) -> Iterator[Browser]:
    """A browser with a camera and a microphone."""
    with another(browser.browser_type, *MEDIA) as opened:
        yield opened


@pytest.fixture
def stage(sqlite_cast: Made, tmp_path: Path, janus: OwnJanus, calling: Browser) -> Iterator[Stage]:
    """A call to be, with its service running."""
    with staged(sqlite_cast, tmp_path, janus, calling) as made:
        yield made
