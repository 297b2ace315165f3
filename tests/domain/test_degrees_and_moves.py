"""The whole of PEC 95(4), 103, 135-150 as a table: what comes next, why not yet, and the day it becomes possible.

Every line is one convict on 1 March 2026, who came on 1 January 2024. A line reads: institution, condition and since
when; degree and since when; what else the file says; then what is proposed, the first day on which the facts bear it
("-" while something is lacking), the first day on which they could, and what is lacking.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.behaviour import proposals
from service.domain.calendar import add_months
from tests.domain.cast import KZ, day
from tests.domain.personal_file import DILIGENT, TODAY, File, Line, proposed, read, released

DEGREES: tuple[Line, ...] = (
    # +1: an incentive, and three months without a penalty since the last one
    (File("medium", "regular"), "1", "-", "2026-06-01", "incentive"),
    (File("medium", "regular", incentives=("2026-01-10",)), "1", "2026-04-10", "2026-04-10", ""),
    (File("medium", "regular", incentives=("2025-11-30",)), "1", "2026-02-28", "2026-02-28", ""),
    (File("medium", "regular", incentives=("2025-05-10", "2026-01-10")), "1", "2026-04-10", "2026-04-10", ""),
    # +2: the first degree, a new incentive, half a year without a penalty since the first degree
    (
        File("medium", "regular", degree=(1, "2025-10-03"), incentives=("2025-12-01",)),
        "2", "2026-04-03", "2026-04-03", "",
    ),
    (
        File("medium", "regular", degree=(1, "2025-05-03"), incentives=("2025-08-01",)),
        "2", "2025-11-03", "2025-11-03", "",
    ),
    (
        File("medium", "regular", degree=(1, "2025-05-03"), incentives=("2025-01-01",)),
        "2", "-", "2026-03-01", "incentive",
    ),
    (File("medium", "regular", degree=(1, "2025-12-03")), "2", "-", "2026-06-03", "incentive"),
    # +3: the second degree, a new incentive, a year without a penalty since the second degree
    (
        File("medium", "light", degree=(2, "2025-05-03"), incentives=("2025-08-01",)),
        "3", "2026-05-03", "2026-05-03", "",
    ),
    (File("medium", "light", degree=(2, "2025-05-03")), "3", "-", "2026-05-03", "incentive"),
    (File("medium", "light", degree=(3, "2025-05-03"), incentives=("2025-08-01",)), "4", "no", "no", ""),
    # -1: any penalty; -2: two within six months that are not isolation; -3: a listed act and isolation for it
    (File("medium", "regular", penalties=(("remark", "2026-02-01"),)), "-1", "2026-02-01", "2026-02-01", ""),
    (
        File("medium", "regular", penalties=(("remark", "2025-11-01"), ("reprimand", "2026-02-01"))),
        "-2", "2026-02-01", "2026-02-01", "",
    ),
    (
        File("medium", "regular", penalties=(("isolator", "2025-11-01"), ("reprimand", "2026-02-01"))),
        "-1", "2026-02-01", "2026-02-01", "",
    ),
    (
        File("medium", "regular", penalties=(("isolator:malicious", "2026-02-01"),)),
        "-3", "2026-02-01", "2026-02-01", "",
    ),
    (
        File("medium", "regular", penalties=(("single-cell:malicious", "2026-02-01"),)),
        "-3", "2026-02-01", "2026-02-01", "",
    ),
    (
        File("medium", "regular", penalties=(("reprimand:malicious", "2026-02-01"),)),
        "-1", "2026-02-01", "2026-02-01", "",
    ),
    (
        File("juvenile", "regular", penalties=(("strict-reprimand", "2025-12-01"), ("strict-reprimand", "2026-02-01"))),
        "-3", "2026-02-01", "2026-02-01", "",
    ),
    # back to none: penalties are spent after six months without a new one
    (
        File("medium", "regular", degree=(-1, "2025-08-15"), penalties=(("remark", "2025-08-15"),)),
        "0", "2026-02-15", "2026-02-15", "",
    ),
    (File("medium", "regular", degree=(-1, "2025-10-01"), penalties=(("remark", "2025-10-01"),)), "0", "no", "no", ""),
)  # fmt: skip

LIGHT: tuple[Line, ...] = (
    # minimum (142): three months since +1, a year for the grave chapters; diligent
    (File("minimum", "regular", degree=(1, "2026-01-15"), more=DILIGENT), "light", "2026-04-15", "2026-04-15", ""),
    (
        File("minimum", "regular", degree=(1, "2026-01-15"), more={"chapters": frozenset({12}), **DILIGENT}),
        "light", "2027-01-15", "2027-01-15", "",
    ),
    (File("minimum", "regular", more=DILIGENT), "light", "-", "2026-09-01", "degree"),  # three for +1, three after it
    (File("minimum", "regular", degree=(1, "2025-10-01")), "light", "-", "2026-03-01", "diligence"),
    # medium (135): six months served, +1, diligent
    (File("medium", "regular", degree=(1, "2025-05-03"), more=DILIGENT), "light", "2025-05-03", "2025-05-03", ""),
    (
        File("medium", "regular", degree=(1, "2026-02-01"), more={"term_began_on": day("2025-12-10"), **DILIGENT}),
        "light", "2026-06-10", "2026-06-10", "",
    ),
    (File("medium", "regular", incentives=("2026-01-10",), more=DILIGENT), "light", "-", "2026-04-10", "degree"),
    (File("medium", "regular"), "light", "-", "2026-06-01", "degree diligence"),
    # maximum (137): nine months in regular conditions, +1, diligent
    (
        File("maximum", "regular", "2025-07-20", (1, "2026-01-20"), more=DILIGENT),
        "light", "2026-04-20", "2026-04-20", "",
    ),
    (File("maximum", "regular", "2025-07-20", more=DILIGENT), "light", "-", "2026-06-01", "degree"),
    # extreme (139): five years, +1
    (File("extreme", "regular", "2024-01-01", (1, "2025-05-03")), "light", "2029-01-01", "2029-01-01", ""),
    (File("extreme", "regular", "2024-01-01"), "light", "-", "2029-01-01", "degree"),
    # complete (144): one year, +1
    (File("complete", "regular", "2025-06-01", (1, "2025-12-01")), "light", "2026-06-01", "2026-06-01", ""),
    # juvenile (150): six months, +1, no penalties, diligent
    (
        File("juvenile", "regular", "2025-11-01", (1, "2026-01-01"), more=DILIGENT),
        "light", "2026-05-01", "2026-05-01", "",
    ),
    (
        File(
            "juvenile", "regular", "2024-01-01", (1, "2025-01-01"),
            penalties=(("remark", "2026-02-10"),), more=DILIGENT
        ),
        "light", "-", "2026-08-10", "clean",
    ),
    # nobody is proposed for light conditions out of strict ones
    (File("medium", "strict", degree=(1, "2025-05-03"), more=DILIGENT), "light", "no", "no", ""),
)  # fmt: skip

PREFERENTIAL: tuple[Line, ...] = (
    # medium (135): +3, three months in light conditions, a year or less before release
    (
        File("medium", "light", "2025-06-01", (3, "2026-02-01"), more=released("2027-05-15")),
        "preferential", "2026-05-15", "2026-05-15", "",
    ),
    (
        File("medium", "light", "2026-01-10", (3, "2026-02-01"), more=released("2026-09-01")),
        "preferential", "2026-04-10", "2026-04-10", "",
    ),
    (File("medium", "light", "2025-06-01", (3, "2026-02-01")), "preferential", "-", "-", "release-day"),
    (
        File("medium", "light", "2025-06-01", (2, "2025-09-01"), ("2025-10-01",), more=released("2026-09-01")),
        "preferential", "-", "2026-09-01", "degree",
    ),
    # maximum (137): the same with nine months before release
    (
        File("maximum", "light", "2025-06-01", (3, "2026-02-01"), more=released("2027-05-15")),
        "preferential", "2026-08-15", "2026-08-15", "",
    ),
    # juvenile (150): as medium; who was moved down comes back after six months, not after three
    (
        File("juvenile", "light", "2025-12-01", (3, "2025-06-01"), more=released("2026-08-01")),
        "preferential", "2026-03-01", "2026-03-01", "",
    ),
    (
        File(
            "juvenile", "light", "2025-12-01", (3, "2025-06-01"), more=released("2026-08-01"),
            moved_down_from="preferential",
        ),
        "preferential", "2026-06-01", "2026-06-01", "",
    ),
    # extreme, complete and minimum security have no preferential conditions
    (File("extreme", "light", degree=(3, "2025-05-03"), more=released("2026-09-01")), "preferential", "no", "no", ""),
    (File("complete", "light", degree=(3, "2025-05-03"), more=released("2026-09-01")), "preferential", "no", "no", ""),
    (File("minimum", "light", degree=(3, "2025-05-03"), more=released("2026-09-01")), "preferential", "no", "no", ""),
)  # fmt: skip

OUT_OF_STRICT: tuple[Line, ...] = (
    (File("minimum", "strict", "2025-10-01"), "regular", "2026-04-01", "2026-04-01", ""),
    (File("medium", "strict", "2025-10-01"), "regular", "2026-04-01", "2026-04-01", ""),
    (
        File("medium", "strict", "2025-10-01", penalties=(("remark", "2026-02-10"),)),
        "regular", "-", "2026-08-10", "clean",
    ),
    # maximum: nine months until 15.09.2025, six since
    (File("maximum", "strict", "2025-10-01"), "regular", "2026-04-01", "2026-04-01", ""),
    (File("extreme", "strict", "2025-10-01"), "regular", "2030-10-01", "2030-10-01", ""),
    # complete: one year and +1
    (File("complete", "strict", "2025-10-01", (1, "2026-02-01")), "regular", "2026-10-01", "2026-10-01", ""),
    (File("complete", "strict", "2025-10-01"), "regular", "-", "2026-10-01", "degree"),
    # juvenile: three to six months
    (File("juvenile", "strict", "2026-01-10"), "regular", "2026-04-10", "2026-04-10", ""),
)  # fmt: skip

VIOLATOR, MALICIOUS = (-1, "2026-02-10"), (-3, "2026-02-10")
DOWN: tuple[Line, ...] = (
    *(
        (File(kind, condition, degree=MALICIOUS), "strict", "2026-02-10", "2026-02-10", "")
        for kind, conditions in {
            "minimum": ("regular", "light"),
            "medium": ("regular", "light", "preferential"),
            "maximum": ("regular", "light", "preferential"),
            "extreme": ("regular", "light"),
            "complete": ("regular", "light"),
            "juvenile": ("regular", "light", "preferential"),
        }.items()
        for condition in conditions
    ),
    *(
        (File(kind, condition, degree=VIOLATOR), "regular", "2026-02-10", "2026-02-10", "")
        for kind, condition in (
            ("medium", "light"), ("medium", "preferential"), ("maximum", "light"), ("maximum", "preferential"),
            ("extreme", "light"), ("juvenile", "light"),
        )
    ),
    (File("juvenile", "preferential", degree=VIOLATOR), "light", "2026-02-10", "2026-02-10", ""),
    # minimum: more than two penalties that are still live
    (
        File(
            "minimum", "light",
            penalties=(("remark", "2025-09-01"), ("remark", "2025-12-01"), ("remark", "2026-02-01"))
        ),
        "regular", "2026-02-01", "2026-02-01", "",
    ),
    (
        File("minimum", "light", penalties=(("remark", "2025-12-01"), ("remark", "2026-02-01"))),
        "regular", "no", "no", "",
    ),
    # complete: who came as a violator from elsewhere; not those who became one here, not the vulnerable (144(5))
    (
        File("complete", "regular", "2026-02-10", VIOLATOR, came_from="maximum"),
        "strict", "2026-02-10", "2026-02-10", "",
    ),
    (File("complete", "regular", degree=VIOLATOR), "strict", "no", "no", ""),
    (File("complete", "regular", degree=MALICIOUS, more={"vulnerable": True}), "strict", "no", "no", ""),
    (
        File("complete", "regular", "2026-02-10", VIOLATOR, came_from="maximum", more={"vulnerable": True}),
        "strict", "no", "no", "",
    ),
    # a good file is never proposed for worse conditions
    (File("medium", "light", degree=(2, "2025-05-03")), "regular", "no", "no", ""),
    (File("medium", "light", degree=(2, "2025-05-03")), "strict", "no", "no", ""),
)  # fmt: skip


def check(line: Line, what: str) -> None:
    file, to, borne, possible, lacking = line
    assert read(proposed(file, what, to)) == (borne, possible, lacking)


@pytest.mark.parametrize("line", DEGREES)
def test_the_next_degree_and_why_not_yet(line: Line) -> None:
    check(line, "degree")


@pytest.mark.parametrize("line", LIGHT)
def test_the_way_to_light_conditions(line: Line) -> None:
    check(line, "condition")


@pytest.mark.parametrize("line", PREFERENTIAL)
def test_the_way_to_preferential_conditions(line: Line) -> None:
    check(line, "condition")


@pytest.mark.parametrize("line", OUT_OF_STRICT)
def test_the_way_out_of_strict_conditions(line: Line) -> None:
    check(line, "condition")


@pytest.mark.parametrize("line", DOWN)
def test_the_ways_down(line: Line) -> None:
    check(line, "condition")


def test_every_move_of_the_law_stands_in_a_line_of_the_table() -> None:
    lines = (*LIGHT, *PREFERENTIAL, *OUT_OF_STRICT, *DOWN)
    tried = {(line[0].institution, line[0].condition, line[1]) for line in lines if line[2] != "no"}
    assert {(one.institution, one.from_condition, one.to_condition) for one in KZ.moves} == tried


def test_strict_conditions_of_a_juvenile_are_looked_at_within_six_months() -> None:
    found = proposed(File("juvenile", "strict", "2026-01-10"), "condition", "regular")
    assert found is not None
    assert found.not_after == day("2026-07-10")


HISTORIES = st.builds(
    File,
    st.sampled_from(("minimum", "medium", "maximum", "extreme", "complete", "juvenile")),
    st.sampled_from(("regular", "light", "strict")),
    st.dates(day("2024-01-01"), TODAY).map(str),
    st.none() | st.tuples(st.integers(-3, 3), st.dates(day("2024-01-01"), TODAY).map(str)),
    st.lists(st.dates(day("2024-01-01"), TODAY).map(str), max_size=3).map(tuple),
    st.lists(
        st.tuples(
            st.sampled_from(("remark", "isolator", "isolator:malicious")),
            st.dates(day("2024-01-01"), TODAY).map(str),
        ),
        max_size=3,
    ).map(tuple),
)  # fmt: skip


@given(HISTORIES)
def test_what_is_borne_lacks_nothing_and_what_lacks_something_is_never_possible_before_today(file: File) -> None:
    for one in proposals(KZ, file.facts(), TODAY):
        if one.lacking:
            assert one.not_before is None
            assert one.earliest is None or one.earliest >= TODAY
        else:
            assert one.not_before is not None
            assert one.earliest == one.not_before
        assert one.supports or one.lacking


@given(HISTORIES, st.integers(0, 24))
def test_waiting_alone_brings_what_only_needs_time_on_the_very_day_that_was_said(file: File, months: int) -> None:
    """A proposal with nothing lacking is ready from its day on, as long as nothing new happens."""
    later = add_months(TODAY, months)
    for one in proposals(KZ, file.facts(), TODAY):
        if one.not_before is not None and not one.lacking:
            assert one.ready(later) == (one.not_before <= later)
