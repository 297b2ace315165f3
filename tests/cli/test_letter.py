"""`kezdesu letter` and `kezdesu oversight`: a body opens its letters and checks its pages on a machine of its own."""

import base64
import json
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from service.cli import main
from service.cli.letter import INFO, SUITE
from service.record.page_proof import to_csv, to_json
from tests.app.test_oversight import Given
from tests.cast import World


def kezdesu(*said: str) -> Result:
    return CliRunner().invoke(main, list(said))


def test_a_letter_opens_with_the_bodys_key_and_with_no_other(tmp_path: Path) -> None:
    mine, other, letter = tmp_path / "mine.key", tmp_path / "other.key", tmp_path / "letter.json"
    made = kezdesu("letter", "key", str(mine))
    assert kezdesu("letter", "key", str(other)).exit_code == 0
    assert mine.stat().st_mode & 0o077 == 0
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(made.output.strip()))
    words = "Прошу прокурора прийти."
    sealed = base64.b64encode(SUITE.encrypt(words.encode(), public, info=INFO)).decode()
    letter.write_text(json.dumps({"sealed": sealed}))
    assert kezdesu("letter", "open", str(letter), "--key", str(mine)).output.strip() == words
    wrong = kezdesu("letter", "open", str(letter), "--key", str(other))
    assert (wrong.exit_code, "does not open it" in wrong.output) == (1, True)
    letter.write_text("{}")
    assert kezdesu("letter", "open", str(letter), "--key", str(mine)).exit_code == 1


def test_a_key_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "letters.key"
    assert kezdesu("letter", "key", str(file)).exit_code == 0
    before = file.read_text()
    assert kezdesu("letter", "key", str(file)).exit_code == 1
    assert file.read_text() == before


def test_a_page_is_checked_by_its_status(world: World, tmp_path: Path) -> None:
    given = Given(world, tmp_path)
    page, table, key = tmp_path / "late.json", tmp_path / "late.csv", ("--log", given.log.vkey)
    page.write_text(to_json(given.file))
    table.write_text(to_csv(given.file))
    for file in (page, table):
        done = kezdesu("oversight", "check", str(file), *key, "--mirror", str(given.mirror), "--json")
        assert done.exit_code == 0, done.output
        assert (json.loads(done.output)["rows"], json.loads(done.output)["whole"]) == (1, True)
    assert "only a copy shows" in kezdesu("oversight", "check", str(page), *key).output
    page.write_text(page.read_text().replace('"requested"', '"granted"'))
    assert kezdesu("oversight", "check", str(page), *key).exit_code == 1
    assert kezdesu("oversight", "check", str(page)).exit_code == 2
    (tmp_path / "nothing").write_text("nothing")
    assert kezdesu("oversight", "check", str(tmp_path / "nothing"), *key).exit_code == 2
