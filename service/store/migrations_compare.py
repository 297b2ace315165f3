"""What autogeneration must not look at."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

_PARTITIONS = "SELECT relname FROM pg_class WHERE relispartition AND relnamespace = 'public'::regnamespace"


def include_object(_item: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
    """Exclusion constraints and their indexes live in the refusals files, not in the metadata."""
    return not (kind in ("index", "unique_constraint") and name is not None and name.startswith("ex_"))


def without_partitions(connection: sa.Connection) -> Callable[..., bool]:
    """The same, and no partition (`kezdesu partition`): what is asked of the whole holds for each of them."""
    if connection.dialect.name != "postgresql":
        return include_object
    parts = set(connection.exec_driver_sql(_PARTITIONS).scalars())

    def include(item: Any, name: str | None, kind: str, reflected: bool, to: Any) -> bool:
        if kind == "foreign_key_constraint":
            # To a divided table there is one more for each of its partitions.
            return not {one.target_fullname.rpartition(".")[0] for one in item.elements} & parts
        return not (kind == "table" and name in parts) and include_object(item, name, kind, reflected, to)

    return include
