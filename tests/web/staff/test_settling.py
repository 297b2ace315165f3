"""What no longer fits is kept, moved or cancelled in one act, with a coded outcome; the family hears of it."""

from datetime import date

import pytest

from service.app.date_block import block_dates
from service.app.rehearse import review_now
from service.store.tables import Appointment, Message, ReviewFlag
from tests.app.booking import granted
from tests.app.rows import row, rows
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.web.clicking import at_desk, dashed, words_of

SATURDAY, MONDAY = date(2026, 3, 14), date(2026, 3, 16)


def flagged(faces: Faces) -> tuple[str, str]:
    """A granted visit on a day that was closed; (appointment, flag)."""
    world = faces.world
    booked = granted(world)
    world.run(
        world.as_officer("duty_officer"),
        lambda unit: block_dates(unit, institution=MEDIUM, first=SATURDAY, last=SATURDAY, ground="ремонт"),
    )
    review_now(world.environment, [booked.appointment])
    (flag,) = rows(world, ReviewFlag)
    return booked.appointment, flag.id


def told(faces: Faces, template: str) -> int:
    return len(rows(faces.world, Message, template=template, person_id=faces.world.people["Айгүл"]))


@pytest.mark.parametrize(
    ("outcome", "state", "template"),
    [("kept", "granted", "appointment-kept"), ("moved", "granted", "appointment-moved"),
     ("cancelled", "cancelled", "appointment-cancelled")],
)  # fmt: skip
def test_each_outcome_closes_the_flag_and_tells_the_family(
    faces: Faces, outcome: str, state: str, template: str
) -> None:
    appointment, flag = flagged(faces)
    duty = at_desk(faces, "duty_officer")
    assert "The day is closed." in words_of(duty.see("/flags"))
    typed = {
        "kept": {},
        "moved": {"time": f"{faces.world.templates[MEDIUM, 'long']} {MONDAY}"},
        "cancelled": {"ground": "ground-room-unusable", "words": "Зал закрыт."},
    }[outcome]
    assert duty.send(f"/flags/{dashed(flag)}/settle", outcome=outcome, **typed).status_code == 303
    assert row(faces.world, ReviewFlag, flag).outcome == outcome
    assert row(faces.world, Appointment, appointment).state == state
    assert told(faces, template) > 0
    assert "Everything fits." in words_of(duty.see("/flags"))


@pytest.mark.parametrize("outcome", ["moved", "cancelled"])
def test_without_a_time_or_words_nothing_is_settled(faces: Faces, outcome: str) -> None:
    _, flag = flagged(faces)
    duty = at_desk(faces, "duty_officer")
    assert duty.send(f"/flags/{dashed(flag)}/settle", outcome=outcome).status_code == 200
    assert row(faces.world, ReviewFlag, flag).resolved_at is None
