"""The contract against a generator that knows only the published description."""

import re
from itertools import count

import schemathesis
from hypothesis import HealthCheck, settings

from service.web.api.idempotency import KEY_PATTERN
from tests.web.api.toy import Desk, toy_app

keys = count(1)


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", toy_app(Desk()))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Each request is a new one: one key with two bodies is refused, which has its own test."""
    if case.method == "POST" and re.fullmatch(KEY_PATTERN, str((case.headers or {}).get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = f"request-{next(keys):08}"


@schema.auth()
class AsRelative:
    def get(self, case, ctx):
        return "officer-token" if case.method == "DELETE" else "relative-token"

    def set(self, case, data, ctx):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_is_documented_and_none_is_a_fault(case):
    case.call_and_validate()
