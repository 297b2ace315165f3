"""The tracked files of this repository, read and parsed for the tests beside this file."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks or would track, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    paths = (Path(name) for name in listed.stdout.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """The Python modules below the given folders, each with its syntax tree."""
    for path in tracked():
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in folders):
            yield path, ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    """The full names of the modules that a module imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield node.module or ""
