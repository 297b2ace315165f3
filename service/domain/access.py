"""Who may do what: the whole access policy as one table.

Each act of the service has one row: the kinds of principal that may do it, and the conditions on what they do it to.
A use case asks `require` first; nothing else in the code decides about access. Acts not in the table do not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from service.domain.reasons import reason
from service.domain.refusal import Refusal

Principal = Literal["relative", "officer", "kiosk", "bridge", "auditor", "system", "nobody"]

REGISTRY = "registry_officer"
SECOND_REGISTRY = "second_registry_officer"
DUTY = "duty_officer"
HEAD = "head"
DEPUTY = "deputy_head"
COMMISSION = "commission_secretary"
SUPERVISOR = "call_supervisor"
GATE = "gate_officer"
ACCOUNTS = "account_administrator"
AUDITOR = "auditor"

ROLES = (REGISTRY, SECOND_REGISTRY, DUTY, HEAD, DEPUTY, COMMISSION, SUPERVISOR, GATE, ACCOUNTS, AUDITOR)
EXCLUSIVE = (
    frozenset({REGISTRY, SECOND_REGISTRY}),
    *(frozenset({ACCOUNTS, role}) for role in ROLES if role != ACCOUNTS),
    *(frozenset({AUDITOR, role}) for role in ROLES if role not in (AUDITOR, ACCOUNTS)),
)
"""Roles that never meet in one person. Whoever keeps the accounts sees no case; the database refuses the same pairs."""

INSTITUTION_BODY = "institution"
OVERSIGHT_BODIES = ("prosecutor", "ombudsman", "preventive-mechanism", "public-commission")
"""Whom auditors serve: never the body that runs the institution."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as their credential says. `roles` are those held at `institution`, now."""

    principal: Principal
    id: str
    person: str | None = None
    institution: str | None = None
    roles: frozenset[str] = frozenset()
    device: str | None = None


NOBODY = Actor("nobody", "")
"""Whoever has not signed in: may ask for a code, answer it, or sign in, and nothing else."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an act is done to, as far as access depends on it."""

    institution: str | None = None
    persons: frozenset[str] = field(default_factory=frozenset)
    """The relatives whose own affair it is."""
    convict: str | None = None
    not_by: frozenset[str] = field(default_factory=frozenset)
    """Officers who already did the other half of an act of two."""


Rule = Callable[[Actor, Target], bool]


def own(actor: Actor, target: Target) -> bool:
    """A relative's own affair."""
    return actor.principal == "relative" and actor.person is not None and actor.person in target.persons


def own_officer(actor: Actor, target: Target) -> bool:
    """What an officer or auditor signs in with: nobody's affair but theirs."""
    return actor.principal in ("officer", "auditor") and actor.person is not None and actor.person in target.persons


def as_convict(actor: Actor, target: Target) -> bool:
    """The convict himself, identified at a kiosk of his institution."""
    return (
        actor.principal == "kiosk"
        and actor.person is not None
        and actor.person == target.convict
        and actor.institution == target.institution
    )


def anyone(principal: Principal) -> Rule:
    """Any principal of a kind."""
    return lambda actor, _target: actor.principal == principal


def another(principal: Principal) -> Rule:
    """Any principal of a kind but those who did the other half."""
    return lambda actor, target: actor.principal == principal and actor.id not in target.not_by


def here(*roles: str) -> Rule:
    """An officer holding one of the roles at the institution concerned."""
    wanted = frozenset(roles)
    return lambda actor, target: (
        actor.principal == "officer"
        and bool(actor.roles & wanted)
        and target.institution is not None
        and actor.institution == target.institution
        and actor.id not in target.not_by
    )


def auditor_here(actor: Actor, target: Target) -> bool:
    """An auditor appointed for this institution by a body of oversight."""
    return (
        actor.principal == "auditor"
        and AUDITOR in actor.roles
        and target.institution is not None
        and actor.institution == target.institution
    )


def kiosk_itself(actor: Actor, target: Target) -> bool:
    """A kiosk at which nobody has signed in yet, for its own institution and for no convict."""
    return (
        actor.principal == "kiosk"
        and actor.person is None
        and actor.institution is not None
        and actor.institution == target.institution
        and target.convict is None
    )


def device_here(actor: Actor, target: Target) -> bool:
    """A gate bridge of this institution."""
    return actor.principal == "bridge" and actor.institution == target.institution


SYSTEM = anyone("system")

POLICY: Mapping[str, tuple[Rule, ...]] = {
    # people and accounts
    "person.register": (anyone("relative"), here(REGISTRY, SECOND_REGISTRY), SYSTEM),
    "account.open": (anyone("relative"), here(REGISTRY, SECOND_REGISTRY), SYSTEM),
    "session.open": (anyone("nobody"),),
    "account.close": (own, here(REGISTRY, SECOND_REGISTRY)),
    "session.see": (own, own_officer),
    "session.end": (own, own_officer),
    "phone.change": (own,),
    "email.change": (own,),
    "notice.see": (own,),
    "phone.cancel": (own, here(REGISTRY, SECOND_REGISTRY)),
    "phone.take_effect": (SYSTEM,),
    "photo.add": (own, here(REGISTRY, SECOND_REGISTRY)),
    "photo.end": (own, here(REGISTRY, SECOND_REGISTRY)),
    "photo.see": (own, here(REGISTRY, SECOND_REGISTRY, GATE)),
    "passkey.add": (own, own_officer),
    "passkey.end": (own, own_officer),
    "time_code.add": (own_officer,),
    "language.choose": (own, as_convict),
    "factor_reset.ask": (here(ACCOUNTS),),
    "factor_reset.decide": (here(HEAD, DEPUTY),),
    "identity.open": (here(REGISTRY, SECOND_REGISTRY),),
    "erasure.ask": (own, here(REGISTRY, SECOND_REGISTRY)),
    "erasure.decide": (here(HEAD, DEPUTY),),
    "officer.see": (here(ACCOUNTS, HEAD, DEPUTY),),
    "officer.appoint": (here(ACCOUNTS, HEAD), SYSTEM),
    "officer.dismiss": (here(ACCOUNTS, HEAD), SYSTEM),
    "role.found": (SYSTEM,),
    "role.ask": (here(ACCOUNTS),),
    "role.approve": (here(HEAD, DEPUTY),),
    "role.end": (here(ACCOUNTS, HEAD, DEPUTY), SYSTEM),
    "institution.open": (SYSTEM,),
    "institution.guide": (here(DUTY, HEAD, DEPUTY), SYSTEM),
    "device.add": (here(ACCOUNTS, HEAD), SYSTEM),
    "device.revoke": (here(ACCOUNTS, HEAD, DUTY), SYSTEM),
    "device.see": (here(ACCOUNTS, HEAD, DUTY),),
    # relationships
    "relationship.see": (as_convict, here(REGISTRY, SECOND_REGISTRY, HEAD, DEPUTY)),
    "relationship.claim": (own,),
    "relationship.withdraw": (own,),
    "relationship.accept": (as_convict, here(REGISTRY)),
    "relationship.decline": (as_convict, here(REGISTRY)),
    "relationship.verify": (here(REGISTRY),),
    "relationship.confirm": (here(SECOND_REGISTRY, HEAD, DEPUTY),),
    "relationship.refuse": (here(REGISTRY, SECOND_REGISTRY, HEAD, DEPUTY),),
    "relationship.ask_registry": (here(REGISTRY, SECOND_REGISTRY),),
    "relationship.hear_registry": (SYSTEM,),
    "reopening.ask": (here(REGISTRY),),
    "merge.ask": (here(REGISTRY, SECOND_REGISTRY),),
    "merge.decide": (here(HEAD, DEPUTY),),
    "relationship.permit": (here(HEAD, DEPUTY),),
    "relationship.list": (here(REGISTRY, SECOND_REGISTRY),),
    "relationship.revoke": (as_convict, here(REGISTRY, SECOND_REGISTRY, HEAD, DEPUTY)),
    "visitor.ban": (here(HEAD, DEPUTY),),
    # the convict's file
    "convict.see_file": (here(REGISTRY, SECOND_REGISTRY, DUTY, HEAD, DEPUTY, COMMISSION),),
    "convict.import": (here(REGISTRY), SYSTEM),
    "contact.name": (as_convict, here(REGISTRY)),
    "convict.admit": (here(REGISTRY), SYSTEM),
    "convict.place": (here(REGISTRY), SYSTEM),
    "convict.transfer": (here(REGISTRY),),
    "convict.set_condition": (here(COMMISSION), SYSTEM),
    "convict.set_degree": (here(HEAD, DEPUTY), SYSTEM),
    "convict.enter_file": (here(REGISTRY, HEAD, DEPUTY, COMMISSION), SYSTEM),
    "convict.enter_order": (here(HEAD, DEPUTY), SYSTEM),
    "convict.release": (here(REGISTRY),),
    # cards and the kiosk
    "card.issue": (here(REGISTRY, DUTY), SYSTEM),
    "card.end": (here(REGISTRY, DUTY, HEAD, DEPUTY), SYSTEM),
    "convict.sign_in": (kiosk_itself,),
    "pin.change": (as_convict,),
    "convict_request.make": (as_convict,),
    "convict_request.see": (as_convict, here(DUTY, HEAD, DEPUTY, REGISTRY)),
    "convict_request.decide": (here(HEAD, DEPUTY),),
    "letter.keep": (as_convict,),
    "letter.fetch": (anyone("auditor"),),
    "oversight_key.add": (SYSTEM,),
    "queue.take": (kiosk_itself,),
    "kiosk_alarm.see": (here(DUTY, HEAD, DEPUTY),),
    # rooms and timetable
    "room.open": (here(DUTY, HEAD, DEPUTY), SYSTEM),
    "timetable.change": (here(DUTY, HEAD, DEPUTY), SYSTEM),
    "dates.block": (here(DUTY, HEAD, DEPUTY),),
    "board.see": (here(DUTY, HEAD, DEPUTY),),
    "lists.see": (here(DUTY, HEAD, DEPUTY),),
    # appointments
    "appointment.see_times": (own, as_convict, here(DUTY, HEAD, DEPUTY)),
    "appointment.hold": (own, as_convict),
    "appointment.request": (own, as_convict),
    "appointment.see": (own, as_convict, here(DUTY, HEAD, DEPUTY, REGISTRY, GATE, SUPERVISOR), anyone("auditor")),
    "appointment.decide": (here(HEAD, DEPUTY),),
    "appointment.cancel": (own, as_convict, here(DUTY, HEAD, DEPUTY)),
    "appointment.move": (own, here(DUTY, HEAD, DEPUTY)),
    "queue.join": (own,),
    "queue.leave": (own,),
    "queue.offer": (SYSTEM,),
    "call_windows.set": (own,),
    "call.arrange": (here(HEAD, DEPUTY), SYSTEM),
    "call.see": (here(SUPERVISOR, DUTY, HEAD, DEPUTY),),
    "call.join": (own, as_convict, here(SUPERVISOR)),
    "call.supervise": (here(SUPERVISOR),),
    "call.time": (SYSTEM,),
    "call.price": (SYSTEM,),
    "call.pay": (here(REGISTRY, HEAD, DEPUTY),),
    "rota.set": (here(HEAD, DEPUTY),),
    "recording.rule": (here(HEAD),),
    "recording.hold": (here(HEAD, DEPUTY),),
    "recording.open": (here(HEAD, DEPUTY),),
    "appointment.close": (here(DUTY, HEAD, DEPUTY), SYSTEM),
    "appointment.dispute": (own, as_convict),
    "appointment.review": (SYSTEM,),
    "flag.resolve": (here(DUTY, HEAD, DEPUTY),),
    "dispute.answer": (here(HEAD, DEPUTY),),
    "exception.ask": (here(DUTY, REGISTRY, COMMISSION),),
    "exception.decide": (here(HEAD, DEPUTY),),
    "exception.see": (here(DUTY, REGISTRY, SECOND_REGISTRY, COMMISSION, HEAD, DEPUTY), anyone("auditor")),
    "late_request.see": (here(DUTY, HEAD, DEPUTY), anyone("auditor")),
    # the gate
    "pass.see": (own, here(DUTY, GATE)),
    "pass_key.rotate": (SYSTEM,),
    "standing_key.rotate": (SYSTEM,),
    "pass.revoke": (here(DUTY, HEAD, DEPUTY, GATE), SYSTEM),
    "scan.take": (device_here,),
    "gate.see": (here(GATE, DUTY),),
    "gate.bundle": (device_here,),
    "bridge_key.register": (device_here,),
    "bridge_key.approve": (here(ACCOUNTS, HEAD, DEPUTY), SYSTEM),
    "journal.take": (device_here,),
    "gate_pin.set": (here(GATE, DUTY, HEAD, DEPUTY),),
    "gate.reconcile": (SYSTEM,),
    "reconciliation.see": (anyone("auditor"), here(DUTY, HEAD, DEPUTY), SYSTEM),
    "identity.match": (here(GATE),),
    # oversight: its own accounts are its own; no institution gives, takes or resets them
    "auditor.appoint": (SYSTEM,),
    "auditor.dismiss": (SYSTEM,),
    "oversight.see": (auditor_here,),
    "oversight.look": (auditor_here,),
    "openings.ask": (anyone("auditor"),),
    "openings.decide": (another("auditor"),),
    "openings.release": (anyone("auditor"),),
    "lead.answer": (anyone("auditor"),),
    # the record
    "record.see": (anyone("auditor"), SYSTEM),
    "record.publish": (SYSTEM,),
    "receipt.see": (own, as_convict, anyone("auditor"), here(DUTY, HEAD, DEPUTY)),
    "slip.check": (anyone("nobody"),),
    "notice.send": (SYSTEM,),
    "hold.lapse": (SYSTEM,),
}


HALVES = (
    ("relationship.verify", "relationship.confirm"),
    ("exception.ask", "exception.decide"),
    ("merge.ask", "merge.decide"),
    ("reopening.ask", "exception.decide"),
    ("role.ask", "role.approve"),
    ("erasure.ask", "erasure.decide"),
    ("factor_reset.ask", "factor_reset.decide"),
)
"""Acts of two people: the second is not done by whoever did the first."""

SIGNED_ACTS = frozenset(
    act
    for halves in HALVES
    for act in halves
    if act not in ("relationship.verify", "relationship.confirm", "erasure.ask", "erasure.decide")
)
"""Halves that an officer who has a passkey signs with it. Relations are the day's work, and the database holds their
two officers apart; an erasure is asked by the person it is about."""


def may(actor: Actor, act: str, target: Target) -> bool:
    """Whether the policy lets this actor do this act to this target. Raises KeyError for an act not in the table."""
    return any(rule(actor, target) for rule in POLICY[act])


def require(actor: Actor, act: str, target: Target) -> None:
    """Lets the act pass or raises a Refusal.

    A relative, a kiosk or a stranger learns no more than that there is no such thing for them; whoever works at
    another institution learns that it belongs to another; an officer who did the first half is told that a second
    officer is needed; everybody else of the house that another role is.
    """
    if may(actor, act, target):
        return
    if actor.principal in ("relative", "kiosk", "nobody"):
        raise Refusal("not-found")
    if actor.id in target.not_by:
        raise Refusal("not-allowed", (reason("second-officer-needed"),))
    if target.institution is not None and actor.institution != target.institution:
        raise Refusal("not-found", (reason("not-your-institution"),))
    raise Refusal("not-allowed", (reason("another-role-needed"),))
