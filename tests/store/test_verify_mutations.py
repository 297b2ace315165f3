"""Every cell and every row that an insider changes by SQL is found; what is not is named, with the reason."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from itertools import zip_longest

from service.store.columns import Committed, Exempt, Sealed
from service.store.environment import Environment
from service.store.tables import Opening, Passing, Person
from service.store.tables import Row as RecordedRow
from service.store.verify import Report, inspect, inspect_record
from service.store.verify.shape import columns_found, shape_of
from service.store.verify.tables import all_models
from tests.store.mutations import Change, Column, Insider, Place, Row, insider
from tests.store.whole import Whole, whole

MODELS = {str(model.__tablename__): model for model in all_models()}
# What other tables are read with: a fault here shows in their rows too, so its own is not told from theirs.
DEEP = {str(model.__tablename__) for model in (Opening, Person)}

MOVING = {"id", "institution_id"}


def declared_exempt() -> set[tuple[str, str]]:
    """The columns that say of themselves that the record does not hold them."""
    return {
        (table, column.name)
        for table, model in MODELS.items()
        for column in model.__table__.columns
        if isinstance(column.info["record"], Exempt)
    }


def of_the_erased(made: Whole, row: Row, column: Column) -> bool:
    """Whether the cell could be read only with the key of the person erased: sealed, or committed beside the link."""
    gone = made.ids["gone"]
    if row.table == Opening.__tablename__:
        return column.name == "sealed" and row.cells["person_id"] == gone
    if row.table == "alembic_version":
        return False
    record = MODELS[row.table].__table__.columns[column.name].info["record"]
    hidden = isinstance(record, Sealed) or (isinstance(record, Committed) and record.subject != column.name)
    return hidden and row.cells[record.subject] == gone


def look(inside: Insider, made: Whole, present: dict[str, set[str]]) -> Report:
    """The inspection of the rows; the shape is inspected where the row belongs to the shape."""
    report = Report()
    inspect_record(inside.raw, made.world.vault, present, report)
    return report


def test_every_table_of_the_record_has_rows_to_change(founded: Environment, engine_url: str) -> None:
    whole(founded)
    with insider(engine_url) as inside:
        assert {table for table in inside.columns if len(inside.rows(table)) == 0} == set()
        few = {table for table in inside.columns if len(inside.rows(table)) == 1}
        assert few <= {str(model.__tablename__) for model in MODELS.values() if issubclass(model, Passing)} | {
            "alembic_version"
        }


def found_alone(inside: Insider, made: Whole, present: dict[str, set[str]], change: Change) -> bool | None:
    """Whether the change is found when nothing else is changed; None where the database keeps the cell as it was."""
    with inside.doing(change.statement) as done:
        if not done or inside.unchanged(change):
            return None
        full = change.column.table == "alembic_version"
        report = inspect(inside.raw, made.world.vault) if full else look(inside, made, present)
        return not report.clean


def named_together(
    inside: Insider, made: Whole, present: dict[str, set[str]], changes: Sequence[Change]
) -> set[Change]:
    """Those of the changes, one in a table, that a single inspection of them all names by its place.

    That is table, row and column; a row with another key or house is named as a whole, for it is not where it was.
    """
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(inside.doing(change.statement))
        named = {(one.table, one.row, one.column) for one in look(inside, made, present).findings}
        changed = [change for change in changes if not inside.unchanged(change)]
    return {
        change
        for change in changed
        if (change.column.table, change.row.cells["id"], None if change.column.name in MOVING else change.column.name)
        in named
    }


def test_every_changed_cell_is_found(founded: Environment, engine_url: str) -> None:
    made = whole(founded)
    found: dict[Place, int] = defaultdict(int)
    missed: dict[Place, list[str]] = defaultdict(list)
    with insider(engine_url) as inside:
        present = columns_found(shape_of(inside.raw))
        assert look(inside, made, present).clean
        changes = {table: list(inside.all_changes(table, partial(of_the_erased, made))) for table in inside.columns}
        plain = [table for table, model in MODELS.items() if issubclass(model, RecordedRow) and table not in DEEP]
        rounds = zip_longest(*(changes.pop(table) for table in plain))
        for together in ([change for change in one if change] for one in rounds):
            named = named_together(inside, made, present, together)
            for change in named:
                found[change.column.place] += 1
            changes["alone"] = [*changes.get("alone", ()), *(change for change in together if change not in named)]
        for change in (change for one in changes.values() for change in one):
            answer = found_alone(inside, made, present, change)
            if answer is True:
                found[change.column.place] += 1
            elif answer is False:
                missed[change.column.place].append(change.statement)
        everything = {column.place for columns in inside.columns.values() for column in columns}
    tried = found.keys() | missed.keys()
    assert everything - tried == set()
    assert {place: how for place, how in missed.items() if place not in declared_exempt()} == {}
    assert declared_exempt() - missed.keys() == set(), "declared exempt, and yet found when changed"
    print(f"{sum(found.values()) + sum(map(len, missed.values()))} changes of {len(tried)} columns")


def test_every_deleted_row_is_found(founded: Environment, engine_url: str) -> None:
    made = whole(founded)
    exempt = {table for table, model in MODELS.items() if issubclass(model, Passing) and _all_exempt(table)}
    missed: set[str] = set()
    with insider(engine_url) as inside:
        present = columns_found(shape_of(inside.raw))
        for table in inside.columns:
            for row in inside.rows(table):
                with inside.doing(f'DELETE FROM "{table}" WHERE {row.where}') as done:
                    assert done
                    full = table == "alembic_version"
                    clean = inspect(inside.raw, made.world.vault) if full else look(inside, made, present)
                    if full:
                        assert "shape.version" in {finding.code for finding in clean.findings}
                    elif clean.clean:
                        missed.add(f"{table} {row.where}")
    assert {place for place in missed if place.split()[0] not in exempt} == set()
    assert {place.split()[0] for place in missed} == exempt


def _all_exempt(table: str) -> bool:
    return all(isinstance(column.info["record"], Exempt) for column in MODELS[table].__table__.columns)
