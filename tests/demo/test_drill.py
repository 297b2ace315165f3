"""Each practice the reports describe is prevented or noticed, whoever does it; nobody honest is flagged."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.demo.drill.acts import ACTS, KEY, MEANS, SQL
from service.demo.drill.table import Cell, drill, honest, page
from tests.structure.tree import ROOT


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[Cell]:
    return drill(tmp_path_factory.mktemp("drill"))


def test_with_one_honest_witness_outside_every_practice_is_prevented_or_noticed(cells: list[Cell]) -> None:
    assert [(cell.practice, cell.means) for cell in cells] == [(act, means) for act in ACTS for means in MEANS]
    assert [(cell.practice, cell.means) for cell in cells if cell.missed] == []


def test_whoever_rewrites_with_the_logs_own_key_is_refused_by_the_witness_within_seconds(cells: list[Cell]) -> None:
    rewriting = ("paper removed, changed, replaced", "queue and rooms sold", "logged under another convict's name")
    firsts = {cell.practice: cell.seen[0] for cell in cells if cell.means == KEY and cell.practice in rewriting}
    assert {seen.who for seen in firsts.values()} == {"the witness"}
    assert {seen.what for seen in firsts.values()} == {"answers 422"}


def test_the_database_itself_refuses_most_of_what_sql_alone_can_try(cells: list[Cell]) -> None:
    assert sum(cell.prevented is not None for cell in cells if cell.means == SQL) == 5


def test_the_page_shows_what_the_drill_shows(cells: list[Cell]) -> None:
    assert page(cells) in (ROOT / "docs" / "drill.md").read_text(encoding="utf-8"), "kezdesu drill prints the table"


def test_twenty_honest_histories_flag_nobody(tmp_path: Path) -> None:
    assert {seed: seen for seed, seen in honest(tmp_path, range(100, 120)) if seen} == {}


def test_the_command_says_the_verdict(monkeypatch: pytest.MonkeyPatch, cells: list[Cell]) -> None:
    monkeypatch.setattr("service.cli.drill.drill", lambda *_: cells)
    done = CliRunner().invoke(main, ["drill", "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, len(told["cells"]), told["flagged"]) == (0, 28, {})
    monkeypatch.setattr("service.cli.drill.drill", lambda *_: [Cell("a", "b", None, ())])
    assert CliRunner().invoke(main, ["drill"]).exit_code == 1
