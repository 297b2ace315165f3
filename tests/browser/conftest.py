"""A page of the browser for one test, which also fails when the page itself reported an error."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page the size of a phone, without cookies; script errors and refused content fail the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="kk-KZ", timezone_id="Asia/Almaty")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    yield opened
    context.close()
    assert not errors, errors
