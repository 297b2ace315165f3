"""A small visit desk in memory, declared with the contract: one place a day, first come first served."""

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID, uuid5

from flask import Flask
from pydantic import Field

from service.domain.reasons import Reason
from service.web.api.contract import (
    Answer,
    Api,
    Body,
    Caller,
    Count,
    Day,
    Identifier,
    Media,
    Moment,
    Once,
    Principal,
    Problem,
    text,
)

NAMESPACE = UUID(int=7)
TOKENS = {
    "relative-token": Caller("relative", "aigul"),
    "relative-token-2": Caller("relative", "marat"),
    "officer-token": Caller("officer", "dinara", "LA-155/8"),
}


class Visitor(Body):
    name: text(80)
    birth_date: Day
    note: text(200, lines=True) | None = None


class NewVisit(Body):
    on: Day
    requested_at: Moment
    convict: Identifier
    visitors: Annotated[list[Visitor], Field(min_length=1, max_length=4)]
    children: Annotated[int, Field(ge=0, le=20)] = 0


class Visit(Answer):
    id: UUID
    on: Day
    requested_at: Moment
    names: list[str]


class Visits(Answer):
    visits: list[Visit]


class NextFree(Answer):
    next_free: list[Day]


class Page(Body):
    since: Day | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


PLACE_TAKEN = Problem(
    "place-taken", 409, "Someone was faster", "The place on {day} has just been taken.", extension=NextFree
)
NOT_DUE = Problem("not-due", 409, "Not yet due", "The next visit is not due yet.")


@dataclass
class Kept:
    fingerprint: bytes
    status: int | None
    body: bytes | None


@dataclass
class Desk:
    """Visits and answers of one process; `put` succeeds once per key, as the store's unique index does."""

    visits: dict[UUID, Visit] = field(default_factory=dict)
    answers: dict[tuple[str, str], Kept] = field(default_factory=dict)

    def authenticate(self, token: str) -> Principal | None:
        return TOKENS.get(token)

    def find(self, *, principal: str, key: str) -> Kept | None:
        return self.answers.get((principal, key))

    def put(self, unit: object, *, principal: str, key: str, fingerprint: bytes, status: int, body: bytes) -> bool:
        if (principal, key) in self.answers:
            return False
        self.answers[principal, key] = Kept(fingerprint, status, body)
        return True


def toy_api(desk: Desk) -> Api:
    """The desk's interface."""
    api = Api(title="Visit desk", version="1", description="A toy.", authenticator=desk, idempotency=desk)

    @api.endpoint(
        "POST", "/visits", summary="Book a visit", principals=("relative",), body=NewVisit, answer=Visit,
        status=201, problems=(PLACE_TAKEN, NOT_DUE), idempotent=True,
    )  # fmt: skip
    def book_visit(caller: Principal, body: NewVisit, once: Once) -> Visit:
        if body.on.day == 31:
            raise NOT_DUE.refused(reasons=[Reason("interval-before", "IR 83", {"last": body.on, "due": body.on})])
        if any(visit.on == body.on for visit in desk.visits.values()):
            raise PLACE_TAKEN.refused(arguments={"day": body.on.isoformat()}, extension=NextFree(next_free=[body.on]))
        visit = Visit(
            id=uuid5(NAMESPACE, f"{caller.id}{body.on}"),
            on=body.on,
            requested_at=body.requested_at,
            names=[visitor.name for visitor in body.visitors],
        )
        once.remember(None, visit)
        desk.visits[visit.id] = visit
        return visit

    @api.endpoint("GET", "/visits", summary="The visits", principals=("relative", "officer"), query=Page, answer=Visits)
    def list_visits(query: Page) -> Visits:
        since = [visit for visit in desk.visits.values() if query.since is None or visit.on >= query.since]
        return Visits(visits=since[: query.limit])

    @api.endpoint("GET", "/visits/<uuid:visit>", summary="One visit", principals=("relative", "officer"), answer=Visit)
    def show_visit(visit: UUID) -> Visit:
        found = desk.visits.get(visit)
        if found is None:
            from service.web.api.problem import NOT_FOUND

            raise NOT_FOUND.refused()
        return found

    @api.endpoint("DELETE", "/visits/<uuid:visit>", summary="Cancel", principals=("officer",), answer=None, status=204)
    def cancel_visit(visit: UUID) -> None:
        desk.visits.pop(visit, None)

    @api.endpoint(
        "GET",
        "/door/<int:number>",
        summary="A drawing",
        principals=("anyone",),
        answer=Media("image/svg+xml"),
    )
    def draw_door(number: Count) -> bytes:
        return b"<svg xmlns='http://www.w3.org/2000/svg'/>"

    return api


def toy_app(desk: Desk) -> Flask:
    """The desk as an app of its own."""
    app = Flask("toy", static_folder=None)
    toy_api(desk).install(app)
    return app
