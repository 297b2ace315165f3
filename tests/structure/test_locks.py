"""The locks name versions and hashes, never a host: a closed network uses an index of its own."""

import re
from itertools import groupby

import pytest

from tests.structure.tree import ROOT

LOCKS = ("requirements.lock", "tests/requirements.lock")
REQUIREMENT = re.compile(r"([a-z0-9-]+)==([^ ;]+)( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def requirements(lock: str) -> list[tuple[str, str]]:
    lines = (ROOT / lock).read_text().splitlines()
    return [(found[1], found[2]) for line in lines if (found := REQUIREMENT.fullmatch(line))]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_nothing_but_versions_and_their_hashes(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if not (REQUIREMENT.fullmatch(line) or HASH.fullmatch(line))] == []
    kinds = [kind for kind, _ in groupby(lines, key=lambda line: "version" if REQUIREMENT.fullmatch(line) else "hash")]
    assert kinds == ["version", "hash"] * len(requirements(lock)), "every version is followed by its hashes"


def test_tests_run_on_the_versions_that_the_product_is_shipped_with() -> None:
    assert set(requirements(LOCKS[0])) <= set(requirements(LOCKS[1]))
