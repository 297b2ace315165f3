"""What may be sent, and how each fault in it is named."""

import json

import pytest

from tests.web.api.asking import RELATIVE, VISIT, book, pointers, problem
from tests.web.api.toy import toy_app


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
