"""The gate's screen answers the officer at this machine and nobody else, and what it does is in the journal first."""

from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from firmware_bridge.decide import Verdict
from firmware_bridge.hardware import ReaderConfig
from firmware_bridge.link import Answer
from firmware_bridge.screen.server import LoopbackServer, Request, Response
from firmware_bridge.screen.sessions import SHIFT
from firmware_bridge.screen.words import GROUNDS, NOT_DONE, REASONS, TIES, WAYS, WHY_NOT, WORDS
from firmware_bridge.simulate.scanner import SimulatedScanner
from tests.bridge.cast import FAMILY, IN, OUT, Says
from tests.bridge.screen_stage import NAMES, PINS, Stage, facts, sealed, stage
from tests.bridge.test_hardware_end_to_end import bridging, config

COOKIE = "kezdesu-gate"


class Browser:
    """Keeps a cookie, as a browser does; everything else is said by the test."""

    def __init__(self, here: Stage) -> None:
        self.place = urlsplit(here.address).netloc
        self.cookie = ""

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[HTTPResponse, str]:
        said = {"Host": self.place, "Cookie": self.cookie} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        if form is not None:
            said |= {"Content-Type": "application/x-www-form-urlencoded"}
            if "Origin" not in said:
                said["Origin"] = f"http://{self.place}"
        connection = HTTPConnection(self.place, timeout=60)
        connection.request("GET" if form is None else "POST", path, None if form is None else urlencode(form), said)
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        connection.close()
        given = response.headers.get("Set-Cookie", "")
        if given.startswith(f"{COOKIE}="):
            self.cookie = given.partition(";")[0]
        return response, body

    def sign_in(self, officer: str = "officer-1", pin: str = "") -> HTTPResponse:
        return self.ask("/sign-in", {"officer": officer, "pin": pin or PINS[officer]})[0]

    def secret(self) -> str:
        return self.ask("/")[1].partition('name="secret" value="')[2][:32]


def test_without_an_officer_the_answer_is_shown_and_no_name() -> None:
    with stage() as here:
        here.scan(0)
        _, page = Browser(here).ask("/")
        assert WORDS["may-enter"][0] in page
        assert not [name for name in (*NAMES, "Сейітқазыұлы", "офицер") if name in page]
        assert Browser(here).ask(f"/photos/{'00' * 16}")[0].status == 303


def test_an_officer_sees_who_it_is_and_the_photograph() -> None:
    with stage() as here:
        browser = Browser(here)
        here.scan(0)
        assert browser.sign_in().status == 303
        _, page = browser.ask("/")
        assert NAMES[0] in page
        assert "1-бөлме" in page
        photo, _ = browser.ask(f"/photos/{'00' * 16}")
        assert (photo.status, photo.headers["Content-Type"]) == (200, "image/jpeg")
        assert browser.ask("/photos/../pages/gate.css")[0].status == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:9156", "127.0.0.1", "127.0.0.1.evil.example:80", "", "localhost:1"]
)
def test_a_strangers_name_for_this_machine_learns_nothing(host: str) -> None:
    with stage() as here:
        response, body = Browser(here).ask("/", Host=host)
        assert (response.status, body) == (403, "")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_from_elsewhere_cannot_even_ask(site: str) -> None:
    with stage() as here:
        browser = Browser(here)
        browser.sign_in()
        assert browser.ask("/", Sec_Fetch_Site=site)[0].status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_a_form_of_a_page_from_elsewhere_does_nothing(origin: str) -> None:
    with stage() as here:
        browser = Browser(here)
        assert browser.ask("/sign-in", {"officer": "officer-1", "pin": "2580"}, Origin=origin)[0].status == 403
        browser.sign_in()
        here.scan(0)
        form = {"secret": browser.secret(), "scan": "2", "matched": "yes"}
        assert browser.ask("/compare", form, Origin=origin)[0].status == 403
        assert here.kinds() == ["start", "scan"]


def test_a_form_without_the_secret_of_its_session_does_nothing() -> None:
    with stage() as here:
        browser, other = Browser(here), Browser(here)
        browser.sign_in()
        other.sign_in("officer-2")
        here.scan(0)
        for secret in ("", "0" * 32, "ә", other.secret()):
            assert browser.ask("/compare", {"secret": secret, "scan": "2", "matched": "yes"})[0].status == 303
        assert here.kinds() == ["start", "scan"]
        browser.ask("/compare", {"secret": browser.secret(), "scan": "2", "matched": "yes"})
        assert here.kinds()[-1] == "compared"


def test_a_session_ends_with_its_shift_and_when_the_officer_signs_out() -> None:
    with stage() as here:
        browser = Browser(here)
        browser.sign_in()
        here.clock.moved(SHIFT - 1)
        assert browser.ask("/by-hand")[0].status == 200
        here.clock.moved(1)
        assert browser.ask("/by-hand")[0].status == 303
        browser.sign_in()
        kept = browser.cookie
        browser.ask("/sign-out", {"secret": browser.secret()})
        browser.cookie = kept
        assert browser.ask("/by-hand")[0].status == 303


def test_five_wrong_pins_and_the_officer_waits_a_quarter_of_an_hour() -> None:
    with stage() as here:
        browser = Browser(here)
        for _ in range(5):
            assert browser.sign_in(pin="0000").status == 422
        assert NOT_DONE["too-many-tries"][0] in browser.ask("/sign-in", {"officer": "officer-1", "pin": "2580"})[1]
        here.clock.moved(901)
        assert browser.sign_in().status == 303
        assert here.kinds() == ["start"] + ["release-refused"] * 5


def test_every_answer_forbids_what_is_not_needed() -> None:
    with stage() as here:
        for path in ("/", "/gate.js", "/nothing", "/by-hand"):
            headers = Browser(here).ask(path)[0].headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-cache, private"
        cookie = Browser(here).sign_in().headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie


def test_an_unchanged_screen_is_said_in_304_and_a_scan_changes_it() -> None:
    with stage() as here:
        browser = Browser(here)
        mark = browser.ask("/")[0].headers["ETag"]
        assert browser.ask("/", If_None_Match=mark)[0].status == 304
        here.scan(0)
        assert browser.ask("/", If_None_Match=mark)[0].status == 200


def test_nobody_is_compared_twice_or_without_a_scan_or_a_ground() -> None:
    with stage() as here:
        browser = Browser(here)
        browser.sign_in()
        here.scan(0)
        secret = browser.secret()
        for scan, ground in (("99", "not-this-person"), ("2", "because"), ("2", ""), ("-2", ""), ("²", ""), ("", "")):
            form = {"secret": secret, "scan": scan, "matched": "no", "ground": ground}
            assert browser.ask("/compare", form)[0].status == 409
        assert browser.ask("/compare", {"secret": secret, "scan": "2", "matched": "yes"})[0].status == 303
        assert browser.ask("/compare", {"secret": secret, "scan": "2", "matched": "yes"})[0].status == 409
        assert here.kinds().count("compared") == 1


def test_what_cannot_be_journalled_is_not_done() -> None:
    with stage() as here:
        browser = Browser(here)
        browser.sign_in()
        here.scan(0)
        secret = browser.secret()
        here.file.full = True
        assert browser.ask("/compare", {"secret": secret, "scan": "2", "matched": "yes"})[0].status == 503
        form = {
            "secret": secret, "direction": "entry", "ground": "emergency", "people": "1",
            "first": "officer-1", "first-pin": PINS["officer-1"],
            "second": "officer-2", "second-pin": PINS["officer-2"],
        }  # fmt: skip
        assert browser.ask("/by-hand", form)[0].status == 503
        assert here.relay.outgoing(0.0) == b""


def test_without_a_list_nobody_signs_in_and_the_reader_answers_all_the_same() -> None:
    with stage(with_list=False) as here:
        here.scan(0)
        _, page = Browser(here).ask("/")
        assert WORDS["no-officers"][0] in page
        assert WORDS["do-not-let-in"][0] in page
        assert Browser(here).ask("/sign-in", {"officer": "officer-1", "pin": "2580"})[0].status == 422


def test_the_screen_says_who_answered() -> None:
    with stage(link=Says(Answer(Verdict.ADMIT, None, "scan-1"))) as here:
        here.scan(0)
        assert WORDS["online"][0] in Browser(here).ask("/")[1]
    with stage() as here:
        here.scan(0)
        assert WORDS["offline"][0] in Browser(here).ask("/")[1]


def test_a_reason_that_only_the_service_knows_is_shown_with_its_code() -> None:
    with stage(link=Says(Answer(Verdict.REFUSE, "quarantine", "scan-1"))) as here:
        here.scan(0)
        assert REASONS["other"][0].format(code="quarantine") in Browser(here).ask("/")[1]


def test_a_name_with_signs_of_html_stays_a_name() -> None:
    with stage() as here:
        contents = facts()
        contents["expected"][0]["name"] = "<script>alert(1)</script>"
        here.clock.moved(1)
        here.today.take(sealed(contents, here.identity, here.clock.now(), 2))
        browser = Browser(here)
        browser.sign_in()
        assert "<script>alert" not in browser.ask("/")[1]


def test_a_form_that_is_too_long_or_strange_is_refused() -> None:
    with stage() as here:
        browser = Browser(here)
        assert browser.ask("/sign-in", {"officer": "a" * 9000})[0].status == 413
        assert browser.ask("/nothing", {"a": "b"})[0].status == 303
        assert browser.ask("/language?to=xx")[0].status == 404


def test_who_has_left_needs_no_comparing_any_more() -> None:
    with stage() as here:
        browser = Browser(here)
        browser.sign_in()
        here.scan(0)
        here.scan(1)
        assert WORDS["waiting"][0] in browser.ask("/")[1]
        here.scan(0, OUT)
        assert NAMES[1] in browser.ask("/")[1].partition(WORDS["waiting"][0])[2].partition("<h2>")[0]
        here.scan(1, OUT)
        assert WORDS["waiting"][0] not in browser.ask("/")[1]


def test_a_fault_of_a_page_is_told_by_its_kind_and_the_next_is_served() -> None:
    faults: list[str] = []

    def answer(request: Request) -> Response:
        if request.path == "/bad":
            raise ValueError("the name of a visitor")
        return Response(b"good")

    server = LoopbackServer(0, answer, faults.append)
    server.start()
    place = urlsplit(server.url).netloc
    for path in ("/bad", "/good"):
        connection = HTTPConnection(place, timeout=60)
        connection.request("GET", path)
        if path == "/bad":
            with pytest.raises(RemoteDisconnected):
                connection.getresponse()
        else:
            assert connection.getresponse().read() == b"good"
        connection.close()
    server.close()
    assert faults == ["ValueError"]


def test_a_running_bridge_serves_its_screen_beside_its_reader(tmp_path: Path) -> None:
    scanner = SimulatedScanner(tmp_path / "scanner", baud=115_200)
    reader = ReaderConfig(IN, scanner.path, 115_200, "text", ())
    with bridging(config(tmp_path, readers=(reader,), screen_port=0)) as (bridge, log):
        assert bridge.screen is not None
        log.next("line")
        scanner.scan(FAMILY)
        log.next("answered")
        connection = HTTPConnection(urlsplit(bridge.screen.url).netloc, timeout=60)
        connection.request("GET", "/")
        page = connection.getresponse().read().decode()
        connection.close()
        assert WORDS["may-enter"][0] in page
        assert WORDS["no-officers"][0] in page
    scanner.unplug()


def test_every_word_is_there_in_three_languages() -> None:
    for table in (WORDS, REASONS, WHY_NOT, GROUNDS, WAYS, NOT_DONE, TIES):
        for words in table.values():
            assert len(words) == 3
            assert all(words)
    from firmware_bridge.passes import Refusal
    from firmware_bridge.release import Ground

    assert set(REASONS) >= {*Refusal, "unknown-pass", "not-granted", "not-inside", "visit-over"}
    assert set(GROUNDS) == set(Ground)


def test_a_page_carries_the_mark_it_is_asked_again_with_and_a_scan_changes_it() -> None:
    with stage() as here:
        browser = Browser(here)
        response, page = browser.ask("/")
        mark = page.partition('data-mark="')[2].partition('"')[0]
        assert mark
        assert response.headers["ETag"] == f'"{mark}"'
        assert browser.ask("/", If_None_Match=f'"{mark}"')[0].status == 304
        here.scan(0)
        changed, _ = browser.ask("/", If_None_Match=f'"{mark}"')
        assert changed.status == 200
        assert changed.headers["ETag"] != f'"{mark}"'
