"""The plan's figures are computed, and those of connections are those of the program."""

import inspect
import re

from service.store import engine
from tests.national.arithmetic import Country
from tests.structure.tree import ROOT

PAGE = (ROOT / "docs/national.md").read_text(encoding="utf-8")


def test_the_table_of_the_plan_is_what_the_arithmetic_gives() -> None:
    at = PAGE.index(Country().table()[0])
    table = PAGE[at : PAGE.index("\n\n", at)].splitlines()
    assert table == Country().table()


def test_the_connections_are_those_that_a_process_may_open() -> None:
    a_process = inspect.signature(engine.open_database).parameters["pool_size"].default
    assert f"at most {a_process} connections" in PAGE
    assert f"{engine.LOCK_TIMEOUT_MS / 1000:.0f} s" in PAGE


def test_each_file_and_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:tests|service|docs)/[a-z_/0-9.*]+)`", PAGE)
    assert len(named) > 5
    assert [name for name in named if not list(ROOT.glob(name))] == []
