"""Debian's Chromium, driven by Playwright, that knows no address but this machine's."""

import contextlib
import os
from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserType, sync_playwright

PROGRAM = "/usr/bin/chromium"

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@contextlib.contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """A browser for as long as the block lasts; `more` are further command-line switches of Chromium."""
    with sync_playwright() as playwright, another(playwright.chromium, *more) as browser:
        yield browser


@contextlib.contextmanager
def another(kind: BrowserType, *more: str) -> Iterator[Browser]:
    """One more browser beside one that runs: a process may start Playwright once only."""
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    browser = kind.launch(executable_path=PROGRAM, args=[*QUIET, *as_root, *more])
    try:
        yield browser
    finally:
        browser.close()
