"""A full day on the pages: the cell leads to the queue, the place is shown, an offer waits under Visits."""

from datetime import date

from service.app.room_open import close_place
from service.jobs.queueing import offer_places
from tests.browser.faces import Faces
from tests.cast import MEDIUM, NOW
from tests.web.clicking import Clicker, dashed, signed_in, words_of
from tests.web.public.test_booking import ask

DAY = date(2026, 3, 19)


def one_room(faces: Faces) -> None:
    world = faces.world
    for place in world.places[MEDIUM, "long"][1:]:
        world.run(world.as_officer("head"), lambda unit, place=place: close_place(unit, place=place, on=NOW.date()))


def tie_of(faces: Faces, name: str, convict: str) -> str:
    return f"/ties/{dashed(faces.world.relations[name, convict])}/long"


def full_day(faces: Faces) -> tuple[Clicker, str]:
    """Айгүл has the only room of the day; answers her browser and her appointment's address."""
    one_room(faces)
    mother = signed_in(faces, "Айгүл")
    return mother, ask(faces, mother, "Айгүл")


def joined(faces: Faces) -> tuple[Clicker, str]:
    """Гульзат joins the queue; answers her browser and the address of her place in it."""
    wife, page = signed_in(faces, "Гульзат"), f"{tie_of(faces, 'Гульзат', 'Олег')}/queue"
    answer = wife.send(page, f"{page}?day={DAY}", day=DAY, needs=["needs:infant", "brings:food"], step="join")
    assert answer.status_code == 303, words_of(answer)
    return wife, answer.location


def test_a_full_day_leads_to_the_queue(faces: Faces) -> None:
    full_day(faces)
    page = signed_in(faces, "Гульзат").see(f"{tie_of(faces, 'Гульзат', 'Олег')}?month=2026-03")
    assert f"/queue?day={DAY}" in page.text
    said = words_of(signed_in(faces, "Гульзат").see(f"{tie_of(faces, 'Гульзат', 'Олег')}/queue?day={DAY}"))
    assert "Whoever asked first is offered the first place" in said


def test_who_joined_sees_the_place_and_its_number_in_the_record(faces: Faces) -> None:
    full_day(faces)
    wife, address = joined(faces)
    said = words_of(wife.see(address))
    assert "Your place in the queue: 1 of 1" in said
    assert "Number in the record" in said
    assert "Your place in the queue: 1 of 1" in words_of(wife.see("/appointments"))


def test_joining_twice_says_so_and_loses_nothing(faces: Faces) -> None:
    full_day(faces)
    wife, _ = joined(faces)
    page = f"{tie_of(faces, 'Гульзат', 'Олег')}/queue"
    answer = wife.send(page, f"{page}?day={DAY}", day=DAY, needs="needs:infant", step="join")
    assert answer.status_code == 200
    assert "Your family already waits for this day." in words_of(answer)
    assert 'value="needs:infant" checked' in answer.text


def test_a_released_place_comes_as_an_offer_with_its_deadline(faces: Faces) -> None:
    mother, address = full_day(faces)
    wife, entry = joined(faces)
    mother.send_and_follow(f"{address}/cancel")
    page = f"{tie_of(faces, 'Гульзат', 'Олег')}?month=2026-03"
    assert f"/queue?day={DAY}" in signed_in(faces, "Гульзат").see(page).text
    offer_places(faces.world.environment)
    assert "A place was offered to you" in words_of(wife.see(entry))
    shown = wife.see("/appointments")
    assert "The place is kept for you" in words_of(shown)
    (offered,) = [line for line in shown.text.split('"') if line.startswith("/appointments/") and "ics" not in line]
    said = words_of(wife.see(offered))
    assert "The place is yours until" in said
    assert "What you need a baby: place to feed and change" in said
    assert "What you bring food" in said
    assert "Waiting for the decision" in words_of(wife.send_and_follow(f"{offered}/request", offered))


def test_leaving_twice_is_leaving_once(faces: Faces) -> None:
    full_day(faces)
    wife, entry = joined(faces)
    first = wife.see(entry)
    token = first.text.partition('name="form_token" value="')[2].partition('"')[0]
    for _ in range(2):
        assert wife.client.post(f"{entry}/leave", data={"form_token": token}).status_code == 303
    assert "You left the queue" in words_of(wife.see(entry))


def test_the_place_of_another_family_is_not_there(faces: Faces) -> None:
    full_day(faces)
    _, entry = joined(faces)
    assert signed_in(faces, "Динара").see(entry).status_code == 404
