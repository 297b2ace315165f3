"""What the entitlement is computed from: the convict's history and the appointment asked for.

Days are institution-local calendar days, times are institution-local. Every period is half-open: it is in
force from `since` on and no longer on `until`; `until=None` means that no end is known.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal, Protocol, TypeVar

Kind = Literal["short", "long", "call", "video_call", "lawyer", "marriage_registration"]
VisitKind = Literal["short", "long"]
ChargeRule = Literal["interval", "calendar_month", "period", "credit", "unlimited", "uncounted", "exception"]
VisitState = Literal["planned", "held", "no_show", "cancelled"]
PlacementBasis = Literal["sentence", "housekeeping", "kept_for_order", "kept_for_trial", "treatment"]
CreditSource = Literal["incentive", "restored"]
CallPurpose = Literal["ordinary", "legal", "medical", "exceptional"]
Channel = Literal["in_person", "video"]

KINDS: tuple[Kind, ...] = ("short", "long", "call", "video_call", "lawyer", "marriage_registration")
VISIT_KINDS: tuple[VisitKind, ...] = ("short", "long")
CALL_KINDS: tuple[Kind, ...] = ("call", "video_call")


class Dated(Protocol):
    """Anything in force from `since` on and no longer on `until`."""

    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def in_force(periods: tuple[D, ...], day: date) -> D | None:
    """The period in force on `day`; of several, the one that began last."""
    found: D | None = None
    for period in periods:
        if (
            period.since <= day
            and (period.until is None or day < period.until)
            and (found is None or period.since >= found.since)
        ):
            found = period
    return found


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the convict is held. `basis` says why there; `court_type` is the type of institution the court
    set, needed where the table of quotas follows the sentence and not the house (mixed security)."""

    institution: str
    institution_type: str
    since: date
    until: date | None = None
    basis: PlacementBasis = "sentence"
    court_type: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionPeriod:
    """The condition of serving: regular, light, preferential or strict; adult or juvenile in remand."""

    condition: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DegreePeriod:
    """The behaviour degree, -3 to 3; 0 means none."""

    degree: int
    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        if not -3 <= self.degree <= 3:
            raise ValueError(f"a behaviour degree is between -3 and 3, not {self.degree}")


@dataclass(frozen=True, slots=True)
class Suspension:
    """Isolator, single cell, special regime, quarantine, order of the head.

    `ground` is a name of the law file; `stops` names the kinds that the order stops, None means those of the
    law file.
    """

    id: str
    ground: str
    since: date
    until: date | None = None
    stops: frozenset[Kind] | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """A lasting bar of the convict named in the law file: tuberculosis (bacterial excretion), smuggling."""

    ground: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """A visit kept for the convict: earned as an incentive, or prevented earlier and to be given later.

    `used_by` is the appointment that takes it, if a live one does.
    """

    id: str
    kind: VisitKind
    source: CreditSource
    granted_on: date
    used_by: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment of the past or future and how it was charged.

    `charged_kind` differs from `kind` when a long visit was turned into a short one. `month` and `ordinal`
    are those of its `ChargePlan`.
    """

    id: str
    kind: Kind
    day: date
    rule: ChargeRule = "interval"
    charged_kind: VisitKind | None = None
    state: VisitState = "held"
    month: str | None = None
    ordinal: int | None = None
    credit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency or epidemic quarantine in the institution (IR 104)."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ConvictFacts:
    """Everything about one convict that the law looks at. Order within the tuples does not matter."""

    placements: tuple[Placement, ...]
    conditions: tuple[ConditionPeriod, ...] = ()
    degrees: tuple[DegreePeriod, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    bans: tuple[Ban, ...] = ()
    credits: tuple[Credit, ...] = ()
    visits: tuple[Visit, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    first_choice: VisitKind | None = None
    """Which kind the convict wants first after quarantine."""
    quarantine_left_on: date | None = None
    """First day outside the quarantine unit at the start of the sentence."""
    born: date | None = None
    lifer: bool = False


@dataclass(frozen=True, slots=True)
class VisitorBan:
    """A bar of a visitor after an offence; the law file gives its length where `until` is not recorded."""

    ground: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PartyMember:
    """One person who comes or calls. `relation` is a name of the law file.

    `confirmed`: the relationship is verified by one officer, confirmed by another and accepted by the
    convict, on the day asked for. `represents`: visitors of whom this adult is the legal representative.
    `minor` is read only where the birth date is not known.
    """

    visitor: str
    relation: str
    confirmed: bool = False
    born: date | None = None
    minor: bool = False
    represents: tuple[str, ...] = ()
    permitted_by_head: bool = False
    common_child_present: bool = False
    listed_in_file: bool = False
    is_convict: bool = False
    bans: tuple[VisitorBan, ...] = ()


@dataclass(frozen=True, slots=True)
class AppointmentRequest:
    """The appointment asked for. An empty `party` asks for the entitlement alone, as a calendar does."""

    kind: Kind
    day: date
    start: time | None = None
    """Institution-local; None leaves the hours unchecked."""
    party: tuple[PartyMember, ...] = ()
    channel: Channel = "in_person"
    convict_consents_to_video: bool = False
    from_long: bool = False
    """A short visit in the place of a long one, at the convict's request."""
    shortened_to: timedelta | None = None
    outside: bool = False
    """A long visit with a stay outside (juvenile institutions)."""
    outside_permitted: bool = False
    investigator_permits: bool = False
    """Written permission of the investigator or the court (remand)."""
    exception_id: str | None = None
    """A granted exception; who granted it, and why, is for the caller to prove."""
    exception_kind: str | None = None
    """The reason it names; None for a surplus above the number."""
    credit_id: str | None = None
    """Take this credit; None takes the ordinary visit if it is due, otherwise the oldest credit."""
    purpose: CallPurpose = "ordinary"
    ground_proved: bool = False
    """The exceptional ground of a call is proved by a certificate."""
    visitor_cap: int | None = None
    """The institution's own limit of visitors at a short visit, where it has one."""
    ignoring: str | None = None
    """The appointment being moved or checked again: it does not stand in its own way."""
