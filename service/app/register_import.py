"""An existing register becomes convicts, placements and entries: all of it in one transaction, or nothing.

A leaf of the record holds so many octets, so the act is told in events of a few convicts each; they are committed
together. Every line is checked before the first is written, and what the database still refuses takes everything back.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.app.convict_find import local_today
from service.app.person_register import is_person
from service.app.reading import Reading
from service.app.register_read import Table, read_table
from service.domain.access import Actor, Target, require
from service.domain.law import Law
from service.domain.reasons import reason
from service.domain.refusal import refuse
from service.domain.register import Fault, RegisterLine, read_heading, read_line, repeated
from service.store.columns import of
from service.store.environment import Environment
from service.store.refused import translated
from service.store.tables import NATIONAL, Convict, FileEntry, Institution, Person, Placement
from service.store.unit_of_work import UnitOfWork

T = TypeVar("T")
AT_ONCE = 20
"""So many convicts an event: with every column filled they stay well under the 65 535 octets of a leaf."""
ASKED_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class RowReport:
    """What becomes of one line; `faults` empty where it is good."""

    number: int
    file_number: str
    name: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """The whole file, line by line. `digest` is the SHA-256 of the file that was looked at."""

    rows: tuple[RowReport, ...]
    coding: str
    digest: str
    imported: int = 0

    @property
    def faulty(self) -> int:
        """How many lines have faults."""
        return sum(bool(one.faults) for one in self.rows)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` lines are written, and not yet committed."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Checked:
    report: RegisterReport
    lines: tuple[RegisterLine, ...]
    known: dict[int, str]
    """By line number: the person who is known already, as a relative for example."""


def check_register(environment: Environment, actor: Actor, institution: str, octets: bytes) -> RegisterReport:
    """The dry run: every line with its faults; nothing is written. Raises Refusal for a file that is no register."""
    with Reading(environment, actor) as reading:
        return _check(reading, institution, octets).report


def import_register(
    environment: Environment,
    actor: Actor,
    institution: str,
    octets: bytes,
    *,
    digest: str | None = None,
    told: Callable[[Progress], object] = lambda _: None,
) -> RegisterReport:
    """Imports the register; `told` hears of the progress. Raises Refusal 'file-has-faults' and writes nothing.

    `digest` is that of the file that was checked before: another file is refused.
    """
    report: RegisterReport | None = None
    for step in import_steps(environment, actor, institution, octets, digest=digest):
        if isinstance(step, Progress):
            told(step)
        else:
            report = step
    assert report is not None
    return report


def import_steps(
    environment: Environment, actor: Actor, institution: str, octets: bytes, *, digest: str | None = None
) -> Iterator[Progress | RegisterReport]:
    """The same step by step; whoever stops listening takes everything back. The report comes last, when it is done."""
    if digest is not None and digest != hashlib.sha256(octets).hexdigest():
        raise refuse("conflict", "file-not-the-one-checked")
    with UnitOfWork(environment, actor) as unit:
        checked = _check(unit, institution, octets)
        if checked.report.faulty:
            raise refuse("not-possible", "file-has-faults", count=checked.report.faulty)
        total, done = len(checked.lines), 0
        for lines in _parts(checked.lines, AT_ONCE):
            _write(unit, institution, lines, checked.known)
            done += len(lines)
            yield Progress(done, total)
        unit.commit()
    yield replace(checked.report, imported=total)


def _check(unit: UnitOfWork, institution: str, octets: bytes) -> _Checked:
    require(unit.actor, "convict.import", Target(institution))
    house, table = unit.get(Institution, institution), read_table(octets)
    today = local_today(unit, house)
    law: Law = unit.environment.law
    columns = read_heading(table.heading)
    lines: list[RegisterLine] = []
    faults: dict[int, tuple[Fault, ...]] = {}
    for number, cells in _cells(table, columns):
        line, found = read_line(law, house.kind, number, cells, today)
        if line is not None:
            lines.append(line)
        faults[number] = found
    for number, fault in repeated(lines).items():
        faults[number] = (*faults[number], fault)
    known: dict[int, str] = {}
    for some in _parts(lines, ASKED_AT_ONCE):
        for number, fault in _taken(unit, some, known):
            faults[number] = (*faults[number], fault)
    rows = tuple(
        RowReport(
            number,
            cells.get("file_number", "")[:40],
            " ".join(cells.get(part, "") for part in ("family_name", "given_name"))[:80].strip(),
            faults[number],
        )
        for number, cells in _cells(table, columns)
    )
    report = RegisterReport(rows, table.coding, hashlib.sha256(octets).hexdigest())
    return _Checked(report, tuple(lines), known)


def _cells(table: Table, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in table.rows:
        cells = {column: cell for column, cell in zip(columns, row, strict=False) if column}
        if table.coding == "xlsx" and cells.get("iin", "").isdigit():
            cells["iin"] = cells["iin"].zfill(12)  # a workbook keeps a number without the zeros before it
        yield number, cells


def _taken(unit: UnitOfWork, lines: Sequence[RegisterLine], known: dict[int, str]) -> Iterator[tuple[int, Fault]]:
    """The lines whose file number or person is there already; fills `known` with people who only become convicts."""
    vault, convict, person = unit.environment.vault, of(Convict), of(Person)
    numbers = {every: one for one in lines for every in vault.index("convict.file_number", one.file_number).every}
    for index in unit.session.scalars(
        sa.select(convict.file_number_index).where(convict.file_number_index.in_(list(numbers)))
    ):
        yield numbers[index].number, Fault("file_number", reason("already-there"))
    people = {
        every: one
        for one in lines
        if one.identity.iin is not None
        for every in vault.index("person.iin", one.identity.iin).every
    }
    for somebody, serves in unit.session.execute(
        sa.select(Person, convict.id)
        .outerjoin(Convict, convict.id == person.id)
        .where(person.iin_index.in_(list(people)))
    ):
        line = people[somebody.iin_index]
        if serves is not None:
            yield line.number, Fault("iin", reason("already-there"))
        elif somebody.wrapped_key is None or not is_person(unit, somebody, line.identity):
            yield line.number, Fault("iin", reason("identity-needs-desk"))
        else:
            known[line.number] = somebody.id


def _write(unit: UnitOfWork, institution: str, lines: Sequence[RegisterLine], known: dict[int, str]) -> None:
    """Some lines as one event a log."""
    house = unit.get(Institution, institution)
    ids = {one.number: known.get(one.number) or unit.environment.new_id() for one in lines}
    people = [_person(unit, one, ids[one.number]) for one in lines if one.number not in known]
    try:
        if people:
            unit.add(*people)
        unit.add(*(_convict(unit, one, ids[one.number]) for one in lines))
        unit.add(*(_placement(unit, house, one, ids[one.number]) for one in lines))
        entries = [entry for one in lines for entry in _entries(unit, institution, one, ids[one.number])]
        if entries:
            unit.add(*entries)
        unit.tell("register.imported", NATIONAL)
        unit.tell("register.imported", institution)
        unit.next_event()
    except DBAPIError as error:
        # Somebody entered one of them between the check and now: the whole file is checked anew.
        raise translated(error) or refuse("conflict", "someone-was-faster") from error


def _parts(lines: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (lines[start : start + size] for start in range(0, len(lines), size))


def _person(unit: UnitOfWork, line: RegisterLine, person: str) -> Person:
    who = line.identity
    wrapped, fingerprint = unit.new_person_key(person)
    return Person(
        id=person,
        wrapped_key=wrapped,
        key_fingerprint=fingerprint,
        iin_index=who.iin and unit.environment.vault.index("person.iin", who.iin),
        language=who.language,
        created_at=unit.now,
        **unit.sealed(
            Person,
            person,
            person,
            family_name=who.family_name,
            given_name=who.given_name,
            patronymic=who.patronymic,
            birth_date=who.birth_date.isoformat(),
            iin=who.iin,
            document=None,
        ),
    )


def _convict(unit: UnitOfWork, line: RegisterLine, person: str) -> Convict:
    return Convict(
        id=person,
        file_number_index=unit.environment.vault.index("convict.file_number", line.file_number),
        lifer=line.lifer,
        quarantine_left_on=line.quarantine_left,
        admitted_at=unit.now,
        **unit.sealed(Convict, person, person, file_number=line.file_number),
    )


def _placement(unit: UnitOfWork, house: Institution, line: RegisterLine, person: str) -> Placement:
    return Placement(
        id=unit.environment.new_id(),
        institution_id=house.id,
        convict_id=person,
        institution_type=house.kind,
        basis="sentence",
        since=line.since,
        paper=line.paper,
        set_by=_officer(unit),
    )


def _entries(unit: UnitOfWork, institution: str, line: RegisterLine, person: str) -> Iterator[FileEntry]:
    said: list[tuple[str, str | None, date]] = [
        ("condition", line.condition, line.since),
        ("degree", line.degree, line.degree_since or line.since),
        *(("past_visit", kind, day) for kind, day in line.past_visits.items()),
        ("term", str(line.term) if line.term else None, line.since),
        ("release_day", str(line.release_day) if line.release_day else None, line.since),
    ]
    for kind, value, since in said:
        if value is not None:
            yield FileEntry(
                id=unit.environment.new_id(),
                institution_id=institution,
                convict_id=person,
                kind=kind,
                value=value,
                since=since,
                paper=line.paper,
                set_by=_officer(unit),
                set_at=unit.now,
            )


def _officer(unit: UnitOfWork) -> str | None:
    return unit.actor.id if unit.actor.principal == "officer" else None
