"""What the README promises is there."""

import re
import subprocess

from service.cli import COMMANDS
from service.config import Settings
from tests.structure.tree import ROOT, tracked

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_file_that_the_readme_points_to_exists() -> None:
    named = re.findall(r"`((?:service|kiosk|firmware_bridge|templates|tests|docs|\.ci)/[^`*<]*)`", README)
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [path for path in (*named, *linked) if not (ROOT / path).exists()] == []


def test_the_command_table_is_the_command() -> None:
    assert set(re.findall(r"^\| `kezdesu ([a-z]+)", README, re.MULTILINE)) == set(COMMANDS)


def test_make_help_lists_every_target_that_the_readme_tells_of() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert set(re.findall(r"`make ([a-z]+)", README)) <= set(re.findall(r"make ([a-z]+)", listed))


def test_every_setting_that_the_code_knows_is_in_the_settings_table() -> None:
    named = {
        setting
        for path in tracked()
        if path.suffix == ".py" or path.name == "Makefile"
        for setting in re.findall(r"\bKEZDESU_[A-Z_]*[A-Z]\b", (ROOT / path).read_text(encoding="utf-8"))
    }
    fields = {f"KEZDESU_{field.upper()}" for field in Settings.model_fields}
    assert (named | fields) - set(re.findall(r"^\| `(KEZDESU_[A-Z_]+)`", README, re.MULTILINE)) == set()
