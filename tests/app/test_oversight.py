"""Bodies of oversight: their accounts are their own, they see nobody's name unseen, and pages prove themselves."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.app.checkpoint_publish import publish_checkpoint
from service.app.factor_reset import ask_reset
from service.app.log_export import write_log
from service.app.officer_appoint import dismiss_officer, invite_officer
from service.app.oversight_show import (
    code_of,
    exceptions_by_officer,
    in_rooms_now,
    list_disputes,
    look_at_party,
    refusals_by_ground,
)
from service.app.page_export import export_page
from service.app.role_give import approve_role, ask_role, end_role, found_role
from service.domain.access import Actor
from service.record.checkpoint import Checkpoint, open_checkpoint
from service.record.keys import NoteVerifier
from service.record.page_check import check_page, check_whole
from service.record.page_proof import PAGES, PageFile, read_page, to_csv, to_json
from service.record.refusals import RecordRefused
from service.store.columns import of
from service.store.tables import Event, Log, Officer, OfficerRole
from service.store.unit_of_work import UnitOfWork
from tests.app.booking import granted, hold, request
from tests.app.booking import row as row_of_visit
from tests.app.refusals import refused
from tests.app.test_officer import appoint
from tests.builders import CONSOLE
from tests.cast import MAXIMUM, MEDIUM, World


def role_of(world: World, officer: str) -> str:
    row = of(OfficerRole)
    with world.environment.database.reading() as session:
        found: str = session.scalars(sa.select(row.id).where(row.officer_id == officer)).one()
        return found


def by_institution(act: str, auditor: str, role: str) -> Callable[[UnitOfWork], object]:
    """What an institution might try on an auditor."""
    tries: dict[str, Callable[[UnitOfWork], object]] = {
        "dismiss": partial(dismiss_officer, officer=auditor, reason="misconduct"),
        "invite": partial(invite_officer, officer=auditor),
        "end": partial(end_role, role=role, reason="left"),
        "reset": partial(ask_reset, officer=auditor),
        "give": partial(ask_role, officer=auditor, institution=MEDIUM, role="auditor"),
    }
    return tries[act]


ASKED_BY_ACCOUNTS = ("reset", "give")
"""What no head asks for about anybody."""


class TestTheirAccounts:
    @pytest.mark.parametrize("act", ["dismiss", "invite", "end", "reset", "give"])
    @pytest.mark.parametrize("role", ["account_administrator", "head"])
    def test_no_institution_gives_takes_or_resets_them(self, world: World, act: str, role: str) -> None:
        auditor = world.as_officer("auditor").id
        held = role_of(world, auditor)
        with refused("another-role-needed" if role == "head" and act in ASKED_BY_ACCOUNTS else "not-your-institution"):
            world.run(world.as_officer(role), by_institution(act, auditor, held))
        with world.environment.database.reading() as session:
            assert session.get_one(Officer, auditor).closed_at is None
            assert session.get_one(OfficerRole, held).ended_at is None

    def test_an_institution_appoints_nobody_in_the_name_of_a_body_of_oversight(self, world: World) -> None:
        with refused("not-your-institution"):
            appoint(world, 2005, body="prosecutor")

    def test_a_role_asked_for_before_is_approved_by_no_head(self, world: World) -> None:
        auditor, new = world.as_officer("auditor").id, world.environment.new_id()

        def asked(unit: UnitOfWork) -> None:
            unit.add(
                OfficerRole(
                    id=new, institution_id=MAXIMUM, officer_id=auditor, role="auditor", founding=False,
                    asked_by=world.as_officer("account_administrator", MAXIMUM).id, asked_at=unit.now,
                )
            )  # fmt: skip
            unit.tell("role.asked", MAXIMUM)

        world.run(CONSOLE, asked)
        with refused("not-your-institution"):
            world.run(world.as_officer("head", MAXIMUM), lambda unit: approve_role(unit, role=new))

    def test_their_own_console_gives_and_takes_them(self, world: World) -> None:
        auditor = world.as_officer("auditor").id
        new = world.run(CONSOLE, lambda unit: found_role(unit, officer=auditor, institution=MAXIMUM, role="auditor"))
        world.run(CONSOLE, lambda unit: end_role(unit, role=new, reason="moved"))


class TestRoomsNow:
    def test_who_must_be_where_is_shown_by_codes_and_not_beyond_the_time(self, world: World) -> None:
        visit = granted(world)
        auditor = world.as_officer("auditor")
        assert in_rooms_now(world.environment, auditor) == []
        world.clock.set(row_of_visit(world, visit.appointment).starts_at)
        (one,) = in_rooms_now(world.environment, auditor)
        assert (one.convict, one.inside) == (code_of(world.environment, world.people["Ерлан"]), False)
        assert one.visitors == (code_of(world.environment, world.people["Айгүл"]),)
        world.clock.set(one.until)
        assert in_rooms_now(world.environment, auditor) == []

    def test_a_look_at_names_is_an_event_with_its_paper(self, world: World) -> None:
        visit = granted(world)
        auditor = world.as_officer("auditor")
        named = world.run(auditor, lambda unit: look_at_party(unit, appointment=visit.appointment, paper="№ 7/12"))
        assert named[0][0] == code_of(world.environment, world.people["Ерлан"])
        assert all("Ахметов" in name for _, name in named)
        row = of(Event)
        with world.environment.database.reading() as session:
            leaf = session.scalars(sa.select(row.leaf).where(row.type == "oversight.looked")).one()
        told = json.loads(leaf)
        assert told["facts"] == {"appointment": visit.appointment, "paper": "№ 7/12"}
        assert told["by"] == {"as": "auditor", "id": auditor.id}

    def test_an_auditor_of_another_institution_and_an_officer_look_at_nobody(self, world: World) -> None:
        visit = granted(world)
        for stranger in (world.as_officer("auditor", MAXIMUM), world.as_officer("head")):
            with pytest.raises(Exception, match="not-"):
                world.run(stranger, lambda unit: look_at_party(unit, appointment=visit.appointment, paper="№ 7"))

    @pytest.mark.parametrize("page", [in_rooms_now, refusals_by_ground, exceptions_by_officer, list_disputes])
    def test_the_pages_are_for_auditors_of_this_institution(self, world: World, page: Callable[..., object]) -> None:
        for stranger in (world.as_officer("head"), replace(world.as_officer("auditor"), roles=frozenset())):
            with pytest.raises(Exception, match="not-"):
                page(world.environment, stranger)


class Given:
    """A page given away, the log's key known from elsewhere, and a copy of the log."""

    def __init__(self, world: World, folder: Path, page: str = "late") -> None:
        self.held = hold(world)
        request(world, self.held)
        due = row_of_visit(world, self.held.appointment).decide_by
        assert due is not None
        world.clock.set(due + timedelta(hours=1))
        world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))
        self.file = export_page(world.environment, world.as_officer("auditor"), page)
        with world.environment.database.reading() as session:
            log = session.get_one(Log, MEDIUM)
        self.log = NoteVerifier.from_vkey(log.verifier_key)
        self.mirror = folder / "copy"
        write_log(world.environment, log, self.mirror)

    def check(self, file: PageFile) -> Checkpoint:
        head = check_page(file, self.log, lambda note: open_checkpoint(note, self.log).checkpoint)
        check_whole(file, head, self.mirror, self.log)
        return head


class TestAPageGivenAway:
    def test_it_proves_itself_as_json_and_as_csv_and_a_copy_shows_that_it_is_whole(
        self, world: World, tmp_path: Path
    ) -> None:
        given = Given(world, tmp_path)
        assert [one.row for one in given.file.rows] == [given.held.appointment]
        assert given.file.rows[0].cells["state"] == "requested"
        assert given.file.rows[0].cells["convict_id"].startswith("commitment ")
        for text in (to_json(given.file), to_csv(given.file)):
            again = read_page(text.encode())
            assert given.check(again).origin == given.file.log
        assert world.people["Ерлан"] not in to_json(given.file)

    @pytest.mark.parametrize("page", sorted(PAGES))
    def test_every_page_is_given_away_and_checked_an_empty_one_too(
        self, world: World, tmp_path: Path, page: str
    ) -> None:
        given = Given(world, tmp_path, page)
        for text in (to_json(given.file), to_csv(given.file)):
            given.check(read_page(text.encode()))

    def test_what_was_changed_left_out_or_added_is_noticed(self, world: World, tmp_path: Path) -> None:
        given = Given(world, tmp_path)
        (row,) = given.file.rows
        other = replace(row, cells={**row.cells, "decide_by": "2027-01-01T00:00:00.000000Z"})
        forged = {
            "page.cells": replace(given.file, rows=(other,)),
            "page.left-out": replace(given.file, rows=()),
            "page.rule": replace(given.file, at="2026-03-02T00:00:00.000000Z"),
            "page.entry": replace(given.file, rows=(replace(row, events=(*row.events, 99_999)),)),
            "page.head": replace(given.file, log="kezdesu.kz/another"),
        }
        for code, file in forged.items():
            with pytest.raises(RecordRefused) as caught:
                given.check(file)
            assert caught.value.code == code

    def test_a_head_by_another_key_and_a_proof_of_another_entry_prove_nothing(
        self, world: World, tmp_path: Path
    ) -> None:
        given = Given(world, tmp_path)
        first, second = sorted(given.file.proofs)[:2]
        swapped = {**given.file.proofs, first: given.file.proofs[second]}
        with pytest.raises(RecordRefused):
            given.check(replace(given.file, proofs=swapped))
        with world.environment.database.reading() as session:
            other = NoteVerifier.from_vkey(session.get_one(Log, MAXIMUM).verifier_key)
        with pytest.raises(RecordRefused):
            check_page(given.file, other, lambda note: open_checkpoint(note, other).checkpoint)

    @pytest.mark.parametrize("text", ["", "{}", "a,b\n1,2\n", '{"form": "kezdesu/oversight-page@v1"}', "\x00"])
    def test_what_is_no_page_is_said_to_be_none(self, text: str) -> None:
        with pytest.raises(RecordRefused, match=r"page\.form"):
            read_page(text.encode())
