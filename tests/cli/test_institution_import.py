"""`kezdesu institution import`: checked line by line, imported whole, its exit status the verdict."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from service.cli import main
from tests.app.registers import as_csv, line, lines


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["institution", *arguments, "--data-dir", str(folder)])


def opened(folder: Path) -> None:
    done = run(
        folder, "open", "la-155-8", "--number", "8", "--kind", "medium", "--name-kk", "а", "--name-ru", "б",
        "--name-en", "c",
    )  # fmt: skip
    assert done.exit_code == 0, done.output


def test_a_register_is_checked_then_imported_then_refused_because_everybody_is_there(tmp_path: Path) -> None:
    opened(tmp_path)
    file = tmp_path / "register.csv"
    file.write_bytes(as_csv(lines(25), "kz1048"))
    checked = run(tmp_path, "import", "la-155-8", str(file), "--dry-run", "--json")
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout) | {"sha256": ""} == {
        "rows": 25, "faulty": 0, "imported": 0, "coding": "kz1048", "sha256": "", "faults": [],
    }  # fmt: skip
    imported = run(tmp_path, "import", "la-155-8", str(file))
    assert (imported.exit_code, "25 imported" in imported.stdout) == (0, True)
    again = run(tmp_path, "import", "la-155-8", str(file), "--json")
    assert again.exit_code == 1
    assert {one["code"] for one in json.loads(again.stdout)["faults"]} == {"already-there"}


def test_each_faulty_row_is_named_with_its_column_and_nothing_is_imported(tmp_path: Path) -> None:
    opened(tmp_path)
    file = tmp_path / "register.csv"
    file.write_bytes(as_csv([line(1), line(2, ИИН="123"), *lines(70, 3)]))
    done = run(tmp_path, "import", "la-155-8", str(file))
    assert done.exit_code == 1
    assert "row 3: iin: " in done.stdout
    assert "nothing imported" in done.stdout


def test_what_is_no_register_is_refused_with_a_sentence(tmp_path: Path) -> None:
    opened(tmp_path)
    file = tmp_path / "register.csv"
    file.write_bytes(b"PK\x03\x04 this is no workbook")
    done = run(tmp_path, "import", "la-155-8", str(file))
    assert (done.exit_code, "could not be read" in done.stderr) == (1, True)
