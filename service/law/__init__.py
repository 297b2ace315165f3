"""Law files by name. A second jurisdiction is another file here."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from service.domain.law import Law, UnknownName
from service.domain.law_file import parse_law
from service.domain.law_rows import Setting


def law_names() -> tuple[str, ...]:
    """The law files that come with the service."""
    return tuple(
        sorted(one.name.removesuffix(".toml") for one in files(__name__).iterdir() if one.name.endswith(".toml"))
    )


def law_text(name: str) -> str:
    """The law file as written; raises `UnknownName` with the names there are."""
    if name not in law_names():
        raise UnknownName(f"no law named {name!r}; there is {', '.join(law_names())}")
    return (files(__name__) / f"{name}.toml").read_text(encoding="utf-8")


def load_law(name: str, overrides: Mapping[str, Setting] | None = None) -> Law:
    """The law of that name, read once; `overrides` choose other values of its settings. Raises `LawError`."""
    return _load(name, tuple(sorted((overrides or {}).items())))


@lru_cache(maxsize=16)
def _load(name: str, overrides: tuple[tuple[str, Setting], ...]) -> Law:
    return parse_law(law_text(name), dict(overrides))
