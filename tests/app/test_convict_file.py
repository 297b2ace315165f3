"""What was entered may be ended and never vanishes; head and commission decide on facts that stay beside it."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from service.app.convict_enter import enter_file
from service.app.convict_show import list_convicts, show_convict
from service.app.proposal_decide import Sitting, decide_proposal
from service.app.reading import Reading
from service.app.rehearse import rehearse, upcoming_where
from service.domain.refusal import Refusal
from service.store.behaviour import behaviour_facts
from service.store.columns import of
from service.store.facts import convict_file
from service.store.tables import Appointment, CommissionDecision, Convict, Event, FileEntry
from tests.app.booking import granted
from tests.app.refusals import refused
from tests.app.rows import last_event, row, rows
from tests.app.test_convict import TODAY, enter, lift
from tests.cast import MAXIMUM, MEDIUM, World

MEMBERS = ("Сейтқали Мұрат", "Иванова Анна", "Ким Виктор")


def decide(world: World, by: str, value: str, outcome: str = "adopted", convict: str = "Ерлан", **more: Any) -> str:
    members, words = more.get("members", MEMBERS), more.get("words")
    what = "degree" if value.lstrip("-").isdigit() else "condition"
    sitting = Sitting(more.get("held_on", TODAY), "хаттама № 12", members)
    return world.run(
        world.as_officer(by),
        lambda unit: decide_proposal(
            unit,
            convict=world.people[convict],
            what=what,  # type: ignore[arg-type]
            value=value,
            outcome=outcome,  # type: ignore[arg-type]
            sitting=sitting,
            words=words,
        ),
    )


def test_a_penalty_is_lifted_after_three_months_and_never_for_a_malicious_act(world: World) -> None:
    old, new = (enter(world, "penalty", "reprimand", since=on) for on in (date(2025, 12, 2), date(2025, 12, 3)))
    malicious = enter(world, "penalty", "isolator:malicious", since=date(2025, 7, 1))
    lift(world, old, TODAY)
    with refused("lifting-too-early"):
        lift(world, new, TODAY)
    with refused("lifting-malicious"):
        lift(world, malicious, TODAY)
    with refused("state-does-not-allow"):
        lift(world, old, TODAY)
    with refused():
        lift(world, "0" * 32, TODAY)


def test_what_was_annulled_counts_for_nothing_and_stays_in_the_file(world: World) -> None:
    for kind, value in (("incentive", "gratitude"), ("penalty", "remark")):
        lift(world, enter(world, kind, value, since=date(2026, 2, 1)), date(2026, 2, 1))
    with world.environment.database.reading() as session:
        convict = session.get(Convict, world.people["Ерлан"])
        assert convict is not None
        facts = behaviour_facts(session, convict, TODAY)
    assert (facts.incentives, facts.penalties) == ((), ())
    assert len(rows(world, FileEntry, kind="penalty")) == 1


def test_contagious_tuberculosis_entered_as_illness_stops_long_visits(world: World) -> None:
    enter(world, "illness", "tuberculosis")
    with world.environment.database.reading() as session:
        convict = session.get(Convict, world.people["Ерлан"])
        assert convict is not None
        assert [one.ground for one in convict_file(session, convict).facts.bans] == ["tuberculosis"]


def test_the_head_adopts_a_degree_that_the_facts_bear_and_they_stay_with_it(world: World) -> None:
    enter(world, "incentive", "gratitude", since=date(2025, 11, 1))
    decision = row(world, CommissionDecision, decide(world, "head", "1"))
    assert (decision.present, decision.proposed, decision.outcome, decision.minutes) == (
        "0", "1", "adopted", "хаттама № 12",
    )  # fmt: skip
    assert decision.not_before == date(2026, 2, 1)
    entry = row(world, FileEntry, decision.entry_id or "")
    assert (entry.kind, entry.value, entry.since, entry.paper) == ("degree", "1", TODAY, "хаттама № 12")
    with Reading(world.environment, world.as_officer("head")) as reading:
        assert json.loads(reading.open(decision, "members") or "") == list(MEMBERS)
        supports = json.loads(reading.open(decision, "reasoning") or "")["supports"]
    assert [one["code"] for one in supports] == ["support-incentive", "support-no-penalty"]
    leaf = last_event(world, MEDIUM)
    assert leaf["t"] == "degree.adopted"
    assert "Сейтқали" not in json.dumps(leaf, ensure_ascii=False)


@pytest.mark.parametrize(("by", "value"), [("head", "1"), ("commission_secretary", "light")])
def test_what_the_facts_do_not_bear_is_not_adopted(world: World, by: str, value: str) -> None:
    with refused("proposal-not-ready"):
        decide(world, by, value)
    assert rows(world, CommissionDecision) == []


def test_a_proposal_is_ready_on_its_day_and_not_the_day_before(world: World) -> None:
    enter(world, "incentive", "gratitude", since=date(2025, 12, 1))
    with refused("proposal-not-ready"):
        decide(world, "head", "1", held_on=date(2026, 2, 28))
    decide(world, "head", "1", held_on=date(2026, 3, 1))


def test_a_decision_beside_the_facts_says_why_and_is_marked_for_ever(world: World) -> None:
    with refused("text-missing"):
        decide(world, "commission_secretary", "light", "beside")
    decision = row(
        world, CommissionDecision, decide(world, "commission_secretary", "light", "beside", words="Сот қаулысы.")
    )
    assert (decision.outcome, decision.present, decision.proposed) == ("beside", "regular", "light")
    with Reading(world.environment, world.as_officer("head")) as reading:
        lacking = json.loads(reading.open(decision, "reasoning") or "")["lacking"]
        assert reading.open(decision, "words") == "Сот қаулысы."
    assert {one["code"] for one in lacking} == {"lacking-degree", "lacking-diligence"}


def test_a_declined_proposal_changes_nothing_and_is_kept_with_its_words(world: World) -> None:
    enter(world, "incentive", "gratitude", since=date(2025, 11, 1))
    decision = row(world, CommissionDecision, decide(world, "head", "1", "declined", words="Рано."))
    assert decision.entry_id is None
    assert rows(world, FileEntry, convict_id=world.people["Ерлан"], kind="degree") == []


def test_a_degree_is_the_heads_and_a_condition_the_commissions(world: World) -> None:
    enter(world, "incentive", "gratitude", since=date(2025, 11, 1))
    for by, value in (("commission_secretary", "1"), ("registry_officer", "1"), ("head", "light")):
        with refused("another-role-needed"):
            decide(world, by, value, "beside", words="x")


def test_two_people_are_no_commission_and_one_named_twice_is_one(world: World) -> None:
    with refused("commission-too-small"):
        decide(
            world, "head", "1", "beside", words="Сот.", members=("Сейтқали Мұрат", "Иванова Анна", "Иванова Анна", " ")
        )


def test_the_file_shows_every_event_with_its_paper_and_who_entered_it(world: World) -> None:
    enter(world, "incentive", "gratitude")
    shown = show_convict(world.environment, world.as_officer("duty_officer"), world.people["Ерлан"])
    assert (shown.name, shown.file_number) == ("Ахметов Ерлан Серікұлы", "8/2025-0117")
    assert {(one.kind, one.value, one.paper) for one in shown.timeline} == {
        ("placement", "medium", "приговор № 1-204/2025"),
        ("condition", "regular", "приговор № 1-204/2025"),
        ("incentive", "gratitude", "№ 5"),
    }
    assert next(one.by for one in shown.timeline if one.kind == "incentive")
    assert [(one.what, one.proposed) for one in shown.proposals] == [("degree", "1"), ("condition", "light")]
    assert shown.left["short"] is not None
    assert shown.left["short"].answer.allowed


def test_the_list_finds_by_a_part_of_a_name_or_number_and_shows_only_this_house(world: World) -> None:
    duty = world.as_officer("duty_officer")
    assert [one.file_number for one in list_convicts(world.environment, duty, "ахмет")] == ["8/2025-0117"]
    assert [one.name for one in list_convicts(world.environment, duty, "8/2023 -0042")] == ["Ким Олег Викторович"]
    assert len(list_convicts(world.environment, duty)) == 4
    with pytest.raises(Refusal):
        show_convict(world.environment, world.as_officer("duty_officer", MAXIMUM), world.people["Ерлан"])


def test_a_rehearsal_says_which_visits_an_entry_touches_and_writes_nothing(world: World) -> None:
    booked = granted(world)
    convict, row_of = world.people["Ерлан"], of(Appointment)
    with world.environment.database.reading() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Event))
    rehearsed = rehearse(
        world.environment,
        world.as_officer("head"),
        lambda unit: enter_file(
            unit, convict=convict, kind="illness", value="tuberculosis", since=TODAY, paper="справка № 4"
        ),
        upcoming_where(row_of.convict_id == convict),
        lambda unit: len(convict_file(unit.session, unit.get(Convict, convict)).facts.bans),
    )
    assert (rehearsed.before, rehearsed.after) == (0, 1)
    assert [(one.id, [reason.code for reason in one.reasons]) for one in rehearsed.touched] == [
        (booked.appointment, ["ban-tuberculosis"])
    ]
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == before
    assert rows(world, FileEntry, kind="illness") == []
