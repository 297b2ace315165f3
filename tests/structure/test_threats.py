"""Each threat has a control and a test that is there, or says that nothing stands against it."""

import ast
import re

from tests.structure.tree import ROOT

PAGE = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| P?\d+ \|", line)
]


def named_in(path: str) -> set[str]:
    """The names of the tests of a module, those of classes too."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_test_that_the_table_of_threats_names_is_there() -> None:
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`", PAGE)
    assert len(named) >= 80
    assert "`tests/" not in re.sub(r"`tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+`", "", PAGE)
    missing = [f"{path}::{name}" for path, name in named if not (ROOT / path).exists() or name not in named_in(path)]
    assert missing == []


def test_every_threat_has_a_test_or_says_that_nothing_stands_against_it() -> None:
    assert len(ROWS) >= 40
    for row in ROWS:
        control, tests, remains = row[-3:]
        assert (tests != "none" and control) or remains, row
