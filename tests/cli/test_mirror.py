"""What an auditor proves from a copy of the logs alone, and from a copy with openings that two auditors released."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from service.app.witness_feed import take_cosignature
from service.domain.access import Actor
from service.record import notes
from service.record.cosignature import Cosigner
from service.record.keys import NoteVerifier
from service.record.policy_text import read_policy
from service.record.receipt import parse_receipt, verify_receipt
from service.store.columns import of
from service.store.log_read import newest_head
from service.store.tables import Appointment, AppointmentVisitor, Log
from service.store.verify import mirror
from service.store.verify.mirror import run as mirror_run
from tests.app.booking import granted
from tests.cast import MAXIMUM, MEDIUM, World
from tests.cli.test_record import kezdesu, where
from tests.store.forgery import Forger, log_key, unguarded

__all__ = ["where"]
SYSTEM_JOBS = {"national", MEDIUM, MAXIMUM, "si-18"}


@dataclass
class Office:
    """An auditor's office: where the service is, and what the office was handed."""

    world: World
    where: tuple[str, ...]
    folder: Path

    def copy(self, name: str = "copy") -> Path:
        """A fresh copy of every log."""
        target = self.folder / name
        done = kezdesu("record", "export", str(target), "--all", *self.where)
        assert done.exit_code == 0, done.output
        return target

    def keys(self) -> list[str]:
        """The logs' keys, known from elsewhere, as options."""
        with self.world.environment.database.reading() as session:
            return [part for log in session.scalars(select(Log)).all() for part in ("--log", log.verifier_key)]

    def verdict(self, copy: Path, *more: str) -> tuple[int, dict[str, Any]]:
        done = kezdesu("record", "verify", "--mirror", str(copy), *self.keys(), *more, "--json")
        return done.exit_code, json.loads(done.stdout) if done.stdout else {"error": done.stderr}

    def codes(self, copy: Path, *more: str) -> set[str]:
        return {finding["code"] for finding in self.verdict(copy, *more)[1]["findings"]}

    def released(self) -> Path:
        """The openings of the medium institution, by the way of two auditors."""
        first, second = (self.world.as_officer("auditor", place).id for place in (MEDIUM, MAXIMUM))
        request = kezdesu(
            "record", "openings", "ask", MEDIUM, "--ground", "inspection", "--paper", "7-12", "--auditor", first,
            *self.where,
        ).stdout.strip()  # fmt: skip
        own = kezdesu("record", "openings", "decide", request, "--auditor", first, *self.where)
        assert own.exit_code == 1, "nobody grants what they asked for"
        file = self.folder / "openings"
        early = kezdesu("record", "openings", "release", request, str(file), "--auditor", first, *self.where)
        assert early.exit_code == 1
        file.unlink(missing_ok=True)
        assert kezdesu("record", "openings", "decide", request, "--auditor", second, *self.where).exit_code == 0
        assert (
            kezdesu("record", "openings", "release", request, str(file), "--auditor", first, *self.where).exit_code == 0
        )
        again = kezdesu("record", "openings", "release", request, f"{file}2", "--auditor", first, *self.where)
        assert again.exit_code == 1, "once"
        return file


@pytest.fixture
def office(world: World, where: tuple[str, ...], tmp_path: Path) -> Office:
    """The cast's installation after one granted visit, and an office outside."""
    granted(world)
    return Office(world, where, tmp_path)


def a_surplus(world: World) -> str:
    """Somebody with the service in hand writes a second visit a week after the first, and grants it."""
    officer = world.as_officer("head")

    def write(unit: Any) -> str:
        kept = unit.session.scalars(select(Appointment).where(of(Appointment).live)).first()
        seats = unit.session.scalars(
            select(AppointmentVisitor).where(of(AppointmentVisitor).appointment_id == kept.id)
        ).all()
        cells = {
            name: getattr(kept, name)
            for name in ("institution_id", "convict_id", "kind", "room_id", "place_id", "purpose", "asked_by")
        }
        later = timedelta(days=7)
        row = Appointment(
            id=unit.environment.new_id(), **cells, starts_at=kept.starts_at + later, ends_at=kept.ends_at + later,
            state="held", live=True, charge_rule="unlimited", charge_kind=kept.charge_kind,
            charge_day=kept.charge_day + later, asked_at=unit.now, held_until=unit.now + timedelta(minutes=15),
        )  # fmt: skip
        unit.add(row)
        for seat in seats:
            unit.add(
                AppointmentVisitor(
                    id=unit.environment.new_id(),
                    institution_id=row.institution_id,
                    appointment_id=row.id,
                    person_id=seat.person_id,
                    relationship_id=seat.relationship_id,
                    adult=seat.adult,
                    starts_at=row.starts_at,
                    ends_at=row.ends_at,
                    live=True,
                )
            )
        unit.tell("appointment.held", row.institution_id)
        return str(row.id)

    made = world.run(officer, write)

    def step(**cells: Any) -> Any:
        def change(unit: Any) -> None:
            unit.change(unit.get(Appointment, made), **cells)
            unit.tell(f"appointment.{cells['state']}", MEDIUM)

        return change

    world.run(officer, step(state="requested"))
    world.run(officer, step(state="granted", decided_by=officer.id, decided_at=world.clock()))
    return made


def test_an_honest_copy_contradicts_nothing_and_says_what_it_cannot_tell(office: Office) -> None:
    status, told = office.verdict(office.copy())
    assert (status, told["findings"], told["clean"]) == (0, [], True)
    assert {log["id"] for log in told["logs"]} == SYSTEM_JOBS
    assert any("entitlement" in line for line in told["not_checked"])


def test_without_a_key_from_elsewhere_that_is_said(office: Office) -> None:
    done = kezdesu("record", "verify", "--mirror", str(office.copy()), "--json")
    assert done.exit_code == 1
    assert {finding["code"] for finding in json.loads(done.stdout)["findings"]} == {"mirror.key"}


@pytest.mark.parametrize("openings", [False, True])
def test_what_two_auditors_released_opens_and_agrees(office: Office, openings: bool) -> None:
    file = office.released()
    status, told = office.verdict(office.copy(), *(("--openings", str(file)) if openings else ()))
    assert (status, told["findings"]) == (0, [])
    assert (told["openings"] > 20) is openings


def test_openings_that_no_two_auditors_released_are_told(office: Office) -> None:
    file = office.released()
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    copy = office.copy()
    shortened = office.folder / "shortened"
    shortened.write_text("".join(lines[:-1]), encoding="utf-8")
    assert "release.other-file" in office.codes(copy, "--openings", str(shortened))
    spoiled = office.folder / "spoiled"
    spoiled.write_text("".join(lines).replace('"1992-04-17"', '"1993-04-17"'), encoding="utf-8")
    assert {"release.other-file", "opening.commitment"} <= office.codes(copy, "--openings", str(spoiled))
    stranger = office.folder / "stranger"
    stranger.write_text(json.dumps({"release": "0" * 32, "log": MEDIUM}) + "\n", encoding="utf-8")
    assert "release.unlogged" in office.codes(copy, "--openings", str(stranger))


def test_a_visit_above_the_lawful_number_is_found_in_the_database_and_by_whoever_has_openings(office: Office) -> None:
    made = a_surplus(office.world)
    on_database = json.loads(kezdesu("record", "verify", *office.where, "--json").stdout)["discrepancies"]
    assert [(one["code"], one["row"]) for one in on_database if one["code"] == "rule.entitlement"] == [
        ("rule.entitlement", made)
    ]
    file = office.released()
    copy = office.copy()
    assert "rule.entitlement" not in office.codes(copy)
    told = office.verdict(copy, "--openings", str(file))[1]["findings"]
    found = next(one for one in told if one["code"] == "rule.entitlement")
    receipt = parse_receipt(found["proof"].encode())
    log = NoteVerifier.from_vkey((copy / MEDIUM / "vkey").read_text().strip())
    assert verify_receipt(receipt, found["entry"].encode(), log).index == found["event"]


def test_a_rewritten_log_is_found_by_its_rules_and_by_a_head_kept_from_before(office: Office) -> None:
    before = office.copy("before")
    world = office.world.environment
    with unguarded(world.database) as connection:
        forger = Forger(world, connection, MEDIUM, log_key(world, MEDIUM))

        def one_officer(leaf: dict[str, Any]) -> None:
            for cells in leaf.get("set", {}).get("relationship", {}).values():
                if cells.get("state") == "verified":
                    cells["verified_by"] = leaf["by"]["id"]
                if "confirmed_by" in cells:
                    cells["confirmed_by"] = cells["verified_by"] = leaf["by"]["id"]

        forger.edit(one_officer)
    after = office.copy("after")
    assert "rule.two-officers" in office.codes(after)
    assert "outside.root" in office.codes(after, "--checkpoint", str(before / MEDIUM / "checkpoint"))


def test_a_byte_of_a_copy_that_was_changed_is_named(office: Office) -> None:
    copy = office.copy()
    bundle = next((copy / MEDIUM / "tile" / "entries").rglob("*.p/*"))
    data = bytearray(bundle.read_bytes())
    data[data.index(b"appointment.held") + 3] ^= 1
    bundle.write_bytes(data)
    assert {"export.entry", "export.root"} <= office.codes(copy)


def test_a_check_that_broke_off_goes_on_where_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy, state = office.copy(), tmp_path / "state"
    keys = [NoteVerifier.from_vkey(key) for key in office.keys()[1::2]]
    whole = mirror.verify_mirror(copy, keys=keys)

    class Cut(Exception):
        """The power went."""

    read: list[int] = []

    def cut(events: int) -> None:
        read.append(events)
        if sum(read) > whole.events // 2:
            raise Cut

    monkeypatch.setattr(mirror_run, "EACH", 1)
    with pytest.raises(Cut):
        mirror.verify_mirror(copy, keys=keys, state=state, progress=lambda _total: cut)
    assert state.stat().st_mode & 0o077 == 0
    resumed: list[int] = []
    again = mirror.verify_mirror(copy, keys=keys, state=state, progress=lambda _total: resumed.append)
    assert (again.events, again.findings, again.logs) == (whole.events, whole.findings, whole.logs)
    assert resumed[0] > 0, "what was read before is not read again"
    assert not state.exists()


def test_the_page_is_whole_in_itself_and_holds_the_proof(office: Office) -> None:
    a_surplus(office.world)
    file, page = office.released(), office.folder / "report.html"
    office.verdict(office.copy(), "--openings", str(file), "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert "rule.entitlement" in text
    assert "c2sp.org/tlog-proof@v1" in text

    class Reader(HTMLParser):
        links: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "script" or any(name in ("src", "href") for name, _ in attrs):
                self.links.append(tag)

    reader = Reader()
    reader.feed(text)
    assert reader.links == []


def test_a_policy_says_whose_cosignatures_count(office: Office, tmp_path: Path) -> None:
    office.copy("first")
    cosigner = Cosigner("ombudsman.example/w1", Ed25519PrivateKey.generate())
    known = f"witness ombudsman {cosigner.vkey}\ngroup outside all ombudsman\nquorum outside\n"
    policy, other = tmp_path / "policy", tmp_path / "other"
    logs = "".join(f"log {key}\n" for key in office.keys()[1::2])
    policy.write_text(logs + known, encoding="utf-8")
    stranger = Cosigner("ngo.example/w1", Ed25519PrivateKey.generate())
    other.write_text(logs + f"witness ngo {stranger.vkey}\ngroup outside all ngo\nquorum outside\n", encoding="utf-8")
    world = office.world.environment
    read = read_policy(policy.read_bytes())
    for log in SYSTEM_JOBS:
        with world.database.reading() as session:
            head = newest_head(session, log)
        assert head is not None
        note = notes.parse(head.note)
        cosigned = note.with_signatures([cosigner.cosign(note, office.world.clock())])
        office.world.run(Actor("system", "witness"), partial(take_cosignature, policy=read, note=cosigned))
    copy = office.copy()
    status, told = office.verdict(copy, "--policy", str(policy))
    assert (status, {log["quorum"] for log in told["logs"]}) == (0, {True})
    assert all(set(log["witnessed"]) == {"ombudsman"} for log in told["logs"])
    assert office.codes(copy, "--policy", str(other)) == {"mirror.quorum"}
