"""Requests that the right caller is answered: the path, the body, and their role.

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


def told(path: str, body: object = None, role: str = "head") -> Prepare:
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


def appointment(state: str, tail: str, body: object = None, role: str = "head") -> Prepare:
    def prepare(face: Face) -> Ask:
        made = {"held": face.held, "requested": face.requested, "granted": face.granted}[state]()
        return Ask(f"/appointments/{made}{tail}", body(face) if callable(body) else body, role)

    return prepare


def request_of_hold(face: Face) -> Ask:
    return Ask("/appointments", {"appointment": face.held()})


def pass_as(kind: str) -> Prepare:
    def prepare(face: Face) -> Ask:
        passes = face.relative("Айгүл").get(f"/appointments/{face.granted()}/passes").json["passes"]
        return Ask(f"/passes/{passes[0]['id']}.{kind}", role="duty_officer")

    return prepare


def receipt(face: Face) -> Ask:
    made = face.granted()
    publish(face)
    return Ask(f"/appointments/{made}/receipt")


def publish(face: Face) -> None:
    face.world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))


def file_of_log(tail: str) -> Prepare:
    def prepare(face: Face) -> Ask:
        publish(face)
        return Ask(f"/logs/{MEDIUM}{tail}")

    return prepare


def dispute_answer(face: Face) -> Ask:
    made = face.granted()
    raised = face.relative("Айгүл").post(f"/appointments/{made}/disputes", {"code": "other-time"})
    return Ask(f"/disputes/{raised.json['id']}/answer", {"outcome": "record-stands"})


def claimed(tail: str, body: object = None, role: str = "registry_officer") -> Prepare:
    return told("/relationships/{brother}" + tail, body, role)


def verification(face: Face) -> Ask:
    face.world.accept("Болат", "Ерлан")
    return Ask(
        f"/relationships/{face.relationship('Болат')}/verification", {"basis": "свидетельства"}, "registry_officer"
    )


def ban_body(face: Face) -> dict[str, object]:
    ground = next(iter(face.world.environment.law.visitor_bans))
    return {
        "institution": MEDIUM,
        "person": uid(face.world.people["Сергей"]),
        "ground": ground,
        "since": "2026-03-01",
        "paper": "№ 5",
    }


def convict_body(_: Face) -> dict[str, object]:
    who = {"family_name": "Жаңабаев", "given_name": "Әли", "birth_date": "1999-09-09"}
    arrival = {"institution": MEDIUM, "since": "2026-03-01", "paper": "№ 2-11/2026"}
    return {"who": who, "file_number": "8/2026-0001", "arrival": arrival}


def entry_to_lift(face: Face) -> Ask:
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


def quarantine(face: Face) -> Ask:
    world = face.world
    made = world.convict(
        "Новый", person("Новый", "Али", date(1995, 5, 5), 71), "8/2026-0777", Arrival(MEDIUM, date(2026, 3, 1), "№ 1")
    )
    return Ask(f"/convicts/{uid(made)}/quarantine-end", {"on": "2026-03-02"}, "registry_officer")


def completion(face: Face) -> Ask:
    made = inside(face)
    face.world.clock.set(SATURDAY + timedelta(hours=5))
    bridge = face.bridge()
    bridge.post("/scans", face.scan_body(made[1], 2, direction="exit"))
    return Ask(f"/appointments/{made[0]}/completion", role="duty_officer")


def inside(face: Face, matched: bool = True) -> tuple[str, str, str]:
    """A visit whose visitor was let in: the appointment, the pass, the admission."""
    made = face.granted()
    token = face.tokens(made)[0]
    face.world.clock.set(SATURDAY)
    scan = face.bridge().post("/scans", face.scan_body(token))
    admission = scan.json["admission"]
    if matched:
        face.officer("gate_officer").post(f"/admissions/{admission}/identity", {"matched": True})
    return made, token, admission


def identity(face: Face) -> Ask:
    return Ask(f"/admissions/{inside(face, matched=False)[2]}/identity", {"matched": True}, "gate_officer")


def absence(face: Face) -> Ask:
    made = face.granted()
    face.world.clock.set(SATURDAY + timedelta(hours=3))
    return Ask(f"/appointments/{made}/absence", role="duty_officer")


def scan_of_pass(face: Face) -> Ask:
    token = face.tokens(face.granted())[0]
    face.world.clock.set(SATURDAY)
    return Ask("/scans", face.scan_body(token))


def exception_body(face: Face) -> dict[str, object]:
    return {
        "convict": face.convict("Ерлан"), "kind": "interval-before", "appointment_kind": "long",
        "ground": "death-in-family", "article": "PEC 106", "words": "Әкесі қайтыс болды",
        "usable_until": "2026-04-01",
    }  # fmt: skip


def exception_to_decide(face: Face) -> Ask:
    made = face.officer("duty_officer").post("/exceptions", exception_body(face))
    return Ask(f"/exceptions/{made.json['id']}/decision", {"grant": True})


def flag_to_resolve(face: Face) -> Ask:
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


def block_to_lift(face: Face) -> Ask:
    duty, day = face.world.as_officer("duty_officer"), date(2026, 3, 20)
    made = face.world.run(
        duty, lambda unit: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="Санитарный день")
    )
    return Ask(f"/blocked-dates/{uid(made)}/lifting", role="duty_officer")


def device_to_revoke(face: Face) -> Ask:
    head = face.world.as_officer("head")
    made = face.world.run(head, lambda unit: add_device(unit, institution=MEDIUM, kind="kiosk", name="2-отряд"))
    return Ask(f"/devices/{uid(made.device)}/revocation", {"code": "lost"}, "duty_officer")


def account_body(_: Face) -> dict[str, object]:
    who = {
        "family_name": "Серікова",
        "given_name": "Әсем",
        "birth_date": "1993-01-01",
        "document": "UZB passport AB12345",
    }
    return {"who": who, "consent_version": "1"}


def code_given(face: Face) -> dict[str, object]:
    phone = face.world.phones["Динара"]
    face.nobody().post("/sessions/codes", {"phone": phone, "binding": BINDING})
    return {"phone": phone, "code": face.codes[-1], "binding": BINDING}


def claim_body(face: Face) -> dict[str, object]:
    convict = {"file_number": "8/2025-0500", "family_name": "Одиноков", "birth_date": "1970-07-07"}
    return {"convict": convict, "kind": "full-sibling"}


def login_body(face: Face) -> dict[str, object]:
    return {"login": f"head@{MEDIUM}", "password": PASSWORD}
