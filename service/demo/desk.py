"""What lies on the officers' desks of the demonstration: an exception that waits for its second person, two records
that turned out to be one person, a transfer that touched a visit, and a register that was imported."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from service.app.convict_admit import Arrival
from service.app.convict_request_make import Asked, make_request
from service.app.convict_transfer import transfer_convict
from service.app.exception_ask import ask_exception
from service.app.institution_open import open_institution
from service.app.person_merge import ask_merge, decide_merge
from service.app.register_import import import_register
from service.app.rehearse import review_now, upcoming_where
from service.demo.cast import CODE, DANIYAR, NURLAN, ZONE, ConvictPart, Somebody, identity
from service.domain import access
from service.domain.identity import Identity
from service.store.columns import of
from service.store.tables import Appointment

if TYPE_CHECKING:
    from service.demo.prepare import Demonstration

OTHER, OTHER_NUMBER, OTHER_TITLE = "la-155-14", 14, "ЛА-155/14"
OTHER_NAMES = {"kk": f"{OTHER_TITLE} мекемесі", "ru": f"Учреждение {OTHER_TITLE}", "en": "Institution LA-155/14"}
"""The institution to which somebody was transferred."""

SABIT = ConvictPart(
    identity("Беков", "Сәбит", "Асанұлы", date(1990, 8, 12), "m"), "8/2024-0051", "regular", 0, 450,
    (Somebody(identity("Бекова", "Раушан", "Әлиқызы", date(1965, 1, 30), "f"), "parent", "+77080000007"),),
    "04C0FFEE05",
)  # fmt: skip
"""Transferred while a visit of his mother was already granted."""
IGOR = ConvictPart(
    identity("Ким", "Игорь", "Львович", date(1987, 3, 25), "m", "ru"), "8/2023-0204", "regular", 0, 700,
    (
        Somebody(identity("Ким", "Алина", "Львовна", date(1991, 10, 9), "f", "ru"), "full-sibling", "+77080000008"),
        Somebody(
            Identity("Ким", "Алина", date(1991, 10, 9), "Львовна", None, "KOR PASSPORT M12345678", "ru"),
            "full-sibling",
            "+77080000009",
        ),
    ),
    "04C0FFEE06",
)  # fmt: skip
"""His sister registered twice: once with her IIN, once with a passport."""
LAWYER = "Адвокат Жүнісов Марат, 8 727 000 00 01 · кассациялық шағым бойынша · по кассационной жалобе"
REGISTER = """\
file_number;family_name;given_name;birth_date;since;paper;condition;language
8/2021-0771;Серіков;Ақжол;14.02.1984;01.06.2021;үкім № 1-771;regular;kk
8/2022-0318;Ли;Вячеслав;30.09.1990;12.04.2022;приговор № 1-318;light;ru
8/2023-0555;Төлеуов;Мейрам;05.11.1979;20.01.2023;үкім № 1-555;regular;kk
"""
WRONG = """\
file_number;family_name;given_name;birth_date;since;paper;condition;language
8/2021-0772;Ахметов;Данияр;31.02.1984;01.06.2021;үкім № 1-772;regular;kk
8/2022-0319;Ли;;30.09.1990;12.04.2022;приговор № 1-319;light;ru
8/2023-0556;Нұров;Ержан;05.11.1979;20.01.2023;үкім № 1-556;no-such-condition;kk
"""


def import_past_register(told: Demonstration) -> None:
    """The register kept before is imported; the file, and one with faults to be tried, lie in the data folder."""
    folder = told.folder / "register"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("register.csv", REGISTER), ("register-with-faults.csv", WRONG)):
        (folder / name).write_text(text, encoding="utf-8")
    registry = told.stage.officer(access.REGISTRY)
    report = import_register(told.stage.world, registry, CODE, Path(folder / "register.csv").read_bytes())
    assert not report.faulty, report


def admit_more(told: Demonstration) -> None:
    """The two convicts whose files have something to show."""
    for part in (SABIT, IGOR):
        told.admit(part)


def before_the_transfer(told: Demonstration, day: date) -> None:
    """A mother asks for a visit that is granted; nobody knows of the transfer yet."""
    told.bind(SABIT)
    told.grant(told.ask(SABIT, "+77080000007", "short", day))


def transfer(told: Demonstration) -> None:
    """The convict leaves for another institution; the visit to come no longer fits and waits to be settled."""
    stage, convict = told.stage, told.convicts[SABIT.file_number]
    stage.act(
        stage.officer(access.REGISTRY),
        transfer_convict,
        convict=convict,
        arrival=Arrival(OTHER, told.stage.now.astimezone(stage.zone).date(), "наряд № 12-7/88", SABIT.condition),
    )
    find = upcoming_where(of(Appointment).convict_id == convict)
    with stage.environment.database.reading() as session:
        found = find(session, stage.now)
    review_now(stage.world, found)


def open_other(told: Demonstration) -> None:
    """The institution that will take him in."""
    told.stage.act(
        access.Actor("system", "console"),
        open_institution,
        code=OTHER,
        number=OTHER_NUMBER,
        names=OTHER_NAMES,
        kind="medium",
        time_zone=ZONE,
    )


def merge(told: Demonstration) -> None:
    """Two records of one sister: asked by the registry, granted by the head."""
    told.bind(IGOR)
    first, second = (told.relations[one.phone or ""] for one in IGOR.relatives)
    stage = told.stage
    asked = stage.act(
        stage.officer(access.REGISTRY),
        ask_merge,
        kept=first,
        ended=second,
        ground="registered-twice",
        words="Один человек: удостоверение и паспорт показаны вместе.",
    )
    stage.act(stage.officer(access.HEAD), decide_merge, request=asked, grant=True)


def ask_for_calls(told: Demonstration) -> None:
    """Two ask for a call at the kiosk: one for his mother by picture, one for a lawyer; both wait for their slot."""
    stage, mother = told.stage, told.relations["+77010000001"]
    stage.act(
        stage.at_kiosk(told.convicts[DANIYAR.file_number]),
        make_request,
        asked=Asked("video_call", 1, stage.now, relationship=mother),
    )
    stage.act(
        stage.at_kiosk(told.convicts[NURLAN.file_number]),
        make_request,
        asked=Asked("call", 2, stage.now, purpose="legal", words=LAWYER),
    )


def ask_for_exception(told: Demonstration) -> None:
    """The duty officer asks for an extra visit; the head's word is missing."""
    stage = told.stage
    stage.act(
        stage.officer(access.DUTY),
        ask_exception,
        convict=told.convicts[NURLAN.file_number],
        kind="interval-before",
        appointment_kind="long",
        ground="death-in-family",
        article="PEC 106",
        words="Әкесі қайтыс болды, жұбайы жерлеуден кейін келеді.",
        usable_until=stage.now.astimezone(stage.zone).date() + timedelta(days=60),
    )
