"""The search that ends each run of the tests finds what it looks for, wherever it lies."""

import gzip
import sqlite3
from pathlib import Path

from tests.left_behind import MEANT, left_behind

SECRETS = {"Тойғанқызы", "850229999999"}


def test_a_name_is_found_in_a_database_and_in_a_log_in_folders_below(tmp_path: Path) -> None:
    below = tmp_path / "one" / "two"
    below.mkdir(parents=True)
    with sqlite3.connect(below / "kezdesu.db") as connection:
        connection.execute("CREATE TABLE person (name TEXT)")
        connection.execute("INSERT INTO person VALUES ('Мереке Тойғанқызы')")
    connection.close()
    (below / "web.log").write_text('{"event": "request", "iin": "850229999999"}\n', encoding="utf-8")
    (below / "other.log").write_text('{"event": "request"}\n', encoding="utf-8")

    assert left_behind(tmp_path, SECRETS) == ["one/two/kezdesu.db", "one/two/web.log"]


def test_what_is_made_to_be_read_and_what_names_nobody_is_passed_over(tmp_path: Path) -> None:
    for name in MEANT:
        (tmp_path / name).write_text("Тойғанқызы", encoding="utf-8")
    (tmp_path / "sealed").write_bytes(gzip.compress(b"nobody"))

    assert left_behind(tmp_path, SECRETS) == []
    assert left_behind(tmp_path / "nowhere", SECRETS) == []
