"""A thousand questions after people who are in prison and people who are not: the answers are the same, and the work.

Time is not measured here, where others share the machine: the statements are, their number and their kind, one by one.
`tests.bench.linking` measures the time.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from service.app.session_open import open_session
from service.domain.access import Actor
from tests.browser.faces import Faces
from tests.cast import World, person
from tests.web.clicking import TOKEN, Clicker

RELATIVES, EACH = 100, 10
CONVICTS = ("Ерлан", "Олег", "Нұрлан", "Іңкәр", "Пётр")
WRONG = ("number", "name", "day", "all", "other's day")
VARYING = re.compile(rb'(name="form_token" value=")[^"]+')


@dataclass
class Watch:
    """The kinds of statements of each try, in their order: "SELECT", "INSERT throttle" without its table's name."""

    seen: list[str] = field(default_factory=list)

    def __call__(self, *event: Any) -> None:
        self.seen.append(str(event[2]).split(None, 1)[0])


def sought(world: World, name: str, wrong: str | None) -> dict[str, object]:
    """What is typed: a convict of the cast exactly, or with something that is not so."""
    who = world.identities[name]
    number = "9/2020-9999" if wrong in ("number", "all") else world.file_numbers[name]
    family = "Жоқбаев" if wrong in ("name", "all") else who.family_name
    born = {"day": date(1960, 2, 3), "all": date(1960, 2, 3), "other's day": date(2000, 1, 31)}.get(
        wrong or "", who.birth_date
    )
    if wrong == "other's day" and born == who.birth_date:
        born = date(1992, 4, 17)
    return {
        "convict_family_name": family,
        "convict_birth_date-day": born.day,
        "convict_birth_date-month": born.month,
        "convict_birth_date-year": born.year,
        "file_number": number,
        "about": "me",
        "tie": "other",
    }


def coming_in(faces: Faces, number: int) -> Clicker:
    """Somebody new, signed in."""
    world, born = faces.world, date(1980, 1 + number % 12, 1 + number % 28)
    name = f"Сұраушы {number}"
    phone = f"+7 747 700 {number // 100:02} {number % 100:02}"
    opened = world.relative(name, person("Сұраушы", "Жан", born, 200 + number), phone)
    token = world.run(Actor("system", "tests"), lambda unit: open_session(unit, "relative", opened.account))
    who = Clicker(faces.public, "ru")
    who.client.set_cookie("kezdesu_public", token)
    return who


@pytest.mark.parametrize("seed", [1])
def test_who_asks_a_thousand_times_learns_nothing(faces: Faces, seed: int) -> None:
    chance, world = random.Random(seed), faces.world
    answers: Counter[tuple[int, str, bytes]] = Counter()
    work: dict[bool, Counter[tuple[str, ...]]] = {True: Counter(), False: Counter()}
    watch = Watch()
    for number in range(RELATIVES):
        who = coming_in(faces, number)
        tries = [(name, None) for name in CONVICTS] + list(zip(CONVICTS, WRONG, strict=True))
        chance.shuffle(tries)
        form = who.see("/convicts/link").text
        found = TOKEN.search(form)
        assert found is not None
        for name, wrong in tries:
            typed = {"form_token": found[1], **sought(world, name, wrong)}
            watch.seen.clear()
            sa.event.listen(world.environment.database.engine, "before_cursor_execute", watch)
            answer = who.client.post("/convicts/link", data=typed)
            sa.event.remove(world.environment.database.engine, "before_cursor_execute", watch)
            work[wrong is None][tuple(watch.seen)] += 1
            said = who.see(answer.location).get_data()
            answers[answer.status_code, answer.location, answer.get_data() + VARYING.sub(rb"\1", said)] += 1
    assert sum(answers.values()) == RELATIVES * EACH
    assert len(answers) == 1, [(status, location) for status, location, _ in answers]
    assert set(work[True]) == set(work[False]), {kind: dict(one) for kind, one in work.items()}
    assert all(len(one) == 1 for one in work.values())
