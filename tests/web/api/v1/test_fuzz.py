"""The whole interface against a generator that knows only its published description.

Every operation is tried by everybody it is open to, with ids of what is really there among those that are not. No
answer may be a fault, and none may be one that the description does not have.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from service.app.role_give import approve_role, ask_role
from service.web.api.app import create_app
from service.web.api.idempotency import KEY_PATTERN
from service.web.api.values import DAY_PATTERN, UUID_PATTERN
from tests.builders import SetClock, make_environment
from tests.cast import MEDIUM, NOW, Made
from tests.web.api.v1.callers import SETTINGS, Face, new_key, uid
from tests.web.api.v1.routes import ASKS
from tests.web.api.v1.stage import publish

EXAMPLES = 20
SOMEBODY = "Bearer somebody"
ROLES = ("head", "head", "second_registry_officer")
RELATIVES = ("Айгүл", "Динара", "Гульзат", "Сергей")
# What the law or the state refuses is as well described as what is done.
REFUSED = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429"]
DESCRIBED = ["2xx", "401", "403", "404", "409", "422", "429"]


REAL = {
    "institution": (r"[a-z0-9][a-z0-9-]{0,39}", MEDIUM),
    "log": (r"[a-z0-9-]{1,200}", MEDIUM),
    "ground": (r"ground-[a-z-]{1,40}", "ground-medical"),
    "month": (r"20[0-9]{2}-(0[1-9]|1[0-2])", "2026-03"),
    "phone": (r"(?s).+", "+7 701 999 00 00"),
    "document": (r"(?s).+", "KGZ passport AN7654321"),
}


class Late:
    """A WSGI app in whose place each operation finds the interface over a world of its own."""

    def __init__(self) -> None:
        self.app: Any = create_app(None, SETTINGS, send_code=lambda _: None)  # type: ignore[arg-type]
        self.ids: dict[str, list[str]] = {}
        self.tokens: dict[str, list[Callable[[], str | None]]] = {}
        self.convict: Callable[[], str] = str

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ, start_response)


late, tries = Late(), count(1)
schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json",
    late,
    config=schemathesis.Config.from_dict(
        {
            "checks": {
                "positive_data_acceptance": {"expected-statuses": DESCRIBED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            }
        }
    ),
)


def really(value: Any, name: str = "") -> Any:
    """Most of what was made up and could be, replaced by what is really there, by the name it goes under."""
    if isinstance(value, dict):
        return {key: really(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [really(inner, name) for inner in value]
    return _real_text(value, name) if isinstance(value, str) else value


def _real_text(value: str, name: str) -> str:
    if re.fullmatch(UUID_PATTERN, value) and value[-1] not in "01":
        there = late.ids.get({"relationships": "relationship", "with": "relationship"}.get(name, name), [])
        return there[int(value.replace("-", ""), 16) % len(there)] if there else value
    if re.fullmatch(DAY_PATTERN, value) and name != "birth_date":
        return f"2026-03-{1 + int(value.replace('-', '')) % 31:02}"
    if name in REAL and re.fullmatch(REAL[name][0], value):
        return REAL[name][1]
    return value


@schema.auth()
class Somebody:
    """Marks where a token goes; whose it is, is chosen when the request is sent."""

    def get(self, case: Any, context: Any) -> str:
        return SOMEBODY

    def set(self, case: Any, data: str, context: Any) -> None:
        if "anyone" not in case.operation.definition.raw["x-principals"]:
            case.headers = {**(case.headers or {}), "Authorization": data}


@pytest.fixture(scope="module")
def prepared(sqlite_cast: Made, tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, dict[str, list[str]]]:
    """The cast on SQLite with something of everything, and the ids of it all by their names in the interface."""
    folder = tmp_path_factory.mktemp("fuzz")
    face = opened(sqlite_cast, folder)
    world = face.world
    for role in ("registry_officer", "duty_officer", "commission_secretary", "gate_officer"):
        give_role(face, role)
    ids = {
        route.split("{")[1].split("}")[0]: [ASKS[route](face).path.split("/")[2]]
        for route in (
            "POST /disputes/{dispute}/answer",
            "POST /exceptions/{exception}/decision",
            "POST /entries/{entry}/lifting",
            "POST /blocked-dates/{block}/lifting",
            "POST /devices/{device}/revocation",
            "POST /convict-requests/{made}/grant",
            "POST /letters/{letter}/fetching",
        )
    }
    face.requested("Гульзат", convict="Олег")
    face.held("Айгүл", day="2026-03-10", kind="short", template=face.template("short"))
    visits = face.officer("head").get("/appointments").json["appointments"]
    granted = next(one["id"] for one in visits if one["state"] == "granted")
    passes = face.relative("Айгүл").get(f"/appointments/{granted}/passes").json["passes"]
    publish(face)
    ids |= {
        "appointment": [one["id"] for one in visits],
        "pass_": [one["id"] for one in passes],
        "relationship": [uid(one) for one in world.relations.values()],
        "convict": [face.convict(name) for name in ("Ерлан", "Олег", "Нұрлан")],
        "person": [uid(world.people["Сергей"])],
        "room": [uid(one) for (where, _), one in world.rooms.items() if where == MEDIUM],
        "place": [uid(one) for (where, _), found in world.places.items() if where == MEDIUM for one in found],
        "template": [uid(one) for (where, _), one in world.templates.items() if where == MEDIUM],
        "gate": [face.gate()],
    }
    world.environment.database.close()
    return Made(world, str(folder / "kezdesu.db"), folder / "keys"), ids


def give_role(face: Face, role: str) -> None:
    """The head of the tests also holds this role, so that more of what is made up is answered."""
    officers = face.world.officers
    head = officers[MEDIUM, "head"].id
    asked = face.world.run(
        officers[MEDIUM, "account_administrator"],
        lambda unit: ask_role(unit, officer=head, institution=MEDIUM, role=role),
    )
    face.world.run(officers[MEDIUM, "deputy_head"], lambda unit: approve_role(unit, role=asked))


@pytest.fixture
def world_of_its_own(prepared: tuple[Made, dict[str, list[str]]], tmp_path: Path) -> Iterator[Face]:
    """What was prepared, for one operation to spoil."""
    face = opened(prepared[0], tmp_path)
    late.ids, late.app, late.tokens = prepared[1], face.app, tokens(face)
    late.convict = lambda: face.kiosk().convict or ""
    yield face
    face.world.environment.database.close()


def opened(made: Made, folder: Path) -> Face:
    """A copy of a world, opened."""
    shutil.copytree(made.keys, folder / "keys")
    shutil.copyfile(made.url, folder / "kezdesu.db")
    clock = SetClock(NOW)
    environment = make_environment(f"sqlite:///{folder / 'kezdesu.db'}", folder / "keys", clock)
    return Face(replace(made.world, environment=environment, clock=clock))


def tokens(face: Face) -> dict[str, list[Callable[[], str | None]]]:
    """Ways to a live token, by the kinds of principal that the description names."""
    return {
        "relative": [lambda name=name: face.relative(name).token for name in RELATIVES],
        "officer": [lambda role=role: face.officer(role).token for role in ROLES],
        "kiosk": [lambda: face.kiosk(convict=None).token],
        "bridge": [lambda: face.bridge().token],
        "auditor": [lambda: face.auditor().token],
    }


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_is_documented_and_none_is_a_fault(case: Any, world_of_its_own: Face) -> None:
    headers = dict(case.headers or {})
    if re.fullmatch(KEY_PATTERN, str(headers.get("Idempotency-Key", ""))):
        headers["Idempotency-Key"] = new_key()
    if case.operation.path.startswith("/api/v1/kiosk"):
        headers["Kezdesu-Convict"] = late.convict()
    if headers.get("Authorization") == SOMEBODY:
        ways = [way for kind in case.operation.definition.raw["x-principals"] for way in late.tokens[kind]]
        headers["Authorization"] = f"Bearer {ways[next(tries) % len(ways)]()}"
    case.headers = headers
    case.path_parameters, case.query, case.body = really(case.path_parameters), really(case.query), really(case.body)
    case.call_and_validate()
