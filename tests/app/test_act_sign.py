"""Acts of two are signed by officers who have a passkey: over the act itself, once, with their own, and provably so."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta

import cbor2
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from service.app.act_sign import PURPOSE, Pen, SignatureNeeded, hash_of, must_sign, signing
from service.app.exception_ask import ask_exception, decide_exception
from service.app.exception_show import list_exceptions
from service.app.factor_reset import ask_reset, decide_reset
from service.app.oversight_show import exceptions_by_officer
from service.app.passkey import LASTS, add_passkey, ask_new_passkey
from service.app.person_merge import ask_merge, decide_merge
from service.app.role_give import approve_role, ask_role
from service.domain.access import SIGNED_ACTS, Actor
from service.gateways.passkeys import Party
from service.store.columns import of
from service.store.tables import ActSignature, Event, ExceptionRequest, OfficerRole, Passkey
from service.store.unit_of_work import UnitOfWork
from tests.app.refusals import refused
from tests.authenticator import PRESENT, Authenticator
from tests.cast import MEDIUM, NOW, World

PARTY = Party("localhost", "https://localhost:8443")
Act = Callable[[UnitOfWork, Pen | None], str | None]


def token(actor: Actor) -> str:
    return f"session of {actor.id}"


def with_passkey(world: World, role: str) -> tuple[Actor, Authenticator]:
    """An officer of that role, who has a passkey from now on."""
    officer, key = world.as_officer(role), Authenticator(PARTY.origin, PARTY.host)
    options = world.run(
        officer, lambda unit: ask_new_passkey(unit, token=token(officer), party=PARTY, shown_as="officer")
    )
    add_passkey(
        world.environment, officer, token=token(officer), party=PARTY, name="Кілт", answer=key.make(options)
    )  # fmt: skip
    return officer, key


def to_sign(world: World, actor: Actor, act: Act) -> str:
    """The options that the officer's passkey is asked with."""
    pen = Pen(token(actor), PARTY)
    with pytest.raises(SignatureNeeded) as needed:
        signing(world.environment, actor, pen, lambda: world.run(actor, lambda unit: act(unit, pen)))
    assert needed.value.options is not None
    return needed.value.options


def do(world: World, actor: Actor, act: Act, answer: str | None) -> str | None:
    return world.run(actor, lambda unit: act(unit, Pen(token(actor), PARTY, answer)))


def asking(world: World, ground: str = "humanitarian") -> Act:
    return lambda unit, pen: ask_exception(
        unit, convict=world.people["Ерлан"], kind="interval-before", appointment_kind="short", ground=ground,
        article="PEC 106", words="мать больна", usable_until=date(2026, 4, 1), pen=pen,
    )  # fmt: skip


def deciding(request: str, grant: bool = True) -> Act:
    return lambda unit, pen: decide_exception(unit, request=request, grant=grant, pen=pen)


def asked(world: World) -> str:
    made = do(world, world.as_officer("duty_officer"), asking(world), None)
    assert made is not None
    return made


def state(world: World, request: str) -> str:
    with world.environment.database.reading() as session:
        return session.get_one(ExceptionRequest, request).state


def signatures(world: World) -> list[ActSignature]:
    with world.environment.database.reading() as session:
        row = of(ActSignature)
        return list(session.scalars(sa.select(ActSignature).where(row.at >= NOW).order_by(row.at, row.act)))


def test_without_a_passkey_the_act_goes_on_and_the_record_says_that_it_was_not_signed(world: World) -> None:
    request = asked(world)
    assert do(world, world.as_officer("head"), deciding(request), None) == "granted"
    kept = signatures(world)
    assert [(one.act, one.row_id, one.passkey_id) for one in kept] == [
        ("exception.ask", request, None), ("exception.decide", request, None),
    ]  # fmt: skip
    assert [one.officer_id for one in kept] == [world.as_officer("duty_officer").id, world.as_officer("head").id]


def test_an_officer_with_a_passkey_does_nothing_of_two_unsigned_and_is_told_so(world: World) -> None:
    request = asked(world)
    head, _ = with_passkey(world, "head")
    with refused("passkey-signature-needed"):
        do(world, head, deciding(request), None)
    with refused("passkey-signature-needed"):
        world.run(head, lambda unit: decide_exception(unit, request=request, grant=False))
    assert state(world, request) == "asked"
    assert must_sign(world.environment, head)
    assert not must_sign(world.environment, world.as_officer("duty_officer"))


def test_what_was_signed_is_proved_from_the_record_with_the_public_key_alone(world: World) -> None:
    request = asked(world)
    head, key = with_passkey(world, "head")
    signed = key.sign(to_sign(world, head, deciding(request)))
    assert do(world, head, deciding(request), signed) == "granted"
    (kept,) = [one for one in signatures(world) if one.passkey_id is not None]
    with world.environment.database.reading() as session:
        passkey = session.get_one(Passkey, kept.passkey_id)
        row = session.get_one(ExceptionRequest, request)
        event = of(Event)
        told = session.scalars(sa.select(event.type).where(event.log_id == "national").order_by(event.number)).all()
    assert (passkey.sign_count, passkey.person_id) == (key.count, kept.person_id)
    assert told[-1] == "exception.granted"
    facts = {
        "institution": MEDIUM, "convict": row.convict_id, "kind": "interval-before", "appointment_kind": "short",
        "ground": "humanitarian", "article": "PEC 106", "usable_until": "2026-04-01", "relationship": None,
        "request": request, "grant": True,
    }  # fmt: skip
    assert kept.signed == hash_of("exception.decide", facts, bytes.fromhex(kept.nonce or "")).hex()

    def octets(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    response = json.loads(kept.assertion or "")["response"]
    client, data = octets(response["clientDataJSON"]), octets(response["authenticatorData"])
    assert octets(json.loads(client)["challenge"]).hex() == kept.signed
    cose = cbor2.loads(octets(passkey.public_key))
    public = ec.EllipticCurvePublicNumbers(
        int.from_bytes(cose[-2], "big"), int.from_bytes(cose[-3], "big"), ec.SECP256R1()
    ).public_key()
    public.verify(octets(response["signature"]), data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))


def test_a_signature_for_one_act_fits_no_other(world: World) -> None:
    one, other = asked(world), asked(world)
    head, key = with_passkey(world, "head")
    signed = key.sign(to_sign(world, head, deciding(one)))
    for act in (deciding(other), deciding(one, grant=False)):
        with refused("signature-wrong"):
            do(world, head, act, signed)
    assert (state(world, one), state(world, other)) == ("asked", "asked")
    assert do(world, head, deciding(one), signed) == "granted"


def test_a_signature_is_good_once_and_for_five_minutes(world: World) -> None:
    duty, key = with_passkey(world, "duty_officer")
    signed = key.sign(to_sign(world, duty, asking(world)))
    do(world, duty, asking(world), signed)
    with refused("signature-wrong"):
        do(world, duty, asking(world), signed)
    late = key.sign(to_sign(world, duty, asking(world)))
    world.clock.tick(seconds=LASTS.total_seconds() + 1)
    with refused("signature-wrong"):
        do(world, duty, asking(world), late)
    assert len(signatures(world)) == 1


def test_a_challenge_of_signing_in_or_of_another_session_signs_no_act(world: World) -> None:
    request = asked(world)
    head, key = with_passkey(world, "head")
    signed = key.sign(to_sign(world, head, deciding(request)))
    with refused("signature-wrong"):
        world.run(head, lambda unit: deciding(request)(unit, Pen("another session", PARTY, signed)))
    add = world.run(head, lambda unit: ask_new_passkey(unit, token=token(head), party=PARTY, shown_as="x"))
    assert PURPOSE != "add"
    with refused("signature-wrong"):
        do(world, head, deciding(request), key.sign(add))
    assert state(world, request) == "asked"


def test_another_officers_passkey_signs_nothing(world: World) -> None:
    request = asked(world)
    head, _ = with_passkey(world, "head")
    _, of_the_deputy = with_passkey(world, "deputy_head")
    options = to_sign(world, head, deciding(request))
    for answer in (of_the_deputy.sign(options), "", "{}", "x" * 9000):
        with refused("signature-wrong"):
            do(world, head, deciding(request), answer)
    assert state(world, request) == "asked"


@pytest.mark.parametrize("fault", ["origin", "host", "flags", "count"])
def test_what_the_passkey_says_otherwise_signs_nothing(world: World, fault: str) -> None:
    request = asked(world)
    head, key = with_passkey(world, "head")
    options = to_sign(world, head, deciding(request))
    if fault == "count":
        first = asked(world)
        do(world, head, deciding(first), key.sign(to_sign(world, head, deciding(first))))
        options = to_sign(world, head, deciding(request))
        answer = key.sign(options, count_on=False)
    else:
        wrong = {"origin": "https://elsewhere.kz", "host": "elsewhere.kz", "flags": PRESENT}[fault]
        setattr(key, fault, wrong)
        answer = key.sign(options)
    with refused("signature-wrong"):
        do(world, head, deciding(request), answer)


def test_everything_else_is_refused_before_anybody_is_asked_to_sign(world: World) -> None:
    duty, _ = with_passkey(world, "duty_officer")
    with refused("choice-unknown"):
        do(world, duty, asking(world, "no such ground"), None)


def test_roles_resets_and_merges_are_signed_too(world: World) -> None:
    keeper, key = with_passkey(world, "account_administrator")
    head, of_head = with_passkey(world, "head")
    registrar, of_registrar = with_passkey(world, "registry_officer")
    gate = world.as_officer("gate_officer").id
    one, other = world.relations["Болат", "Ерлан"], world.relations["Сергей", "Ерлан"]

    def both(first: Actor, first_key: Authenticator, ask: Act, decide: Callable[[str], Act]) -> None:
        request = do(world, first, ask, first_key.sign(to_sign(world, first, ask))) or ""
        second = decide(request)
        with refused("passkey-signature-needed"):
            do(world, head, second, None)
        do(world, head, second, of_head.sign(to_sign(world, head, second)))

    both(
        keeper, key,
        lambda unit, pen: ask_role(unit, officer=gate, institution=MEDIUM, role="call_supervisor", pen=pen),
        lambda role: lambda unit, pen: approve_role(unit, role=role, pen=pen),
    )  # fmt: skip
    both(
        keeper, key,
        lambda unit, pen: ask_reset(unit, officer=gate, pen=pen),
        lambda request: lambda unit, pen: decide_reset(unit, request=request, reset=True, pen=pen),
    )  # fmt: skip
    both(
        registrar, of_registrar,
        lambda unit, pen: ask_merge(unit, kept=one, ended=other, ground="same-phone", words="один", pen=pen),
        lambda request: lambda unit, pen: decide_merge(unit, request=request, grant=False, pen=pen),
    )  # fmt: skip
    assert {one.act for one in signatures(world)} <= SIGNED_ACTS
    assert len(signatures(world)) == 6
    assert all(one.passkey_id for one in signatures(world))
    with world.environment.database.reading() as session:
        held = session.scalars(sa.select(OfficerRole).where(of(OfficerRole).officer_id == gate)).all()
    assert any(one.role == "call_supervisor" and one.started_at for one in held)


def test_a_passkey_that_was_removed_is_not_asked_for(world: World) -> None:
    request = asked(world)
    head, _ = with_passkey(world, "head")
    with world.environment.database.writes() as session:
        session.execute(sa.update(Passkey).values(ended_at=world.clock() + timedelta(seconds=1), ended_reason="asked"))
        session.commit()
    assert do(world, head, deciding(request), None) == "granted"


def test_the_desk_and_oversight_see_which_halves_were_signed(world: World) -> None:
    request = asked(world)
    head, key = with_passkey(world, "head")
    do(world, head, deciding(request), key.sign(to_sign(world, head, deciding(request))))
    shown = list_exceptions(world.environment, head)
    assert (shown.signed[request, "ask"], shown.signed[request, "decide"]) == (False, True)
    auditor = Actor("auditor", "an auditor", None, MEDIUM, frozenset({"auditor"}))
    counted = {one.number: (one.signed, one.halves) for one in exceptions_by_officer(world.environment, auditor)}
    assert sorted(counted.values()) == [(0, 1), (1, 1)]
