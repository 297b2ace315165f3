"""The registry desk: what is looked up before anybody judges, the civil registry, and who decides late."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.registry_ask import MOST_TRIES, ask_registry, keep_answer
from service.app.relationship_check import check_relationship, queue_beside
from service.app.request_late import list_late
from service.domain.refusal import Refusal
from service.gateways.registry import KinshipQuestion, LocalRegistry, RegistryAnswer, RegistryAway
from service.jobs.registry_asking import ASKER, RegistryAsker
from service.store.tables import RegistryQuestion, Relationship
from tests.cast import MEDIUM, World

LOOKED_UP = "iin-digit iin-birth-date phone-own no-other-convicts never-refused"


def ask(world: World, relative: str = "Болат") -> str:
    tie = world.relations[relative, "Ерлан"]
    return world.run(world.as_officer("registry_officer"), lambda unit: ask_registry(unit, relationship=tie))


def state_of(world: World, question: str) -> str:
    with world.environment.database.reading() as session:
        return session.get_one(RegistryQuestion, question).state


class Behaving:
    """A registry that does what it is told, and looks whether a transaction is open while it is asked."""

    def __init__(self, *answers: RegistryAnswer | None, while_asked: Callable[[], None] = lambda: None) -> None:
        self.answers, self.asked, self.while_asked = list(answers), list[KinshipQuestion](), while_asked

    def ask(self, question: KinshipQuestion) -> RegistryAnswer:
        self.asked.append(question)
        self.while_asked()
        answer = self.answers.pop(0)
        if answer is None:
            raise RegistryAway
        return answer


class TestCivilRegistry:
    def test_what_it_confirms_is_kept_with_the_claim(self, world: World) -> None:
        question, registry = ask(world), Behaving(RegistryAnswer())
        assert RegistryAsker(registry).turn(world.environment) == 1
        assert state_of(world, question) == "matches"
        (said,) = registry.asked
        assert (said.person.iin, said.convict.family_name, said.kind) == (
            world.identities["Болат"].iin, "Ахметов", "full-sibling",
        )  # fmt: skip

    def test_what_it_contradicts_is_shown_and_decides_nothing(self, world: World) -> None:
        ask(world)
        RegistryAsker(Behaving(RegistryAnswer(("kinship-not-recorded",)))).turn(world.environment)
        checked = check_relationship(
            world.environment, world.as_officer("registry_officer"), world.relations["Болат", "Ерлан"]
        )
        assert checked.question is not None
        assert (checked.question.state, checked.differs) == ("differs", ("kinship-not-recorded",))

    def test_nobody_waits_for_it_in_a_transaction(self, world: World) -> None:
        """Somebody else writes while it is being asked."""
        ask(world)
        registry = Behaving(RegistryAnswer(), while_asked=lambda: world.accept("Болат", "Ерлан"))
        assert RegistryAsker(registry).turn(world.environment) == 1

    def test_while_it_is_away_it_is_asked_again_later_and_at_last_told_so(self, world: World) -> None:
        question, registry = ask(world), Behaving(*[None] * MOST_TRIES)
        for number in range(MOST_TRIES):
            assert state_of(world, question) == "asked"
            RegistryAsker(registry).turn(world.environment)
            RegistryAsker(registry).turn(world.environment)  # too soon: not asked again
            assert len(registry.asked) == number + 1
            world.clock.tick(hours=7)
        assert state_of(world, question) == "unavailable"

    def test_one_question_at_a_time(self, world: World) -> None:
        ask(world)
        with pytest.raises(Refusal) as refused:
            ask(world)
        assert refused.value.reasons[0].code == "already-there"

    def test_an_answer_is_kept_once(self, world: World) -> None:
        question = ask(world)
        world.run(ASKER, lambda unit: keep_answer(unit, question=question, answer=RegistryAnswer()))
        with pytest.raises(Refusal):
            world.run(ASKER, lambda unit: keep_answer(unit, question=question, answer=RegistryAnswer(("person-dead",))))

    def test_the_stand_in_is_slow_away_and_contradicts_as_its_file_says(self, world: World, tmp_path: Path) -> None:
        ask(world)
        file, waited = tmp_path / "registry.json", list[float]()
        registry = RegistryAsker(LocalRegistry(file, waited.append))
        file.write_text(json.dumps({"seconds": 40, "away": True}))
        assert registry.turn(world.environment) == 0
        iin = world.identities["Болат"].iin
        file.write_text(json.dumps({"differs": {iin: ["name-differs", "no such code"]}}))
        world.clock.tick(minutes=2)
        assert registry.turn(world.environment) == 1
        assert waited == [40, 0]


class TestChecks:
    def checks(self, world: World, relative: str = "Болат") -> dict[str, str]:
        tie = world.relations[relative, "Ерлан"]
        found = check_relationship(world.environment, world.as_officer("registry_officer"), tie)
        return {one.code: one.verdict for one in found.checks}

    def test_an_ordinary_claim_is_in_order(self, world: World) -> None:
        assert self.checks(world) == dict.fromkeys(LOOKED_UP.split(), "good")

    def test_somebody_with_ties_to_other_convicts_is_looked_at(self, world: World) -> None:
        world.claim("Болат", "Олег", "other")
        assert self.checks(world)["other-convicts"] == "look"
        world.claim("Болат", "Нұрлан", "other")
        assert self.checks(world)["other-convicts"] == "bad"

    def test_a_foreign_document_and_a_minor_are_pointed_out(self, world: World) -> None:
        assert "is-minor" in self.checks(world, "Аружан")
        tie = world.relations["Гульзат", "Олег"]
        found = check_relationship(world.environment, world.as_officer("registry_officer"), tie)
        assert next(one.code for one in found.checks) == "document-foreign"

    def test_the_queue_shows_the_last_four_signs_only(self, world: World) -> None:
        with world.environment.database.reading() as session:
            tie = session.get_one(Relationship, world.relations["Болат", "Ерлан"])
            session.expunge_all()
        beside = queue_beside(world.environment, world.as_officer("registry_officer"), [tie])
        assert beside.numbers == {tie.person_id: f"•••• {str(world.identities['Болат'].iin)[-4:]}"}


class TestLateness:
    def requested(self, world: World) -> str:
        mother = world.as_relative("Айгүл")
        held = world.run(
            mother,
            lambda unit: hold_place(
                unit,
                convict=world.people["Ерлан"],
                relationships=[world.relations["Айгүл", "Ерлан"]],
                template=world.templates[MEDIUM, "long"],
                day=date(2026, 4, 19),
                wish=Wish("long"),
            ),
        )
        world.run(mother, lambda unit: request_appointment(unit, appointment=held.appointment))
        return held.appointment

    def test_oversight_reads_what_waits_too_long_and_whose_it_is(self, world: World) -> None:
        appointment = self.requested(world)
        auditor = world.as_officer("auditor")
        assert list_late(world.environment, auditor, MEDIUM).waiting == ()
        world.clock.tick(days=20)
        found = list_late(world.environment, auditor, MEDIUM)
        assert [one.row.id for one in found.waiting] == [appointment]
        assert found.waiting[0].late > timedelta(0)
        assert found.deciding == ("LA-155-8-DEPUTY_HEAD", "LA-155-8-HEAD")

    def test_what_was_decided_late_stays_on_the_list_with_who_decided(self, world: World) -> None:
        appointment = self.requested(world)
        world.clock.tick(days=20)
        world.run(world.as_officer("head"), lambda unit: grant_appointment(unit, appointment=appointment))
        found = list_late(world.environment, world.as_officer("duty_officer"))
        assert [(one.row.id, one.decided_by) for one in found.decided] == [(appointment, "LA-155-8-HEAD")]

    def test_it_is_none_of_the_administrators_business(self, world: World) -> None:
        for actor in (world.as_officer("account_administrator"), replace(world.as_officer("head"), roles=frozenset())):
            with pytest.raises(Refusal):
                list_late(world.environment, actor)
