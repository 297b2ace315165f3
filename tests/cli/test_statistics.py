"""What is published follows from the tables and, for whoever has a copy, from the record: the same figures."""

import json
from pathlib import Path

from tests.cli.test_record import kezdesu


def test_the_figures_of_a_population_are_the_same_from_the_tables_and_from_the_logs(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    made = kezdesu(
        "demo", "--population", "national", "--institutions", "2", "--convicts", "120", "--until", "2026-03-10",
        "--processes", "1", "--data-dir", str(data), "--json",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert kezdesu("record", "export", str(copy), "--all", "--data-dir", str(data)).exit_code == 0
    day = ("--until", "2026-03-10")
    tables = kezdesu("statistics", *day, "--data-dir", str(data), "--json")
    logs = kezdesu("statistics", *day, "--mirror", str(copy), "--json")
    assert json.loads(tables.stdout) == json.loads(logs.stdout)
    rows = json.loads(tables.stdout)
    assert {row["measure"].partition(".")[0] for row in rows} >= {"used", "waiting_days", "refused"}
    assert any(row["value"] is None for row in rows), "small counts are held back"
    assert all(row["value"] is None or row["value"] >= 5 or row["measure"] == "waiting_days" for row in rows)
    page = kezdesu("statistics", *day, "--data-dir", str(data)).stdout.splitlines()
    assert page[0] == "institution,month,measure,value"
    assert len(page) == len(rows) + 1


def test_a_folder_without_a_copy_gives_no_figures(tmp_path: Path) -> None:
    assert kezdesu("statistics", "--mirror", str(tmp_path)).exit_code == 2
