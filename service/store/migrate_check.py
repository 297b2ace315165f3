"""Whether a migration may be applied while processes of the version before go on, and without holding them up for long.

What takes something away, or looks at every row under a lock, belongs into a migration of its own that says
`CONTRACT = True` and `RUNS_FROM = "0.3.0"`: the version from which no process asks for what is taken away any more.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from service.store.migrate import HERE

BEFORE = "0016"
"""Up to here, migrations were written before the rule; no installation runs that is older."""
BREAKS = {
    "drop_column": "takes a column away from processes of the version before",
    "drop_table": "takes a table away from processes of the version before",
    "rename_table": "takes a name away from processes of the version before",
}
LOOKS_AT_ALL = {
    "create_foreign_key": "postgresql_not_valid",
    "create_check_constraint": "postgresql_not_valid",
    "create_unique_constraint": "",
    "create_exclude_constraint": "",
    "create_primary_key": "",
    "create_index": "postgresql_concurrently",
}
"""What checks or reads every row of its table under a lock, and the argument with which it does not."""
_SQL = {
    r"\bALTER\s+TABLE\b[^;]*\bDROP\s+(?:COLUMN|CONSTRAINT)?": "takes something away",
    r"\bALTER\s+TABLE\b[^;]*\bRENAME\b": "takes a name away",
    r"\bALTER\s+TABLE\b[^;]*\bTYPE\b": "writes the whole table anew",
    r"\bALTER\s+TABLE\b[^;]*\bSET\s+NOT\s+NULL\b": "reads the whole table, and refuses what the version before writes",
    r"\bALTER\s+TABLE\b[^;]*\bADD\s+CONSTRAINT\b(?![^;]*\bNOT\s+VALID\b)": "reads the whole table under a lock",
    r"\bDROP\s+TABLE\b": "takes a table away",
    r"\bLOCK\s+TABLE\b": "holds up everybody",
    r"^\s*UPDATE\s+\w+\s+SET\b": "changes rows of the whole table in one transaction",
    r"^\s*DELETE\s+FROM\b": "removes rows in one transaction",
    r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\b(?!\s+CONCURRENTLY)": "reads the whole table under a lock",
}
_ALTERS = re.compile(
    r"\bALTER\s+TABLE\s+(?:ONLY\s+)?\"?(\w+)|\b(?:INDEX\s[^;]*?\bON|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.I
)
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def unsafe_migrations(folder: Path = HERE) -> list[str]:
    """What of the migrations after `BEFORE` may not be applied beside running processes, each with its reason."""
    found = []
    for file in sorted((folder / "versions").glob("[0-9]*.py")):
        number = file.name[:4]
        if number > BEFORE:
            sql = folder / f"refusals_{number}.postgresql.sql"
            told = unsafe(file.read_text("utf-8"), sql.read_text("utf-8") if sql.exists() else "")
            found += [f"migration {number}: {fault}" for fault in told]
    return found


def unsafe(source: str, sql: str = "") -> list[str]:
    """What of one migration may not be applied beside running processes; nothing where it is told to be a contract."""
    module = ast.parse(source)
    said = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if said.get("CONTRACT") is True:
        good = _VERSION.fullmatch(str(said.get("RUNS_FROM", "")))
        return [] if good else ["a contract says with RUNS_FROM from which version it may run"]
    upgrading = [node for node in module.body if not (isinstance(node, ast.FunctionDef) and node.name == "downgrade")]
    calls = [node for part in upgrading for node in ast.walk(part) if isinstance(node, ast.Call)]
    new = {_first(call) for call in calls if _called(call) == "create_table"}
    batches = {name: table for part in upgrading for name, table in _batches(part)}
    found = [fault for call in calls for fault in _of_call(call, new, batches)]
    texts = [one.value for part in upgrading for one in ast.walk(part) if isinstance(one, ast.Constant)]
    for text in [sql, *(one for one in texts if isinstance(one, str))]:
        found += _of_sql(text, new)
    return found


def _of_call(call: ast.Call, new: set[str], batches: dict[str, str]) -> Iterator[str]:
    name, table = _called(call), _table(call, batches)
    if table in new:
        return
    where = f"{name} of {table or '?'} in line {call.lineno}"
    arguments = {one.arg: one.value for one in call.keywords}
    if name in BREAKS:
        yield f"{where} {BREAKS[name]}"
    if name in LOOKS_AT_ALL and not _is_true(arguments.get(LOOKS_AT_ALL[name])):
        yield f"{where} reads the whole table under a lock"
    if name == "alter_column":
        for what, why in (
            ("new_column_name", "takes a name away"),
            ("type_", "writes the whole table anew"),
            ("nullable", "reads the whole table, and refuses what the version before writes"),
        ):
            if what in arguments and not (what == "nullable" and _is_true(arguments[what])):
                yield f"{where} {why}"
    if name == "add_column":
        for column in (one for one in call.args if isinstance(one, ast.Call)):
            said = {one.arg: one.value for one in column.keywords}
            if "nullable" in said and not _is_true(said["nullable"]) and "server_default" not in said:
                yield f"{where} must be given by processes of the version before, which do not know it"


def _of_sql(text: str, new: set[str]) -> Iterator[str]:
    bare = re.sub(r"--[^\n]*|\$\$.*?\$\$", "", text, flags=re.S)
    for statement in bare.split(";"):
        touched = {one or other for one, other in _ALTERS.findall(statement)}
        if touched and touched <= new:
            continue
        for pattern, why in _SQL.items():
            if re.search(pattern, statement, re.I | re.M):
                yield f"'{' '.join(statement.split())[:60]}' {why}"


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _first(call: ast.Call, place: int = 0) -> str:
    found = call.args[place] if len(call.args) > place else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else ""


def _table(call: ast.Call, batches: dict[str, str]) -> str:
    """The table that a call is about: the batch's, or the argument that names it."""
    on = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(on, ast.Name) and on.id in batches:
        return batches[on.id]
    named = {"create_table", "drop_table", "rename_table", "add_column", "drop_column", "alter_column"}
    return _first(call, 0 if _called(call) in named else 1)


def _batches(part: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(part):
        for item in node.items if isinstance(node, ast.With) else ():
            call, name = item.context_expr, item.optional_vars
            if isinstance(call, ast.Call) and _called(call) == "batch_alter_table" and isinstance(name, ast.Name):
                yield name.id, _first(call)


def _is_true(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True
