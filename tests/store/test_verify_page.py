"""The page on the verifier says what the verifier says."""

import re
from pathlib import Path

from service.record import fold
from service.store import verify
from service.store.verify.exemptions import exemptions, exemptions_page
from tests.structure.tree import ROOT

PAGE = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
SUBJECTS = "shape|log|event|opening|checkpoint|tile|outside|row|cell|keys|rule|mirror|release"
EVENT_TYPES = {"log.published"}
MADE_UP = {
    *(f"log.{column}" for column in ("origin", "verifier_key", "size", "last_at", "head_size", "head_root")),
    *(f"rule.{name}" for name in ("overlap-place", "overlap-convict", "overlap-visitor", "charge-interval")),
}


def test_every_code_of_the_verifier_is_explained_and_no_other() -> None:
    sources = [*Path(verify.__file__).parent.rglob("*.py"), Path(fold.__file__)]
    written = {
        code
        for source in sources
        for code in re.findall(rf'"((?:{SUBJECTS})\.[a-z_-]+)"', source.read_text(encoding="utf-8"))
    }
    explained = set(re.findall(rf"`((?:{SUBJECTS})\.[a-z_-]+)`", PAGE.partition("## What is not compared")[0]))
    assert explained - EVENT_TYPES == (written | MADE_UP) - EVENT_TYPES


def test_everything_exempt_is_listed_with_the_reason_it_gives() -> None:
    assert exemptions()
    assert exemptions_page() in PAGE, "python -m service.store.verify.exemptions prints the table"
