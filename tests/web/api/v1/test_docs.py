"""The page on the interface, held to the interface."""

import re
from pathlib import Path

from service.web.api.app import create_api
from service.web.api.openapi import path_template
from service.web.api.problem import STANDARD
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE, SIGN_IN_FAILED, SIGNATURE_NEEDED
from service.web.api.v1.passes import NOT_PUBLISHED

PAGE = (Path(__file__).parents[4] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_route_stands_on_the_page_with_those_it_is_open_to() -> None:
    declared = {
        (f"{one.method} {path_template(one.path)}", ", ".join(one.principals), one.summary)
        for one in create_api(None, lambda _: None).endpoints  # type: ignore[arg-type]
    }
    assert set(re.findall(r"^\| `([A-Z]+ [^`]+)` \| ([a-z, ]+) \| (.+) \|$", PAGE, re.MULTILINE)) == declared


def test_every_kind_of_problem_stands_on_the_page() -> None:
    kinds = {one.code for one in (*STANDARD, CONFLICT, NOT_POSSIBLE, SIGN_IN_FAILED, SIGNATURE_NEEDED, NOT_PUBLISHED)}
    assert {code for code in kinds if f"`{code}`" not in PAGE} == set()
