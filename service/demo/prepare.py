"""Makes the demonstration: a year of an institution, told by the use cases themselves, up to this moment."""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_close import complete_appointment
from service.app.appointment_decide import grant_appointment, refuse_appointment
from service.app.appointment_hold import Held, hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.convict_admit import Arrival, admit_convict
from service.app.convict_enter import set_degree
from service.app.gate_pin_set import choose_pin
from service.app.identity_match import match_identity
from service.app.pass_issue import pass_token
from service.app.relationship_claim import Sought
from service.app.scan_take import Reading, take_scan
from service.bootstrap import environment, install, is_founded, make_folder
from service.config import Settings
from service.demo import desk
from service.demo.bridge import is_demonstration
from service.demo.cast import ALEXEY, CODE, DANIYAR, FAMILIES, NURLAN, VIKTOR, ZONE, ConvictPart
from service.demo.house import House, open_house, retire_old_bridge
from service.demo.stage import Stage
from service.domain import access
from service.domain.access import Actor
from service.domain.quiet_hours import is_quiet
from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms
from service.jobs.delivering import Suppliers, deliver_notices
from service.jobs.tasks import publish_heads
from service.store.columns import of
from service.store.environment import Clock, Environment
from service.store.migrate import upgrade
from service.store.tables import EntryPass

GATE_PIN = "270415"
"""Of every officer who works at the gate's own screen."""
BEGAN = 420
"""How many days ago the institution joined."""
CLOSER = Actor("system", "complete")


class Demonstration:
    """The telling, step by step in the order of time. `relations` and `relatives` by the relative's phone."""

    def __init__(self, stage: Stage, today: datetime, folder: Path) -> None:
        self.stage, self.today, self.folder = stage, today, folder
        self.house: House = open_house(stage)
        self.relatives: dict[str, Actor] = {}
        self.relations: dict[str, str] = {}
        self.convicts: dict[str, str] = {}
        self._scans = 0

    def at(self, days: int, clock: str) -> None:
        """Goes on to an hour, so many days from today. What was told meanwhile has been delivered, as by a worker."""
        before = self.stage.now
        after = self.stage.go(days, clock, self.today)
        _deliver(self.stage.environment, self.folder, min(awake(before, self.stage.zone), after))

    def day(self, days: int) -> date:
        """The day on the institution's wall, so many days from today."""
        return self.today.astimezone(self.stage.zone).date() + timedelta(days=days)

    def admit(self, part: ConvictPart) -> None:
        """A convict with his file."""
        since = self.day(-part.arrived)
        convict = self.stage.act(
            self.stage.officer(access.REGISTRY),
            admit_convict,
            identity=part.identity,
            file_number=part.file_number,
            arrival=Arrival(CODE, since, f"үкім № 1-{part.arrived} · приговор № 1-{part.arrived}", part.condition),
            quarantine_left_on=since + timedelta(days=12),
        )
        self.convicts[part.file_number] = convict
        self.stage.numbers[convict] = part.card
        if part.degree:
            self.stage.act(
                self.stage.officer(access.HEAD),
                set_degree,
                convict=convict,
                degree=part.degree,
                since=self.day(-430),
                paper="бұйрық № 77 · приказ № 77",
            )

    def bind(self, part: ConvictPart, *, confirmed: bool = True, only: int | None = None) -> None:
        """The relatives of a convict register and claim; papers are seen and confirmed."""
        sought = Sought(part.file_number, part.identity.family_name, part.identity.birth_date)
        convict, last = self.convicts[part.file_number], None
        for number, one in enumerate(part.relatives):
            if only is not None and number != only:
                continue
            if one.phone is not None:
                last = self.relatives[one.phone] = self.stage.register(one)
            assert last is not None, "a child comes after whoever represents it"
            tie = self.stage.claim(last, convict, sought, one.kind, None if one.phone else one)
            self.relations[one.phone or one.identity.given_name] = tie
            self.stage.accept(tie, convict)
            self.stage.verify(tie)
            if confirmed:
                self.stage.confirm(tie)

    def ask(self, part: ConvictPart, phone: str, kind: str, day: date, *more: str) -> Held:
        """A relative holds a place and asks for the visit."""
        relative = self.relatives[phone]
        held = self.stage.act(
            relative,
            hold_place,
            convict=self.convicts[part.file_number],
            relationships=[self.relations[one] for one in (phone, *more)],
            template=self.house.templates[kind],
            day=day,
            wish=Wish(kind),
        )
        self.stage.act(relative, request_appointment, appointment=held.appointment)
        return held

    def grant(self, held: Held) -> None:
        """The head grants it."""
        self.stage.act(self.stage.officer(access.HEAD), grant_appointment, appointment=held.appointment)

    def visit(self, held: Held, days: int, clock: str, leaves: tuple[int, str]) -> None:
        """The family comes, is compared, goes, and the visit is closed when its time is over."""
        self.at(days, clock)
        admissions = [self._scan(token, "entry") for token in self._tokens(held)]
        for admission in admissions:
            self.stage.act(self.stage.officer(access.GATE), match_identity, admission=admission, matched=True)
        self.at(*leaves)
        for token in self._tokens(held):
            self._scan(token, "exit")
        self.stage.now = max(self.stage.now, held.ends_at)
        self.stage.act(CLOSER, complete_appointment, appointment=held.appointment)

    def _scan(self, token: str, direction: str) -> str | None:
        self._scans += 1
        moment = self.stage.now + timedelta(minutes=1)
        reading = Reading(self.house.gate, self._scans, token, direction, moment)
        verdict = self.stage.act(self.house.old_bridge, lambda unit: take_scan(unit, reading))
        assert verdict.refusal is None, verdict.refusal
        return verdict.admission

    def _tokens(self, held: Held) -> list[str]:
        row = of(EntryPass)
        with self.stage.environment.database.reading() as session:
            passes = session.scalars(sa.select(EntryPass).where(row.appointment_id == held.appointment)).all()
            return [pass_token(self.stage.environment, session, one) for one in passes]


class NotOurs(RuntimeError):
    """The data folder or database holds something else than a whole demonstration."""


def prepared(settings: Settings, clock: Clock) -> tuple[Environment, bool]:
    """The demonstration, made where there is none yet, and whether it was made now. Raises NotOurs.

    One that was interrupted while it was made is begun anew, as far as it lies in the data folder.
    """
    make_folder(settings)
    unfinished = settings.data_dir / "unfinished"
    if unfinished.exists():
        _clear(settings)
    upgrade(settings.database)
    if is_founded(settings):
        if not is_demonstration(settings):
            raise NotOurs("there is an installation already, and it is no demonstration")
        return environment(settings, clock=clock), False
    unfinished.touch()
    world = prepare(settings, clock)
    unfinished.unlink()
    return world, True


def _clear(settings: Settings) -> None:
    """Removes a demonstration that was not finished: its database, its keys, its messages."""
    if settings.database_url or settings.keys_dir is not None:
        raise NotOurs("making the demonstration was interrupted: give it an empty database and an empty data folder")
    for part in settings.data_dir.glob("kezdesu.db*"):
        part.unlink()
    for folder in (settings.keys, settings.data_dir / "inbox"):
        shutil.rmtree(folder, ignore_errors=True)


def prepare(settings: Settings, clock: Clock) -> Environment:
    """The demonstration in an empty database, as of now; answers the world, its clock running."""
    now = clock()
    stage = Stage(
        install(settings, clock=lambda: now - timedelta(days=BEGAN)), now - timedelta(days=BEGAN), ZoneInfo(ZONE)
    )
    told = Demonstration(stage, now, settings.data_dir)
    _families(told)
    _past(told)
    _present(told)
    retire_old_bridge(stage, told.house)
    assert stage.now <= now, "the demonstration runs ahead of the clock"
    end = stage.environment.at(clock)
    _deliver(stage.environment, settings.data_dir, min(awake(stage.now, stage.zone), now))
    publish_heads(end)
    _keep_keys(settings.data_dir, told.house)
    return end


def _families(told: Demonstration) -> None:
    told.at(-400, "09:00")
    desk.import_past_register(told)
    desk.open_other(told)
    for part in FAMILIES:
        told.admit(part)
    desk.admit_more(told)
    told.at(-380, "18:30")
    told.bind(DANIYAR)
    told.at(-300, "20:10")
    told.bind(NURLAN)
    told.at(-200, "12:40")
    told.bind(VIKTOR)
    told.at(-120, "08:15")
    told.bind(ALEXEY, only=0)


def _past(told: Demonstration) -> None:
    publish = _publisher(told.stage)
    told.at(-95, "19:20")
    first = told.ask(DANIYAR, "+77010000001", "long", told.day(-80))
    told.at(-93, "10:05")
    told.grant(first)
    publish()
    told.visit(first, -80, "09:20", (-78, "09:10"))
    publish()
    told.at(-40, "21:00")
    long = told.ask(NURLAN, "+77050000005", "long", told.day(-22))
    told.at(-38, "11:30")
    told.grant(long)
    told.visit(long, -22, "09:35", (-20, "09:00"))
    publish()


def _present(told: Demonstration) -> None:
    """What waits for somebody today: a refusal to read, a decision and a confirmation to make."""
    head = told.stage.officer(access.HEAD)
    told.at(-13, "08:00")
    for role in (access.GATE, access.DUTY, access.HEAD):
        choose_pin(told.stage.world, told.stage.officer(role), pin=GATE_PIN)
    told.at(-12, "17:45")
    refused = told.ask(VIKTOR, "+77070000006", "short", _session_day(told, 2))
    told.at(-10, "09:50")
    told.stage.act(
        head,
        refuse_appointment,
        appointment=refused.appointment,
        ground="ground-room-unusable",
        words="Зал закрыт на ремонт. Выберите, пожалуйста, другой день.",
    )
    told.at(-9, "11:00")
    desk.before_the_transfer(told, _session_day(told, 8))
    desk.merge(told)
    told.at(-5, "10:15")
    desk.transfer(told)
    desk.ask_for_exception(told)
    told.at(-4, "20:30")
    told.bind(ALEXEY, confirmed=False, only=1)
    told.at(-2, "19:10")
    desk.ask_for_calls(told)
    told.at(-1, "07:40")
    told.ask(ALEXEY, "+77020000003", "short", _session_day(told, 6))


def _session_day(told: Demonstration, days: int) -> date:
    """The first day from then on that the hall of short visits is open: Tuesday to Saturday."""
    return next(day for ahead in range(days, days + 3) if 2 <= (day := told.day(ahead)).isoweekday() <= 6)


def _publisher(stage: Stage) -> Callable[[], int]:
    return lambda: publish_heads(stage.world)


def awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """That moment, or the morning after it where it is night."""
    while is_quiet(moment, zone):
        moment += timedelta(minutes=30)
    return moment


def _deliver(world: Environment, folder: Path, now: datetime) -> None:
    """What waits is delivered at that moment; at night, urgent news only."""
    inbox = folder / "inbox"
    suppliers = Suppliers(LocalSms(inbox / "sms.jsonl", lambda: now), LocalMail(inbox / "mail.jsonl", lambda: now))
    while deliver_notices(world.at(lambda: now), suppliers):
        pass


def _keep_keys(folder: Path, house: House) -> None:
    """The keys of the devices and of the bodies of oversight, each in a folder of its own as on its own machine."""
    for body, secret in house.letter_keys.items():
        kept = folder / body / "letters.key"
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(f"{secret}\n", encoding="ascii")
    for name, key in (("bridge", house.bridge_key), ("kiosk", house.kiosk_key)):
        file = folder / name / "device.key"
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(f"{key}\n", encoding="ascii")
