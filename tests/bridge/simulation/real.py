"""The real service in place of the model: its own use cases on SQLite, and both beside each other on the same life."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from firmware_bridge.decide import Verdict
from firmware_bridge.link import Answer, NoAnswer, Question
from service.app.scan_take import Reading, take_scan
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.law import load_law
from service.store.engine import open_database
from service.store.environment import Environment
from service.store.keys import KeyFolder
from service.store.migrate import upgrade
from service.store.vault import Vault
from tests.bridge.simulation.passes import ZONES, passes, read_once
from tests.bridge.simulation.service import Service
from tests.passes.vectors import SEEDS, VISIT
from tests.store.bare_rows import HOUSE, NOON, Bare, bare

NAMES = {f"gate-{zone}": zone for zone in ZONES}


def stage(folder: Path) -> Path:
    """A database with every pass of the simulation, and its keys; made once, copied for each seed."""
    url = f"sqlite:///{folder / 'stage.db'}"
    upgrade(url)
    rows = bare(url)
    rows.sql("UPDATE log SET last_at = '2026-03-01T00:00:00.000000Z'")
    rows.sql("UPDATE institution SET number = :number", number=VISIT.institution)
    for name, zone in NAMES.items():
        gate = rows.put("gate", id=_id(name), institution_id=HOUSE, name=name, zone=zone, opened_at=NOON)
        rows.put(
            "device", id=_id(name), institution_id=HOUSE, kind="bridge", name=name, gate_id=gate, key_hash=_id(name),
            added_at=NOON,
        )  # fmt: skip
    for texts in passes().values():
        for text in texts:
            _visit(rows, text)
    rows.database.close()
    keys = KeyFolder(folder / "keys")
    keys.make_standing(bytes)
    (folder / "keys" / "pass-1.key").write_text(SEEDS[1].hex(), "ascii")
    return folder


def _id(name: str) -> str:
    return name.encode().hex().ljust(32, "0")


def _visit(rows: Bare, text: str) -> None:
    found = read_once(text)
    begins, ends = (datetime.fromtimestamp(at, NOON.tzinfo) for at in (found.not_before, found.not_after))
    convict, mother = rows.convict(), rows.person()
    tie = rows.relationship(mother, convict)
    place = rows.put("place", institution_id=HOUSE, room_id=rows.ids["room"], label=mother[-8:], opened_at=NOON)
    when = {"starts_at": begins, "ends_at": ends}
    visit = rows.appointment(convict_id=convict, place_id=place, asked_by=mother, charge_day=begins.date(), **when)
    visitor = rows.visitor(visit, mother, tie, **when)
    rows.sql("UPDATE appointment SET state = 'requested', requested_at = asked_at WHERE id = :id", id=visit)
    rows.sql(
        "UPDATE appointment SET state = 'granted', decided_at = asked_at, decided_by = :head WHERE id = :id",
        head=rows.ids["head"],
        id=visit,
    )
    rows.put(
        "pass", id=found.pass_id.hex(), institution_id=HOUSE, appointment_id=visit, visitor_id=visitor, key_number=1,
        gate_zone=found.gate_zone, children=found.children, visitor_tag=found.visitor_tag.hex(), not_before=begins,
        not_after=ends, issued_at=NOON,
    )  # fmt: skip


class Both(Service):
    """Asks the model and the real service the same, and notes every answer in which they differ."""

    def __init__(self, now: Callable[[], datetime], folder: Path, own: Path, *, seed: int) -> None:
        super().__init__(now, NAMES)
        self.differences: list[str] = []
        self.asked = 0
        own.mkdir()
        shutil.copyfile(folder / "stage.db", own / "live.db")
        keys, count = KeyFolder(folder / "keys"), iter(range(1, 10**9))
        self.environment = Environment(
            database=open_database(f"sqlite:///{own / 'live.db'}"),
            clock=now,
            keys=keys,
            vault=Vault(keys, bytes),
            law=load_law("kz"),
            random_bytes=lambda length: (seed << 64 | next(count)).to_bytes(32)[-length:],
        )
        self._told_revoked: set[str] = set()

    def ask(self, device: str, question: Question) -> Answer | NoAnswer:
        again = (device, question.key) in self._answers
        said = super().ask(device, question)
        if isinstance(said, Answer) and not again:
            self._withdraw()
            real = self._real(device, question)
            self.asked += 1
            if (said.verdict, said.reason) != real:
                self.differences.append(f"{device} {question}: the model says {said}, the service {real}")
        return said

    def _real(self, device: str, question: Question) -> tuple[Verdict, str | None] | str:
        bridge = Actor("bridge", _id(device), None, HOUSE, device=_id(device))
        reading = Reading(
            _id(question.gate), question.sequence, question.token, question.direction.value, question.scanned_at,
            question.answered.value if question.answered is not None else None,
        )  # fmt: skip
        try:
            done = transact(self.environment, bridge, lambda unit: take_scan(unit, reading))
        except Refusal as refusal:
            return str(refusal)
        return Verdict(done.verdict), done.refusal

    def _withdraw(self) -> None:
        """What was withdrawn meanwhile; by the statement of a use case that is not under trial here."""
        for pass_id in self.revoked.keys() - self._told_revoked:
            self._told_revoked.add(pass_id)
            with self.environment.database.engine.begin() as connection:
                connection.execute(
                    sa.text('UPDATE "pass" SET revoked_at = :at WHERE id = :id').bindparams(
                        at=self.revoked[pass_id].strftime("%Y-%m-%dT%H:%M:%S.%fZ"), id=pass_id
                    )
                )
