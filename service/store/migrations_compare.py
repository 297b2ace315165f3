"""What autogeneration must not look at."""

from typing import Any


def include_object(_item: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
    """Exclusion constraints and their indexes live in the refusals files, not in the metadata."""
    return not (kind in ("index", "unique_constraint") and name is not None and name.startswith("ex_"))
