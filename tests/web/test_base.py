"""What no app of ours ever does, whatever its pages are."""

import io
import json
import re
from collections.abc import Iterator

import pytest
import structlog

from service.web import logs
from service.web.base import audiences, undeclared
from service.web.form_tokens import FormTokens

REQUIRED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def token_in(text: str) -> str:
    return re.search(r"[A-Za-z0-9_-]{64}", text)[0]


def signed_in(app, who: str):
    client = app.test_client()
    client.set_cookie("kezdesu_public", who)
    return client


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    structlog.reset_defaults()


class TestEveryAnswer:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "/"), ("GET", "/nothing"), ("PUT", "/"), ("POST", "/open"), ("GET", "/mine"), ("GET", "/broken/x"),
         ("GET", "/static/nothing.css"), ("GET", "/%ff"), ("GET", "//"), ("BREW", "/")],
    )  # fmt: skip
    def test_has_the_headers_that_keep_strangers_out(self, app, method, path):
        response = app.test_client().open(path, method=method)
        assert REQUIRED.items() <= dict(response.headers).items()
        policy = response.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "Server" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in response.headers

    def test_over_https_binds_the_browser_to_https(self, make_app):
        client = make_app(secure=True).test_client()
        response = client.get("/", base_url="https://localhost")
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("__Host-kezdesu_form_public=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))

    def test_a_host_that_is_not_ours_is_refused(self, make_app):
        client = make_app(hosts=("visits.kz",)).test_client()
        assert client.get("/", base_url="http://visits.kz").status_code == 200
        assert client.get("/", base_url="http://elsewhere.kz").status_code == 400

    def test_a_key_too_short_to_protect_anything_is_refused(self, make_app):
        with pytest.raises(ValueError, match="32"):
            make_app(key=b"short")


class TestWhoSeesWhat:
    def test_a_view_nobody_placed_does_not_exist(self, app):
        assert app.test_client().get("/forgotten").status_code == 404
        assert undeclared(app) == ["/forgotten (forgotten)"]

    def test_the_audiences_of_an_app_can_be_listed(self, app):
        assert audiences(app)["POST /mine"] == ("relative",)
        assert audiences(app)["GET /placed"] == ("officer",)

    def test_a_stranger_is_sent_to_sign_in_and_comes_back(self, app):
        response = app.test_client().get("/mine?of=7")
        assert (response.status_code, response.location) == (303, "/sign-in?back=/mine%3Fof%3D7")

    def test_who_is_signed_in_comes_in_as_an_argument(self, app):
        assert signed_in(app, "aigul").get("/mine").text.startswith("aigul ")

    def test_an_unknown_or_ended_session_is_nobody(self, app):
        assert signed_in(app, "ended").get("/mine").status_code == 303

    def test_another_kind_of_person_is_refused(self, app):
        assert signed_in(app, "dinara").get("/mine").status_code == 403
        assert signed_in(app, "dinara").get("/placed").text == "placed"
        assert signed_in(app, "aigul").get("/placed").status_code == 403


class TestForgery:
    def test_a_form_we_gave_out_is_accepted(self, app):
        client = signed_in(app, "aigul")
        token = token_in(client.get("/mine").text)
        assert client.post("/mine", data={"form_token": token}).status_code == 200
        assert client.post("/mine", headers={"X-Form-Token": token}).status_code == 200

    def test_before_sign_in_the_form_is_bound_to_a_cookie(self, app):
        client, other = app.test_client(), app.test_client()
        token = token_in(client.get("/open").text)
        assert client.post("/open", data={"form_token": token}).status_code == 200
        other.get("/open")
        assert other.post("/open", data={"form_token": token}).status_code == 403

    @pytest.mark.parametrize("sent", ["", "x", "А" * 64, "A" * 64, "A" * 63])
    def test_without_a_token_of_ours_nothing_is_done(self, app, sent):
        client = signed_in(app, "aigul")
        client.get("/mine")
        response = client.post("/mine", data={"form_token": sent}, headers={"Accept-Language": "en"})
        assert response.status_code == 403
        assert "Nothing was saved" in response.text

    def test_a_token_of_another_session_is_worthless(self, app):
        token = token_in(signed_in(app, "marat").get("/mine").text)
        assert signed_in(app, "aigul").post("/mine", data={"form_token": token}).status_code == 403

    def test_a_token_from_before_sign_in_is_void_after_it(self, app):
        client = app.test_client()
        token = token_in(client.get("/open").text)
        client.set_cookie("kezdesu_public", "aigul")
        assert client.post("/open", data={"form_token": token}).status_code == 403

    @pytest.mark.parametrize(
        "header", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.kz"},
                   {"Origin": "null"}],
    )  # fmt: skip
    def test_a_form_sent_by_another_site_is_refused_even_with_a_token(self, app, header):
        client = signed_in(app, "aigul")
        token = token_in(client.get("/mine").text)
        assert client.post("/mine", data={"form_token": token}, headers=header).status_code == 403

    def test_a_form_sent_by_our_own_site_is_accepted(self, app):
        client = signed_in(app, "aigul")
        data = {"form_token": token_in(client.get("/mine").text)}
        assert client.post("/mine", data=data, headers={"Origin": "http://localhost"}).status_code == 200
        assert client.post("/mine", data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200

    def test_no_page_repeats_a_token(self, app):
        client = signed_in(app, "aigul")
        assert token_in(client.get("/mine").text) != token_in(client.get("/mine").text)

    def test_a_token_with_one_bit_changed_is_refused(self):
        tokens = FormTokens(lambda: [b"k" * 32], lambda size: bytes(range(size)))
        token = tokens.issue("session")
        assert tokens.accepts("session", token)
        for place in range(len(token)):
            changed = token[:place] + ("B" if token[place] == "A" else "A") + token[place + 1 :]
            assert not tokens.accepts("session", changed)

    def test_a_machine_that_proves_itself_otherwise_needs_no_form(self, app):
        assert app.test_client().post("/hook").text == "heard"


class TestLimits:
    def test_64_kib_of_form_are_read_and_no_more(self, app):
        client = app.test_client()
        token = token_in(client.get("/open").text)
        assert client.post("/open", data={"form_token": token, "name": "x" * 60_000}).status_code == 200
        response = client.post("/open", data={"form_token": token, "name": "x" * 66_000})
        assert response.status_code == 413

    def test_a_language_is_switched_only_to_one_we_speak(self, app):
        client = app.test_client()
        for wrong in ("de", "../../etc", "<script>", ""):
            assert "Set-Cookie" not in client.get("/open", query_string={"language": wrong}).headers.get(
                "Set-Cookie", ""
            ).replace("kezdesu_form_public", "")
        client.set_cookie("kezdesu_language", "<script>")
        assert client.get("/").text.startswith("kk ")


class TestErrorPages:
    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("GET", "/nothing", 404), ("PUT", "/", 405), ("POST", "/mine", 403), ("GET", "/broken/x", 500),
         ("GET", "/broken/busy", 429), ("GET", "/broken/away", 503)],
    )  # fmt: skip
    def test_each_says_what_to_do_next_in_three_languages(self, app, method, path, status, language):
        client = signed_in(app, "aigul")
        response = client.open(path, method=method, headers={"Accept-Language": language})
        assert response.status_code == status
        assert f'<html lang="{language}">' in response.text
        assert "<h1>" in response.text
        assert 'href="/"' in response.text
        assert response.headers["X-Request-Id"] in response.text

    def test_the_methods_that_work_and_the_time_to_wait_are_kept(self, app):
        assert "GET" in app.test_client().put("/").headers["Allow"]
        assert app.test_client().get("/broken/busy").headers["Retry-After"] == "30"
        assert app.test_client().get("/broken/away").headers["Retry-After"] == "60"

    def test_nothing_of_a_fault_is_told(self, app):
        response = app.test_client().get("/broken/x?name=Aigul")
        for secret in ("850101300123", "RuntimeError", "Traceback", "conftest"):
            assert secret not in response.text

    def test_a_fault_in_the_error_page_itself_still_gets_an_answer(self, app):
        app.jinja_env.globals["static"] = None
        response = app.test_client().get("/nothing")
        assert response.status_code == 404
        assert "Ничего не изменилось" in response.text


class TestTheLog:
    def test_a_line_has_the_template_of_the_path_and_nobody_in_it(self, app, log):
        signed_in(app, "aigul").get("/broken/850101300123?name=Aigul", headers={"User-Agent": "Aigul"})
        lines = [json.loads(line) for line in log.getvalue().splitlines()]
        assert [line["event"] for line in lines] == ["fault", "request"]
        assert lines[1]["path"] == "/broken/<kind>"
        assert (lines[1]["status"], lines[1]["caller"], lines[1]["method"]) == (500, "relative", "GET")
        assert lines[0]["fault"] == "RuntimeError"
        assert any("conftest.py" in place for place in lines[0]["at"])
        assert lines[0]["request"] == lines[1]["request"]
        for secret in ("850101300123", "Aigul", "aigul", "127.0.0.1"):
            assert secret not in log.getvalue()

    def test_what_a_client_sends_makes_no_second_line(self, app, log):
        app.test_client().open("/x%0Ay", method="GE\x1bT")
        app.test_client().get("/nothing", headers={"X-Forwarded-For": "6.6.6.6"})
        lines = log.getvalue().splitlines()
        assert len(lines) == 2
        assert all(json.loads(line)["path"] is None for line in lines)
        assert "6.6.6.6" not in log.getvalue()
