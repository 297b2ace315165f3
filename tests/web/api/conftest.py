import pytest
from flask.testing import FlaskClient

from tests.web.api.toy import Desk, toy_app


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return toy_app(desk).test_client()
