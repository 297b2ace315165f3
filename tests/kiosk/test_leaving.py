"""Nothing of one person is left for the next: not on the page, in the browser, in this program, on its disk."""

import pytest

from tests.kiosk.standing import CARD, PIN, Person, Standing

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


def test_every_screen_asks_after_a_while_and_then_forgets(standing: Standing) -> None:
    him = Person(standing)
    him.sign_in()
    for path in ("/home", "/people", "/letter", "/ask/call"):
        assert him.client.get(path).headers["Refresh"] == f"40; url=/still-here?back={path}"
    assert him.client.get("/still-here?back=/people").headers["Refresh"] == "15; url=/end"
    assert 'href="/people"' in him.get("/still-here?back=/people")
    assert 'href="/home"' in him.get("/still-here?back=https://evil.example")


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
