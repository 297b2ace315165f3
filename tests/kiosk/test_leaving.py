"""Nothing of one person is left for the next: not on the page, in the browser, in this program, on its disk."""

from datetime import timedelta
from threading import Event, Thread

import pytest
import sqlalchemy as sa

from kiosk import words
from kiosk.__main__ import keep_ending
from service.store.columns import of
from service.store.tables import Session
from tests.kiosk.standing import CARD, PIN, Person, Standing, wait_until

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
SECRETS = ("Ерлан", "Айгүл", CARD, PIN)


def test_who_has_left_is_gone_and_the_way_back_leads_to_the_start(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    left = him.client.post("/end", data={"token": him._hidden("token")})
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    for path in ("/home", "/people", "/record", "/requests", "/pin", "/still-here"):
        page = him.get(path)
        assert "Картаңызды көрсетіңіз" in page, path
        assert not any(secret in page for secret in SECRETS)
    assert standing.kiosk.seat.leave() is None


def test_whoever_is_silent_for_a_minute_is_gone_and_his_session_with_him(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    standing.passed[0] += 59
    assert "Здравствуйте" in him.get("/home")
    standing.passed[0] += 61
    assert "Картаңызды көрсетіңіз" in him.get("/home")
    assert "Картаңызды көрсетіңіз" in him.get("/people")


def open_sessions(standing: Standing) -> int:
    row = of(Session)
    with standing.world.environment.database.reading() as session:
        wanted = sa.select(sa.func.count()).where(row.principal == "convict", row.ended_at.is_(None))
        return int(session.execute(wanted).scalar_one())


def test_a_silent_session_is_ended_at_the_service_though_nobody_touches_the_screen(standing: Standing) -> None:
    him, stopped = Person(standing), Event()
    him.sign_in()
    watch = Thread(target=keep_ending, args=(standing.kiosk, stopped, 0.01))
    watch.start()
    try:
        assert open_sessions(standing) == 1
        standing.passed[0] += 61
        wait_until(lambda: open_sessions(standing) == 0)
    finally:
        stopped.set()
        watch.join()


def test_a_card_shown_in_the_middle_ends_the_session_of_whoever_stood_there(standing: Standing) -> None:
    Person(standing).sign_in()
    standing.kiosk.seat.show_card("0400AA00BB")
    standing.kiosk.end_silent()
    assert open_sessions(standing) == 0
    assert standing.kiosk.seat.card_is_shown()


def test_what_is_printed_goes_to_the_line_alone_and_nothing_waits_to_be_printed(standing: Standing) -> None:
    """There is no spooler: a slip is written to the printer or it is not, and the screen says which."""
    before = {file for file in standing.folder.rglob("*") if file.is_file()}
    him = Person(standing)
    him.sign_in()
    him.get("/copy")
    him.send("/copy")
    assert len(standing.slips) == 1
    after = {file.name for file in standing.folder.rglob("*") if file.is_file() and file not in before}
    assert after <= {"sequence", "known"}
    standing.kiosk.slip = lambda slip: False
    him.get("/copy")
    assert words.said("ru", "done.no_slip") in him.send("/copy")
    assert not any(secret in str(slip) for slip in standing.slips for secret in SECRETS)


def test_every_screen_asks_after_a_while_and_then_forgets(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    for path in ("/home", "/people", "/ask/call"):
        assert him.client.get(path).headers["Refresh"] == f"40; url=/still-here?back={path}"
    assert him.client.get("/letter").headers["Refresh"] == "120; url=/still-here?back=/letter"
    assert him.client.get("/still-here?back=/people").headers["Refresh"] == "15; url=/end"
    assert 'href="/people"' in him.get("/still-here?back=/people")
    assert 'href="/home"' in him.get("/still-here?back=https://evil.example")


def test_what_somebody_types_is_there_again_after_the_screen_asked_and_gone_when_he_is(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    him.get("/help-call")
    for _ in range(4):
        standing.passed[0] += 50
        standing.world.clock.now += timedelta(seconds=50)
        answer = him.client.post(
            "/draft", data={"token": him._hidden("token"), "screen": "/help-call", "words": "Сергеева"}
        )
        assert answer.status_code == 204
    him.get("/still-here?back=/help-call")
    assert "Сергеева</textarea>" in him.get("/help-call")
    assert "Принято" in him.send("/help-call", purpose="legal", words="Сергеева")
    assert "Сергеева" not in him.get("/help-call")
    him.client.post("/draft", data={"token": him._hidden("token"), "screen": "/help-call", "words": "Сергеева"})
    him.send("/end")
    him.sign_in()
    assert "Сергеева" not in him.get("/help-call")


def test_a_new_card_ends_whoever_stood_there(standing: Standing) -> None:
    standing.give_card("Олег", "0400AA00BB", "8351")
    him, next_one = Person(standing), Person(standing)
    him.sign_in()
    assert "Олег" in next_one.sign_in("0400AA00BB", "8351")
    assert "Здравствуйте" not in him.get("/home")
    assert "Ерлан" not in next_one.get("/home")


def test_another_browser_does_not_see_him_and_a_forged_form_does_nothing(standing: Standing) -> None:
    him, other = Person(standing), Person(standing)
    him.sign_in()
    assert "Картаңызды көрсетіңіз" in other.get("/home")
    assert him.client.post("/copy", data={"token": "x" * 32, "once": "y" * 24}).status_code == 302
    him.get("/requests")
    assert "Вы пока ни о чём не просили." in him.page
    assert standing.client().get("/home", headers={"Host": "evil.example"}).status_code == 421


def test_no_page_may_be_kept_and_none_loads_from_elsewhere(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    for path in ("/", "/home", "/people", "/letter", "/pin", "/nothing-here"):
        answer = him.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "http" not in answer.get_data(as_text=True)


def test_nothing_of_him_is_on_the_disk_whether_there_is_a_line_or_not(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    him.get("/copy")
    him.send("/copy")
    him.send("/end")
    standing.line.is_cut = True
    him.sign_in()
    him.send("/offline", kind="long", words="Анам Айгүл, сәрсенбіде")
    kept = b"".join(file.read_bytes() for file in (standing.folder / "waiting").rglob("*") if file.is_file())
    assert kept
    assert not any(secret.encode() in kept for secret in (*SECRETS, "long", "visit"))
