"""Invented names, Kazakh and Russian, in the forms that women and men bear; and numbers that are formally right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeVar

from service.domain.identity import check_digit

T = TypeVar("T")
Sex = Literal["f", "m"]


class Chance(Protocol):
    """Where choices come from: `random.Random` is one."""

    def random(self) -> float: ...
    def choice(self, seq: Sequence[T]) -> T: ...
    def randrange(self, start: int, stop: int) -> int: ...


KAZAKH_FAMILIES = (
    "Абдрахманов", "Айтбаев", "Алимжанов", "Аманжолов", "Ахметов", "Байжанов", "Бекмұхамбетов", "Досжанов",
    "Ермеков", "Есенов", "Жақыпов", "Жұмабеков", "Исабеков", "Қалиев", "Қасымов", "Мұратбеков", "Нұрғалиев",
    "Оразбаев", "Омаров", "Рахимов", "Сағынтаев", "Сейітов", "Тілеубаев", "Тоқтаров", "Үсенов", "Шәріпов",
)  # fmt: skip
RUSSIAN_FAMILIES = (
    "Андреев", "Белов", "Васильев", "Волков", "Голубев", "Егоров", "Захаров", "Ильин", "Киселёв", "Кузнецов",
    "Лебедев", "Морозов", "Никитин", "Орлов", "Петров", "Семёнов", "Соколов", "Тарасов", "Фёдоров", "Широков",
)  # fmt: skip
GIVEN = {
    ("kk", "m"): (
        "Айдос", "Асқар", "Бауыржан", "Болат", "Ғалым", "Дәурен", "Ержан", "Ерлан", "Қайрат", "Мақсат", "Марат",
        "Нұрлан", "Олжас", "Руслан", "Самат", "Серік", "Талғат", "Тимур",
    ),
    ("kk", "f"): (
        "Айгерім", "Айгүл", "Айнұр", "Алма", "Ботагөз", "Гүлнара", "Дана", "Дина", "Жанар", "Зәуре", "Құралай",
        "Мадина", "Мәншүк", "Сәуле", "Томирис", "Шолпан",
    ),
    ("ru", "m"): (
        "Александр", "Алексей", "Андрей", "Виктор", "Владимир", "Дмитрий", "Евгений", "Иван", "Максим", "Николай",
        "Павел", "Роман", "Сергей", "Юрий",
    ),
    ("ru", "f"): (
        "Анна", "Валентина", "Галина", "Елена", "Ирина", "Людмила", "Марина", "Наталья", "Ольга", "Светлана",
        "Татьяна", "Юлия",
    ),
}  # fmt: skip
FATHERS = {
    "kk": ("Абай", "Асқар", "Болат", "Дәурен", "Ержан", "Қайрат", "Марат", "Нұрлан", "Самат", "Серік", "Талғат"),
    "ru": ("Александр", "Виктор", "Владимир", "Иван", "Николай", "Павел", "Сергей"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """What somebody is called; `people` is "kk" or "ru", and the language they first read."""

    family: str
    given: str
    patronymic: str
    people: str


def family_name(chance: Chance) -> tuple[str, str]:
    """A family name in the form men bear, and whether it is Kazakh or Russian."""
    people = "kk" if chance.random() < 0.68 else "ru"
    return chance.choice(KAZAKH_FAMILIES if people == "kk" else RUSSIAN_FAMILIES), people


def name(chance: Chance, sex: Sex, family: str, people: str) -> Name:
    """Somebody of that family."""
    father = chance.choice(FATHERS[people])
    return Name(
        family + ("а" if sex == "f" else ""),
        chance.choice(GIVEN[people, sex]),
        _kazakh_patronymic(father, sex) if people == "kk" else _russian_patronymic(father, sex),
        people,
    )


def iin(born: date, sex: Sex, serial: int) -> str | None:
    """The identification number of that day, sex and serial (0-9999); None where none is issued."""
    century = {1800: 1, 1900: 3, 2000: 5}[born.year // 100 * 100] + (sex == "f")
    eleven = f"{born:%y%m%d}{century}{serial:04}"
    last = check_digit(eleven)
    return None if last is None else f"{eleven}{last}"


def phone(serial: int) -> str:
    """A mobile number of Kazakhstan: another for each serial below 80 million."""
    prefix = ("701", "702", "705", "707", "747", "775", "777", "778")[serial % 8]
    return f"+7{prefix}{serial // 8:07}"


def _kazakh_patronymic(father: str, sex: Sex) -> str:
    return father + ("қызы" if sex == "f" else "ұлы")


def _russian_patronymic(father: str, sex: Sex) -> str:
    stem = {"Сергей": "Сергее", "Николай": "Николае", "Павел": "Павло"}.get(father, f"{father}о")
    return stem + ("вна" if sex == "f" else "вич")
