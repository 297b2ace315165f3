"""Faces, passkeys, codes by time, changes of number and looks, in the installation of `tests.store.whole`."""

from datetime import timedelta

from sqlmodel import Session

from service.domain.access import Actor
from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import HOUSE, Whole


def factors(made: Whole) -> None:
    """Two rows of each: one that has ended, one that lasts."""
    mother, brother = made.ids["mother"], made.ids["brother"]
    head, registrar = made.ids["officer_head"], made.ids["officer_registrar"]

    def own(unit: UnitOfWork) -> None:
        people = {head: unit.get(t.Officer, head).person_id, registrar: unit.get(t.Officer, registrar).person_id}
        for number, who in enumerate((mother, brother)):
            made.new(
                unit, f"photo_{number}", t.Photo, {"image": f"/9j/{number}"}, of=who, person_id=who,
                added_by=registrar, added_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"passkey_{number}", t.Passkey, {"name": "Телефон"}, of=who, person_id=who, holder="relative",
                credential_id=f"credential-{number}", public_key=f"key-{number}", sign_count=number, backed_up=False,
                added_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"phone_change_{number}", t.PhoneChange, {"phone": "+77010000009", "before": "+77010000008"},
                of=who, person_id=who, state="waiting", asked_at=unit.now,
                effective_at=unit.now + timedelta(hours=72),
            )  # fmt: skip
        for number, (officer, person) in enumerate(people.items()):
            made.new(
                unit, f"time_code_{number}", t.TimeCode, {"secret": "A" * 32}, of=person, officer_id=officer,
                person_id=person, added_at=unit.now,
            )  # fmt: skip

    made.act("photo.added", t.NATIONAL, own)

    def used(unit: UnitOfWork) -> None:
        ended = {"ended_at": unit.now, "ended_reason": "asked"}
        made.change(unit, t.Photo, "photo_1", **ended)
        made.change(unit, t.Passkey, "passkey_0", sign_count=5, backed_up=True, used_at=unit.now)
        made.change(unit, t.Passkey, "passkey_1", used_at=unit.now, **ended)
        made.change(unit, t.PhoneChange, "phone_change_1", state="cancelled", ended_at=unit.now, ended_code="asked")
        made.change(unit, t.TimeCode, "time_code_0", started_at=unit.now, last_step=59_000_000)
        made.change(unit, t.TimeCode, "time_code_1", started_at=unit.now, last_step=59_000_001)

    made.act("passkey.used", t.NATIONAL, used)

    def replaced(unit: UnitOfWork) -> None:
        made.change(unit, t.TimeCode, "time_code_1", ended_at=unit.now, ended_reason="reset")

    made.act("time_code.ended", t.NATIONAL, replaced)

    def looked(unit: UnitOfWork) -> None:
        for number, who in enumerate((mother, brother)):
            made.new(
                unit, f"look_{number}", t.IdentityLook, {"reason": "салыстыру"}, of=who, institution_id=HOUSE,
                person_id=who, field=("iin", "document")[number], officer_id=registrar, looked_at=unit.now,
            )  # fmt: skip

    made.act("identity.opened", HOUSE, looked)

    def lost(unit: UnitOfWork) -> None:
        for officer, by in ((head, registrar), (registrar, head)):
            made.new(
                unit, f"reset_{officer}", t.FactorReset, institution_id=HOUSE, officer_id=officer, state="asked",
                asked_by=by, asked_at=unit.now,
            )  # fmt: skip

    made.act("factor_reset.asked", HOUSE, lost)

    def decide(unit: UnitOfWork) -> None:
        third = made.ids["officer_second_registrar"]
        for officer in (head, registrar):
            made.change(unit, t.FactorReset, f"reset_{officer}", state="done", decided_by=third, decided_at=unit.now)

    made.act("factor_reset.done", HOUSE, decide)


def passing_factors(made: Whole, session: Session) -> None:
    """Ways to a passkey and to a provider that are being gone."""
    now = made.world.clock()
    session.add(
        t.PasskeyChallenge(id="0" * 32, session_hash="x", purpose="add", challenge=b"x", asked_at=now, used_at=now)
    )
    session.add(
        t.ProviderSignIn(
            id="0" * 32, state_hash="x", browser_hash="x", sealed=b"x", asked_at=now, answered_at=now, used_at=now
        )
    )


def signatures(made: Whole) -> None:
    """Two halves of acts of two: one signed with a passkey, one by an officer who has none."""
    people = {}

    def key(unit: UnitOfWork) -> None:
        for name in ("officer_head", "officer_registrar"):
            people[name] = unit.get(t.Officer, made.ids[name]).person_id
        made.new(
            unit, "passkey_officer", t.Passkey, {"name": "Кілт"}, of=people["officer_head"],
            person_id=people["officer_head"], holder="officer", credential_id="credential-officer",
            public_key="key-officer", sign_count=0, backed_up=False, added_at=unit.now,
        )  # fmt: skip

    def ask(unit: UnitOfWork) -> None:
        made.new(
            unit, "signature_asked", t.ActSignature, act="exception.ask", row_id=made.ids["exception_son"],
            officer_id=made.ids["officer_registrar"], person_id=people["officer_registrar"], at=unit.now,
        )  # fmt: skip

    def decide(unit: UnitOfWork) -> None:
        made.new(
            unit, "signature_decided", t.ActSignature, act="exception.decide", row_id=made.ids["exception_son"],
            officer_id=made.ids["officer_head"], person_id=people["officer_head"], at=unit.now,
            passkey_id=made.ids["passkey_officer"], signed="ab" * 32, nonce="cd" * 32, assertion='{"id":"x"}',
        )  # fmt: skip

    made.act("passkey.added", t.NATIONAL, key)
    made.act("exception.asked", t.NATIONAL, ask, Actor("officer", made.ids["officer_registrar"]))
    made.act("exception.granted", t.NATIONAL, decide, Actor("officer", made.ids["officer_head"]))
