"""By what the rows of a country are divided: the institution, in every table that is not the same for all of them.

A database divided over several machines keeps what belongs to one institution on one of them. So each table says here,
or by a column of its own, whose its rows are; and each foreign key joins rows of one institution, or says why not.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlmodel import SQLModel

import service.store.tables  # noqa: F401  (fills the metadata)

KEYS = ("institution_id", "log_id")
"""The columns that say whose a row is. A log is an institution's, or the national one, and bears its name."""

HANGS_ON: Mapping[str, str] = {
    "call_handle": "call_id",
    "call_heard": "call_id",
    "call_seat_seen": "call_id",
    "call_timer": "call_id",
}
"""Tables without such a column, and the foreign key to the one row whose institution is theirs too."""

EVERYWHERE: Mapping[str, str] = {
    "account": "a relative has one account, whichever institutions he visits",
    "account_message": "about an account",
    "act_signature": "by an officer's passkey; it names the signed row by table and number, and the log holds it too",
    "convict": "a convict is moved between institutions and stays the same person; his file is divided",
    "delivery_receipt": "a supplier's word about a message, looked up by the supplier's reference; kept for weeks",
    "erasure_request": "a person is erased everywhere at once",
    "gate_pin": "an officer's",
    "idempotent_answer": "by who asked; kept for a week",
    "institution": "the list of institutions is read by each of them",
    "job_lease": "by the job; a few rows",
    "law_version": "the law is one",
    "log": "the list of logs: one row an institution, and the national one",
    "officer": "an officer may hold roles at several institutions; the roles are divided",
    "one_time_code": "before anybody has an account; kept for a day",
    "oversight_key": "a body of oversight watches every institution",
    "pass_key": "every gate checks by the same keys",
    "passkey": "a person's",
    "passkey_challenge": "before anybody has signed in; kept for a day",
    "person": "somebody is a relative at one institution and a convict at another; found by the keyed index of the IIN",
    "phone_change": "an account's",
    "photo": "a person's",
    "provider_sign_in": "before anybody has signed in; kept for a day",
    "session": "by the token's hash, before it is known whose it is",
    "throttle": "by who tries; kept for a day",
    "time_code": "an officer's",
}
"""Tables of the whole country, and why: on a divided database they are kept whole (in Citus: reference tables)."""

ACROSS: Mapping[str, str] = {
    "appointment.credit_id": "an incentive earned before a transfer is used after it (PEC 135(7))",
    "appointment_visitor.relationship_id": "a relative confirmed before a transfer visits after it",
    "call_window.relationship_id": "as the visitor's",
    "contact_person.relationship_id": "as the visitor's",
    "convict_request.relationship_id": "as the visitor's",
    "queue_entry.relationship_id": "as the visitor's",
    "registry_question.relationship_id": "asked where the convict is now",
}
"""Foreign keys that may join rows of two institutions, all of a convict who was transferred, and why."""

UNIQUE_ACROSS: Mapping[str, str] = {
    "appointment ex_appointment_charge": "the intervals of a convict, whose visits are booked where he is placed",
    "appointment ex_appointment_convict": "a convict is booked where he is placed; older bookings are re-decided",
    "appointment uq_appointment_charge_month": "the visits of a convict's month, booked where he is placed",
    "appointment uq_appointment_credit": "an incentive is used once, where the convict is placed",
    "appointment_visitor ex_visitor": "one relative of convicts at two institutions: the use case has to ask both",
    "bridge_key uq_bridge_key_signing_key": "256 random bits: two are never equal by chance",
    "call_window uq_call_window_open": "asked where the convict is placed",
    "contact_person uq_contact_person_open": "the person whom the institution tells where the convict is placed",
    "convict_card uq_convict_card_number": "chips have numbers of their own all over the world",
    "convict_card uq_convict_card_live": "a card is given where the convict is placed",
    "device uq_device_key_hash": "256 random bits",
    "factor_reset uq_factor_reset_open": "asked where the officer holds his role",
    "file_entry uq_file_entry_open": "a transfer ends condition and degree before it opens the next",
    "person_merge uq_person_merge_ended": "the merge is told in the national log as well",
    "placement uq_placement_open": "a transfer ends one placement before it opens the next",
    "queue_entry uq_queue_entry_once": "asked where the convict is placed",
    "registry_question uq_registry_question_open": "asked where the convict is placed",
    "relationship uq_relationship_live": "claimed where the convict is placed",
}
"""What is unique beyond one institution, and what else than the index keeps it so on a divided database."""


class Misplaced(ValueError):
    """A table of which nobody said how it is divided."""


def key_of(table: sa.FromClause) -> str:
    """The column of a divided table that says whose its rows are; '' where they hang on another's."""
    found = [name for name in KEYS if name in table.c]
    return found[0] if found else ""


def is_divided(table: sa.Table) -> bool:
    """Whether a table's rows belong each to one institution. Raises Misplaced where nobody, or two places, say so."""
    said = [bool(key_of(table)), table.name in HANGS_ON, table.name in EVERYWHERE]
    if said.count(True) != 1:
        raise Misplaced(
            f"{table.name}: institution_id, HANGS_ON or EVERYWHERE must say how it is divided, and one only"
        )
    return not said[2]


def parent_of(table: sa.Table) -> sa.ForeignKey:
    """The foreign key to the row whose institution is that of a row of `table`. Raises Misplaced without one."""
    (link, *more) = table.c[HANGS_ON[table.name]].foreign_keys or [None]
    if link is None or more or table.c[HANGS_ON[table.name]].nullable or not is_divided(link.column.table):
        raise Misplaced(f"{table.name}.{HANGS_ON[table.name]} is no key of a row with an institution")
    return link


def faults(metadata: sa.MetaData = SQLModel.metadata) -> list[str]:
    """What of the tables has no place in a divided database; empty when all is said, and nothing too much."""
    found: list[str] = []
    for table in metadata.sorted_tables:
        try:
            if is_divided(table):
                key = key_of(table)
                if key and table.c[key].nullable:
                    found.append(f"{table.name}.{key} may be empty: such a row would be nobody's")
                if not key:
                    parent_of(table)
        except Misplaced as misplaced:
            found.append(str(misplaced))
    named = {name.partition(".")[0] for name in ACROSS} | {name.partition(" ")[0] for name in UNIQUE_ACROSS}
    for name in sorted((named | HANGS_ON.keys() | EVERYWHERE.keys()) - metadata.tables.keys()):
        found.append(f"there is no table {name}")
    return found or [f"there is no such foreign key: {name}" for name in ACROSS.keys() - dict(links(metadata)).keys()]


def links(metadata: sa.MetaData = SQLModel.metadata) -> Iterator[tuple[str, sa.ForeignKeyConstraint]]:
    """The foreign keys between divided tables, each by its name (`scan.pass_id`)."""
    for table in metadata.sorted_tables:
        for link in sorted(table.foreign_key_constraints, key=lambda one: list(one.column_keys)):
            if is_divided(table) and is_divided(link.referred_table):
                yield f"{table.name}.{'+'.join(link.column_keys)}", link


def strays(connection: sa.Connection) -> Iterator[tuple[str, int, int]]:
    """Of each foreign key between divided tables: its name, how many rows it joins, how many of two institutions."""
    for name, link in links():
        child, parent = link.table.alias("child"), link.referred_table.alias("parent")
        same = sa.and_(*(child.c[one.parent.name] == parent.c[one.column.name] for one in link.elements))
        owner, its_owner = _owner(child, link.table), _owner(parent, link.referred_table)
        counted = sa.select(sa.func.count(), sa.func.count(sa.case((owner != its_owner, 1))))
        joined, apart = connection.execute(counted.select_from(child.join(parent, same))).one()
        yield name, joined, apart


def wide_keys(metadata: sa.MetaData = SQLModel.metadata) -> set[str]:
    """The unique keys of divided tables that say nothing of the institution, by table and name.

    A number of 128 random bits does not count, nor what names a row of one institution: it is unique there, and so
    everywhere. Exclusion constraints stand in the refusals files and not in the metadata.
    """
    found = set()
    for table in filter(is_divided, metadata.sorted_tables):
        unique: list[tuple[object, set[str]]] = [
            (one.name, {column.name for column in one.columns})
            for one in table.constraints
            if isinstance(one, sa.UniqueConstraint)
        ]
        unique += [(index.name, {column.name for column in index.columns}) for index in table.indexes if index.unique]
        within = {"id", *KEYS} | {
            one.parent.name
            for name, link in links(metadata)
            if link.table is table and name not in ACROSS
            for one in link.elements
            if one.column.name == "id"
        }
        found |= {f"{table.name} {name}" for name, columns in unique if not columns & within}
    return found


def _owner(rows: sa.FromClause, table: sa.Table) -> sa.ColumnElement[str]:
    """Whose the rows are: their own column, or that of the row on which they hang."""
    if key := key_of(table):
        return rows.c[key]
    link = parent_of(table)
    above = link.column.table.alias()
    owner = sa.select(_owner(above, link.column.table)).where(above.c[link.column.name] == rows.c[link.parent.name])
    return owner.scalar_subquery()
