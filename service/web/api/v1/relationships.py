"""Relationships as relatives see them: whom they are tied to, what is left, which times are free."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from service.app.entitlement_show import show_entitlement
from service.app.relationship_claim import Sought, claim_relationship
from service.app.relationship_end import withdraw_relationship
from service.app.relationship_show import ShownRelationship, list_at, list_own
from service.app.times_list import Month, list_times
from service.web.api.callers import SignedIn
from service.web.api.contract import Answer, Body, Day, Identifier, Once
from service.web.api.problem import TOO_MANY
from service.web.api.refusals import CONFLICT, NOT_POSSIBLE
from service.web.api.v1.interface import Interface
from service.web.api.v1.shapes import Asked, Code, Limit, ReasonSaid, WhoIs, hexes, maybe_hex, say
from service.web.api.v1.texts import FileNumber, Name
from service.web.even_answer import even_answer

RelationshipState = Literal[
    "claimed", "accepted", "declined", "verified", "confirmed", "refused", "revoked", "withdrawn"
]


class Relation(Answer):
    id: UUID
    kind: str
    state: str
    institution: str
    convict: UUID
    person: UUID
    person_name: str | None = Field(description="Who comes.")
    convict_name: str | None = Field(description="Named to those who know them already.")
    for_a_minor: bool
    listed_in_file: bool
    permitted: bool = Field(description="The head permits short visits (IR 80).")
    claimed_at: datetime
    since: date | None
    until: date | None
    ended_ground: str | None


class Relations(Answer):
    relationships: list[Relation]


class RelationsWanted(Body):
    state: Annotated[list[RelationshipState], Field(max_length=8)] = Field(
        default=[], description="For officers: the open ones unless told."
    )
    after: Identifier | None = None
    limit: Limit = 100


class ConvictMeant(Body):
    """All three must be exact."""

    file_number: FileNumber
    family_name: Name
    birth_date: Day


class Claim(Body):
    convict: ConvictMeant
    kind: Code = Field(description="What you are to them: a relation of the law file, for example `parent`.")
    child: WhoIs | None = Field(default=None, description="The minor you represent, if it is not about yourself.")


class EntitlementAsked(Asked):
    day: Day | None = Field(default=None, description="Institution-local; today if none is named.")


class Entitled(Answer):
    day: date
    allowed: bool
    waits_for_decision: bool = Field(description="Only permissions are missing, which a person may give.")
    due: date | None = Field(description="The first day from `day` on which nothing that depends on the day stands.")
    rate: str | None = Field(description="How often, as the law file has it: `6/year`.")
    minutes: int | None = Field(description="The lawful length.")
    last: date | None = Field(description="The latest day that took from this entitlement, past or booked.")
    credits: int = Field(description="Visits earned or to be given later, not yet used.")
    reasons: list[ReasonSaid]
    notes: list[ReasonSaid]


class TimesAsked(Asked):
    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class Time(Answer):
    template: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    places: int
    places_left: int
    waits_for: list[ReasonSaid] = Field(description="Permissions that a person still has to give.")


class Hidden(Answer):
    first: date
    last: date
    reasons: list[ReasonSaid]


class Times(Answer):
    month: str
    due: date | None
    times: list[Time]
    full: list[date] = Field(description="Days that are allowed and have no place left.")
    not_allowed: list[Hidden] = Field(description="Days the law does not allow, in a row, with every reason.")


def install(face: Interface) -> None:
    """Declare the resource."""
    api, environment = face.api, face.environment

    @api.endpoint(
        "GET", "/relationships", summary="Your relationships; for officers, the registry's work",
        principals=("relative", "officer"), query=RelationsWanted, answer=Relations,
    )  # fmt: skip
    def list_relationships(caller: SignedIn, query: RelationsWanted) -> Relations:
        """A claim shows here once the convict has answered it."""
        if caller.kind == "officer":
            found = list_at(environment, caller.actor, query.state, maybe_hex(query.after), query.limit)
        else:
            found = list_own(environment, caller.actor)[: query.limit]
        return Relations(relationships=[relation(one) for one in found])

    @api.endpoint(
        "POST", "/relationships", summary="Say what you are to a convict", principals=("relative",),
        body=Claim, answer=None, status=202, problems=(CONFLICT, NOT_POSSIBLE, TOO_MANY), idempotent=True,
    )  # fmt: skip
    def claim(caller: SignedIn, body: Claim, once: Once) -> None:
        """The answer is the same whether there is such a convict or not; they are asked, and you are told."""
        sought = Sought(body.convict.file_number, body.convict.family_name, body.convict.birth_date)
        child = None if body.child is None else body.child.identity()
        with even_answer(face.pause):
            face.do(
                caller.actor, once, lambda unit: claim_relationship(unit, sought=sought, kind=body.kind, child=child)
            )

    @api.endpoint(
        "POST", "/relationships/<uuid:relationship>/withdrawal", summary="Withdraw a relationship",
        principals=("relative",), answer=None, status=204, problems=(CONFLICT, NOT_POSSIBLE), idempotent=True,
    )  # fmt: skip
    def withdraw(caller: SignedIn, relationship: UUID, once: Once) -> None:
        face.do(caller.actor, once, lambda unit: withdraw_relationship(unit, relationship=relationship.hex))

    @api.endpoint(
        "GET", "/relationships/<uuid:relationship>/entitlement", summary="What is left, and when the next falls due",
        principals=("relative",), query=EntitlementAsked, answer=Entitled, problems=(CONFLICT, NOT_POSSIBLE),
    )  # fmt: skip
    def ask_entitlement(caller: SignedIn, relationship: UUID, query: EntitlementAsked) -> Entitled:
        left = show_entitlement(
            environment,
            caller.actor,
            relationship.hex,
            wish=query.wish(),
            day=query.day,
            others=hexes(query.others),
        )
        answer = left.answer
        return Entitled(
            day=left.day,
            allowed=answer.allowed,
            waits_for_decision=not answer.allowed and answer.charge is not None,
            due=answer.due,
            rate=None if answer.rate is None else str(answer.rate),
            minutes=None if answer.duration is None else int(answer.duration.total_seconds() // 60),
            last=left.last,
            credits=left.credits,
            reasons=[say(one) for one in answer.reasons],
            notes=[say(one) for one in answer.notes],
        )

    @api.endpoint(
        "GET", "/relationships/<uuid:relationship>/times", summary="Free times of a month",
        principals=("relative",), query=TimesAsked, answer=Times, problems=(CONFLICT, NOT_POSSIBLE),
    )  # fmt: skip
    def list_free_times(caller: SignedIn, relationship: UUID, query: TimesAsked) -> Times:
        """Days the law does not allow are left out, and it is said why."""
        year, month = (int(part) for part in query.month.split("-"))
        found = list_times(
            environment,
            caller.actor,
            relationship.hex,
            wish=query.wish(),
            year=year,
            month=month,
            others=hexes(query.others),
        )
        return _times(query.month, found)


def relation(one: ShownRelationship) -> Relation:
    """A relationship on the wire."""
    row = one.row
    return Relation(
        id=UUID(row.id),
        kind=row.kind,
        state=row.state,
        institution=row.institution_id,
        convict=UUID(row.convict_id),
        person=UUID(row.person_id),
        person_name=one.person,
        convict_name=one.convict,
        for_a_minor=row.represented_by is not None,
        listed_in_file=row.listed_in_file,
        permitted=row.permitted_at is not None,
        claimed_at=row.claimed_at,
        since=row.since,
        until=row.until,
        ended_ground=row.ended_ground,
    )


def _times(month: str, found: Month) -> Times:
    return Times(
        month=month,
        due=found.due,
        times=[
            Time(
                template=UUID(one.slot.template),
                day=one.slot.day,
                starts_at=one.slot.starts_at,
                ends_at=one.slot.ends_at,
                places=one.slot.places,
                places_left=one.slot.free,
                waits_for=[say(reason) for reason in one.waits_for],
            )
            for one in found.offers
        ],
        full=list(found.full),
        not_allowed=[
            Hidden(first=one.first, last=one.last, reasons=[say(reason) for reason in one.reasons])
            for one in found.hidden
        ],
    )
