"""Every column says what the record holds of it, and nothing that names a person stands in clear."""

from sqlmodel import SQLModel

from service.store import tables
from service.store.columns import Clear, Committed, Exempt, Lookup, Record, Sealed, WrappedKey
from service.store.tables import Passing, Row

LINKS = ("person", "convict")


def all_tables() -> list[type[SQLModel]]:
    return [one for one in vars(tables).values() if isinstance(one, type) and hasattr(one, "__table__")]


def test_every_column_states_its_record() -> None:
    for one in all_tables():
        for column in one.__table__.columns:
            assert isinstance(column.info.get("record"), Record), f"{one.__tablename__}.{column.name}"


def test_every_table_is_in_the_record_or_says_why_not() -> None:
    for one in all_tables():
        assert issubclass(one, Row) or (issubclass(one, Passing) and one.exempt), one.__tablename__


def test_a_link_to_a_person_is_never_in_clear() -> None:
    for one in all_tables():
        if not issubclass(one, Row):
            continue
        for column in one.__table__.columns:
            targets = {key.column.table.name for key in column.foreign_keys}
            if targets & set(LINKS) and not column.primary_key:
                assert isinstance(column.info["record"], Committed), f"{one.__tablename__}.{column.name}"


def test_what_is_exempt_says_why() -> None:
    for one in all_tables():
        for column in one.__table__.columns:
            record = column.info["record"]
            if isinstance(record, Exempt):
                assert len(record.reason) > 10, f"{one.__tablename__}.{column.name}"


def test_subjects_and_sources_name_columns_of_the_same_row() -> None:
    for one in all_tables():
        columns = set(one.__table__.columns.keys())
        for column in one.__table__.columns:
            record = column.info["record"]
            if isinstance(record, Committed | Sealed):
                assert record.subject in columns
            if isinstance(record, Lookup):
                assert isinstance(one.__table__.columns[record.of].info["record"], Sealed)


def test_only_the_persons_table_holds_keys() -> None:
    holders = {
        one.__tablename__
        for one in all_tables()
        for column in one.__table__.columns
        if isinstance(column.info["record"], WrappedKey)
    }
    assert holders == {"person"}
    assert isinstance(tables.Person.__table__.columns["key_fingerprint"].info["record"], Clear)
