"""The interface on the common ground of every app."""

from zoneinfo import ZoneInfo

from service.web.base import audiences, base_app, undeclared
from service.web.settings import WebSettings
from tests.web.api.asking import RELATIVE, problem
from tests.web.api.toy import Desk, toy_api

SETTINGS = WebSettings(key=b"k" * 32, secure=True, time_zone=ZoneInfo("Asia/Almaty"))


def test_the_interface_has_the_headers_and_the_guard_of_every_app():
    app = base_app("api", SETTINGS)
    toy_api(Desk()).install(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    client = app.test_client()
    for path, status in (("/api/v1/visits", 200), ("/api/v1/nothing", 404), ("/forgotten", 404)):
        response = client.get(path, headers=RELATIVE)
        assert response.status_code == status
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
        assert "max-age" in response.headers["Strict-Transport-Security"]
        assert "Set-Cookie" not in response.headers
    problem(response, 404, "not-found")
    assert undeclared(app) == ["/forgotten (forgotten)"]
    assert audiences(app)["DELETE /api/v1/visits/<uuid:visit>"] == ("officer",)


def test_the_instance_of_a_problem_is_the_request_in_the_log():
    app = base_app("api", SETTINGS)
    toy_api(Desk()).install(app)
    response = app.test_client().get("/api/v1/nothing")
    assert response.json["instance"] == f"urn:uuid:{response.headers['X-Request-Id']}"
