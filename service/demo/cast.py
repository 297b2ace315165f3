"""Who is who in the demonstration: an institution, its officers, four families. All invented."""

from dataclasses import dataclass
from datetime import date

from service.demo.names import Sex, iin
from service.domain import access
from service.domain.identity import Identity

CODE, NUMBER, TITLE = "la-155-8", 8, "ЛА-155/8"
NAMES = {"kk": f"{TITLE} мекемесі", "ru": f"Учреждение {TITLE}", "en": "Institution LA-155/8"}
ZONE = "Asia/Almaty"
PASSWORD = "tau men dala 2026"  # noqa: S105  (of invented officers, printed for whoever tries the demonstration)
SERIAL = 9000


def identity(family: str, given: str, patronymic: str, born: date, sex: Sex, language: str = "kk") -> Identity:
    """Somebody with an IIN of the demonstration's own serials."""
    number = next(found for serial in range(SERIAL, SERIAL + 9) if (found := iin(born, sex, serial)))
    return Identity(family, given, born, patronymic, number, None, language)


@dataclass(frozen=True, slots=True)
class OfficerPart:
    """An officer, by the login they sign in with."""

    login: str
    role: str
    identity: Identity
    does: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A relative. `kind`: what they are to the convict; children have no phone of their own."""

    identity: Identity
    kind: str
    phone: str | None
    story: str = ""


@dataclass(frozen=True, slots=True)
class ConvictPart:
    """A convict with those who come, and how long ago (days) he arrived."""

    identity: Identity
    file_number: str
    condition: str
    degree: int
    arrived: int
    relatives: tuple[Somebody, ...]
    card: str = ""
    """What the kiosk's reader would read; PIN and duress PIN are those of `stage`."""


OFFICERS = (
    OfficerPart(
        "accounts", access.ACCOUNTS, identity("Лебедева", "Ольга", "Ивановна", date(1980, 3, 2), "f", "ru"),
        "officers' accounts and roles",
    ),
    OfficerPart(
        "head", access.HEAD, identity("Қасымов", "Ерлан", "Болатұлы", date(1974, 10, 11), "m"),
        "decides requests, the second word of every act of two",
    ),
    OfficerPart(
        "deputy", access.DEPUTY, identity("Никитина", "Светлана", "Петровна", date(1979, 5, 21), "f", "ru"),
        "decides in the head's place",
    ),
    OfficerPart(
        "registry", access.REGISTRY, identity("Сейітова", "Айгүл", "Маратқызы", date(1985, 4, 2), "f"),
        "convicts' files; sees the papers of relatives",
    ),
    OfficerPart(
        "registry2", access.SECOND_REGISTRY, identity("Соколова", "Марина", "Викторовна", date(1988, 8, 15), "f", "ru"),
        "confirms relationships",
    ),
    OfficerPart(
        "duty", access.DUTY, identity("Омаров", "Бауыржан", "Серікұлы", date(1990, 1, 30), "m"),
        "rooms, timetables, the day's visits",
    ),
    OfficerPart(
        "commission", access.COMMISSION, identity("Есенова", "Дина", "Асқарқызы", date(1983, 12, 7), "f"),
        "conditions of serving",
    ),
    OfficerPart(
        "supervisor", access.SUPERVISOR, identity("Широков", "Роман", "Сергеевич", date(1992, 6, 18), "m", "ru"),
        "supervises calls",
    ),
    OfficerPart(
        "gate", access.GATE, identity("Тоқтаров", "Серік", "Ержанұлы", date(1995, 9, 9), "m"),
        "the gate's screen: compares faces and documents",
    ),
    OfficerPart(
        "prosecutor", access.AUDITOR, identity("Жақыпов", "Нұрлан", "Қайратұлы", date(1977, 2, 25), "m"),
        "oversight, at its own pages: reads, answers leads, fetches letters",
    ),
)  # fmt: skip

DANIYAR = ConvictPart(
    identity("Ахметов", "Данияр", "Нұрланұлы", date(1993, 7, 4), "m"), "8/2023-0117", "light", 1, 900,
    (
        Somebody(
            identity("Ахметова", "Гүлнара", "Болатқызы", date(1968, 2, 14), "f"), "parent", "+77010000001",
            "mother of Данияр: everything confirmed, a long visit is due",
        ),
        Somebody(
            identity("Ахметова", "Айнұр", "Ержанқызы", date(1995, 11, 3), "f"), "spouse", "+77010000002",
            "his wife, with their daughter: the same entitlement, shared",
        ),
        Somebody(identity("Ахметова", "Томирис", "Даниярқызы", date(2019, 5, 6), "f"), "child", None),
    ),
    "04C0FFEE01",
)  # fmt: skip
ALEXEY = ConvictPart(
    identity("Петров", "Алексей", "Николаевич", date(1989, 1, 19), "m", "ru"), "8/2024-0042", "regular", 0, 640,
    (
        Somebody(
            identity("Петрова", "Валентина", "Андреевна", date(1962, 9, 27), "f", "ru"), "parent", "+77020000003",
            "mother of Алексей: her request for a short visit waits for the head",
        ),
        Somebody(
            identity("Петрова", "Ольга", "Николаевна", date(1994, 3, 8), "f", "ru"), "full-sibling", "+77020000004",
            "his sister: papers seen, waits for the second officer",
        ),
    ),
    "04C0FFEE02",
)  # fmt: skip
NURLAN = ConvictPart(
    identity("Омаров", "Нұрлан", "Талғатұлы", date(1991, 12, 1), "m"), "8/2024-0300", "regular", 0, 500,
    (
        Somebody(
            identity("Омарова", "Жанар", "Саматқызы", date(1992, 4, 17), "f"), "spouse", "+77050000005",
            "wife of Нұрлан: had a long visit three weeks ago, the next is too soon",
        ),
    ),
    "04C0FFEE03",
)  # fmt: skip
VIKTOR = ConvictPart(
    identity("Орлов", "Виктор", "Павлович", date(1986, 6, 22), "m", "ru"), "8/2022-0009", "strict", -1, 1200,
    (
        Somebody(
            identity("Орлова", "Наталья", "Сергеевна", date(1960, 10, 5), "f", "ru"), "parent", "+77070000006",
            "mother of Виктор, who is under strict conditions: her request was refused",
        ),
    ),
    "04C0FFEE04",
)  # fmt: skip
FAMILIES = (DANIYAR, ALEXEY, NURLAN, VIKTOR)
