"""What the interface does with every kind of request, well or badly made."""

import json
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel

from service.web.api.contract import Api, Body
from tests.web.api.toy import Desk, Kept, toy_api, toy_app

VISIT = {
    "on": "2026-03-19",
    "requested_at": "2026-03-01T10:00:00+05:00",
    "convict": "00000000-0000-0000-0000-000000000001",
    "visitors": [{"name": "Айгүл Бекова", "birth_date": "1980-02-29"}],
}
RELATIVE = {"Authorization": "Bearer relative-token"}


def book(client: FlaskClient, body: object = VISIT, key: str = "key-0000-0000-0001", **changed: object):
    """Send a booking; `changed` replaces arguments of the request."""
    sent = {"data": body if isinstance(body, bytes | str) else json.dumps(body)}
    headers = {**RELATIVE, "Idempotency-Key": key, "Content-Type": "application/json"}
    headers |= changed.pop("headers", {})
    return client.post("/api/v1/visits", headers=headers, **(sent | changed))


def problem(response, status: int, code: str) -> dict:
    """The problem document of a response that must be one."""
    assert (response.status_code, response.json["code"]) == (status, code)
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == status
    assert response.json["type"] == f"/api/v1/problems#{code}"
    assert response.json["title"]
    assert response.json["detail"]
    UUID(response.json["instance"].removeprefix("urn:uuid:"))
    return response.json


def pointers(response) -> list[tuple[str, str]]:
    """Where the errors of an invalid request are, and what they are."""
    return [(error["pointer"], error["code"]) for error in problem(response, 422, "invalid")["errors"]]


def test_a_booking_is_answered_with_what_was_booked(client):
    response = book(client)
    assert response.status_code == 201
    assert response.json["on"] == "2026-03-19"
    assert response.json["names"] == ["Айгүл Бекова"]
    shown = client.get(f"/api/v1/visits/{response.json['id']}", headers=RELATIVE)
    assert shown.json == response.json


class TestWhoMayCall:
    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            "Bearer",
            "Bearer ",
            "Bearer unknown",
            "Basic cmVsYXRpdmU6",
            "relative-token",
            "Bearer \xff",
        ],
    )
    def test_without_a_live_token_nobody_is_let_in(self, client, header):
        headers = {} if header is None else {"Authorization": header}
        response = client.get("/api/v1/visits", headers=headers)
        problem(response, 401, "not-signed-in")
        assert response.headers["WWW-Authenticate"] == "Bearer"

    def test_another_kind_of_principal_is_refused_before_its_body_is_read(self, client):
        problem(book(client, b"{", headers={"Authorization": "Bearer officer-token"}), 403, "not-allowed")

    def test_an_endpoint_for_anyone_asks_nobody(self, client):
        response = client.get("/api/v1/door/3")
        assert (response.status_code, response.mimetype) == (200, "image/svg+xml")


class TestAddressesAndMethods:
    @pytest.mark.parametrize(
        "path", ["/api/v1/nothing", "/nothing", "/api/v1/visits/", "/api/v1//visits", "/api/v1/visits/7", "/"]
    )
    def test_an_unknown_address_is_a_problem_and_never_a_redirect(self, client, path):
        problem(client.get(path, headers=RELATIVE), 404, "not-found")

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "DELETE", "TRACE", "BREW"])
    def test_a_method_that_is_not_declared_is_refused_and_the_declared_ones_are_named(self, client, method):
        response = client.open("/api/v1/visits", method=method, headers=RELATIVE)
        problem(response, 405, "method-not-allowed")
        assert {"GET", "POST"} <= {name.strip() for name in response.headers["Allow"].split(",")}

    def test_a_number_no_row_can_have_is_not_found(self, client):
        problem(client.get("/api/v1/door/2147483648"), 404, "not-found")


class TestReadingTheBody:
    @pytest.mark.parametrize(
        "media", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "", "text/json"]
    )
    def test_only_json_is_read(self, client, media):
        problem(book(client, headers={"Content-Type": media}), 415, "wrong-media-type")

    @pytest.mark.parametrize("header", ["application/json; charset=utf-16", "application/json; charset=cp1251"])
    def test_other_encodings_are_refused(self, client, header):
        problem(book(client, headers={"Content-Type": header}), 415, "wrong-media-type")

    def test_a_compressed_body_is_refused(self, client):
        problem(book(client, headers={"Content-Encoding": "gzip"}), 415, "wrong-media-type")

    def test_64_kib_are_read_and_one_byte_more_is_not(self, client):
        room = 64 * 1024 - len(json.dumps(VISIT))
        assert book(client, json.dumps(VISIT) + " " * room).status_code == 201
        problem(book(client, json.dumps(VISIT) + " " * (room + 1)), 413, "too-large")

    def test_a_chunked_body_has_the_same_limit(self, desk):
        environ = {"wsgi.input_terminated": True}
        response = book(
            toy_app(desk).test_client(),
            b" " * 70_000,
            environ_overrides=environ,
            headers={"Content-Length": ""},
        )
        problem(response, 413, "too-large")

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"", "it is not JSON"),
            (b"{", "it is not JSON"),
            (b'{"on": "2026-03-19"} 1', "it is not JSON"),
            (b"\xef\xbb\xbf{}", "byte order mark"),
            ('{"on": 1}'.encode("utf-16"), "byte order mark"),
            (b'{"on": "\xff"}', "not UTF-8"),
            (b'{"on": 1, "on": 2}', "stands twice"),
            (b'{"visitors": [{"a": 1, "\\u0061": 2}]}', "stands twice"),
            (b'{"children": NaN}', "NaN and infinity"),
            (b'{"children": -Infinity}', "NaN and infinity"),
            (b'{"children": 1e400}', "too large"),
            (b'{"children": ' + b"9" * 5000 + b"}", "it is not JSON"),
            (b"[" * 60_000, "nested too deeply"),
            (b"[" * 30 + b"]" * 30, "nested too deeply"),
            (b'{"on": "\x01"}', "it is not JSON"),
        ],
    )  # fmt: skip
    def test_what_two_readers_could_read_differently_is_refused(self, client, body, why):
        found = problem(book(client, body, headers={"Accept-Language": "en"}), 400, "unreadable")
        assert why in found["detail"]

    @pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"7", b"true"])
    def test_a_value_that_is_no_object_is_invalid(self, client, body):
        assert pointers(book(client, body)) == [("#", "not-an-object")]


class TestCheckingTheBody:
    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"on": 0}, "#/on", "not-a-day"),
            ({"on": "2026-02-29"}, "#/on", "not-a-day"),
            ({"on": "2026-03-19T00:00:00"}, "#/on", "not-a-day"),
            ({"on": "0001-01-01"}, "#/on", "not-a-day"),
            ({"on": "20260319"}, "#/on", "not-a-day"),
            ({"on": "2026-03-19\n"}, "#/on", "not-a-day"),
            ({"on": "٢٠٢٦-٠٣-١٩"}, "#/on", "not-a-day"),
            ({"requested_at": 1700000000}, "#/requested_at", "not-a-moment"),
            ({"requested_at": "1700000000"}, "#/requested_at", "not-a-moment"),
            ({"requested_at": "2026-03-01T10:00:00"}, "#/requested_at", "not-a-moment"),
            ({"requested_at": "2026-03-01"}, "#/requested_at", "not-a-moment"),
            ({"requested_at": "2026-03-01T24:00:00Z"}, "#/requested_at", "not-a-moment"),
            ({"convict": "7"}, "#/convict", "not-an-identifier"),
            ({"convict": "urn:uuid:00000000-0000-0000-0000-000000000001"}, "#/convict", "not-an-identifier"),
            ({"convict": None}, "#/convict", "not-an-identifier"),
            ({"visitors": []}, "#/visitors", "too-few"),
            ({"visitors": VISIT["visitors"] * 5}, "#/visitors", "too-many"),
            ({"visitors": {}}, "#/visitors", "not-a-list"),
            ({"visitors": [7]}, "#/visitors/0", "not-an-object"),
            ({"children": "2"}, "#/children", "not-whole-number"),
            ({"children": 1.5}, "#/children", "not-whole-number"),
            ({"children": True}, "#/children", "not-whole-number"),
            ({"children": 21}, "#/children", "too-great"),
            ({"children": -1}, "#/children", "too-small"),
            ({"status": "granted"}, "#/status", "unknown-field"),
            ({"a/b~c": 1}, "#/a~1b~0c", "unknown-field"),
        ],
    )
    def test_each_fault_is_named_with_its_place(self, client, change, pointer, code):
        assert pointers(book(client, VISIT | change)) == [(pointer, code)]

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("", "empty"),
            (" \u00a0\t".replace("\t", ""), "empty"),
            ("а" * 81, "too-long"),
            ("x" * 60_000, "too-long"),
            ("A\u0000B", "unsafe-text"),
            ("A\nB", "unsafe-text"),
            ("A\u001b[31m", "unsafe-text"),
            ("\u202eевокеБ", "unsafe-text"),
            ("\ufeffАйгүл", "unsafe-text"),
            ("\ud800", "unsafe-text"),
            (7, "not-text"),
            (None, "not-text"),
        ],
    )
    def test_a_name_that_cannot_be_shown_is_refused(self, client, name, code):
        body = VISIT | {"visitors": [{"name": name, "birth_date": "1980-01-01"}]}
        assert pointers(book(client, body)) == [("#/visitors/0/name", code)]

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("Әлихан Ғұмар Қ.", "Әлихан Ғұмар Қ."),
            ("  Пётр  ", "Пётр"),
            ("Пе\u0308тр", "Пётр"),
            ("فاطمة", "فاطمة"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("=HYPERLINK(1)", "=HYPERLINK(1)"),
            ("👩‍👧 Айгүл", "👩‍👧 Айгүл"),
            ("O’Brien-Żak", "O’Brien-Żak"),
        ],
    )
    def test_letters_of_any_script_are_kept_as_one_form(self, client, name, kept):
        body = VISIT | {"visitors": [{"name": name, "birth_date": "1980-01-01"}]}
        assert book(client, body).json["names"] == [kept]

    def test_all_faults_are_told_at_once(self, client):
        assert dict(pointers(book(client, {"on": 1, "children": -1}))) == {
            "#/on": "not-a-day", "#/children": "too-small", "#/requested_at": "required",
            "#/convict": "required", "#/visitors": "required",
        }  # fmt: skip

    def test_what_was_sent_is_not_repeated_in_the_answer(self, client):
        response = book(client, VISIT | {"on": "850101300123"})
        assert "850101300123" not in response.get_data(as_text=True)

    def test_a_whole_number_may_be_written_with_a_point(self, client):
        assert book(client, VISIT | {"children": 2.0}).status_code == 201


class TestTheQuery:
    @pytest.mark.parametrize(
        ("query", "pointer", "code"),
        [
            ("limit=0", "#/limit", "too-small"),
            ("limit=101", "#/limit", "too-great"),
            ("limit=ten", "#/limit", "not-whole-number"),
            ("limit=1&limit=2", "#/limit", "repeated"),
            ("since=yesterday", "#/since", "not-a-day"),
            ("order=asc", "#/order", "unknown-field"),
        ],
    )
    def test_each_fault_is_named(self, client, query, pointer, code):
        response = client.get(f"/api/v1/visits?{query}", headers=RELATIVE)
        assert pointers(response) == [(pointer, code)]
        assert response.json["errors"][0]["in"] == "query"

    def test_an_endpoint_without_parameters_takes_none(self, client):
        assert pointers(client.get("/api/v1/problems?page=2")) == [("#/page", "unknown-field")]

    def test_a_query_that_is_not_utf_8_is_unreadable(self, client):
        problem(client.get("/api/v1/visits?since=%ff", headers=RELATIVE), 400, "unreadable")


class TestOnceOnly:
    def test_the_same_request_twice_is_one_booking_and_one_answer(self, client, desk):
        first, second = book(client), book(client)
        assert (second.status_code, second.data) == (first.status_code, first.data)
        assert "Idempotency-Replayed" not in first.headers
        assert second.headers["Idempotency-Replayed"] == "true"
        assert len(desk.visits) == 1

    def test_the_order_of_the_fields_does_not_make_another_request(self, client):
        book(client)
        assert book(client, dict(reversed(VISIT.items()))).status_code == 201

    def test_the_same_key_with_another_body_is_refused(self, client):
        book(client)
        problem(book(client, VISIT | {"on": "2026-03-20"}), 422, "idempotency-key-reused")

    def test_two_people_may_choose_the_same_key(self, client, desk):
        book(client)
        other = book(client, VISIT | {"on": "2026-03-20"}, headers={"Authorization": "Bearer relative-token-2"})
        assert other.status_code == 201
        assert len(desk.visits) == 2

    def test_while_the_first_is_under_way_the_second_is_asked_to_wait(self, client, desk):
        book(client)
        (kept,) = desk.answers.values()
        desk.answers = {("relative:aigul", "key-0000-0000-0001"): Kept(kept.fingerprint, None, None)}
        response = book(client)
        problem(response, 409, "request-in-flight")
        assert response.headers["Retry-After"] == "1"

    def test_the_slower_of_two_equal_requests_repeats_the_answer_of_the_faster(self, client, desk):
        first = book(client)
        kept, looks = dict(desk.answers), [None]
        find = Desk.find
        # the first look finds nothing, as when both requests looked before either committed
        desk.find = lambda **asked: looks.pop() if looks else find(desk, **asked)
        desk.visits.clear()
        second = book(client)
        assert second.data == first.data
        assert second.headers["Idempotency-Replayed"] == "true"
        assert not desk.visits
        assert desk.answers == kept

    @pytest.mark.parametrize("key", ["", "short", "x" * 65, "key with spaces 0001", "ключ-0000-0000-0001"])
    def test_a_write_without_a_good_key_is_refused(self, client, key):
        problem(book(client, key=key.encode().decode("latin-1")), 400, "idempotency-key-missing")

    def test_a_refusal_is_not_remembered(self, client, desk):
        body = VISIT | {"on": "2026-03-31"}
        problem(book(client, body), 409, "not-due")
        assert not desk.answers


class TestRefusals:
    def test_a_refusal_tells_the_reasons_with_their_articles(self, client):
        found = problem(book(client, VISIT | {"on": "2026-03-31"}), 409, "not-due")
        assert [(reason["code"], reason["article"]) for reason in found["reasons"]] == [("interval-before", "IR 83")]

    def test_a_refusal_carries_its_own_members(self, client):
        book(client)
        found = problem(book(client, key="key-0000-0000-0002", headers={"Accept-Language": "en"}), 409, "place-taken")
        assert found["next_free"] == ["2026-03-19"]
        assert "2026-03-19" in found["detail"]

    def test_a_fault_tells_nothing_but_a_number_to_quote(self, desk):
        api = toy_api(desk)

        @api.endpoint("GET", "/broken", summary="Broken", principals=("anyone",), answer=Body)
        def broken() -> Body:
            raise RuntimeError("the IIN is 850101300123")

        app = Flask("broken", static_folder=None)
        api.install(app)
        response = app.test_client().get("/api/v1/broken")
        problem(response, 500, "fault")
        assert "850101300123" not in response.get_data(as_text=True)

    @pytest.mark.parametrize(
        ("accept", "language"),
        [
            ("ru", "ru"),
            ("kk-KZ, ru;q=0.5", "kk"),
            ("en-GB", "en"),
            ("de, fr", "kk"),
            (None, "kk"),
            ("ru;q=x,,", "kk"),
            ("ru;q=0, en;q=0.1", "en"),
        ],
    )
    def test_the_problem_speaks_the_language_that_was_asked_for(self, client, accept, language):
        headers = RELATIVE | ({} if accept is None else {"Accept-Language": accept})
        response = client.get("/api/v1/nothing", headers=headers)
        assert response.headers["Content-Language"] == language
        assert "Accept-Language" in response.headers["Vary"]


class TestDeclaring:
    @pytest.fixture
    def api(self, desk) -> Api:
        return toy_api(desk)

    @pytest.mark.parametrize("principals", [(), ("prisoner",)])
    def test_an_endpoint_must_say_who_may_call_it(self, api, principals):
        with pytest.raises(TypeError, match="principals"):
            api.endpoint("GET", "/x", summary="x", principals=principals, answer=None)(lambda: None)

    def test_a_handler_must_take_what_it_is_given(self, api):
        with pytest.raises(TypeError, match="visit"):
            api.endpoint("GET", "/x/<uuid:visit>", summary="x", principals=("anyone",), answer=None)(lambda: None)

    @pytest.mark.parametrize("kind", [str, int, list[int]])
    def test_a_body_must_limit_its_texts_numbers_and_lists(self, api, kind):
        class Unlimited(Body):
            value: kind

        def take(body: BaseModel) -> None: ...

        with pytest.raises(TypeError, match="Unlimited has no limit at"):
            api.endpoint("POST", "/x", summary="x", principals=("anyone",), body=Unlimited, answer=None)(take)


class TestTheDescription:
    def test_every_route_is_described_and_every_description_is_a_route(self, desk):
        app = toy_app(desk)
        document = app.test_client().get("/api/v1/openapi.json").json
        routed = {
            (rule.rule.replace("<uuid:", "{").replace("<int:", "{").replace(">", "}"), method.lower())
            for rule in app.url_map.iter_rules()
            for method in rule.methods - {"HEAD"}
        }
        described = {(path, method) for path, item in document["paths"].items() for method in item}
        assert described == routed
        assert document["openapi"] == "3.1.0"

    def test_every_refusal_is_described_as_a_problem(self, client):
        document = client.get("/api/v1/openapi.json").json
        responses = document["paths"]["/api/v1/visits"]["post"]["responses"]
        assert set(responses) == {
            "201", "400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "500", "503",
        }  # fmt: skip
        assert {media for status in responses if status != "201" for media in responses[status]["content"]} == {
            "application/problem+json"
        }

    def test_every_kind_of_problem_can_be_looked_up_where_its_type_points(self, client):
        codes = {kind["code"] for kind in client.get("/api/v1/problems").json}
        assert {"place-taken", "not-due", "invalid", "method-not-allowed"} <= codes
