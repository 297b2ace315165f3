"""The kiosk's desk: requests answered by deadline, a first PIN shown once, quiet alarms, keys revoked."""

import re
from pathlib import Path

import pytest

from service.store.tables import ConvictCard, ConvictRequest, Device, KioskAlarm
from tests.app.rows import rows
from tests.browser.faces import Faces
from tests.cast import MEDIUM
from tests.kiosk.standing import CARD, PIN, Person, Standing
from tests.web.api.v1.callers import uid
from tests.web.clicking import at_desk, dashed, words_of


@pytest.fixture
def kiosk(faces: Faces, tmp_path: Path) -> Standing:
    """A kiosk beside the desk, with a card for Ерлан."""
    made = Standing(faces.world, tmp_path / "kiosk")
    made.give_card()
    return made


def ask_for_a_call(kiosk: Standing) -> str:
    """His call to his mother; answers the address of the request at the desk."""
    him = Person(kiosk)
    him.sign_in()
    path = f"/ask/call/{uid(kiosk.world.relations['Айгүл', 'Ерлан'])}"
    him.get(path)
    him.send(path, window="soon")
    return f"/asked/{dashed(rows(kiosk.world, ConvictRequest)[0].id)}"


def test_a_request_stands_with_its_deadline_and_the_checks_already_made(faces: Faces, kiosk: Standing) -> None:
    path = ask_for_a_call(kiosk)
    head = at_desk(faces, "head")
    page = words_of(head.see("/asked"))
    assert "1 request waits, the next to be decided first." in page
    assert "Ахметов" in page
    assert any(said in page for said in ("Within the law", "Needs the head's permission", "Not within the law"))
    assert "Checks already made" in words_of(head.see(path))


def test_the_head_grants_and_the_convict_reads_it_at_the_kiosk(faces: Faces, kiosk: Standing) -> None:
    path = ask_for_a_call(kiosk)
    head = at_desk(faces, "head")
    head.see(path)
    assert head.send(f"{path}/grant", path).status_code == 303
    assert [one.state for one in rows(faces.world, ConvictRequest)] == ["granted"]
    him = Person(kiosk)
    him.sign_in()
    assert "Ваше заявление № 1 удовлетворено" in him.get("/news")


def test_a_refusal_has_a_ground_and_words_that_the_convict_reads(faces: Faces, kiosk: Standing) -> None:
    path = ask_for_a_call(kiosk)
    head = at_desk(faces, "head")
    head.see(path)
    assert head.send(path, ground="", words="").status_code in {200, 422}
    said = "Кабина на ремонте до 20 марта."
    assert head.send(path, ground="ground-room-unusable", words=said).status_code == 303
    him = Person(kiosk)
    him.sign_in()
    assert said in him.get("/requests")


def test_a_first_pin_is_shown_once_and_opens_the_choice_of_his_own(faces: Faces, kiosk: Standing) -> None:
    path = f"/convicts/{dashed(faces.world.people['Олег'])}/card"
    registry = at_desk(faces, "registry_officer")
    assert "has no card" in words_of(registry.see(path))
    assert registry.send(path, number="no card at all").status_code in {200, 422}
    shown = registry.send(path, number="0400AA00BB")
    first_pin = re.findall(r"First PIN\W*([0-9]{4})\b", words_of(shown))[0]
    assert not re.search(rf"\b{first_pin}\b", words_of(registry.see(path)))
    him = Person(kiosk)
    assert "Выберите новый PIN-код" in him.sign_in("0400AA00BB", first_pin)


def test_a_lost_card_is_ended_at_the_desk_and_opens_nothing(faces: Faces, kiosk: Standing) -> None:
    path = f"/convicts/{dashed(faces.world.people['Ерлан'])}/card"
    duty = at_desk(faces, "duty_officer")
    duty.see(path)
    assert duty.send(f"{path}/end", path, code="lost").status_code == 303
    assert [one.ended_code for one in rows(faces.world, ConvictCard)] == ["lost"]
    assert "Здравствуйте" not in Person(kiosk).sign_in()


def test_an_alarm_is_on_the_desk_alone_and_says_who_has_seen_it(faces: Faces, kiosk: Standing) -> None:
    him = Person(kiosk)
    for number in range(6):
        him.sign_in(CARD, f"31{number}7")
    duty = at_desk(faces, "duty_officer")
    page = words_of(duty.see("/alarms"))
    assert "The card was locked by wrong PINs" in page
    (alarm,) = rows(faces.world, KioskAlarm)
    assert duty.send(f"/alarms/{dashed(alarm.id)}/seen", "/devices").status_code == 303
    (alarm,) = rows(faces.world, KioskAlarm)
    assert alarm.seen_by == faces.world.officers[MEDIUM, "duty_officer"].id
    assert "I have looked into it" not in words_of(duty.see("/alarms"))
    assert duty.send(f"/alarms/{dashed(alarm.id)}/seen", "/devices").status_code == 409


def test_a_stolen_kiosk_is_revoked_at_the_desk_and_dead_with_the_next_touch(faces: Faces, kiosk: Standing) -> None:
    him = Person(kiosk)
    assert "Здравствуйте" in him.sign_in(CARD, PIN)
    device = faces.world.devices[f"kiosk@{MEDIUM}"].device
    duty = at_desk(faces, "duty_officer")
    duty.see(f"/devices/{dashed(device)}")
    assert duty.send(f"/devices/{dashed(device)}", code="stolen").status_code == 303
    assert "revoked: stolen" in words_of(duty.see("/devices"))
    assert "Терминал жұмыс істемейді" in him.get("/home")
    (row,) = [one for one in rows(faces.world, Device) if one.id == device]
    assert row.revoked_by == faces.world.officers[MEDIUM, "duty_officer"].id
