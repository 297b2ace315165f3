"""Everything that another part may call says what it answers."""

import ast
from collections.abc import Iterator

from tests.structure.tree import modules

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(tree: ast.Module) -> Iterator[Definition]:
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node


def test_public_functions_and_classes_of_rules_record_and_use_cases_have_docstrings() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules("service/domain", "service/record", "service/app")
        for node in _public(tree)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_of_the_product_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path, tree in modules("service", "kiosk", "firmware_bridge")
        if tree.body and not ast.get_docstring(tree) and "versions" not in path.parts
    ]
    assert silent == []
