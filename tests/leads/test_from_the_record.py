"""The long way once: from an installation's logs and released openings to leads, and an answer that stays."""

import json
from pathlib import Path

from service.app.lead_answer import answers_to
from service.app.reading import Reading
from service.domain.access import Actor
from tests.app.booking import granted
from tests.cast import MAXIMUM, MEDIUM, World
from tests.cli.test_mirror import Office
from tests.cli.test_record import kezdesu, where

__all__ = ["where"]


def test_leads_come_from_a_copy_with_openings_and_are_answered_once_and_for_all(
    world: World, where: tuple[str, ...], tmp_path: Path
) -> None:
    granted(world)
    office = Office(world, where, tmp_path)
    file, plots = office.released(), tmp_path / "plots"
    done = kezdesu(
        "leads", "find", "--mirror", str(office.copy()), "--openings", str(file), "--plots", str(plots), "--json"
    )
    told = json.loads(done.stdout)
    assert (done.exit_code, told["leads"]) == (0, [])
    assert (told["visits"], told["ties"]) == (1, 6), "one of the ties was ended later"
    assert len(list(plots.glob("*.svg"))) == 5
    auditor = world.as_officer("auditor").id
    said = (
        "leads",
        "answer",
        MEDIUM,
        "several-convicts",
        world.people["Айгүл"],
        "--paper",
        "9-1",
        "--auditor",
        auditor,
    )
    assert kezdesu(*said, "--outcome", "referred", *where).exit_code == 0
    world.clock.tick(days=1)
    assert kezdesu(*said, "--outcome", "explained", *where).exit_code == 0
    with Reading(world.environment, Actor("auditor", auditor)) as reading:
        subject = [world.people["Айгүл"]]
        given = answers_to(reading, institution=MEDIUM, test="several-convicts", subject=subject)
        assert [row.outcome for row in given] == ["referred", "explained"]
        assert answers_to(reading, institution=MAXIMUM, test="several-convicts", subject=subject) == []
    verdict = json.loads(kezdesu("record", "verify", *where, "--json").stdout)
    assert verdict["discrepancies"] == []
    assert world.people["Айгүл"].encode() not in _leaf(office)


def _leaf(office: Office) -> bytes:
    copy = office.copy("after") / MEDIUM / "tile" / "entries"
    data = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file())
    return data[data.index(b'"lead.answered"') :]
