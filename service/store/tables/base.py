"""Naming convention, and the two marks every table carries: which log it belongs to, and why if none."""

from typing import ClassVar

from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

NATIONAL = "national"
"""The log of what belongs to no institution: people, accounts, officers, law."""


class Row(SQLModel):
    """A row that stands in the record. `log` is 'national', or 'institution' for the row's own `institution_id`."""

    log: ClassVar[str] = "institution"


class Passing(SQLModel):
    """A row of the day's working, outside the record; each table says why that does not matter."""

    exempt: ClassVar[str]
