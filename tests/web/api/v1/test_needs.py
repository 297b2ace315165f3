"""What a party needs and brings is said with the hold, and read by the officers who prepare the visit."""

from datetime import date

from service.app.appointment_show import show_appointment
from service.app.list_show import visits_of_day
from tests.web.api.v1.callers import Face

SAID = ["needs:wheelchair", "brings:books"]


def test_needs_go_with_a_hold_and_reach_the_officers(face: Face) -> None:
    answer = face.relative("Айгүл").post("/holds", face.hold_body("Айгүл", needs=SAID))
    assert answer.status_code == 201
    held = answer.json["appointment"]
    asked = face.relative("Айгүл").post("/appointments", {"appointment": held})
    assert asked.status_code == 201, asked.json
    environment, head = face.world.environment, face.world.as_officer("head")
    seen = show_appointment(environment, head, held.replace("-", ""))
    (line,) = [one for one in visits_of_day(environment, head, date(2026, 3, 14)).lines if one.needs]
    assert set(seen.needs) == set(line.needs) == set(SAID)


def test_what_is_in_neither_list_is_refused_before_anything_is_kept(face: Face) -> None:
    for strange in (["brings:knife"], ["wheelchair"], SAID * 20, "needs:wheelchair"):
        answer = face.relative("Айгүл").post("/holds", face.hold_body("Айгүл", needs=strange))
        assert answer.status_code == 422, strange
