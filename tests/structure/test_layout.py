"""The repository holds what the design names, and each part keeps to its place and size."""

import ast
import sys

from tests.structure.tree import ROOT, imported, modules, tracked

TOP_LEVEL = {
    "README.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.lock", ".ci", ".gitignore",
    "service", "kiosk", "firmware_bridge", "templates", "tests", "docs",
}  # fmt: skip

LONGEST_MODULE = 350
MIGRATIONS = "service/store/migrations/versions"  # Alembic writes those

# A rule that reads the clock, the dice, a file or the network cannot be proven again later.
NOT_PURE = {
    "asyncio", "http", "multiprocessing", "os", "random", "secrets", "socket", "sqlite3", "subprocess",
    "threading", "time", "urllib", "uuid",
}  # fmt: skip

NOW = {"now", "utcnow", "today", "time", "time_ns", "monotonic"}
CLOCKS = {"datetime", "date", "time"}


def test_the_top_level_holds_only_what_the_design_names() -> None:
    assert {path.parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    lengths = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in tracked()
        if path.suffix == ".py" and not path.is_relative_to(MIGRATIONS)
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_the_rules_import_the_standard_library_only() -> None:
    foreign = {
        (str(path), name)
        for path, tree in modules("service/domain")
        for name in imported(tree)
        if not (name == "service.domain" or name.startswith("service.domain."))
        and name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == set()


def test_the_rules_touch_neither_clock_nor_chance_nor_machine() -> None:
    impure = {
        (str(path), name)
        for path, tree in modules("service/domain")
        for name in imported(tree)
        if name.partition(".")[0] in NOT_PURE
    }
    assert impure == set()


def test_rules_record_and_use_cases_are_told_the_time() -> None:
    looks = [
        f"{path}:{node.lineno}"
        for path, tree in modules("service/domain", "service/record", "service/app")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in NOW
        and ast.unparse(node.func.value).rpartition(".")[2] in CLOCKS
    ]
    assert looks == []
