"""Every cell and every row that an insider changes by SQL is found; what is not is named, with the reason."""

from collections import defaultdict

from service.store.columns import Committed, Exempt, Sealed
from service.store.environment import Environment
from service.store.tables import Opening, Passing
from service.store.verify import Report, inspect, inspect_record
from service.store.verify.shape import columns_found, shape_of
from service.store.verify.tables import all_models
from tests.store.mutations import Column, Insider, Row, insider
from tests.store.whole import Whole, whole

MODELS = {str(model.__tablename__): model for model in all_models()}


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


def test_every_changed_cell_is_found(founded: Environment, engine_url: str) -> None:
    made = whole(founded)
    missed: dict[tuple[str, str], list[str]] = defaultdict(list)
    tried: dict[tuple[str, str], int] = defaultdict(int)
    with insider(engine_url) as inside:
        present = columns_found(shape_of(inside.raw))
        assert look(inside, made, present).clean
        for table, columns in inside.columns.items():
            rows = inside.rows(table)
            for column in columns:
                readable = [row for row in rows if not of_the_erased(made, row, column)]
                for row, statement in inside.changes(column, readable):
                    with inside.doing(statement) as done:
                        cell = inside.cell(row, column)
                        if not done or (type(cell), cell) == (type(row.cells[column.name]), row.cells[column.name]):
                            continue
                        tried[table, column.name] += 1
                        report = (
                            inspect(inside.raw, made.world.vault)
                            if table == "alembic_version"
                            else look(inside, made, present)
                        )
                        if report.clean:
                            missed[table, column.name].append(statement)
        everything = {(table, column.name) for table, columns in inside.columns.items() for column in columns}
    assert everything - tried.keys() == set()
    assert {place: how for place, how in missed.items() if place not in declared_exempt()} == {}
    assert declared_exempt() - missed.keys() == set(), "declared exempt, and yet found when changed"
    print(f"{sum(tried.values())} changes of {len(tried)} columns")


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
