"""The page on entitlement says what the law file and the command do."""

import json
import re
from dataclasses import fields
from pathlib import Path

from click.testing import CliRunner

from service.cli import main
from service.domain import facts
from service.law import load_law

PAGE = (Path(__file__).parents[2] / "docs" / "entitlement.md").read_text(encoding="utf-8")


def test_every_setting_stands_on_the_page_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| `([\w-]+)` \|", PAGE, re.MULTILINE))
    assert told == {name: str(rule.value) for name, rule in load_law("kz").settings.items()}


def test_every_field_of_a_case_stands_on_the_page() -> None:
    rows = dict(re.findall(r"^\| (\w+) \| (`.+) \|$", PAGE, re.MULTILINE))
    kinds = {
        "facts": facts.ConvictFacts, "placements": facts.Placement, "conditions": facts.ConditionPeriod,
        "degrees": facts.DegreePeriod, "suspensions": facts.Suspension, "bans": facts.Ban, "credits": facts.Credit,
        "visits": facts.Visit, "emergencies": facts.Emergency, "request": facts.AppointmentRequest,
        "party": facts.PartyMember,
    }  # fmt: skip
    for name, kind in kinds.items():
        missing = [one.name for one in fields(kind) if f"`{one.name}`" not in rows[name]]
        assert missing == [], name


def test_the_example_of_a_history_is_answered() -> None:
    example = re.search(r"```json\n(.+?)```", PAGE, re.DOTALL)
    assert example is not None
    result = CliRunner().invoke(main, ["entitlement", "--facts", "-", "--json"], input=example[1])
    assert (result.exit_code, json.loads(result.stdout)["rate"]) == (0, "6/year")
