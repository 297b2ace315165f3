"""Who is answered what on every route: each cell is written, and a route without its row is a failure.

nobody   without a token                    away     the same role at another institution
own      the relative whose affair it is    kiosk    of the institution, and one of another
other    a relative of somebody else        bridge   of the institution, and one of another
newcomer whose phone alone is known         auditor  of the prosecutor's office
role     the officer who may, here
without  an officer of here in another role
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import Log
from service.web.api.app import create_api
from service.web.api.openapi import path_template
from tests.cast import MAXIMUM, World
from tests.web.api.v1.callers import Caller, Face
from tests.web.api.v1.routes import ASKS
from tests.web.api.v1.stage import Ask

EVIDENCE = {"POST /bridge/journal": {"bridge away"}}
"""Who is refused and yet leaves something in the record: a journal that is not this bridge's is kept as evidence."""
COLUMNS = (
    "nobody", "own", "other", "newcomer", "role", "without", "away", "kiosk", "kiosk away", "bridge", "bridge away",
    "auditor",
)  # fmt: skip
TABLE = """\
GET    /problems                                                    200 200 200 200 200 200 200 200 200 200 200 200
GET    /openapi.json                                                200 200 200 200 200 200 200 200 200 200 200 200
GET    /health                                                      200 200 200 200 200 200 200 200 200 200 200 200
POST   /sessions/codes                                              202 202 202 202 202 202 202 202 202 202 202 202
POST   /sessions                                                    201 201 201 201 201 201 201 201 201 201 201 201
POST   /accounts                                                    401 404 404 201 403 403 403 403 403 403 403 403
POST   /officer-sessions                                            201 201 201 201 201 201 201 201 201 201 201 201
DELETE /sessions/current                                            401 204 204 204 204 204 204 403 403 403 403 204
GET    /me                                                          401 200 200 200 200 200 200 200 200 200 200 200
GET    /relationships                                               401 200 200 200 200 403 200 403 403 403 403 403
POST   /relationships                                               401 202 202 404 403 403 403 403 403 403 403 403
POST   /relationships/{relationship}/withdrawal                     401 204 404 404 403 403 403 403 403 403 403 403
GET    /relationships/{relationship}/entitlement                    401 200 404 404 403 403 403 403 403 403 403 403
GET    /relationships/{relationship}/times                          401 200 404 404 403 403 403 403 403 403 403 403
POST   /holds                                                       401 201 404 404 403 403 403 403 403 403 403 403
GET    /appointments                                                401 200 200 200 200 200 200 403 403 403 403 403
GET    /appointments/{appointment}                                  401 200 404 404 200 200 404 403 403 403 403 200
POST   /appointments                                                401 201 404 404 403 403 403 403 403 403 403 403
POST   /appointments/{appointment}/cancellation                     401 200 404 404 200 403 404 403 403 403 403 403
POST   /appointments/{appointment}/move                             401 200 404 404 200 403 404 403 403 403 403 403
GET    /appointments/{appointment}/passes                           401 200 404 404 200 403 404 403 403 403 403 403
GET    /passes/{pass_}.svg                                          401 200 404 404 200 403 404 403 403 403 403 403
GET    /passes/{pass_}.png                                          401 200 404 404 200 403 404 403 403 403 403 403
GET    /appointments/{appointment}/receipt                          401 200 404 404 200 403 404 403 403 403 403 200
POST   /appointments/{appointment}/disputes                         401 201 404 404 403 403 403 403 403 403 403 403
POST   /disputes/{dispute}/answer                                   401 403 403 403 204 403 404 403 403 403 403 403
GET    /kiosk                                                       401 403 403 403 403 403 403 200 200 403 403 403
POST   /kiosk/sessions                                              401 403 403 403 403 403 403 201 403 403 403 403
DELETE /kiosk/session                                               401 403 403 403 403 403 403 204 204 403 403 403
POST   /kiosk/pin                                                   401 403 403 403 403 403 403 204 403 403 403 403
POST   /kiosk/second-pin                                            401 403 403 403 403 403 403 204 403 403 403 403
POST   /kiosk/language                                              401 403 403 403 403 403 403 204 403 403 403 403
GET    /kiosk/home                                                  401 403 403 403 403 403 403 200 403 403 403 403
POST   /kiosk/queue                                                 401 403 403 403 403 403 403 200 200 403 403 403
GET    /kiosk/relationships                                         401 403 403 403 403 403 403 200 403 403 403 403
POST   /kiosk/relationships/{relationship}/acceptance               401 403 403 403 403 403 403 204 403 403 403 403
POST   /kiosk/relationships/{relationship}/declination              401 403 403 403 403 403 403 204 403 403 403 403
POST   /kiosk/relationships/{relationship}/revocation               401 403 403 403 403 403 403 204 403 403 403 403
GET    /kiosk/appointments                                          401 403 403 403 403 403 403 200 403 403 403 403
POST   /kiosk/appointments/{appointment}/disputes                   401 403 403 403 403 403 403 201 403 403 403 403
GET    /kiosk/requests                                              401 403 403 403 403 403 403 200 403 403 403 403
POST   /kiosk/requests                                              401 403 403 403 403 403 403 201 403 403 403 403
POST   /kiosk/requests/{made}/withdrawal                            401 403 403 403 403 403 403 204 403 403 403 403
POST   /kiosk/letters                                               401 403 403 403 403 403 403 201 403 403 403 403
GET    /kiosk/notices                                               401 403 403 403 403 403 403 200 403 403 403 403
GET    /kiosk/way                                                   401 403 403 403 403 403 403 200 403 403 403 403
POST   /kiosk/contact                                               401 403 403 403 403 403 403 204 403 403 403 403
POST   /convicts/{convict}/cards                                    401 403 403 403 201 403 404 403 403 403 403 403
POST   /convicts/{convict}/card-ending                              401 403 403 403 204 403 404 403 403 403 403 403
GET    /convict-requests                                            401 403 403 403 200 403 200 403 403 403 403 403
POST   /convict-requests/{made}/grant                               401 403 403 403 204 403 404 403 403 403 403 403
POST   /convict-requests/{made}/refusal                             401 403 403 403 204 403 404 403 403 403 403 403
GET    /letters                                                     401 403 403 403 403 403 403 403 403 403 403 200
POST   /letters/{letter}/fetching                                   401 403 403 403 403 403 403 403 403 403 403 204
POST   /relationships/{relationship}/acceptance                     401 403 403 403 204 403 404 403 403 403 403 403
POST   /relationships/{relationship}/declination                    401 403 403 403 204 403 404 403 403 403 403 403
POST   /relationships/{relationship}/verification                   401 403 403 403 204 403 404 403 403 403 403 403
POST   /relationships/{relationship}/confirmation                   401 403 403 403 204 403 404 403 403 403 403 403
POST   /relationships/{relationship}/refusal                        401 403 403 403 204 403 404 403 403 403 403 403
POST   /relationships/{relationship}/permission                     401 403 403 403 204 403 404 403 403 403 403 403
POST   /relationships/{relationship}/listing                        401 403 403 403 204 403 404 403 403 403 403 403
POST   /relationships/{relationship}/revocation                     401 403 403 403 204 403 404 403 403 403 403 403
POST   /visitor-bans                                                401 403 403 403 201 403 404 403 403 403 403 403
POST   /convicts                                                    401 403 403 403 201 403 404 403 403 403 403 403
POST   /convicts/{convict}/transfers                                401 403 403 403 201 403 404 403 403 403 403 403
POST   /convicts/{convict}/conditions                               401 403 403 403 201 403 404 403 403 403 403 403
POST   /convicts/{convict}/degrees                                  401 403 403 403 201 403 404 403 403 403 403 403
POST   /convicts/{convict}/entries                                  401 403 403 403 201 403 404 403 403 403 403 403
POST   /entries/{entry}/lifting                                     401 403 403 403 204 403 404 403 403 403 403 403
POST   /convicts/{convict}/quarantine-end                           401 403 403 403 204 403 404 403 403 403 403 403
POST   /convicts/{convict}/release                                  401 403 403 403 204 403 404 403 403 403 403 403
POST   /appointments/{appointment}/grant                            401 403 403 403 200 403 404 403 403 403 403 403
POST   /appointments/{appointment}/refusal                          401 403 403 403 200 403 404 403 403 403 403 403
POST   /appointments/{appointment}/completion                       401 403 403 403 200 403 404 403 403 403 403 403
POST   /appointments/{appointment}/absence                          401 403 403 403 200 403 404 403 403 403 403 403
GET    /exceptions                                                 401 403 403 403 200 403 200 403 403 403 403 403
POST   /reopenings                                                 401 403 403 403 201 403 404 403 403 403 403 403
POST   /merges                                                     401 403 403 403 201 403 404 403 403 403 403 403
POST   /merges/{merge}/decision                                    401 403 403 403 200 403 404 403 403 403 403 403
POST   /relationships/{relationship}/registry-questions            401 403 403 403 201 403 404 403 403 403 403 403
GET    /officers                                                   401 403 403 403 200 403 200 403 403 403 403 403
POST   /officers/{officer}/roles                                   401 403 403 403 201 403 404 403 403 403 403 403
POST   /roles/{role}/approval                                      401 403 403 403 200 403 404 403 403 403 403 403
POST   /roles/{role}/ending                                        401 403 403 403 204 403 404 403 403 403 403 403
POST   /exceptions                                                  401 403 403 403 201 403 404 403 403 403 403 403
POST   /exceptions/{exception}/decision                             401 403 403 403 200 403 404 403 403 403 403 403
POST   /flags/{flag}/resolution                                     401 403 403 403 204 403 404 403 403 403 403 403
POST   /admissions/{admission}/identity                             401 403 403 403 200 403 404 403 403 403 403 403
POST   /gates                                                       401 403 403 403 201 403 404 403 403 403 403 403
POST   /rooms                                                       401 403 403 403 201 403 404 403 403 403 403 403
POST   /rooms/{room}/closing                                        401 403 403 403 204 403 404 403 403 403 403 403
POST   /places/{place}/closing                                      401 403 403 403 204 403 404 403 403 403 403 403
POST   /rooms/{room}/sessions                                       401 403 403 403 201 403 404 403 403 403 403 403
POST   /session-templates/{template}/end                            401 403 403 403 204 403 404 403 403 403 403 403
POST   /blocked-dates                                               401 403 403 403 201 403 404 403 403 403 403 403
POST   /blocked-dates/{block}/lifting                               401 403 403 403 204 403 404 403 403 403 403 403
POST   /devices/{device}/revocation                                 401 403 403 403 204 403 404 403 403 403 403 403
POST   /scans                                                       401 403 403 403 403 403 403 403 403 200 404 403
GET    /gates/{gate}/bundle                                         401 403 403 403 403 403 403 403 403 200 404 403
POST   /scans/late                                                  401 403 403 403 403 403 403 403 403 200 200 403
POST   /bridge/key                                                  401 403 403 403 403 403 403 403 403 200 200 403
POST   /bridge/journal                                              401 403 403 403 403 403 403 403 403 200 409 403
GET    /bridge/bundle                                               401 403 403 403 403 403 403 403 403 200 200 403
GET    /kiosk/calls                                                 401 403 403 403 403 403 403 200 403 403 403 403
POST   /kiosk/calls/{call}/agreement                                401 403 403 403 403 403 403 204 403 403 403 403
POST   /calls/{call}/room/{op}                                      401 403 403 403 403 403 403 200 403 403 403 403
GET    /logs                                                        401 403 403 403 403 403 403 403 403 403 403 200
GET    /logs/{log}/checkpoint                                       401 403 403 403 403 403 403 403 403 403 403 200
GET    /logs/{log}/tile/{level}/{index}                             401 403 403 403 403 403 403 403 403 403 403 404
GET    /logs/{log}/tile/{level}/{index}/{rest}                      401 403 403 403 403 403 403 403 403 403 403 200
GET    /logs/{log}/tile/{level}/{index}/{rest}/{width}              401 403 403 403 403 403 403 403 403 403 403 404
"""


def rows() -> dict[str, tuple[int, ...]]:
    table = {}
    for line in TABLE.strip().splitlines():
        method, path, *cells = line.split()
        table[f"{method} {path}"] = tuple(map(int, cells))
    return table


def everybody(face: Face, ask: Ask) -> dict[str, Caller]:
    """A caller for each column."""
    return {
        "nobody": face.nobody(),
        "own": face.relative("Айгүл"),
        "other": face.relative("Қайрат"),
        "newcomer": newcomer(face),
        "role": face.officer(ask.role),
        "without": face.officer("call_supervisor"),
        "away": face.officer(ask.role, MAXIMUM),
        "kiosk": face.kiosk(),
        "kiosk away": face.kiosk(MAXIMUM, None),
        "bridge": face.bridge(),
        "bridge away": face.bridge(MAXIMUM),
        "auditor": face.auditor(),
    }


def newcomer(face: Face) -> Caller:
    """Somebody whose phone answered a code, and nothing more."""
    phone = {"phone": "+7 701 777 11 22", "binding": "n" * 32}
    face.nobody().post("/sessions/codes", phone)
    return Caller(face.app, face.nobody().post("/sessions", {**phone, "code": face.codes[-1]}).json["token"])


def ask_as(caller: Caller, method: str, ask: Ask) -> int:
    answer = caller.post(ask.path, ask.body) if method == "POST" else caller.send(method, ask.path)
    return answer.status_code


def sizes(face: Face) -> list[tuple[str, int]]:
    """How many events every log has."""
    with face.world.environment.database.reading() as session:
        return [(row.id, row.size) for row in session.execute(sa.select(of(Log).id, of(Log).size).order_by(of(Log).id))]


class Snapshot:
    """The SQLite file of a world as it is now, to come back to."""

    def __init__(self, face: Face) -> None:
        self._database = face.world.environment.database
        self._file = Path(self._database.engine.url.database or "")
        self._copy = self._file.with_suffix(".copy")
        self._database.close()
        shutil.copyfile(self._file, self._copy)

    def restore(self) -> None:
        self._database.close()
        shutil.copyfile(self._copy, self._file)


def test_every_route_has_its_row_and_no_row_is_without_a_route() -> None:
    api = create_api(None, lambda _: None)  # type: ignore[arg-type]
    routes = {f"{one.method} {path_template(one.path)}" for one in api.endpoints}
    assert set(rows()) == routes
    assert set(ASKS) == routes
    assert {len(cells) for cells in rows().values()} == {len(COLUMNS)}


def answers(route: str, face: Face) -> Iterator[tuple[str, int, bool]]:
    """Column, status, and whether the record has grown, each in the same state."""
    ask = ASKS[route](face)
    callers, method = everybody(face, ask), route.split(maxsplit=1)[0]
    snapshot, before = Snapshot(face), sizes(face)
    for column in COLUMNS:
        status = ask_as(callers[column], method, ask)
        grown = sizes(face) != before
        if method != "GET":
            snapshot.restore()
        yield column, status, grown


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", ASKS)
def test_everybody_is_answered_as_it_is_written(route: str, world: World) -> None:
    found = list(answers(route, Face(world)))
    assert tuple(status for _, status, _ in found) == rows()[route], dict(zip(COLUMNS, found, strict=True))
    refused_and_changed = {column for column, status, grown in found if status >= 400 and grown}
    assert refused_and_changed == EVIDENCE.get(route, set())
