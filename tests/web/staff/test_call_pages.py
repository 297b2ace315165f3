"""The desk gives a slot, and the officer who watches has every control at hand, without script."""

import re

from service.domain.grounds import CALL_GROUNDS
from tests.app.calling import Calling
from tests.browser.faces import Faces
from tests.web.clicking import at_desk, dashed, words_of


def test_a_request_becomes_a_slot_and_the_relatives_hours_come_first(faces: Faces) -> None:
    calling = Calling(faces.world)
    request = dashed(calling.ask(purpose="exceptional", words="Мама в больнице."))
    head = at_desk(faces, "head")
    assert "exceptional ground" in words_of(head.see("/calls"))
    page = f"/calls/requests/{request}"
    shown = head.see(page)
    assert "Мама в больнице." in words_of(shown)
    slot = f"{faces.world.templates['la-155-8', 'call']} 2026-03-04"
    assert slot in shown.text
    again = head.send(page, slot=slot)
    assert again.status_code == 200, "without a certificate nothing is given"
    said = words_of(head.send_and_follow(page, slot=slot, certificate="справка № 17"))
    assert "No request waits." in said
    assert "Arranged" in said


def test_a_refused_call_offers_no_ground_of_visits(faces: Faces) -> None:
    calling = Calling(faces.world)
    asked = dashed(calling.ask())
    head = at_desk(faces, "head")
    for page in (f"/calls/requests/{asked}", f"/asked/{asked}"):
        offered = re.findall(r'value="(ground-[a-z-]+)"', head.see(page).text)
        assert sorted(offered) == sorted(CALL_GROUNDS)
    refusal = f"/calls/requests/{asked}/refuse"
    page = f"/calls/requests/{asked}"
    said = head.send(refusal, page, ground="ground-smuggling", words="Нет.")
    assert "cannot be given for this call" in words_of(said)
    assert head.send(refusal, page, ground="ground-not-entitled", words="Нет.").status_code == 303


def test_the_officer_watches_and_ends_with_a_reason(faces: Faces) -> None:
    calling = Calling(faces.world)
    calling.arrange(calling.ask())
    calling.at(minutes=-5)
    calling.join(calling.mother, calling.convict)
    officer = at_desk(faces, "call_supervisor")
    page = f"/calls/{dashed(calling.call)}"
    said = words_of(officer.see(page))
    assert "Waits for an officer" in said
    assert "no sound and no picture is carried" in said
    for act, word in (("sit", "Room open"), ("matched", "Let them talk"), ("live", "Under way, watched")):
        assert word in words_of(officer.send_and_follow(f"{page}/{act}", page))
    assert "Nobody else may take part" in words_of(officer.send_and_follow(f"{page}/warn", page, code="third-party"))
    assert "Let both be heard" in words_of(officer.send_and_follow(f"{page}/mute", page, code="relative"))
    assert "Тихо." in words_of(officer.send_and_follow(f"{page}/note", page, words="Тихо."))
    said = words_of(officer.send_and_follow(f"{page}/end", page, code="third-party"))
    assert "Ended because: Somebody else took part" in said
