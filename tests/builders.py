"""Builds institutions, officers, rooms, convicts and families through the use cases, as the service itself would."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from service.app.account_open import AccountOpened, register_account
from service.app.account_sign_in import answer_code, ask_code, code_to_send
from service.app.convict_admit import Arrival, admit_convict
from service.app.device_add import DeviceAdded, add_device
from service.app.installation_found import found_installation
from service.app.institution_open import open_institution
from service.app.officer_appoint import appoint_officer, set_password
from service.app.officer_sign_in import hash_password
from service.app.relationship_answer import accept_relationship
from service.app.relationship_claim import Sought, claim_relationship
from service.app.relationship_decide import confirm_relationship, verify_relationship
from service.app.relationship_see import relationships_to
from service.app.role_give import approve_role, ask_role, found_role
from service.app.session_find import find_principal
from service.app.transact import transact
from service.domain.access import ACCOUNTS, AUDITOR, HEAD, NOBODY, ROLES, Actor
from service.domain.identity import Identity, check_digit
from service.law import law_text, load_law
from service.store.engine import open_database
from service.store.environment import Environment
from service.store.keys import KeyFolder
from service.store.tables import Officer
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Vault

T = TypeVar("T")
CONSOLE = Actor("system", "console")
PASSWORD = "correct horse battery staple"


@cache
def password_hash() -> str:
    """The hash of the one password that all officers of the tests have."""
    return hash_password(PASSWORD)


class SetClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        """Shows this moment from now on; also an earlier one, where a test wants that."""
        self.now = now

    def tick(self, **by: float) -> datetime:
        """Goes on by a timedelta's arguments; answers the new moment."""
        self.now += timedelta(**by)
        return self.now


def make_environment(url: str, keys: Path, clock: Callable[[], datetime]) -> Environment:
    """An environment on a migrated database, with standing keys, the law of Kazakhstan and real randomness."""
    folder = KeyFolder(keys)
    folder.make_standing(secrets.token_bytes)
    return Environment(
        database=open_database(url),
        clock=clock,
        keys=folder,
        vault=Vault(folder, secrets.token_bytes),
        law=load_law("kz"),
        random_bytes=secrets.token_bytes,
    )


def iin(born: date, serial: int) -> str:
    """A well-formed IIN that nobody has been issued for sure: serial numbers of this test suite."""
    for number in range(serial, serial + 3):
        eleven = f"{born:%y%m%d}{5 if born.year >= 2000 else 3}{number:04}"
        digit = check_digit(eleven)
        if digit is not None:
            return f"{eleven}{digit}"
    raise AssertionError("three numbers in a row without a check digit")


@dataclass
class Builder:
    """Acts as whoever it takes. Everything made is kept by its name, so that tests can name people."""

    environment: Environment
    people: dict[str, str] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)
    file_numbers: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, AccountOpened] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    """Convict to the institution where they were admitted."""
    officers: dict[tuple[str, str], Actor] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    devices: dict[str, DeviceAdded] = field(default_factory=dict)
    relations: dict[tuple[str, str], str] = field(default_factory=dict)
    """Relative and convict to the relationship."""

    def run(self, actor: Actor, use_case: Callable[[UnitOfWork], T]) -> T:
        """One use case, one transaction."""
        return transact(self.environment, actor, use_case)

    def found(self) -> None:
        """The installation."""
        digest = hashlib.sha256(law_text("kz").encode()).hexdigest()
        self.run(CONSOLE, lambda unit: found_installation(unit, law_digest=digest))

    def institution(self, code: str, number: int, kind: str, *names: str, zone: str = "Asia/Almaty") -> str:
        """An institution with its kk, ru and en names."""
        kk, ru, en = names
        return self.run(
            CONSOLE,
            lambda unit: open_institution(
                unit, code=code, number=number, names={"kk": kk, "ru": ru, "en": en}, kind=kind, time_zone=zone
            ),
        )

    def officer(self, institution: str, role: str, identity: Identity, body: str = "institution") -> Actor:
        """An officer with one role: the first two founded, the others asked and approved."""
        login = f"{role.replace('_', '.')}@{institution}"
        appointed = self.run(
            CONSOLE,
            lambda unit: appoint_officer(
                unit, identity=identity, employee_number=f"{institution}-{role}", login=login, body=body
            ),
        )
        self.run(
            NOBODY, lambda unit: set_password(unit, invitation=appointed.invitation, password_hash=password_hash())
        )
        if role in (ACCOUNTS, HEAD, AUDITOR):
            self.run(
                CONSOLE,
                lambda unit: found_role(unit, officer=appointed.officer, institution=institution, role=role),
            )
        else:
            asked = self.run(
                self.officers[institution, ACCOUNTS],
                lambda unit: ask_role(unit, officer=appointed.officer, institution=institution, role=role),
            )
            self.run(self.officers[institution, HEAD], lambda unit: approve_role(unit, role=asked))
        with self.environment.database.reading() as session:
            person = session.get_one(Officer, appointed.officer).person_id
        principal = "auditor" if role == AUDITOR else "officer"
        actor = Actor(principal, appointed.officer, person, institution, frozenset({role}))  # type: ignore[arg-type]
        self.officers[institution, role] = actor
        self.logins[login] = appointed.officer
        return actor

    def staff(self, institution: str, serial: int) -> None:
        """An officer of every role, each a person of their own; the administrator and the head come first."""
        order = (ACCOUNTS, HEAD, *(role for role in ROLES if role not in (ACCOUNTS, HEAD)))
        born = date(1985, 6, 1)
        for number, role in enumerate(order):
            name = Identity(
                "Офицеров", role.replace("_", " ").title(), born, iin=iin(born, serial + 10 * number), language="ru"
            )
            self.officer(institution, role, name, "prosecutor" if role == AUDITOR else "institution")

    def convict(
        self,
        name: str,
        identity: Identity,
        file_number: str,
        arrival: Arrival,
        quarantine_left_on: date | None = None,
    ) -> str:
        """A convict, admitted by the registry officer."""
        convict = self.run(
            self.officers[arrival.institution, "registry_officer"],
            lambda unit: admit_convict(
                unit,
                identity=identity,
                file_number=file_number,
                arrival=arrival,
                quarantine_left_on=quarantine_left_on,
            ),
        )
        self.people[name], self.identities[name], self.file_numbers[name] = convict, identity, file_number
        self.homes[name] = arrival.institution
        return convict

    def relative(self, name: str, identity: Identity, phone: str, email: str | None = None) -> AccountOpened:
        """A relative who registered by a code from the phone."""
        asked = self.run(NOBODY, lambda unit: ask_code(unit, phone=phone, browser=name, language=identity.language))
        sent = code_to_send(self.environment, asked.code_id)
        assert sent is not None
        answer = self.run(NOBODY, lambda unit: answer_code(unit, phone=phone, code=sent.code, browser=name))
        newcomer = find_principal(self.environment, answer.insist())
        assert newcomer is not None
        opened = self.run(
            newcomer, lambda unit: register_account(unit, identity=identity, consent_version="1", email=email)
        )
        self.people[name], self.identities[name], self.phones[name] = opened.person, identity, sent.phone
        self.accounts[name] = opened
        return opened

    def claim(
        self, relative: str, convict: str, kind: str, child: str | None = None, of: Identity | None = None
    ) -> str:
        """A claim of a relative, or for the child named; answers the relationship."""
        identity, number = self.identities[convict], self.file_numbers[convict]
        sought = Sought(number, identity.family_name, identity.birth_date)
        self.run(self.as_relative(relative), lambda unit: claim_relationship(unit, sought=sought, kind=kind, child=of))
        with self.environment.database.reading() as session:
            made = relationships_to(session, self.people[convict], "claimed")[-1]
        if child is not None and of is not None:
            self.people[child], self.identities[child] = made.person_id, of
        self.relations[child or relative, convict] = made.id
        return made.id

    def confirm(self, relative: str, convict: str, basis: str = "паспорт, свидетельство о родстве") -> str:
        """Leads a claim through acceptance, verification and confirmation."""
        relationship = self.relations[relative, convict]
        self.accept(relative, convict)
        home = self.homes[convict]
        self.run(
            self.officers[home, "registry_officer"],
            lambda unit: verify_relationship(unit, relationship=relationship, basis=basis, listed=True),
        )
        self.run(
            self.officers[home, "second_registry_officer"],
            lambda unit: confirm_relationship(unit, relationship=relationship),
        )
        return relationship

    def accept(self, relative: str, convict: str) -> None:
        """The convict accepts at the kiosk."""
        relationship = self.relations[relative, convict]
        self.run(self.at_kiosk(convict), lambda unit: accept_relationship(unit, relationship=relationship))

    def as_relative(self, name: str) -> Actor:
        """A relative signed in."""
        opened = self.accounts[name]
        return Actor("relative", opened.account, opened.person)

    def at_kiosk(self, convict: str, institution: str | None = None) -> Actor:
        """A convict who has signed in at a kiosk."""
        device = self.devices[f"kiosk@{institution or self.homes[convict]}"].device
        return Actor("kiosk", device, self.people[convict], institution or self.homes[convict], device=device)

    def bridge(self, institution: str) -> Actor:
        """The bridge of an institution's gate."""
        device = self.devices[f"bridge@{institution}"].device
        return Actor("bridge", device, None, institution, device=device)

    def add_devices(self, institution: str, gate: str) -> None:
        """A kiosk and the bridge of a gate."""
        head = self.officers[institution, HEAD]
        self.devices[f"kiosk@{institution}"] = self.run(
            head, lambda unit: add_device(unit, institution=institution, kind="kiosk", name="1-отряд")
        )
        self.devices[f"bridge@{institution}"] = self.run(
            head, lambda unit: add_device(unit, institution=institution, kind="bridge", name="КПП", gate=gate)
        )

    def elsewhere(self, environment: Environment) -> "Builder":
        """The same people in a copy of their database."""
        return replace(self, environment=environment)
