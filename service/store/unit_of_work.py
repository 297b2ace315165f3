"""One use case, one transaction: rows, events and outgoing messages together, or nothing.

Lock order, the same everywhere: room -> convict -> appointment -> pass -> log (by id). On SQLite the unit holds the one
writer's lock from its start; on PostgreSQL it takes row locks in that order and waits at most `LOCK_TIMEOUT_MS`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel

from service.domain.access import Actor
from service.domain.refusal import refuse
from service.record.events import Cell, Draft, Hidden, RowImage, write
from service.record.hashes import leaf_hash
from service.store.columns import Clear, Committed, Record, Sealed, leaf_value, of
from service.store.environment import Environment
from service.store.openings import seal_opening
from service.store.refused import Overtaken
from service.store.tables import NATIONAL, Event, Log, Opening, Person, Row
from service.store.types import UtcMoment, moment_text
from service.store.vault import PersonKey

R = TypeVar("R", bound=Row)
T = TypeVar("T", bound=SQLModel)

CLOCK_TOLERANCE = timedelta(minutes=2)
"""How far the clock may stand behind the newest event before writing is refused; within it, time stands still."""


def recorded(table: type[SQLModel]) -> Mapping[str, Record]:
    """What the record says of each column of a table."""
    return {column.name: column.info["record"] for column in table.__table__.columns}  # type: ignore[attr-defined]


class UnitOfWork:
    """A transaction that writes its own events.

    Rows are added by `add` and changed by `change`, never by assignment: what they are given is what the event says.
    """

    def __init__(self, environment: Environment, actor: Actor) -> None:
        self.environment = environment
        self.actor = actor
        self.now: datetime = environment.clock()
        self.session: Session = environment.database.writes()
        self.instead: Callable[[Session], Sequence[Mapping[str, str]]] | None = None
        """What to offer when somebody else was faster; read after this unit has ended."""
        self._images: dict[tuple[str, str], RowImage] = {}
        self._logs: dict[tuple[str, str], str] = {}
        self._told: dict[str, tuple[str, Mapping[str, object]]] = {}
        self._opened: dict[str, Mapping[str, object]] = {}
        self._keys: dict[str, PersonKey] = {}
        self._plain: dict[tuple[str, str, str], str | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.rollback()
        self.session.close()

    def get(self, table: type[T], row_id: str, *, lock: bool = False) -> T:
        """The row, locked where PostgreSQL needs it. Raises Refusal 'not-found'."""
        statement = sa.select(table).where(sa.inspect(table).primary_key[0] == row_id)
        found = self.session.scalars(statement.with_for_update() if lock else statement).first()
        if found is None:
            raise refuse("not-found", "state-does-not-allow")
        return found

    def key_of(self, person: str) -> PersonKey:
        """The data key of a person; from memory where this unit has met them."""
        if person not in self._keys:
            self.meet(self.get(Person, person))
        return self._keys[person]

    def meet(self, *people: Person) -> None:
        """Unwraps the keys of people already read, so that no further query is needed."""
        for person in people:
            if person.id not in self._keys:
                if person.wrapped_key is None:
                    raise refuse("conflict", "state-does-not-allow")
                self._keys[person.id] = self.environment.vault.unwrap(person.id, person.wrapped_key)

    def open(self, row: Row, column: str) -> str | None:
        """The plain text of a sealed cell."""
        record = recorded(type(row))[column]
        assert isinstance(record, Sealed)
        sealed: bytes | None = getattr(row, column)
        if sealed is None:
            return None
        key = self.key_of(getattr(row, record.subject))
        return key.open(_place(row, column), sealed)

    def new_person_key(self, person: str) -> tuple[bytes, str]:
        """A key for somebody new: its wrapped form and its fingerprint."""
        key, wrapped = self.environment.vault.new_key(person)
        self._keys[person] = key
        return wrapped, key.fingerprint()

    def sealed(self, table: type[Row], row_id: str, person: str, **plain: str | None) -> dict[str, Any]:
        """Cells sealed for one row; pass the result on to the row that is added or changed."""
        key = self.key_of(person)
        cells: dict[str, Any] = {}
        for column, value in plain.items():
            place = f"{_table(table)}/{column}/{row_id}"
            cells[column] = None if value is None else key.seal(place, value)
            self._plain[(_table(table), row_id, column)] = value
        return cells

    def add(self, *rows: Row) -> None:
        """Inserts rows of one table, at once, so that the database refuses at once."""
        first = type(rows[0])
        columns = recorded(first)
        values = [{name: getattr(row, name) for name in columns} for row in rows]
        for row, cells in zip(rows, values, strict=True):
            image = {
                name: self._cell(row, name, record, cells)
                for name, record in columns.items()
                if name != "id" and cells[name] is not None and _told(record)
            }
            self._note(row, image, new=True)
        self.session.execute(sa.insert(first), values)

    def change(self, row: Row, *, only_if_empty: str | None = None, **values: Any) -> None:
        """Changes cells of one row; cells that keep their value are left out.

        `only_if_empty` names a cell that must still be empty in the database: where it is not, somebody was faster and
        the whole unit is repeated. For rows that were read without a lock.
        """
        table, columns = type(row), recorded(type(row))
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return
        cells = {**{name: getattr(row, name) for name in columns}, **changed}
        image = {name: self._cell(row, name, columns[name], cells) for name in changed if _told(columns[name])}
        if image:
            self._note(row, image, new=False)
        statement = sa.update(table).where(sa.inspect(table).primary_key[0] == _id(row)).values(changed)
        if only_if_empty is not None:
            statement = statement.where(of(table)[only_if_empty].is_(None))
        done = self.session.execute(statement, execution_options={"synchronize_session": False})
        if only_if_empty is not None and done.rowcount == 0:  # type: ignore[attr-defined]
            raise Overtaken
        for name, value in changed.items():
            set_committed_value(row, name, value)

    def tell(self, type_: str, log: str, **facts: object) -> None:
        """Names the event that this unit writes to a log (an institution's id, or 'national')."""
        known = self._told.get(log)
        assert known is None or known[0] == type_, f"one unit, one event a log: {known} and {type_}"
        self._told[log] = (type_, {**(known[1] if known else {}), **facts})

    def open_log_facts(self, log: str, *, origin: str, vkey: str) -> None:
        """What the first event of a log says beside what the use case tells: its name and its key."""
        self._opened[log] = {"origin": origin, "vkey": vkey}

    def next_event(self) -> None:
        """Writes the events told so far and goes on in the same transaction: for an act too large for one leaf.

        All of its events are committed together, or none.
        """
        self._finish()
        self._images.clear()
        self._logs.clear()
        self._told.clear()
        self._opened.clear()
        self._plain.clear()

    def commit(self) -> None:
        """Writes the events and commits. Every changed log must have been told."""
        self._finish()
        self.session.commit()

    def _finish(self) -> None:
        touched = set(self._logs.values())
        missing = touched - set(self._told)
        assert not missing, f"rows of {missing} changed and no event told"
        assert not self.session.new
        assert not self.session.dirty, "rows are changed by change(), not by assignment"
        if self._told:
            self._write_events()

    def _cell(self, row: Row, name: str, record: Record, cells: Mapping[str, Any]) -> Cell:
        value = cells[name]
        if isinstance(record, Clear):
            return leaf_value(value)
        if isinstance(record, Committed):
            person = cells[record.subject]
            return None if value is None else Hidden(person, leaf_value(value))
        if isinstance(record, Sealed):
            if value is None:
                return None
            return Hidden(cells[record.subject], self._plain[(_table(type(row)), _id(row), name)])
        raise AssertionError(f"{name} is not told")

    def _note(self, row: Row, image: dict[str, Cell], *, new: bool) -> None:
        place = (_table(type(row)), _id(row))
        before = self._images.get(place)
        cells = {**(before.cells if before else {}), **image}
        self._images[place] = RowImage(place[0], place[1], cells, new or (before is not None and before.new))
        self._logs[place] = NATIONAL if type(row).log == NATIONAL else row.institution_id  # type: ignore[attr-defined]

    def _by(self) -> dict[str, Cell]:
        actor = self.actor
        by: dict[str, Cell] = {"as": actor.principal}
        if actor.principal in ("officer", "bridge", "auditor"):
            by["id"] = actor.id
        elif actor.principal == "system":
            by["job"] = actor.id
        elif actor.person is not None:
            by["person"] = Hidden(actor.person, actor.person)
        if actor.device is not None:
            by["device"] = actor.device
        return by

    def _write_events(self) -> None:
        places: dict[str, tuple[int, datetime, tuple[int, str]]] = {}
        now = sa.literal(self.now, UtcMoment())
        for log in sorted(self._told):
            row = self.session.execute(
                sa.update(Log)
                .where(Log.id == log)  # type: ignore[arg-type]
                .values(size=Log.size + 1, last_at=sa.case((Log.last_at > now, Log.last_at), else_=now))
                .returning(Log.size, Log.last_at, Log.head_size, Log.head_root)  # type: ignore[call-overload]
            ).one()
            if row.last_at - self.now > CLOCK_TOLERANCE:
                raise refuse("conflict", "clock-behind-record")
            places[log] = (row.size - 1, row.last_at, (row.head_size, row.head_root))
        events: list[dict[str, object]] = []
        openings: list[dict[str, object]] = []
        for log, (number, at, after) in places.items():
            type_, facts = self._told[log]
            rows = [image for place, image in self._images.items() if self._logs[place] == log]
            written = write(
                Draft(type_, self._by(), rows, {**facts, **self._opened.get(log, {})}),
                log=log,
                number=number,
                at=moment_text(at),
                after=after,
                beside=[(other, place[0]) for other, place in places.items() if other != log],
                random_bytes=self.environment.random_bytes,
            )
            events.append(
                {
                    "log_id": log,
                    "number": number,
                    "type": type_,
                    "at": at,
                    "leaf": written.leaf,
                    "leaf_hash": leaf_hash(written.leaf),
                }
            )
            for person, opening in written.openings.items():
                sealed = seal_opening(self.key_of(person), log, number, opening)
                openings.append({"log_id": log, "number": number, "person_id": person, "sealed": sealed})
        self.session.execute(sa.insert(Event), events)
        if openings:
            self.session.execute(sa.insert(Opening), openings)


def _told(record: Record) -> bool:
    return isinstance(record, Clear | Committed | Sealed)


def _table(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


def _id(row: Row) -> str:
    return str(row.id)  # type: ignore[attr-defined]


def _place(row: Row, column: str) -> str:
    return f"{_table(type(row))}/{column}/{_id(row)}"
