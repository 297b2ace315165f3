"""The institution of the demonstration: officers, rooms, timetables, devices."""

from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from service.app.device_add import add_device, revoke_device
from service.app.institution_guide import Guide, set_guide
from service.app.institution_open import open_institution
from service.app.letter_seal import add_oversight_key
from service.app.officer_appoint import appoint_officer, set_password
from service.app.officer_sign_in import hash_password
from service.app.role_give import approve_role, ask_role, found_role
from service.app.room_open import open_gate, open_room
from service.app.timetable_change import open_sessions
from service.demo.cast import CODE, NAMES, NUMBER, OFFICERS, PASSWORD, ZONE, OfficerPart
from service.demo.stage import CONSOLE, Stage
from service.domain import access
from service.domain.access import NOBODY, Actor
from service.store.tables.kiosks import COMPLAINT_BODIES

GATE_ZONE = 1
LONG_ROOM = "Ұзақ мерзімді кездесулер · Длительные свидания"
ROOMS = {
    "long": (LONG_ROOM, tuple(str(number) for number in range(1, 31))),
    "short": ("Қысқа мерзімді кездесулер залы · Зал кратких свиданий", tuple(f"А{number}" for number in range(1, 13))),
    "video": ("Бейнебайланыс · Видеосвязь", ("В1", "В2")),
    "call": ("Қоңырау кабиналары · Кабины для звонков", ("К1", "К2", "К3")),
}
SESSIONS = {
    "long": (("1234567", ("10:00",), 2880),),
    "short": (("23456", ("09:30", "12:00", "14:30"), 120),),
    "video": (("135", ("15:00", "17:00"), 120),),
    "call": (("1234567", tuple(f"{hour}:{minute}" for hour in (18, 19, 20) for minute in ("00", "20", "40")), 15),),
}
PHONE = "+7 727 000 08 00"
GUIDES = {
    "kk": Guide(
        "Заречный кенті, Бірлік көшесі, 1",
        "Қаладан 233-автобус, соңғы аялдама.\nКіреберіс – көшенің сол жағында.",
        PHONE,
        "жеке куәлік\nбалаға – туу туралы куәлік\nұзақ мерзімді кездесуге – төсек-орын, азық-түлік",
    ),
    "ru": Guide(
        "посёлок Заречный, ул. Бирлик, 1",
        "Из города автобус 233 до конечной.\nВход с левой стороны улицы.",
        PHONE,
        "удостоверение личности\nдля ребёнка – свидетельство о рождении\nна длительное свидание – бельё, продукты",
    ),
    "en": Guide(
        "Zarechny, Birlik street 1",
        "Bus 233 from the city to its last stop.\nThe entrance is on the left side of the street.",
        PHONE,
        "your identity document\nfor a child, the birth certificate\nfor a long visit, bedding and food",
    ),
}
"""The way to the institution, in each language."""
FIRST = (access.ACCOUNTS, access.HEAD, access.AUDITOR)
"""Roles given from the console; the others are asked by the one and approved by the other."""


@dataclass(frozen=True, slots=True)
class House:
    """What the rest of the demonstration needs to know of the institution."""

    gate: str
    rooms: dict[str, str]
    templates: dict[str, str]
    """The first weekly opening of each kind."""
    old_bridge: Actor
    bridge_key: str
    kiosk_key: str
    letter_keys: dict[str, str]
    """What opens the sealed letters to each body of oversight: X25519, hexadecimal."""


def open_house(stage: Stage) -> House:
    """Opens the institution and everything in it, at the stage's time."""
    stage.act(CONSOLE, open_institution, code=CODE, number=NUMBER, names=NAMES, kind="medium", time_zone=ZONE)
    _appoint(stage)
    head = stage.officer(access.HEAD)
    for language, guide in GUIDES.items():
        stage.act(head, set_guide, institution=CODE, language=language, guide=guide)
    gate = stage.act(head, open_gate, institution=CODE, name="КПП", zone=GATE_ZONE)
    since = stage.now.astimezone(stage.zone).date()
    rooms, templates = {}, {}
    for kind, (name, places) in ROOMS.items():
        room = stage.act(head, open_room, institution=CODE, kind=kind, name=name, gate=gate, places=places)
        rooms[kind] = room.room
        opened = _open_sessions(stage, kind, room.room, since)
        templates[kind] = opened[0]
    old = stage.act(head, add_device, institution=CODE, kind="bridge", name="КПП, 2025", gate=gate)
    kiosk = stage.act(head, add_device, institution=CODE, kind="kiosk", name="1-жасақ · 1-й отряд")
    stage.kiosk = Actor("kiosk", kiosk.device, None, CODE, device=kiosk.device)
    old_bridge = Actor("bridge", old.device, None, CODE, device=old.device)
    bridge = stage.act(head, add_device, institution=CODE, kind="bridge", name="КПП", gate=gate)
    return House(gate, rooms, templates, old_bridge, bridge.key, kiosk.key, _letter_keys(stage))


def _letter_keys(stage: Stage) -> dict[str, str]:
    """Each body of oversight makes a key of its own and names the public half."""
    found = {}
    for body in COMPLAINT_BODIES:
        private = X25519PrivateKey.from_private_bytes(stage.environment.random_bytes(32))
        public = private.public_key().public_bytes_raw().hex()
        stage.act(CONSOLE, add_oversight_key, body=body, public_key=public)
        found[body] = private.private_bytes_raw().hex()
    return found


def retire_old_bridge(stage: Stage, house: House) -> None:
    """The bridge whose scans the past shows is replaced by the one that runs: each counts its own scans."""
    stage.act(stage.officer(access.HEAD), revoke_device, device=house.old_bridge.id, code="replaced")


def _appoint(stage: Stage) -> None:
    hashed = hash_password(PASSWORD)
    appointed = {}
    for number, one in enumerate(OFFICERS):
        body = "prosecutor" if one.role == access.AUDITOR else access.INSTITUTION_BODY
        made = stage.act(
            CONSOLE,
            appoint_officer,
            identity=one.identity,
            employee_number=f"Д-{number + 1:03}",
            login=one.login,
            body=body,
        )
        stage.act(NOBODY, set_password, invitation=made.invitation, password_hash=hashed)
        appointed[one.login] = made.officer
    stage.know_officers()
    for one in (part for role in FIRST for part in OFFICERS if part.role == role):
        stage.act(CONSOLE, found_role, officer=appointed[one.login], institution=CODE, role=one.role)
    for one in OFFICERS:
        if one.role not in FIRST:
            _give_role(stage, one, appointed[one.login])


def _give_role(stage: Stage, one: OfficerPart, officer: str) -> None:
    asked = stage.act(stage.officer(access.ACCOUNTS), ask_role, officer=officer, institution=CODE, role=one.role)
    stage.act(stage.officer(access.HEAD), approve_role, role=asked)


def _open_sessions(stage: Stage, kind: str, room: str, since: date) -> list[str]:
    duty = stage.officer(access.DUTY)
    return [
        stage.act(
            duty,
            open_sessions,
            room=room,
            weekdays=weekdays,
            starts=start,
            minutes=minutes,
            valid_from=since + timedelta(days=1),
        )
        for weekdays, starts, minutes in SESSIONS[kind]
        for start in starts
    ]
