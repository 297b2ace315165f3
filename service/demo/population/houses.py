"""Institutions with their officers, rooms and timetables, opened by the use cases themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from service.app.device_add import add_device
from service.app.institution_open import open_institution
from service.app.officer_appoint import appoint_officer
from service.app.role_give import found_role
from service.app.room_open import open_gate, open_room
from service.app.timetable_change import open_sessions
from service.app.transact import transact
from service.demo.names import family_name, iin, name
from service.demo.population.chance import Chance
from service.domain import access
from service.domain.access import Actor
from service.domain.identity import Identity
from service.domain.timetable import Template
from service.store.environment import Environment

CONSOLE = Actor("system", "console")
ZONE = ZoneInfo("Asia/Almaty")
SHARES = {"minimum": 20, "medium": 38, "maximum": 16, "extreme": 3, "juvenile": 1}
"""How many institutions of each type there are among 78. Remand centres and mixed ones are left out."""
FULLNESS = {"minimum": 0.7, "medium": 1.2, "maximum": 1.0, "extreme": 0.6, "juvenile": 0.15}
REGIONS = (
    ("la-155", "ЛА-155"), ("es-164", "ЕС-164"), ("ak-159", "АК-159"), ("ug-157", "УГ-157"), ("ap-162", "АП-162"),
    ("ov-156", "ОВ-156"), ("zk-169", "ЗК-169"), ("ich-167", "ИЧ-167"), ("uk-161", "УК-161"), ("ec-166", "ЕЦ-166"),
    ("ru-170", "РУ-170"), ("ka-168", "КА-168"), ("zhd-158", "ЖД-158"), ("gm-172", "ГМ-172"),
)  # fmt: skip
ROLES = (
    access.HEAD, access.DEPUTY, access.REGISTRY, access.SECOND_REGISTRY, access.DUTY, access.COMMISSION, access.GATE,
    access.ACCOUNTS,
)  # fmt: skip
SERIALS = 10_000
GATE_ZONE = 1
SHORT_STARTS = ("09:30", "12:00", "14:30")


@dataclass(frozen=True, slots=True)
class Sketch:
    """An institution before it is opened: its place in the row, code, type and number of convicts."""

    index: int
    code: str
    title: str
    kind: str
    convicts: int
    serials: range
    """Its own part of the serials within IINs, so that no two institutions give the same number to anybody."""


@dataclass(frozen=True, slots=True)
class Hall:
    """A room: its places and the hours at which it opens."""

    id: str
    places: tuple[str, ...]
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class House:
    """An institution as a year of visits needs it."""

    sketch: Sketch
    officers: Mapping[str, str]
    device: str
    gate: str
    halls: Mapping[str, Hall]

    @property
    def code(self) -> str:
        """The institution's id, and that of its log."""
        return self.sketch.code


def sketches(institutions: int, convicts: int) -> list[Sketch]:
    """So many institutions, of the types in their shares, with the convicts spread among them."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    # Types alternate, so that the first few institutions are no lesser picture of them all.
    ordered = [kinds[(position * 29) % len(kinds)] for position in range(len(kinds))]
    chosen = [ordered[(position + 20) % len(ordered)] for position in range(institutions)]
    weights = [FULLNESS[kind] for kind in chosen]
    bounds = [round(convicts * sum(weights[:end]) / sum(weights)) for end in range(institutions + 1)]
    found = []
    for index, kind in enumerate(chosen):
        code, title = REGIONS[index % len(REGIONS)]
        number = index // len(REGIONS) + 1
        size = bounds[index + 1] - bounds[index]
        serials = range(SERIALS * index // institutions, SERIALS * (index + 1) // institutions)
        found.append(Sketch(index, f"{code}-{number}", f"{title}/{number}", kind, size, serials))
    return found


def opened(world: Environment, sketch: Sketch, chance: Chance, on: datetime) -> House:
    """Opens the institution at `on` and the seconds after it; acts of the console, as at a first installation."""
    seconds = count()
    there = world.at(lambda: on + timedelta(seconds=next(seconds)))

    def act(use_case: Any, **told: Any) -> Any:
        return transact(there, CONSOLE, lambda unit: use_case(unit, **told))

    code, title = sketch.code, sketch.title
    act(
        open_institution,
        code=code,
        number=sketch.index + 1,
        names={"kk": f"{title} мекемесі", "ru": f"Учреждение {title}", "en": f"Institution {code.upper()}"},
        kind=sketch.kind,
        time_zone=ZONE.key,
    )
    officers = {role: _officer(act, sketch, chance, position, role) for position, role in enumerate(ROLES)}
    gate = act(open_gate, institution=code, name="КПП", zone=GATE_ZONE)
    device = act(add_device, institution=code, kind="bridge", name="КПП", gate=gate).device
    since = on.date()
    halls = {
        "long": _hall(act, sketch, gate, "long", ("10:00",), "1234567", 2 * 24 * 60, sketch.convicts // 24 + 3, since),
        "short": _hall(act, sketch, gate, "short", SHORT_STARTS, "23456", 120, sketch.convicts // 20 + 4, since),
    }
    return House(sketch, officers, device, gate, halls)


def _officer(act: Any, sketch: Sketch, chance: Chance, position: int, role: str) -> str:
    family, people = family_name(chance)
    called = name(chance, "m", family, people)
    serial = sketch.serials[-1 - position]
    born = date(1970 + chance.randrange(0, 28), 1 + chance.randrange(0, 12), 1 + chance.randrange(0, 28))
    # Not every serial of every day gives a number.
    day = next(day for ahead in count() if iin(day := born + timedelta(days=ahead), "m", serial))
    number = iin(day, "m", serial)
    identity = Identity(called.family, called.given, day, called.patronymic, number, None, called.people)
    login = f"{sketch.code}-{role.replace('_', '-')}"
    appointed = act(appoint_officer, identity=identity, employee_number=f"{sketch.code}-{position + 1}", login=login)
    act(found_role, officer=appointed.officer, institution=sketch.code, role=role)
    return str(appointed.officer)


def _hall(
    act: Any,
    sketch: Sketch,
    gate: str,
    kind: str,
    starts: tuple[str, ...],
    days: str,
    minutes: int,
    size: int,
    on: date,
) -> Hall:
    name = {"long": "Длительные свидания", "short": "Зал кратких свиданий"}[kind]
    labels = [str(number + 1) for number in range(size)]
    room = act(open_room, institution=sketch.code, kind=kind, name=name, gate=gate, places=labels)
    templates = []
    for start in starts:
        template = act(open_sessions, room=room.room, weekdays=days, starts=start, minutes=minutes, valid_from=on)
        templates.append(Template(template, room.room, kind, days, start, minutes, on, None))
    return Hall(room.room, room.places, tuple(templates))
