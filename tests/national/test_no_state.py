"""What a process remembers between requests is the same in every process: any of them may answer any request."""

import ast
from pathlib import Path

from tests.structure.tree import ROOT

ALONE = ("service/cli/", "service/demo/", "service/store/verify/")
"""Commands, which end: nobody else asks them."""
STATEMENT = ("sa.Select", "sa.Insert", "sa.Update", "sa.Delete", "sa.CompoundSelect", "sa.TextClause", "sa.Executable")
REMEMBERED = {
    "service/app/kiosk_sign_in.py _nobodys": "a hash that fits nothing",
    "service/app/officer_sign_in.py _nobodys_hash": "a hash that fits nothing",
    "service/app/pass_keys.py _public": "a key is read by its number, and a number never gets another key",
    "service/domain/facts_reading.py _types": "of the program",
    "service/language/catalogues.py translations": "of the program",
    "service/law/__init__.py _load": "by the text of the file; a new version comes with a restart",
    "service/store/keys.py _accepted": "by the files' times and sizes, looked at for each request",
    "service/web/page_app.py _static": "of the program",
    "service/web/pdf.py fonts": "of the program",
    "service/web/public/receipt_page.py checker": "of the program",
}
"""What is remembered, and why it does not matter which process remembers it (docs/national.md)."""


def functions(file: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


def served() -> list[Path]:
    """The modules of the service that stay in memory between requests."""
    files = sorted((ROOT / "service").rglob("*.py"))
    return [file for file in files if not str(file.relative_to(ROOT)).startswith(ALONE)]


def test_what_is_remembered_is_a_statement_or_is_listed_with_its_reason() -> None:
    found = {
        f"{file.relative_to(ROOT)} {function.name}"
        for file in served()
        for function in functions(file)
        if any(
            "cache" in ast.unparse(one) and "cached_property" not in ast.unparse(one) for one in function.decorator_list
        )
        and not ast.unparse(function.returns or ast.Constant(None)).startswith(STATEMENT)
    }
    assert found == REMEMBERED.keys()


def test_no_module_changes_a_name_of_its_own() -> None:
    changing = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in served()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Global)
    ]
    assert changing == []


def test_no_module_fills_a_container_of_its_own() -> None:
    """`NAME[...] = …`, `NAME.append(…)` and the like inside a function, where NAME is of the module."""
    filling = []
    for file in served():
        tree = ast.parse(file.read_text("utf-8"))
        names = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for function in functions(file):
            own = {
                node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
            filling += [f"{file.relative_to(ROOT)}:{line}" for line, name in filled(function) if name in names - own]
    assert filling == []


def filled(function: ast.FunctionDef) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store | ast.Del)
            and isinstance(node.value, ast.Name)
        ):
            found.append((node.lineno, node.value.id))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr
            in {"append", "add", "update", "setdefault", "pop", "clear", "extend", "insert", "discard"}
            and isinstance(node.func.value, ast.Name)
        ):
            found.append((node.lineno, node.func.value.id))
    return found
