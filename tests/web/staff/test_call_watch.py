"""What the officer does to a call at the desk, by plain forms; what both sides then read."""

from datetime import timedelta

import pytest

from service.app.call_join import join_call
from service.app.call_signs import call_signs
from tests.app.calling import STARTS, Calling
from tests.browser.faces import Faces
from tests.web.clicking import Clicker, at_desk, dashed, signed_in, words_of


@pytest.fixture
def calling(faces: Faces) -> Calling:
    """A call whose room is open, with both its parties in it."""
    made = Calling(faces.world)
    made.arrange(made.ask("video_call"))
    made.at(minutes=-5)
    made.join(made.mother, made.convict)
    return made


def officer(faces: Faces, language: str = "en") -> Clicker:
    return at_desk(faces, "call_supervisor", language=language)


def test_from_the_seat_to_the_end_by_forms_alone(faces: Faces, calling: Calling) -> None:
    who, page = officer(faces), f"/calls/{dashed(calling.call)}"
    assert "Let them talk" not in words_of(who.see(page))
    for act, more, then in (
        ("sit", {}, "It is the person named"),
        ("matched", {}, "Let them talk"),
        ("live", {}, "Under way, watched"),
        ("warn", {"code": "third-party"}, "Nobody else may take part"),
        ("mute", {"code": "relative"}, "Not heard: Relative"),
        ("speak", {}, "Both hear you"),
        ("note", {"words": "Тихо."}, "Тихо."),
        ("end", {"code": "rules-broken"}, "Ended because: The rules were broken"),
    ):
        said = words_of(who.send_and_follow(f"{page}/{act}", page, **more))
        assert then in said, act
    with calling.world.environment.database.reading() as session:
        signs = call_signs(session, calling.call, "relative", None, calling.world.clock.now)
    assert (signs.state, signs.ended_code, [one.code for one in signs.warnings]) == (
        "ended",
        "rules-broken",
        ["third-party"],
    )
    mother = words_of(signed_in(faces, "Айгүл").see(page))
    for part in ("The rules were broken", "the officer who watched", "Nobody else may take part", "Complain about"):
        assert part in mother


def test_only_a_talk_that_began_can_be_ended_as_finished(faces: Faces, calling: Calling) -> None:
    who, page = officer(faces), f"/calls/{dashed(calling.call)}"
    finished, lost = 'value="completed"', 'value="connection-lost"'
    who.send_and_follow(f"{page}/sit", page)
    before = who.send_and_follow(f"{page}/matched", page).text
    assert (finished in before, lost in before) == (False, True)
    assert who.send(f"{page}/end", page, code="completed").status_code == 409
    live = who.send_and_follow(f"{page}/live", page).text
    assert (finished in live, lost in live) == (True, True)


def test_a_part_is_asked_for_alone_and_the_wall_keeps_its_size(faces: Faces, calling: Calling) -> None:
    who, page = officer(faces), f"/calls/{dashed(calling.call)}"
    wall = who.send_and_follow(f"{page}/sit", "/calls/wall?tiles=2", tiles=2)
    assert "of-2" in wall.text
    assert "data-tile" in wall.text
    part = who.send_and_follow(f"{page}/matched", page, part=1)
    assert "data-call-part" in part.text
    assert "<main" not in part.text


def test_a_second_officer_takes_over_and_the_first_has_no_hand_in_it_any_more(faces: Faces, calling: Calling) -> None:
    page = f"/calls/{dashed(calling.call)}"
    calling.do(calling.officer, join_call, seat="first")
    calling.second_officer()
    second = at_desk(faces, "duty_officer")
    assert "Another officer watches this call." in words_of(second.see(page))
    assert second.send(f"{page}/sit", page).status_code == 409
    said = words_of(second.send_and_follow(f"{page}/over", page))
    assert "Another officer took over" in said
    first = officer(faces)
    assert first.send(f"{page}/warn", page, code="frame").status_code == 409


def test_strangers_see_no_call_and_the_page_before_it_says_what_is_needed(faces: Faces) -> None:
    made = Calling(faces.world)
    made.arrange(made.ask("video_call"))
    page = f"/calls/{dashed(made.call)}"
    mother = signed_in(faces, "Айгүл")
    said = words_of(mother.see(f"/appointments/{dashed(made.appointment)}/call"))
    assert "Try camera and microphone" in said
    assert "15 minutes at most" in said
    assert mother.see(f"{page}/test").status_code == 200
    assert signed_in(faces, "Гульзат").see(page).status_code == 404


def test_a_rota_decides_who_watches(faces: Faces) -> None:
    head, made = at_desk(faces, "head"), Calling(faces.world)
    other = made.second_officer().id
    day = (STARTS + timedelta(hours=5)).date().isoformat()
    typed = {"officer": dashed(other), "day": day, "starts": "09:00", "ends": "21:00"}
    said = words_of(head.send_and_follow("/calls/rota", **typed))
    assert "09:00 – 21:00" in said
    assert "already" in words_of(head.send("/calls/rota", **typed))
    assert made.arrange(made.ask()).supervisor == other


def test_recording_is_off_until_the_head_allows_it(faces: Faces) -> None:
    head = at_desk(faces, "head")
    assert "Calls are not recorded." in words_of(head.see("/calls/rota"))
    said = words_of(head.send_and_follow("/calls/recording/rule", "/calls/rota", days=90))
    assert "kept for 90 days" in said
    said = words_of(head.send_and_follow("/calls/recording/rule", "/calls/rota", off=1))
    assert "Calls are not recorded." in said
