"""A law file that contradicts itself is refused, with a sentence that says where."""

from datetime import date

import pytest

from service.domain.law import Law, LawError, UnknownCell, UnknownName
from service.domain.law_file import parse_law
from service.law import law_names, law_text, load_law

KZ = law_text("kz")
A_ROW = """
[[quota]]
institution = "medium"
condition = "new"
valid_from = {first}
{last}
short = "{short}"
long = "0"
parcels = "none"
packets = "none"
spend_mci_per_month = "2"
article = "test"
"""


def row(first: str, last: str | None = None, short: str = "6/year") -> str:
    return A_ROW.format(first=first, last=f"valid_to = {last}" if last else "", short=short)


def fault(text: str) -> str:
    with pytest.raises(LawError) as refused:
        parse_law(text)
    return str(refused.value)


def changed(old: str, new: str) -> str:
    assert old in KZ
    return KZ.replace(old, new, 1)


def test_every_law_file_that_comes_with_the_service_is_sound() -> None:
    assert law_names() == ("kz",)
    for name in law_names():
        assert isinstance(parse_law(law_text(name)), Law)


def test_versions_that_follow_each_other_day_by_day_are_taken() -> None:
    law = parse_law(KZ + row("2015-01-01", "2020-05-31") + row("2020-06-01", short="4/year"))
    assert [str(one.short) for one in law.quotas["medium", "new"]] == ["6/year", "4/year"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (KZ + row("2015-01-01") + row("2020-06-01"), "quota medium/new: versions overlap"),
        (KZ + row("2015-01-01", "2020-06-01") + row("2020-06-01"), "quota medium/new: versions overlap"),
        (KZ + row("2015-01-01") + row("2015-01-01"), "quota medium/new: versions overlap"),
        (KZ + row("2015-01-01", "2020-05-30") + row("2020-06-01"), "quota medium/new: gap between 2020-05-30"),
        (KZ + row("2020-01-01", "2019-12-31"), "valid_to 2019-12-31 is before valid_from"),
        (KZ + row("2020-01-01", short="five a year"), "quota[32].short: 'five a year' is no rate"),
        (KZ + row("2020-01-01", short="5/year"), "neither whole nor half months"),
        (KZ + row("2020-01-01", short="-1/year"), "is no rate"),
        (KZ + row("2020-01-01", short="0/year"), "is no rate"),
        (KZ + row("2020-01-01", short="3/week"), "no whole interval in days"),
        (KZ + row("2020-01-01", short="2/fortnight"), "no period this service knows"),
        (KZ + row("2020-01-01").replace('"medium"', '"middle"'), "no institution named 'middle'"),
        (KZ + row("2020-01-01") + "colour = 'red'\n", "quota[32]: unknown key colour"),
        (KZ + row("2020-01-01").replace('article = "test"', ""), "quota[32]: article is missing"),
        (KZ + row("'2020-01-01'"), "quota[32].valid_from: must be a day"),
        (KZ + row("2020-02-30"), "not TOML"),
        ("visits = 12\n" + KZ, "unknown key visits"),
        (changed("[hours.call]", "[hours.telegram]"), "hours: call is missing"),
        (changed('longest = "15min"', 'longest = "a quarter"'), "no length like 15min"),
        (changed('calls = "awaiting-dispatch"', 'calls = "transit"'), "no [[call]] group named transit"),
        (changed('spouse = ["spouse"]', 'spouse = ["spouse", "child"]'), "child is in spouse and in close"),
        (changed('reason = "suspended-isolator"', 'reason = "bored"'), "no reason named bored"),
        (changed('stops = ["long"]', 'stops = ["letter"]'), "no kind named letter"),
        (changed('value = "not-counted"', 'value = "perhaps"'), "settings.no_show: 'perhaps' is none of"),
        (changed("2026-03-25,", "2027-03-25,"), "holds a day of another year"),
        (changed('["01-07"]', '["02-30"]'), "no day of the year"),
        ("not a law", "not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_where(text: str, says: str) -> None:
    assert says in fault(text)


def test_a_cell_marked_unknown_may_stand_but_not_be_used() -> None:
    law = load_law("kz")
    assert law.quotas["extreme", "strict"][0].figures["parcels"] == "unknown"
    with pytest.raises(UnknownCell, match=r"parcels of extreme/strict on 2020-01-01 .* unknown"):
        law.figure("extreme", "strict", date(2020, 1, 1), "parcels")
    assert law.figure("extreme", "strict", date(2024, 1, 1), "parcels") == "1/year"


def test_a_name_the_law_does_not_have_is_answered_with_those_it_has() -> None:
    law = load_law("kz")
    with pytest.raises(UnknownName, match="no institution named 'open'; the law has awaiting-dispatch, complete"):
        law.quota("open", "light", date(2026, 1, 1))
    with pytest.raises(UnknownName, match="no law named 'ru'; there is kz"):
        load_law("ru")
    with pytest.raises(UnknownName, match="no column 'letters'"):
        law.figure("medium", "light", date(2026, 1, 1), "letters")


def test_a_setting_can_be_chosen_among_its_choices_only() -> None:
    assert load_law("kz", {"no_show": "counted"}).setting("no_show") == "counted"
    with pytest.raises(LawError, match=r"settings\.half_month_days: 31 is none of 14, 15, 16"):
        load_law("kz", {"half_month_days": 31})
    with pytest.raises(LawError, match="no setting named luck"):
        load_law("kz", {"luck": "yes"})


def test_every_open_question_of_the_law_is_a_setting_with_a_note() -> None:
    settings = load_law("kz").settings
    asked = {
        "preferential_spending", "kept_for_trial_table", "single_cell_visits", "half_month_days",
        "changed_condition_rate", "co_parent_without_child", "written_application", "visiting_hours",
        "short_visitor_cap", "room_tariff", "crime_bars_visitor", "no_show", "draft_order_2026",
    }  # fmt: skip
    assert asked <= set(settings)
    assert all(one.note and one.article and one.value in one.choices for one in settings.values())


DURATIONS = [
    ("short", "2014-12-31", "medium", 0, "3:00:00"),
    ("short", "2015-01-01", "medium", 0, "2:00:00"),
    ("short", "2026-01-01", "medium", 3, "2:00:00"),
    ("short", "2026-01-01", "remand", 0, "3:00:00"),
    ("long", "2014-12-31", "medium", 0, "3 days, 0:00:00"),
    ("long", "2015-01-01", "medium", 3, "2 days, 0:00:00"),
    ("long", "2025-09-15", "medium", 3, "2 days, 0:00:00"),
    ("long", "2025-09-16", "medium", 3, "3 days, 0:00:00"),
    ("long", "2025-09-16", "medium", 2, "2 days, 0:00:00"),
    ("long", "2025-09-16", "medium", -3, "2 days, 0:00:00"),
    ("call", "2026-01-01", "medium", 0, "0:15:00"),
]


@pytest.mark.parametrize(("kind", "day", "institution", "degree", "lasts"), DURATIONS)
def test_how_long_a_visit_lasts(kind: str, day: str, institution: str, degree: int, lasts: str) -> None:
    found = load_law("kz").duration(kind, date.fromisoformat(day), institution, degree)
    assert found is not None
    assert str(found.longest) == lasts
