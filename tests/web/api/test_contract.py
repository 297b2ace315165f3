"""What the interface does with a request whose content is well made: who may call, once only, refusals, description."""

import pytest
from flask import Flask
from pydantic import BaseModel

from service.web.api.contract import Api, Body
from tests.web.api.asking import RELATIVE, VISIT, book, problem
from tests.web.api.toy import Desk, Kept, toy_api, toy_app


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
