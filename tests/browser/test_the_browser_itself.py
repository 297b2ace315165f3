"""The tools of the browser tests see what they are there to see."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page

from tests.browser.looking import assert_accessible, barriers, picture
from tests.browser.serving import served

GOOD = """<!doctype html><html lang="kk"><head><title>Кездесу</title></head>
<body><main><h1>Ұзақ мерзімді кездесу</h1><p>Қабылдау: 1 200 ₸, № 7</p></main></body></html>"""
BAD = GOOD.replace('lang="kk"', "").replace("<p>", '<img src="data:,"><p>')


def showing(html: str) -> Callable[..., list[bytes]]:
    def application(environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [html.encode()]

    return application


def test_a_sound_page_has_no_barriers_and_leaves_a_picture(page: Page) -> None:
    with served(showing(GOOD)) as address:
        page.goto(address)
        assert_accessible(page)
        assert picture(page, "browser-itself").read_bytes().startswith(b"\x89PNG")


def test_a_page_without_language_and_a_picture_without_words_are_barriers(page: Page) -> None:
    with served(showing(BAD)) as address:
        page.goto(address)
        found = " ".join(barriers(page))
    assert "html-has-lang" in found
    assert "image-alt" in found


def test_the_browser_reaches_no_other_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://kezdesu.example/")
