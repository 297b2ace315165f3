"""What the clients were told, against what the database holds: read in this order, from one snapshot."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Admission, Appointment, IdempotentAnswer, Scan
from tests.crash.checks import REACHED


@dataclass(frozen=True)
class Told:
    """The lines of a ledger."""

    acts: tuple[dict[str, Any], ...]
    faults: tuple[str, ...]
    before: frozenset[str] = frozenset()
    """Appointments that were there before the load began."""

    @property
    def repeated(self) -> int:
        """How many acts had to be sent more than once."""
        return sum(one["tries"] > 1 for one in self.acts)

    @property
    def replayed(self) -> int:
        """How many of them had been carried out the first time already."""
        return sum(one["replayed"] for one in self.acts)


class Reader:
    """A ledger read again and again while it grows: each line once. `before` names appointments that were there."""

    def __init__(self, file: Path, before: frozenset[str] = frozenset()) -> None:
        self._file, self._before = file, before
        self._place = 0
        self._acts: list[dict[str, Any]] = []
        self._faults: list[str] = []

    def told(self) -> Told:
        """What has been acknowledged until now."""
        if self._file.exists():
            with self._file.open("rb") as stream:
                stream.seek(self._place)
                written = stream.read()
            whole = written[: written.rfind(b"\n") + 1]
            self._place += len(whole)
            lines = [json.loads(one) for one in whole.splitlines()]
            self._acts += (one for one in lines if "act" in one)
            self._faults += (one["fault"] for one in lines if "fault" in one)
        return Told(tuple(self._acts), tuple(self._faults), self._before)


def discrepancies(world: Environment, told: Told) -> list[str]:
    """Everything that was acknowledged and is not there exactly once, and everything there by halves or twice."""
    with world.database.reads() as session:
        if not world.database.is_sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        found = [*_appointments(session, told), *_answers(session, told), *_scans(session, told)]
        session.rollback()
    return found


def _appointments(session: Session, told: Told) -> list[str]:
    row = of(Appointment)
    states = {one.id: one.state for one in session.execute(sa.select(row.id, row.state))}
    return [
        f"{one['appointment']} was {one['act']}, and now is {states.get(_stored(one['appointment']))}"
        for one in told.acts
        if one["act"] in REACHED and REACHED.get(states.get(_stored(one["appointment"]), ""), -1) < REACHED[one["act"]]
    ]


def _answers(session: Session, told: Told) -> list[str]:
    row = of(IdempotentAnswer)
    kept = {
        one.idempotency_key: json.loads(bytes(one.answer))
        for one in session.execute(sa.select(row.idempotency_key, row.answer))
    }
    keyed = [one for one in told.acts if one["act"] != "scanned"]
    found = [
        f"the answer to {one['act']} {one['key']} is not kept" for one in keyed if kept.get(one["key"]) != one["answer"]
    ]
    made = Counter(_stored(answer["appointment"]) for answer in kept.values() if "held_until" in answer)
    there = set(session.scalars(sa.select(of(Appointment).id))) - told.before
    found += [f"{one} was answered {many} times" for one, many in made.items() if many > 1]
    found += [f"{one} exists and no answer made it" for one in there - set(made)]
    found += [f"{one} was answered and does not exist" for one in set(made) - there]
    return found


def _scans(session: Session, told: Told) -> list[str]:
    scans = {(one.device_id, one.sequence): one for one in session.scalars(sa.select(Scan))}
    found = []
    for one in told.acts:
        if one["act"] == "scanned":
            scan = scans.get((one["bridge"], one["sequence"]))
            said = (_stored(one["answer"]["scan"]), one["answer"]["verdict"])
            if scan is None or (scan.id, scan.verdict) != said:
                found.append(f"scan {one['sequence']} of {one['bridge']} was answered {said}, and is {scan}")
    for device, many in Counter(device for device, _ in scans).items():
        newest = max(sequence for one, sequence in scans if one == device)
        if newest != many:
            found.append(f"{device} has {many} scans, the newest is number {newest}")
    verdicts = Counter(scan.verdict for scan in scans.values())
    inside = session.execute(
        sa.select(sa.func.count(), sa.func.count(of(Admission).left_at)).select_from(Admission)
    ).one()
    if tuple(inside) != (verdicts["admit"], verdicts["leave"]):
        found.append(f"{dict(verdicts)} were said, and {tuple(inside)} went in and out")
    return found


def _stored(ident: str) -> str:
    return ident.replace("-", "")
