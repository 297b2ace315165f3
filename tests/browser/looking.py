"""Looking at a page: a picture kept for people, and what axe says a person with a handicap cannot use."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PICTURES = Path(__file__).parents[2] / "test-output"

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def picture(page: Page, name: str) -> Path:
    """Keeps the whole page as `test-output/<name>.png` and returns the file."""
    PICTURES.mkdir(exist_ok=True)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file, full_page=True)
    return file


def barriers(page: Page) -> list[str]:
    """Every violation axe finds on the page, one line each: the rule, what is wrong, and where."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}}).response["violations"]
    return [
        f"{violation['id']}: {violation['help']} at {[node['target'] for node in violation['nodes']]}"
        for violation in found
    ]


def assert_accessible(page: Page) -> None:
    """Fails with every violation that axe finds on the page."""
    found = barriers(page)
    assert not found, "\n".join([page.url, *found])
