"""For each route of the interface, a request that the right caller is answered: the path, the body, and their role.

Each is prepared in a world of its own by those whose acts come before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from service.app.checkpoint_publish import publish_checkpoint
from service.app.convict_admit import Arrival
from service.app.convict_enter import enter_file
from service.app.date_block import block_dates
from service.app.device_add import add_device
from service.app.review_nightly import review_appointment
from service.domain.access import Actor
from tests.builders import PASSWORD
from tests.cast import MEDIUM, person
from tests.web.api.v1.callers import Face, uid

BINDING = "b" * 32
SATURDAY = datetime(2026, 3, 14, 4, 30, tzinfo=UTC)
Prepare = Callable[[Face], "Ask"]


@dataclass(frozen=True)
class Ask:
    """One request: where, with what, in which role an officer may ask, and as whom a convict stands at the kiosk."""

    path: str
    body: object = None
    role: str = "head"


def _told(path: str, body: object = None, role: str = "head") -> Prepare:
    """A request that needs nothing before it."""
    return lambda face: Ask(
        path.format(
            convict=face.convict("Ерлан"),
            mother=face.relationship("Айгүл"),
            brother=face.relationship("Болат"),
            friend=face.relationship("Сергей"),
            gate=face.gate(),
            room=uid(face.world.rooms[MEDIUM, "long"]),
            place=uid(face.world.places[MEDIUM, "long"][0]),
            template=face.template(),
        ),
        body(face) if callable(body) else body,
        role,
    )


def _appointment(state: str, tail: str, body: object = None, role: str = "head") -> Prepare:
    def prepare(face: Face) -> Ask:
        made = {"held": face.held, "requested": face.requested, "granted": face.granted}[state]()
        return Ask(f"/appointments/{made}{tail}", body(face) if callable(body) else body, role)

    return prepare


def _request(face: Face) -> Ask:
    return Ask("/appointments", {"appointment": face.held()})


def _pass(kind: str) -> Prepare:
    def prepare(face: Face) -> Ask:
        passes = face.relative("Айгүл").get(f"/appointments/{face.granted()}/passes").json["passes"]
        return Ask(f"/passes/{passes[0]['id']}.{kind}", role="duty_officer")

    return prepare


def _receipt(face: Face) -> Ask:
    made = face.granted()
    publish(face)
    return Ask(f"/appointments/{made}/receipt")


def publish(face: Face) -> None:
    face.world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))


def _log(tail: str) -> Prepare:
    def prepare(face: Face) -> Ask:
        publish(face)
        return Ask(f"/logs/{MEDIUM}{tail}")

    return prepare


def _dispute_answer(face: Face) -> Ask:
    made = face.granted()
    raised = face.relative("Айгүл").post(f"/appointments/{made}/disputes", {"code": "other-time"})
    return Ask(f"/disputes/{raised.json['id']}/answer", {"outcome": "record-stands"})


def _kiosk_dispute(face: Face) -> Ask:
    return Ask(f"/convicts/{face.convict('Ерлан')}/appointments/{face.granted()}/disputes", {"code": "not-asked-for"})


def _claimed(tail: str, body: object = None, role: str = "registry_officer") -> Prepare:
    return _told("/relationships/{brother}" + tail, body, role)


def _verification(face: Face) -> Ask:
    face.world.accept("Болат", "Ерлан")
    return Ask(
        f"/relationships/{face.relationship('Болат')}/verification", {"basis": "свидетельства"}, "registry_officer"
    )


def _ban(face: Face) -> dict[str, object]:
    ground = next(iter(face.world.environment.law.visitor_bans))
    return {
        "institution": MEDIUM,
        "person": uid(face.world.people["Сергей"]),
        "ground": ground,
        "since": "2026-03-01",
        "paper": "№ 5",
    }


def _newcomer_convict(_: Face) -> dict[str, object]:
    who = {"family_name": "Жаңабаев", "given_name": "Әли", "birth_date": "1999-09-09"}
    arrival = {"institution": MEDIUM, "since": "2026-03-01", "paper": "№ 2-11/2026"}
    return {"who": who, "file_number": "8/2026-0001", "arrival": arrival}


def _lifting(face: Face) -> Ask:
    entry = face.world.run(
        face.world.as_officer("head"),
        lambda unit: enter_file(
            unit,
            convict=face.world.people["Ерлан"],
            kind="suspension",
            value="isolator",
            since=date(2026, 3, 1),
            until=date(2026, 3, 9),
            paper="№ 9",
        ),
    )
    return Ask(f"/entries/{uid(entry)}/lifting", {"until": "2026-03-02", "paper": "№ 10"})


def _quarantine(face: Face) -> Ask:
    world = face.world
    made = world.convict(
        "Новый", person("Новый", "Али", date(1995, 5, 5), 71), "8/2026-0777", Arrival(MEDIUM, date(2026, 3, 1), "№ 1")
    )
    return Ask(f"/convicts/{uid(made)}/quarantine-end", {"on": "2026-03-02"}, "registry_officer")


def _completion(face: Face) -> Ask:
    made = _inside(face)
    face.world.clock.set(SATURDAY + timedelta(hours=5))
    bridge = face.bridge()
    bridge.post("/scans", face.scan_body(made[1], 2, direction="exit"))
    return Ask(f"/appointments/{made[0]}/completion", role="duty_officer")


def _inside(face: Face, matched: bool = True) -> tuple[str, str, str]:
    """A visit whose visitor was let in: the appointment, the pass, the admission."""
    made = face.granted()
    token = face.tokens(made)[0]
    face.world.clock.set(SATURDAY)
    scan = face.bridge().post("/scans", face.scan_body(token))
    admission = scan.json["admission"]
    if matched:
        face.officer("gate_officer").post(f"/admissions/{admission}/identity", {"matched": True})
    return made, token, admission


def _identity(face: Face) -> Ask:
    return Ask(f"/admissions/{_inside(face, matched=False)[2]}/identity", {"matched": True}, "gate_officer")


def _absence(face: Face) -> Ask:
    made = face.granted()
    face.world.clock.set(SATURDAY + timedelta(hours=3))
    return Ask(f"/appointments/{made}/absence", role="duty_officer")


def _scan(face: Face) -> Ask:
    token = face.tokens(face.granted())[0]
    face.world.clock.set(SATURDAY)
    return Ask("/scans", face.scan_body(token))


def _exception_body(face: Face) -> dict[str, object]:
    return {
        "convict": face.convict("Ерлан"), "kind": "interval-before", "appointment_kind": "long",
        "ground": "death-in-family", "article": "PEC 106", "words": "Әкесі қайтыс болды",
        "usable_until": "2026-04-01",
    }  # fmt: skip


def _exception(face: Face) -> Ask:
    made = face.officer("duty_officer").post("/exceptions", _exception_body(face))
    return Ask(f"/exceptions/{made.json['id']}/decision", {"grant": True})


def _flag(face: Face) -> Ask:
    made = face.granted()
    hexed = made.replace("-", "")
    duty = face.world.as_officer("duty_officer")
    day = date(2026, 3, 14)
    face.world.run(
        duty, lambda unit: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="Санитарный день")
    )
    face.world.run(Actor("system", "night"), lambda unit: review_appointment(unit, appointment=hexed))
    flag = face.officer("duty_officer").get(f"/appointments/{made}").json["flags"][0]["id"]
    return Ask(f"/flags/{flag}/resolution", {"outcome": "kept"}, "duty_officer")


def _block(face: Face) -> Ask:
    duty, day = face.world.as_officer("duty_officer"), date(2026, 3, 20)
    made = face.world.run(
        duty, lambda unit: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="Санитарный день")
    )
    return Ask(f"/blocked-dates/{uid(made)}/lifting", role="duty_officer")


def _device(face: Face) -> Ask:
    head = face.world.as_officer("head")
    made = face.world.run(head, lambda unit: add_device(unit, institution=MEDIUM, kind="kiosk", name="2-отряд"))
    return Ask(f"/devices/{uid(made.device)}/revocation", {"code": "lost"}, "duty_officer")


def _account(_: Face) -> dict[str, object]:
    who = {
        "family_name": "Серікова",
        "given_name": "Әсем",
        "birth_date": "1993-01-01",
        "document": "UZB passport AB12345",
    }
    return {"who": who, "consent_version": "1"}


def _code(face: Face) -> dict[str, object]:
    phone = face.world.phones["Динара"]
    face.nobody().post("/sessions/codes", {"phone": phone, "binding": BINDING})
    return {"phone": phone, "code": face.codes[-1], "binding": BINDING}


def _claim(face: Face) -> dict[str, object]:
    convict = {"file_number": "8/2025-0500", "family_name": "Одиноков", "birth_date": "1970-07-07"}
    return {"convict": convict, "kind": "full-sibling"}


def _login(face: Face) -> dict[str, object]:
    return {"login": f"head@{MEDIUM}", "password": PASSWORD}


PLACED = {"institution": "la-155-14", "since": "2026-03-02", "paper": "№ 1-5/2026"}
DATED = {"since": "2026-03-02", "paper": "№ 3"}
SESSIONS = {"weekdays": "7", "starts": "16:00", "minutes": 120, "valid_from": "2026-03-09"}
GROUND = {"ground": "ground-kinship-not-proved"}
ENDED = {"ground": "ground-relation-ended"}

ASKS: dict[str, Prepare] = {
    "GET /problems": _told("/problems"),
    "GET /openapi.json": _told("/openapi.json"),
    "GET /health": _told("/health"),
    "POST /sessions/codes": _told("/sessions/codes", {"phone": "+7 701 123 45 67", "binding": BINDING}),
    "POST /sessions": _told("/sessions", _code),
    "POST /accounts": _told("/accounts", _account),
    "POST /officer-sessions": _told("/officer-sessions", _login),
    "DELETE /sessions/current": _told("/sessions/current"),
    "GET /me": _told("/me"),
    "GET /relationships": _told("/relationships", role="registry_officer"),
    "POST /relationships": _told("/relationships", _claim),
    "POST /relationships/{relationship}/withdrawal": _told("/relationships/{mother}/withdrawal"),
    "GET /relationships/{relationship}/entitlement": _told("/relationships/{mother}/entitlement?kind=long"),
    "GET /relationships/{relationship}/times": _told("/relationships/{mother}/times?kind=long&month=2026-03"),
    "POST /holds": _told("/holds", lambda face: face.hold_body()),
    "GET /appointments": _told("/appointments"),
    "GET /appointments/{appointment}": _appointment("granted", ""),
    "POST /appointments": _request,
    "POST /appointments/{appointment}/cancellation": _appointment(
        "granted", "/cancellation", {"ground": "ground-visitor-asks", "words": "по просьбе"}, "duty_officer"
    ),
    "POST /appointments/{appointment}/move": _appointment(
        "granted", "/move", lambda face: {"template": face.template(), "day": "2026-03-21"}, "duty_officer"
    ),
    "GET /appointments/{appointment}/passes": _appointment("granted", "/passes", role="duty_officer"),
    "GET /passes/{pass_}.svg": _pass("svg"),
    "GET /passes/{pass_}.png": _pass("png"),
    "GET /appointments/{appointment}/receipt": _receipt,
    "POST /appointments/{appointment}/disputes": _appointment("granted", "/disputes", {"code": "other"}),
    "POST /disputes/{dispute}/answer": _dispute_answer,
    "GET /convicts/{convict}/relationships": _told("/convicts/{convict}/relationships"),
    "POST /convicts/{convict}/relationships/{relationship}/acceptance": _told(
        "/convicts/{convict}/relationships/{brother}/acceptance"
    ),
    "POST /convicts/{convict}/relationships/{relationship}/declination": _told(
        "/convicts/{convict}/relationships/{brother}/declination"
    ),
    "POST /convicts/{convict}/relationships/{relationship}/revocation": _told(
        "/convicts/{convict}/relationships/{mother}/revocation", ENDED
    ),
    "GET /convicts/{convict}/appointments": _told("/convicts/{convict}/appointments"),
    "POST /convicts/{convict}/appointments/{appointment}/disputes": _kiosk_dispute,
    "POST /relationships/{relationship}/acceptance": _claimed("/acceptance", {"paper": "№ 4"}),
    "POST /relationships/{relationship}/declination": _claimed("/declination", {"paper": "№ 4"}),
    "POST /relationships/{relationship}/verification": _verification,
    "POST /relationships/{relationship}/confirmation": _told(
        "/relationships/{friend}/confirmation", role="second_registry_officer"
    ),
    "POST /relationships/{relationship}/refusal": _told("/relationships/{friend}/refusal", GROUND),
    "POST /relationships/{relationship}/permission": _told("/relationships/{friend}/permission"),
    "POST /relationships/{relationship}/listing": _told(
        "/relationships/{friend}/listing", {"listed": True}, "registry_officer"
    ),
    "POST /relationships/{relationship}/revocation": _told("/relationships/{mother}/revocation", ENDED),
    "POST /visitor-bans": _told("/visitor-bans", _ban),
    "POST /convicts": _told("/convicts", _newcomer_convict, "registry_officer"),
    "POST /convicts/{convict}/transfers": _told("/convicts/{convict}/transfers", PLACED, "registry_officer"),
    "POST /convicts/{convict}/conditions": _told(
        "/convicts/{convict}/conditions", {"condition": "light", **DATED}, "commission_secretary"
    ),
    "POST /convicts/{convict}/degrees": _told("/convicts/{convict}/degrees", {"degree": 1, **DATED}),
    "POST /convicts/{convict}/entries": _told(
        "/convicts/{convict}/entries", {"kind": "penalty", "value": "reprimand", **DATED}
    ),
    "POST /entries/{entry}/lifting": _lifting,
    "POST /convicts/{convict}/quarantine-end": _quarantine,
    "POST /convicts/{convict}/release": _told("/convicts/{convict}/release", {"on": "2026-03-02"}, "registry_officer"),
    "POST /appointments/{appointment}/grant": _appointment("requested", "/grant"),
    "POST /appointments/{appointment}/refusal": _appointment(
        "requested", "/refusal", {"ground": "ground-medical", "words": "карантин по гриппу"}
    ),
    "POST /appointments/{appointment}/completion": _completion,
    "POST /appointments/{appointment}/absence": _absence,
    "POST /exceptions": _told("/exceptions", _exception_body, "duty_officer"),
    "POST /exceptions/{exception}/decision": _exception,
    "POST /flags/{flag}/resolution": _flag,
    "POST /admissions/{admission}/identity": _identity,
    "POST /gates": _told("/gates", {"institution": MEDIUM, "name": "КПП 2", "zone": 2}),
    "POST /rooms": _told(
        "/rooms",
        lambda face: {
            "institution": MEDIUM, "kind": "short", "name": "Кіші зал", "gate": face.gate(), "places": ["1", "2"],
        },
    ),
    "POST /rooms/{room}/closing": _told("/rooms/{room}/closing", {"on": "2026-06-01"}),
    "POST /places/{place}/closing": _told("/places/{place}/closing", {"on": "2026-06-01"}),
    "POST /rooms/{room}/sessions": _told("/rooms/{room}/sessions", SESSIONS),
    "POST /session-templates/{template}/end": _told("/session-templates/{template}/end", {"last": "2026-06-01"}),
    "POST /blocked-dates": _told(
        "/blocked-dates",
        {"institution": MEDIUM, "first": "2026-03-20", "last": "2026-03-21", "ground": "Санитарлық күн"},
    ),
    "POST /blocked-dates/{block}/lifting": _block,
    "POST /devices/{device}/revocation": _device,
    "POST /scans": _scan,
    "GET /gates/{gate}/bundle": _told("/gates/{gate}/bundle"),
    "GET /logs": _told("/logs"),
    "GET /logs/{log}/checkpoint": _log("/checkpoint"),
    "GET /logs/{log}/tile/{level}/{index}": _log("/tile/0/000"),
    "GET /logs/{log}/tile/{level}/{index}/{rest}": _log("/tile/entries/000.p/3"),
    "GET /logs/{log}/tile/{level}/{index}/{rest}/{width}": _log("/tile/0/x001/000.p/3"),
}  # fmt: skip
