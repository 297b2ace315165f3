"""Reads the tables of who opens what: one or more TOML files a face, several people's rows side by side."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service.domain.access import ROLES

FOLDER = Path(__file__).parent
ANYONE, OFFICERS, RELATIVES, OWN = "anyone", "every officer", "relatives", "own"
WORDS = frozenset({*ROLES, ANYONE, OFFICERS, RELATIVES, OWN, "kiosk", "bridge"})
NOTHING = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Opens:
    """Who a route lets in, and what its address and form are filled with when it is tried."""

    who: frozenset[str]
    parts: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    def lets_in(self, role: str) -> bool:
        """Whether an officer who holds this role, here, is let in."""
        return bool(self.who & {role, ANYONE}) or (OFFICERS in self.who and role != "auditor")


def table_of(face: str) -> dict[str, Opens]:
    """'METHOD /address' of every row of a face. A route that stands in two files is a fault of the table."""
    rows: dict[str, Opens] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        if re.split(r"[_.]", file.name)[0] != face:
            continue
        for route, given in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert route not in rows, f"{route} has two rows"
            rows[route] = _row(given)
            assert rows[route].who <= WORDS, (file.name, route)
            assert rows[route].who, (file.name, route)
    return rows


def _row(given: object) -> Opens:
    if isinstance(given, list):
        return Opens(frozenset(given))
    assert isinstance(given, dict)
    return Opens(frozenset(given["roles"]), given.get("parts", {}), given.get("typed", {}))


def address(rule: str, *parts: Mapping[str, str]) -> str:
    """A rule with its places filled: by name from the mappings in turn, an id of nothing otherwise."""
    known = {name: value for one in reversed(parts) for name, value in one.items()}
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda found: known.get(found[1], NOTHING), rule)
