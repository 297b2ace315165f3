"""`kezdesu entitlement` and `kezdesu law`, as they are typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.law import law_text
from tests.law.quotas import rows


def typed(line: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, line.split(), input=text)


def test_the_answer_is_one_json_object_of_four_parts() -> None:
    result = typed(
        "entitlement --law kz --institution medium --condition light --kind short"
        " --on 2026-03-10 --last 2026-01-15 --json"
    )
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert list(answer) == ["allowed", "due", "rate", "reasons"]
    assert (answer["allowed"], answer["due"], answer["rate"]) == (False, "2026-03-15", "6/year")
    assert [list(one) for one in answer["reasons"]] == [["code", "article", "text"]]
    assert (answer["reasons"][0]["code"], answer["reasons"][0]["article"]) == ("interval-before", "PEC 136(2); IR 83")
    assert list(answer["reasons"][0]["text"]) == ["kk", "ru", "en"]


def test_every_row_of_the_law_is_answered_on_its_first_and_last_day() -> None:
    for row in rows():
        for day in {row.first, row.last or row.first}:
            for kind, rate in (("short", row.short), ("long", row.long)):
                result = typed(
                    f"entitlement --institution {row.institution} --condition {row.condition} --kind {kind}"
                    f" --on {day} --json --details"
                )
                answer = json.loads(result.stdout)
                assert (answer["rate"], answer["article"]) == (rate, row.article)
                assert result.exit_code == (1 if rate == "0" else 0)


@pytest.mark.parametrize(
    ("line", "status", "due"),
    [
        ("--institution medium --condition light --on 2026-03-15 --last 2026-01-15", 0, "2026-03-15"),
        ("--institution medium --condition light --on 2026-03-15 --next 2026-04-15", 1, "2026-06-15"),
        ("--institution medium --condition light --on 2026-03-15 --from-long --last 2026-02-15", 1, "2026-04-15"),
        ("--institution medium --condition strict --kind long --on 2026-03-15", 1, None),
        ("--institution remand --on 2026-03-15 --last 2026-03-01 --last 2026-03-02", 1, "2026-04-01"),
        (
            "--institution remand --condition juvenile --on 2026-03-15 --last 2026-03-01 --last 2026-03-02",
            0,
            "2026-03-15",
        ),
        ("--institution awaiting-dispatch --on 2026-03-15 --last 2026-03-01", 1, None),
        ("--institution mixed --condition kept-for-order --on 2026-03-15 --last 2026-01-01", 1, "2026-07-01"),
        ("--institution juvenile --condition preferential --on 2026-03-15 --last 2026-03-15", 0, "2026-03-15"),
        (
            "--institution juvenile --condition light --on 2026-03-15 --last 2026-03-01 --setting half_month_days=14",
            0,
            "2026-03-15",
        ),
        ("--institution medium --condition light --kind call --on 2026-03-15 --last 2026-03-15", 1, "2026-03-16"),
        ("--institution medium --condition light --kind lawyer --on 2026-03-15 --last 2026-03-15", 0, "2026-03-15"),
    ],
)
def test_short_questions(line: str, status: int, due: str | None) -> None:
    result = typed(f"entitlement {line} --json")
    assert (result.exit_code, json.loads(result.stdout)["due"]) == (status, due)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "--institution mediun --condition light --on 2026-03-10",
            "no institution named 'mediun'; the law has awaiting-",
        ),
        (
            "--institution medium --condition gold --on 2026-03-10",
            "no condition 'gold' in medium on 2026-03-10; there: regular",
        ),
        ("--institution extreme --condition preferential --on 2023-05-20", "there: regular, light, strict"),
        ("--institution medium --on 2026-03-10", "say --condition; medium has regular"),
        ("--institution medium --condition light --on 2026-02-30", "there is no day 2026-02-30"),
        ("--institution medium --condition light --on 10.03.2026", "is no day; write it as 2026-03-10"),
        ("--institution medium --condition light --on 2014-12-31", "the law kz has rules from 2015-01-01 on"),
        ("--institution medium --condition light --on 9999-12-31", "no day on which anybody can be visited"),
        (
            "--institution medium --condition light --on 2026-03-10 --last 2026-03-11",
            "a visit already planned is --next",
        ),
        ("--institution medium --condition light --on 2026-03-10 --next 2026-03-01", "an earlier visit is --last"),
        ("--institution medium --condition light --kind long --on 2026-03-10 --from-long", "goes with --kind short"),
        ("--institution medium --condition light --on 2026-03-10 --law ru", "no law named 'ru'; there is kz"),
        ("--institution medium --condition light --on 2026-03-10 --setting luck=1", "no setting named luck"),
        ("--institution remand --kind call --on 2026-03-10", "marks calls in remand on 2026-03-10 (353-I) as unknown"),
        ("--institution medium --condition light", "say --institution and --on"),
        ("--facts /nonexistent.json", "cannot be read"),
        ("--facts - --institution medium", "leave out --institution"),
        ("--institution medium --condition light --kind tea --on 2026-03-10", "'tea' is not one of"),
        ("--institution medium --condition light --degree 7 --on 2026-03-10", "7 is not in the range"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_a_sentence(line: str, says: str) -> None:
    result = typed(f"entitlement {line} --json")
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


CASE = {
    "law": "kz",
    "facts": {
        "placements": [{"institution": "A", "institution_type": "medium", "since": "2024-01-01"}],
        "conditions": [{"condition": "light", "since": "2024-01-01"}],
        "visits": [{"id": "v", "kind": "long", "day": "2026-02-15"}],
        "suspensions": [{"id": "s", "ground": "isolator", "since": "2026-03-05"}],
    },
    "request": {"kind": "long", "day": "2026-03-10", "party": [{"visitor": "a", "relation": "spouse"}]},
}


def test_a_whole_history_is_answered_with_all_its_reasons(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), encoding="utf-8")
    result = typed(f"entitlement --facts {file} --json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [one["code"] for one in answer["reasons"]] == [
        "interval-before",
        "suspended-isolator",
        "relation-not-confirmed",
    ]
    assert answer["due"] == "2026-04-15"
    later = typed("entitlement --facts - --on 2026-04-15 --json", json.dumps(CASE))
    assert [one["code"] for one in json.loads(later.stdout)["reasons"]] == ["relation-not-confirmed"]


def test_the_plain_answer_is_in_the_readers_language() -> None:
    line = "entitlement --institution medium --condition light --on 2026-03-10 --last 2026-01-15 --language"
    assert "Возможно с 15 марта 2026\u202fг." in typed(f"{line} ru").stdout
    assert "мүмкін: 2026\u202fж. 15 наурыз." in typed(f"{line} kk").stdout
    assert "Possible from 15 March 2026." in typed(f"{line} en").stdout


def test_the_law_that_comes_with_the_service_is_sound() -> None:
    result = typed("law check --json")
    assert result.exit_code == 0
    verdict = json.loads(result.stdout)
    assert (verdict["law"], verdict["sound"], verdict["quota_rows"]) == ("kz", True, len(rows()))


def test_a_law_file_that_is_not_sound_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text(law_text("kz").replace("2/year", "two a year", 1), encoding="utf-8")
    result = typed(f"law check {file}")
    assert (result.exit_code, "'two a year'" in result.stdout) == (1, True)
    assert typed("law check /nonexistent.toml").exit_code == 2


def test_the_law_is_shown_as_of_a_day() -> None:
    shown = json.loads(typed("law show --institution medium --condition preferential --on 2025-09-15 --json").stdout)
    assert [(row["short"], row["long"]) for row in shown["quotas"]] == [("unlimited", "6/year")]
    shown = json.loads(typed("law show --institution medium --condition preferential --on 2025-09-16 --json").stdout)
    assert [(row["short"], row["long"]) for row in shown["quotas"]] == [("12/year", "12/year")]
    assert json.loads(typed("law show --json --settings").stdout)["settings"][0]["note"]
    assert "PEC 136(3)" in typed("law show --institution medium").stdout


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--institution open", "no institution named 'open'"),
        ("--institution medium --condition gold", "no condition named 'gold'"),
        ("--on 2010-01-01", "no such row on 2010-01-01"),
        ("--on yesterday", "is no day"),
    ],
)
def test_what_the_law_does_not_have_is_not_shown(line: str, says: str) -> None:
    result = typed(f"law show {line}")
    assert (result.exit_code, says in result.stderr) == (2, True)
