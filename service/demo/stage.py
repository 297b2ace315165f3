"""A world whose clock the demonstration sets, and acting in it as whoever it takes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.account_open import register_account
from service.app.account_sign_in import answer_code, ask_code, code_to_send
from service.app.card_issue import issue_card
from service.app.kiosk_pin import choose_pin
from service.app.kiosk_sign_in import find_convict, sign_in_convict
from service.app.relationship_answer import accept_relationship
from service.app.relationship_claim import Sought, claim_relationship
from service.app.relationship_decide import confirm_relationship, verify_relationship
from service.app.relationship_see import relationships_to
from service.app.session_find import find_principal
from service.app.transact import transact
from service.demo.cast import CODE, OFFICERS, Somebody
from service.domain import access
from service.domain.access import NOBODY, Actor
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Officer

T = TypeVar("T")
CONSOLE = Actor("system", "console")
CONSENT = "2026-01"
PIN, DURESS_PIN = "2704", "2750"
"""Of every convict of the demonstration."""
BASIS = "Жеке куәлік, туыстығын растайтын құжат · Удостоверение личности, документ о родстве"


@dataclass
class Stage:
    """Acts at `now`, which goes forward by `step` with each act."""

    environment: Environment
    now: datetime
    zone: ZoneInfo
    officers: dict[str, Actor] = field(default_factory=dict)
    kiosk: Actor | None = None
    cards: dict[str, str] = field(default_factory=dict)
    """By the convict's id: the card he has been given, and in `numbers` the one lying ready for him."""
    numbers: dict[str, str] = field(default_factory=dict)
    step: timedelta = timedelta(minutes=1)

    @property
    def world(self) -> Environment:
        """The world at this moment."""
        now = self.now
        return self.environment.at(lambda: now)

    def go(self, days: int, clock: str, today: datetime) -> datetime:
        """To an hour of the wall clock, so many days from the day of `today`; never back."""
        day = today.astimezone(self.zone).date() + timedelta(days=days)
        self.now = max(self.now, datetime.combine(day, time.fromisoformat(clock), self.zone))
        return self.now

    def act(self, actor: Actor, use_case: Callable[..., T], **told: Any) -> T:
        """One use case as that actor."""
        self.now += self.step
        return transact(self.world, actor, lambda unit: use_case(unit, **told))

    def officer(self, role: str) -> Actor:
        """The officer of the demonstration who holds a role."""
        return self.officers[role]

    def know_officers(self) -> None:
        """Reads the officers from the database, by their logins."""
        row = of(Officer)
        with self.environment.database.reading() as session:
            found = {one.login: one for one in session.scalars(sa.select(Officer).where(row.closed_at.is_(None)))}
        for one in OFFICERS:
            officer = found[one.login]
            principal = "auditor" if one.role == access.AUDITOR else "officer"
            self.officers[one.role] = Actor(
                principal,  # type: ignore[arg-type]
                officer.id,
                officer.person_id,
                CODE,
                frozenset({one.role}),
            )

    def register(self, who: Somebody) -> Actor:
        """A relative registers with a code from the phone."""
        assert who.phone is not None
        asked = self.act(NOBODY, ask_code, phone=who.phone, browser=who.phone, language=who.identity.language)
        sent = code_to_send(self.world, asked.code_id)
        assert sent is not None
        answer = self.act(NOBODY, answer_code, phone=who.phone, code=sent.code, browser=who.phone)
        newcomer = find_principal(self.world, answer.insist())
        assert newcomer is not None
        opened = self.act(newcomer, register_account, identity=who.identity, consent_version=CONSENT)
        return Actor("relative", opened.account, opened.person)

    def claim(self, relative: Actor, convict: str, sought: Sought, kind: str, child: Somebody | None = None) -> str:
        """A relative says who they, or their child, are to the convict; answers the relationship."""
        identity = None if child is None else child.identity
        self.act(relative, claim_relationship, sought=sought, kind=kind, child=identity)
        with self.environment.database.reading() as session:
            return relationships_to(session, convict, "claimed")[-1].id

    def accept(self, relationship: str, convict: str) -> None:
        """The convict agrees at the kiosk."""
        self.act(self.at_kiosk(convict), accept_relationship, relationship=relationship)

    def at_kiosk(self, convict: str) -> Actor:
        """The convict, signed in with his card and PIN; the registry gives him the card when he first needs it."""
        assert self.kiosk is not None
        if convict not in self.cards:
            card = self.numbers.get(convict, f"04{convict[:12].upper()}")
            made = self.act(self.officer(access.REGISTRY), issue_card, convict=convict, number=card)
            first = sign_in_convict(self.world, self.kiosk, card=card, pin=made.first_pin)
            him = find_convict(self.world, self.kiosk, first.token, first_pin=True)
            choose_pin(self.world, him, pin=PIN, duress=DURESS_PIN)
            self.cards[convict] = card
        session = sign_in_convict(self.world, self.kiosk, card=self.cards[convict], pin=PIN)
        return find_convict(self.world, self.kiosk, session.token)

    def verify(self, relationship: str) -> None:
        """The registry officer has seen the papers."""
        self.act(
            self.officer(access.REGISTRY), verify_relationship, relationship=relationship, basis=BASIS, listed=True
        )

    def confirm(self, relationship: str) -> None:
        """The second officer confirms."""
        self.act(self.officer(access.SECOND_REGISTRY), confirm_relationship, relationship=relationship)
