"""One line of a register of convicts as people keep it in a table: which columns it may have, and what it says.

Days are written dd.mm.yyyy or yyyy-mm-dd; a condition by its name in Kazakh, Russian or English, or by its code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from service.domain.file_entries import check_condition, check_degree
from service.domain.identity import (
    Identity,
    clean_birth_date,
    clean_file_number,
    clean_iin,
    clean_line,
    clean_name,
)
from service.domain.law import Law
from service.domain.reasons import Reason, reason
from service.domain.refusal import Refusal, refuse

T = TypeVar("T")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "file_number": ("номер личного дела", "жеке іс нөмірі", "личное дело", "file number"),
    "family_name": ("фамилия", "тегі", "family name"),
    "given_name": ("имя", "аты", "given name"),
    "patronymic": ("отчество", "әкесінің аты", "patronymic"),
    "birth_date": ("дата рождения", "туған күні", "date of birth"),
    "iin": ("иин", "жсн"),
    "language": ("язык", "тілі"),
    "since": ("дата прибытия", "келген күні", "arrived"),
    "paper": ("основание", "негіздеме", "paper"),
    "condition": ("условия отбывания", "жазаны өтеу шарттары", "условия", "шарттары"),
    "degree": ("степень поведения", "мінез-құлық дәрежесі", "степень", "дәрежесі"),
    "degree_since": ("степень с", "дәреже күні", "degree since"),
    "quarantine_left": ("вышел из карантина", "карантиннен шыққан күні", "quarantine left"),
    "last_short": ("последнее краткосрочное свидание", "соңғы қысқа мерзімді кездесу", "last short visit"),
    "last_long": ("последнее длительное свидание", "соңғы ұзақ мерзімді кездесу", "last long visit"),
    "term": ("начало срока", "мерзім басталған күні", "term began"),
    "release_day": ("конец срока", "мерзім аяқталатын күн", "release day"),
    "lifer": ("пожизненное", "өмір бойы", "life"),
}
"""Every column there may be, with the headings it may stand under beside its own name."""
NEEDED = ("file_number", "family_name", "given_name", "birth_date", "since", "paper")
CONDITIONS: Mapping[str, str] = {
    "обычные": "regular", "кәдімгі": "regular", "облегчённые": "light", "облегченные": "light",
    "жеңілдетілген": "light", "льготные": "preferential", "жеңілдікті": "preferential",
    "строгие": "strict", "қатаң": "strict",
}  # fmt: skip
YES = frozenset({"да", "иә", "yes", "1", "true", "+"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell; `column` "" for the whole line."""

    column: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One convict of the register. `past_visits` by kind: the last one had before the service knew of him."""

    number: int
    identity: Identity
    file_number: str
    since: date
    paper: str
    condition: str | None = None
    degree: str | None = None
    degree_since: date | None = None
    quarantine_left: date | None = None
    past_visits: Mapping[str, date] = field(default_factory=dict)
    term: date | None = None
    release_day: date | None = None
    lifer: bool = False


def read_heading(heading: Sequence[str]) -> list[str]:
    """The columns in their order ("" for one without a heading). Raises Refusal: missing, unknown, twice."""
    known = {name: column for column, names in COLUMNS.items() for name in (column, column.replace("_", " "), *names)}
    columns = []
    for cell in heading:
        name = " ".join(cell.split()).casefold()
        if name and name not in known:
            raise refuse("not-possible", "column-unknown", name=cell.strip()[:60])
        columns.append(known[name] if name else "")
    for column in COLUMNS:
        if columns.count(column) > 1:
            raise refuse("not-possible", "column-unknown", name=column)
    for column in NEEDED:
        if column not in columns:
            raise refuse("not-possible", "column-missing", name=COLUMNS[column][0])
    return columns


def read_line(
    law: Law, kind: str, number: int, cells: Mapping[str, str], today: date
) -> tuple[RegisterLine | None, tuple[Fault, ...]]:
    """The line for an institution of a kind, or every fault in it. `number` is its number in the table."""
    faults: list[Fault] = []

    def read(column: str, clean: Callable[[str], T]) -> T | None:
        text = cells.get(column, "").strip()
        try:
            if not text:
                if column in NEEDED:
                    raise refuse("not-possible", "text-missing")
                return None
            return clean(text)
        except Refusal as refusal:
            faults.extend(Fault(column, one) for one in refusal.reasons)
            return None

    def past(text: str) -> date:
        return _not_after(read_day(text), today)

    born = read("birth_date", lambda text: clean_birth_date(read_day(text), today))
    since = read("since", past)
    family, given = read("family_name", clean_name), read("given_name", clean_name)
    language = read("language", _language) or "kk"
    identity = Identity(
        family or "", given or "", born or today, read("patronymic", clean_name), read("iin", clean_iin), None, language
    )
    condition = read("condition", lambda text: _condition(law, kind, text, since or today))
    if condition is None and law.institutions[kind].condition == "recorded" and not cells.get("condition", "").strip():
        faults.append(Fault("condition", reason("text-missing")))
    degree = read("degree", _degree)
    past_visits = {name: read(f"last_{name}", past) for name in ("short", "long")}
    line = RegisterLine(
        number,
        identity,
        read("file_number", clean_file_number) or "",
        since or today,
        read("paper", lambda text: clean_line(text, 80)) or "",
        condition,
        degree if degree != "0" else None,
        read("degree_since", past),
        read("quarantine_left", past),
        {name: day for name, day in past_visits.items() if day is not None},
        read("term", past),
        read("release_day", read_day),
        cells.get("lifer", "").strip().casefold() in YES,
    )
    if line.quarantine_left is not None and line.quarantine_left < line.since and not faults:
        faults.append(Fault("quarantine_left", reason("date-impossible", day=line.quarantine_left)))
    return (None if faults else line), tuple(faults)


def repeated(lines: Sequence[RegisterLine]) -> dict[int, Fault]:
    """By line number: the fault of each line whose file number or IIN stands in a line before."""
    first: dict[tuple[str, str], int] = {}
    found: dict[int, Fault] = {}
    for line in lines:
        for column, value in (("file_number", line.file_number), ("iin", line.identity.iin)):
            if value is None:
                continue
            before = first.setdefault((column, value), line.number)
            if before != line.number:
                found.setdefault(line.number, Fault(column, reason("row-repeats", number=before)))
    return found


def read_day(text: str) -> date:
    """A day written 19.03.2026 or 2026-03-19. Raises Refusal 'day-unreadable'."""
    parts = text.split(".") if "." in text else list(reversed(text.split("-")))
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) and len(parts[2]) == 4:
        try:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            pass
    raise refuse("not-possible", "day-unreadable")


def _not_after(day: date, today: date) -> date:
    if day > today or day.year < 1950:
        raise refuse("not-possible", "date-impossible", day=day)
    return day


def _language(text: str) -> str:
    name = text.casefold()[:2]
    code = {"қа": "kk", "ка": "kk", "ру": "ru", "ор": "ru"}.get(name, name)
    if code not in ("kk", "ru", "en"):
        raise refuse("not-possible", "language-unknown")
    return code


def _condition(law: Law, kind: str, text: str, day: date) -> str:
    name = text.casefold()
    return check_condition(law, kind, None, CONDITIONS.get(name, name), day)


def _degree(text: str) -> str:
    sign = text.replace("−", "-").replace("–", "-").removeprefix("+")
    if not sign.removeprefix("-").isdigit() or len(sign) > 2:
        raise refuse("not-possible", "choice-unknown")
    return check_degree(int(sign))
