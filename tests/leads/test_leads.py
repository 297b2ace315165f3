"""Who did wrong is named, who did not is not, and a lead shows what it rests on."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from service.leads.affinity import affinity
from service.leads.excess import Unit, false_discovery, false_discovery_of_counts, funnel
from service.leads.facts import History, Visit
from service.leads.find import TESTS, Setting, find_leads
from service.leads.officers import TALLIES, swaps
from service.leads.people import several_convicts, several_names, shared_phones, shared_visitors
from service.leads.plot import funnel_plot
from tests.bench.histories import Maker
from tests.bench.leads import hits, named

SIZE = {"institutions": 30, "convicts": 400}


@pytest.fixture(scope="module", params=(1,))
def planted(request: pytest.FixtureRequest) -> tuple[History, dict[str, set[tuple[str, ...]]]]:
    made = Maker(request.param, wrong=True, **SIZE).made()
    return made.history, made.wrong


def test_every_test_names_most_of_those_who_did_wrong(
    planted: tuple[History, dict[str, set[tuple[str, ...]]]],
) -> None:
    history, wrong = planted
    found = named(history)
    shares = {test: hits(found[test], wrong[test])[0] / len(wrong[test]) for test in TESTS if test in wrong}
    weak = {
        "officer-affinity",
        "officer-swaps",
        "shared-phones",
    }  # a few chances each: in a small country only the plainest stand out
    assert {test: share for test, share in shares.items() if share < 0.6 and test not in weak} == {}


def test_most_of_those_named_by_comparison_did_wrong(
    planted: tuple[History, dict[str, set[tuple[str, ...]]]],
) -> None:
    history, wrong = planted
    found = named(history)
    counts = [hits(found[test], wrong[test])[1] for test in TALLIES], [len(found[test]) for test in TALLIES]
    assert sum(counts[0]) >= 0.8 * sum(counts[1])


def test_honest_officers_who_differ_are_named_no_more_often_than_the_setting_allows() -> None:
    draw, years, alarms = np.random.default_rng(7), 100, 0
    for _ in range(years):
        chances = draw.integers(30, 600, 150)
        counts = draw.binomial(chances, draw.beta(2, 98, 150))
        units = [Unit(str(n), "i", int(k), int(m)) for n, (k, m) in enumerate(zip(counts, chances, strict=True))]
        alarms += any(one.q <= 0.05 for one in funnel(units).judged)
    assert alarms / years <= 0.11, "0.05, and what chance adds over a hundred years"


def test_one_officer_far_above_the_others_is_named_however_much_they_differ() -> None:
    draw = np.random.default_rng(8)
    units = [Unit(str(n), "i", int(draw.binomial(300, draw.beta(2, 98))), 300) for n in range(100)]
    found = funnel([*units, Unit("he", "i", 60, 300)])
    assert [one.unit.name for one in found.judged if one.q <= 0.05] == ["he"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_the_rate_chosen_never_names_what_plain_p_values_would_not(p: list[float]) -> None:
    for plain, q in zip(p, false_discovery(p), strict=True):
        assert q >= plain - 1e-12


def visit(number: int, convict: str, *people: str, **more: object) -> Visit:
    cells = {
        "id": f"v{number}", "institution": "i", "place": "p", "kind": "short", "starts": 86_400.0 * number,
        "convict": convict, "visitors": people, "requested": 0.0, "decided": 1.0, "decided_hour": 10.0,
        "officer": "o", "came": True, "exception": False,
    }  # fmt: skip
    return Visit(**{**cells, **more})  # type: ignore[arg-type]


def test_a_mother_of_two_is_not_asked_about_and_a_visitor_of_three_is() -> None:
    visits = [visit(n, f"k{n}", "friend", *(["mother"] if n < 2 else [])) for n in range(3)]
    assert [lead.subject for lead in several_convicts(History([], visits))] == [("friend",)]


def test_a_convict_with_one_visitor_of_his_own_is_not_seen_by_shared_ones_only() -> None:
    shared = [visit(10 * k + n, f"k{k}", "friend") for k in range(3) for n in range(2)]
    assert len(list(shared_visitors(History([], shared)))) == 3
    own = [*shared, visit(99, "k0", "wife")]
    assert {lead.subject for lead in shared_visitors(History([], own))} == {("k1",), ("k2",)}


def test_a_household_shares_a_phone_and_two_strangers_do_not() -> None:
    visits = [visit(1, "k1", "mother"), visit(2, "k1", "father"), visit(3, "k2", "stranger")]
    marks = {"phone": {"mother": "7", "father": "7", "aunt who came to nobody": "7"}}
    assert list(shared_phones(History([], visits, marks))) == []
    marks["phone"]["stranger"] = "7"
    assert [lead.subject for lead in shared_phones(History([], visits, marks))] == [("father", "mother", "stranger")]
    linked = [*visits, visit(4, "k1", "daughter"), visit(5, "k2", "daughter")]
    assert list(shared_phones(History([], linked, marks))) == [], "two sons of one family"


def test_a_phone_alone_is_the_weaker_question_and_two_marks_or_a_document_the_stronger() -> None:
    visits = [visit(1, "k1", "mother"), visit(3, "k2", "stranger")]
    marks: dict[str, dict[str, str]] = {"phone": {"mother": "7", "stranger": "7"}, "device": {}, "document": {}}
    assert not list(several_names(History([], visits, marks)))
    marks["device"] = {"mother": "d", "stranger": "d"}
    (lead,) = several_names(History([], visits, marks))
    assert (lead.test, lead.subject, lead.counts["marks"]) == ("several-names-device", ("mother", "stranger"), 2)
    assert not list(shared_phones(History([], visits, marks)))
    same_convict = [visit(1, "k1", "mother"), visit(3, "k1", "mother again")]
    document = {"document": {"mother": "N1", "mother again": "N1"}}
    assert [lead.test for lead in several_names(History([], same_convict, document))] == ["several-names-document"]


def decided(number: int, convict: str, officer: str, day: float, person: str) -> Visit:
    return visit(number, convict, person, officer=officer, decided=day * 86_400.0)


def test_officers_who_take_turns_by_the_day_are_not_bound_to_whoever_asks_on_their_days() -> None:
    visits, days = [], range(0, 360)
    for day in days:
        officer = f"o{day % 4}"  # one at a time
        visits += [decided(10 * day + n, f"k{n}{day}", officer, day, f"r{n}{day}") for n in range(4)]
    visits += [decided(9000 + n, "k", "o0", 8 * n, "always on the day of o0") for n in range(12)]
    assert list(affinity(History([], visits), 0.05)) == []


def test_one_who_waits_for_his_officer_among_others_at_work_is_named_and_his_family_is_not() -> None:
    draw = np.random.default_rng(5)
    visits = [
        decided(n, f"k{n % 300}", f"o{draw.integers(4)}", float(draw.uniform(0, 360)), f"r{n % 300}")
        for n in range(2400)
    ]
    for n in range(14):
        visits.append(
            visit(9000 + n, "k", "bound", *(["wife"] if n < 9 else []), officer="o1", decided=86_400.0 * 25 * n)
        )
    assert [lead.subject for lead in affinity(History([], visits), 0.05)] == [("o1", "bound")]


@given(st.lists(st.tuples(st.integers(1, 8), st.floats(0.05, 0.95)), min_size=1, max_size=25), st.data())
@settings(max_examples=60, deadline=None)
def test_a_comparison_counts_with_the_chances_it_has_and_never_more(
    comparisons: list[tuple[int, float]], data: st.DataObject
) -> None:
    tails = [np.array([stats.binom.sf(k - 1, n, share) for k in range(n + 1)]) for n, share in comparisons]
    p = [float(tail[data.draw(st.integers(0, len(tail) - 1))]) for tail in tails]
    for one, plain, q in zip(p, false_discovery(p), false_discovery_of_counts(p, tails), strict=True):
        by_hand = min(
            sum(max((float(t) for t in tail if t <= at * (1 + 1e-12)), default=0.0) for tail in tails)
            / sum(other <= at for other in p)
            for at in p
            if at >= one
        )
        assert q == pytest.approx(min(1.0, by_hand), rel=1e-6, abs=1e-12)
        assert q <= plain + 1e-9


def test_a_place_freed_and_given_away_by_one_officer_counts_and_by_the_waiting_list_does_not() -> None:
    freed = visit(1, "k1", "mother", came=False, cancelled=100.0, cancelled_by="o")
    taken = visit(1, "k2", "stranger", decided=160.0)
    assert dict(swaps(History([], [freed, taken])).counts) == {("i", "o"): 1}
    assert not swaps(History([], [freed, taken._replace(officer="other")])).counts
    assert not swaps(History([], [freed, taken._replace(decided=9000.0)])).counts


def test_leads_are_the_same_for_the_same_question_and_name_their_records() -> None:
    history = Maker(3, wrong=True, institutions=3, convicts=100).made().history
    leads = find_leads(history, Setting(0.05))
    assert leads
    assert [lead.key for lead in leads] == [lead.key for lead in find_leads(history, Setting(0.05))]
    assert all(lead.records for lead in leads)


def test_a_plot_says_in_words_what_it_shows() -> None:
    history = Maker(4, wrong=True, institutions=6, convicts=150).made().history
    plot = funnel_plot(TALLIES["officer-exceptions"](history).judged(), "Exceptions & officers", ["d0.1"])
    root = ElementTree.fromstring(plot)
    inside = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert root.attrib["role"] == "img"
    assert inside["title"] == "Exceptions & officers"
    assert "d0.1" in str(inside["desc"])
    assert "<script" not in plot
