"""Exceptions, merges, roles: what takes two, in another role, counted, and not while nobody outside watches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.app.appointment_weigh import Visitor, Wish, weigh
from service.app.exception_ask import ask_exception, ask_reopening, decide_exception
from service.app.exception_limit import approvals_this_month
from service.app.exception_show import list_exceptions
from service.app.person_merge import ask_merge, decide_merge
from service.app.person_register import known_person
from service.app.relationship_decide import confirm_relationship, refuse_relationship
from service.app.role_give import ask_role
from service.domain.identity import Identity
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.facts import convict_file
from service.store.tables import (
    Account,
    Convict,
    ExceptionRequest,
    Officer,
    OfficerRole,
    Person,
    Relationship,
    WitnessLine,
)
from tests.app.witness_field import Field
from tests.cast import MEDIUM, World, person


def asked(world: World, kind: str = "interval-before", role: str = "duty_officer") -> str:
    return world.run(
        world.as_officer(role),
        lambda unit: ask_exception(
            unit,
            convict=world.people["Ерлан"],
            kind=kind,
            appointment_kind="short",
            ground="grave-illness",
            article="PEC 106",
            words="мать больна",
            usable_until=date(2026, 4, 1),
        ),
    )


def refused_code(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.reasons[0].code if refused.value.reasons else refused.value.sort


def decide(world: World, request: str, role: str = "head", grant: bool = True) -> str:
    return world.run(world.as_officer(role), lambda unit: decide_exception(unit, request=request, grant=grant))


class TestExceptions:
    def test_an_officer_with_both_roles_does_not_approve_in_the_role_that_asked(self, world: World) -> None:
        request = asked(world)
        both = replace(world.as_officer("deputy_head"), roles=frozenset({"deputy_head", "duty_officer"}))
        assert world.run(both, lambda unit: decide_exception(unit, request=request, grant=True)) == "granted"
        with world.environment.database.reading() as session:
            row = session.get_one(ExceptionRequest, request)
        assert (row.asked_role, row.decided_role) == ("duty_officer", "deputy_head")

    def test_whoever_asked_never_approves(self, world: World) -> None:
        duty = replace(world.as_officer("duty_officer"), roles=frozenset({"head", "duty_officer"}))
        request = asked(world)
        assert (
            refused_code(lambda: world.run(duty, lambda unit: decide_exception(unit, request=request, grant=True)))
            == "second-officer-needed"
        )

    def test_one_officer_approves_so_many_a_month_and_then_another_may(self, world: World) -> None:
        rule = replace(world.environment.law.exceptions, approvals_a_month=2)
        world.environment = replace(world.environment, law=replace(world.environment.law, exceptions=rule))
        requests = [asked(world) for _ in range(3)]
        decide(world, requests[0])
        decide(world, requests[1])
        assert refused_code(lambda: decide(world, requests[2])) == "exceptions-used-up"
        shown = list_exceptions(world.environment, world.as_officer("head"))
        assert (shown.approved, shown.most) == (2, 2)
        assert decide(world, requests[2], "deputy_head") == "granted"
        world.clock.tick(days=31)
        assert list_exceptions(world.environment, world.as_officer("head")).approved == 0

    def test_a_refusal_is_not_counted(self, world: World) -> None:
        decide(world, asked(world), grant=False)
        head = world.as_officer("head")
        with world.environment.database.reading() as session:
            assert approvals_this_month(session, head.id, world.clock(), ZoneInfo("Asia/Almaty")) == 0

    def test_none_is_approved_while_nobody_outside_watches(self, world: World, tmp_path: Path) -> None:
        request, policy = asked(world), Field(world, tmp_path).policy
        world.environment = replace(world.environment, witness_policy=policy)
        with world.environment.database.writes() as session:
            for one in policy.witnesses.values():
                session.add(WitnessLine(log_id=MEDIUM, witness=one.id, begun_at=world.clock(), held_size=0, failures=0))
            session.commit()
        assert decide(world, request) == "granted"
        second = asked(world)
        world.clock.tick(minutes=61)
        assert refused_code(lambda: decide(world, second)) == "nobody-outside-watches"
        assert list_exceptions(world.environment, world.as_officer("head")).waits
        assert decide(world, second, grant=False) == "refused"

    def test_an_exception_sets_aside_what_it_names_and_nothing_else(self, world: World) -> None:
        permitted = asked(world, "head-permission-needed", "registry_officer")
        decide(world, permitted)
        friend = world.relations["Сергей", "Ерлан"]
        world.run(
            world.as_officer("second_registry_officer"), lambda unit: confirm_relationship(unit, relationship=friend)
        )

        def answer(exception: str | None) -> tuple[list[str], str | None]:
            def look(unit: object) -> tuple[list[str], str | None]:
                session = unit.session  # type: ignore[attr-defined]
                tie = session.get_one(Relationship, friend)
                who = session.get_one(Person, tie.person_id)
                file = convict_file(session, session.get_one(Convict, tie.convict_id))
                visitor = Visitor(tie, who, date(1991, 7, 5), ())
                found = weigh(unit, file, [visitor], Wish("short", exception=exception), date(2026, 3, 20), None)  # type: ignore[arg-type]
                return [one.code for one in found.reasons], found.charge.rule if found.charge else None

            return world.run(world.as_officer("head"), look)

        assert answer(None) == (["head-permission-needed"], "interval")
        assert answer(permitted) == ([], "interval")
        other = asked(world, "outside-hours")
        decide(world, other)
        assert answer(other) == (["head-permission-needed"], "interval")


class TestReopening:
    def test_a_refused_tie_stands_again_where_it_stood(self, world: World) -> None:
        tie = world.relations["Сергей", "Ерлан"]
        world.run(
            world.as_officer("second_registry_officer"),
            lambda unit: refuse_relationship(unit, relationship=tie, ground="ground-no-document"),
        )
        request = world.run(
            world.as_officer("registry_officer"),
            lambda unit: ask_reopening(
                unit, relationship=tie, ground="refused-in-error", article="IR 86", words="перепутаны бумаги"
            ),
        )
        decide(world, request)
        with world.environment.database.reading() as session:
            row = session.get_one(Relationship, tie)
        assert (row.state, row.ended_at, row.ended_ground) == ("verified", None, None)
        assert row.verified_by == world.as_officer("registry_officer").id

    def test_what_was_not_refused_is_not_taken_up_again(self, world: World) -> None:
        tie = world.relations["Айгүл", "Ерлан"]
        assert (
            refused_code(
                lambda: world.run(
                    world.as_officer("registry_officer"),
                    lambda unit: ask_reopening(
                        unit, relationship=tie, ground="refused-in-error", article="IR 86", words="нет"
                    ),
                )
            )
            == "state-does-not-allow"
        )


class TestMerge:
    def twice(self, world: World) -> tuple[str, str]:
        """The brother registered once more under a passport; both claim the same convict."""
        again = Identity("Ахметов", "Болат", date(1996, 2, 29), document="KAZ passport N1234567")
        world.relative("Болат again", again, "+7 701 555 09 09")
        return world.relations["Болат", "Ерлан"], world.claim("Болат again", "Ерлан", "full-sibling")

    def ask(self, world: World, kept: str, ended: str) -> str:
        return world.run(
            world.as_officer("registry_officer"),
            lambda unit: ask_merge(unit, kept=kept, ended=ended, ground="registered-twice", words="один человек"),
        )

    def grant(self, world: World, request: str, role: str = "head") -> str:
        return world.run(world.as_officer(role), lambda unit: decide_merge(unit, request=request, grant=True))

    def test_one_row_ends_points_to_the_other_and_keeps_what_it_was(self, world: World) -> None:
        kept, ended = self.twice(world)
        with world.environment.database.reading() as session:
            before = session.get_one(Person, world.people["Болат again"]).model_dump()
        assert self.grant(world, self.ask(world, kept, ended)) == "granted"
        with world.environment.database.reading() as session:
            assert session.get_one(Person, world.people["Болат again"]).model_dump() == before
            assert session.get_one(Relationship, ended).state == "refused"
            assert session.get_one(Relationship, kept).state == "claimed"
            account = session.get_one(Account, world.accounts["Болат again"].account)
            assert (account.closed_reason, account.phone_index != "") == ("merged", True)
        again = world.identities["Болат again"]
        found = world.run(world.as_officer("registry_officer"), lambda unit: known_person(unit, again).id)  # type: ignore[union-attr]
        assert found == world.people["Болат"]

    def test_nothing_is_made_for_a_row_that_has_ended_by_raw_sql_either(self, world: World) -> None:
        kept, ended = self.twice(world)
        self.grant(world, self.ask(world, kept, ended))
        with world.environment.database.writes() as session:
            row = dict(session.execute(sa.select(Account.__table__)).mappings().first())  # type: ignore[attr-defined, arg-type]
            row |= {
                "id": "f" * 32,
                "person_id": world.people["Болат again"],
                "phone_index": "x" * 64,
                "closed_at": None,
            }
            with pytest.raises(DBAPIError, match="tr_person_ended"):
                session.execute(sa.insert(Account).values(row))

    def test_a_merge_waits_while_something_would_be_lost(self, world: World) -> None:
        kept, ended = self.twice(world)
        request = self.ask(world, ended, kept)
        world.accept("Болат", "Ерлан")  # the one that would end is further than the other
        assert refused_code(lambda: self.grant(world, request)) == "merge-would-lose"

    def test_a_convict_or_an_officer_is_never_ended(self, world: World) -> None:
        kept, ended = self.twice(world)
        with world.environment.database.writes() as session:
            session.execute(
                sa.update(Officer).where(of(Officer).login == "gate.officer@la-155-8").values(
                    person_id=world.people["Болат again"]
                )
            )  # fmt: skip
            session.commit()
        assert refused_code(lambda: self.ask(world, kept, ended)) == "merge-not-relatives"

    def test_whoever_asked_does_not_approve_nor_anybody_in_that_role(self, world: World) -> None:
        kept, ended = self.twice(world)
        request = self.ask(world, kept, ended)
        both = replace(world.as_officer("registry_officer"), roles=frozenset({"registry_officer", "head"}))
        with pytest.raises(Refusal):
            world.run(both, lambda unit: decide_merge(unit, request=request, grant=True))
        with pytest.raises(Refusal):
            self.grant(world, request, "second_registry_officer")


class TestRoles:
    @pytest.mark.parametrize("held", ["registry_officer", "duty_officer", "head"])
    def test_whoever_keeps_the_accounts_holds_nothing_else(self, world: World, held: str) -> None:
        officer = world.as_officer(held).id
        assert (
            refused_code(
                lambda: world.run(
                    world.as_officer("account_administrator"),
                    lambda unit: ask_role(unit, officer=officer, institution=MEDIUM, role="account_administrator"),
                )
            )
            == "roles-exclude-each-other"
        )

    @pytest.mark.parametrize(
        ("held", "wanted"),
        [
            ("registry_officer", "second_registry_officer"),
            ("second_registry_officer", "registry_officer"),
            ("duty_officer", "account_administrator"),
            ("account_administrator", "gate_officer"),
            ("auditor", "head"),
        ],
    )
    def test_the_database_refuses_roles_that_exclude_each_other(self, world: World, held: str, wanted: str) -> None:
        officer = world.as_officer(held).id
        with (
            world.environment.database.writes() as session,
            pytest.raises(DBAPIError, match="tr_officer_role_exclusive"),
        ):
            session.execute(
                sa.insert(OfficerRole).values(
                    id="e" * 32, institution_id="si-18", officer_id=officer, role=wanted, founding=True,
                    asked_at=world.clock() - timedelta(days=1),
                )
            )  # fmt: skip


def test_a_relative_may_become_known_under_a_new_document_of_the_same_person(world: World) -> None:
    known = person("Ахметов", "Болат", date(1996, 2, 29), 14)
    found = world.run(world.as_officer("registry_officer"), lambda unit: known_person(unit, known))
    assert found is not None
