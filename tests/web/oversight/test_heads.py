"""Every page says how old the record is that bodies outside saw; what is given away stands under such a head."""

from __future__ import annotations

from dataclasses import replace

from service.app.page_export import export_page
from service.record.page_check import check_page
from service.web import oversight
from tests.app.witness_field import Field, field
from tests.browser.faces import SETTINGS
from tests.cast import MEDIUM
from tests.web.api.v1.callers import Face
from tests.web.clicking import Clicker, words_of

__all__ = ["field"]


def page(field: Field) -> tuple[str, str]:
    """The words of a page, and of its foot."""
    world = field.world
    who = Clicker(oversight.create_app(replace(world.environment, witness_policy=field.policy), SETTINGS))
    who.client.set_cookie("kezdesu_oversight", Face(world).session("officer", world.as_officer("auditor").id))
    seen = who.see("/refusals")
    return words_of(seen), seen.text.partition("<footer")[2]


def test_the_banner_follows_the_steps_and_the_foot_says_the_age(field: Field) -> None:
    field.publish()
    field.feed()
    said, foot = page(field)
    assert "No body outside" not in said
    assert f"{MEDIUM}: seen outside up to 0 minutes ago" in foot
    for minutes, age, sentence in (
        (20, "20 minutes", "for more than 15 minutes"),
        (50, "70 minutes", "for more than an hour"),
        (240, "5 hours", "for more than four hours"),
    ):
        field.passes(minutes=minutes)
        said, foot = page(field)
        assert sentence in said
        assert f"seen outside up to {age} ago" in foot
    field.feed()
    assert "No body outside" not in page(field)[0]


def test_a_page_given_away_reaches_the_quorum_of_whoever_checks_it(field: Field) -> None:
    field.publish()
    field.feed()
    field.happens()
    field.publish()  # nobody has seen this head yet
    environment = replace(field.world.environment, witness_policy=field.policy)
    file = export_page(environment, field.world.as_officer("auditor"), "late")
    log = field.policy.log_of(file.log)
    head = check_page(file, log, lambda note: field.policy.open(note)[0].checkpoint)
    assert head.size == field.shown().size
