"""Problems: everything that can go wrong at the interface, as data (RFC 9457).

A `Problem` is a kind; `Refused` is one occurrence, raised anywhere below an endpoint. The sentence is made at
the edge in the reader's language; titles and details here are the English message ids of the catalogue
`pages`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from service.domain.reasons import Reason
from service.web.messages import N_

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class FieldError:
    """One thing wrong in what was sent: where (a JSON pointer, or the name of a parameter), and what."""

    pointer: str
    code: str
    detail: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    place: str = "body"


@dataclass(frozen=True)
class Problem:
    """A kind of problem: stable code, HTTP status, title and detail as message ids, members of its own."""

    code: str
    status: int
    title: str
    detail: str
    extension: type[BaseModel] | None = None
    retry_after: bool = False

    def refused(
        self,
        *,
        arguments: Mapping[str, object] | None = None,
        errors: Sequence[FieldError] = (),
        reasons: Sequence[Reason] = (),
        extension: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Refused":
        """One occurrence, to be raised. `reasons` are those of the domain."""
        return Refused(self, arguments or {}, tuple(errors), tuple(reasons), extension, headers or {})


@dataclass(eq=False)
class Refused(Exception):
    """This request is refused: which problem, and all that is known about why."""

    problem: Problem
    arguments: Mapping[str, object] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    reasons: tuple[Reason, ...] = ()
    extension: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class FieldErrorDocument(BaseModel):
    pointer: str = Field(description="JSON pointer into the body, or `#/name` of a parameter.")
    place: str = Field(description="body, query or header.", serialization_alias="in")
    code: str
    detail: str


class ReasonDocument(BaseModel):
    code: str = Field(description="Stable code of the rule that stands against it.")
    article: str = Field(description="Article of the law or rules it rests on.")
    text: str = Field(description="The sentence in the language of the answer.")


class ProblemDocument(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(description="Where this kind of problem is described, relative to this server.")
    title: str
    status: int
    detail: str = Field(description="In the language chosen by Accept-Language: kk, ru or en.")
    code: str = Field(description="Stable name of the kind of problem.")
    instance: str = Field(description="This occurrence; quote it when you ask for help.")
    errors: list[FieldErrorDocument] = []
    reasons: list[ReasonDocument] = []


UNREADABLE = Problem(
    "unreadable",
    400,
    N_("The request cannot be read"),
    N_("The request cannot be read: {why}. Correct it and send it again."),
)
KEY_MISSING = Problem(
    "idempotency-key-missing",
    400,
    N_("The Idempotency-Key header is missing"),
    N_("Send an Idempotency-Key header of 16 to 64 letters, digits, - or _, new for every new request."),
)
NOT_SIGNED_IN = Problem(
    "not-signed-in",
    401,
    N_("Sign in first"),
    N_("This needs a valid access token. Send it as Authorization: Bearer."),
)
NOT_YOURS = Problem("not-allowed", 403, N_("This is not open to you"), N_("Your kind of account may not do this."))
NOT_FOUND = Problem(
    "not-found", 404, N_("Not found"), N_("There is nothing at this address, or it is not open to you.")
)
WRONG_METHOD = Problem(
    "method-not-allowed",
    405,
    N_("This method does not exist here"),
    N_("This address does not answer this method. The Allow header lists those it does."),
)
KEY_IN_FLIGHT = Problem(
    "request-in-flight",
    409,
    N_("The same request is still being answered"),
    N_("A request with this Idempotency-Key is being answered now. Send it again in a moment."),
    retry_after=True,
)
TOO_LARGE = Problem("too-large", 413, N_("The request is too large"), N_("At most 64 KiB are read. Send less."))
WRONG_MEDIA_TYPE = Problem(
    "wrong-media-type",
    415,
    N_("The body is not JSON"),
    N_("Send the body as application/json in UTF-8, without compression."),
)
INVALID = Problem(
    "invalid",
    422,
    N_("Something in the request is not right"),
    N_("See the list of errors; each names its place."),
)
KEY_REUSED = Problem(
    "idempotency-key-reused",
    422,
    N_("This Idempotency-Key belongs to another request"),
    N_("This Idempotency-Key was used with another request. Use a new key for a new request."),
)
TOO_MANY = Problem(
    "too-many-requests", 429, N_("Too many requests"), N_("Wait a little and try again."), retry_after=True
)
FAULT = Problem(
    "fault",
    500,
    N_("A fault on our side"),
    N_("Nothing was changed. Try again later; quote the instance if it goes on."),
)
UNAVAILABLE = Problem(
    "unavailable",
    503,
    N_("Not available just now"),
    N_("Nothing was changed. Try again in a moment."),
    retry_after=True,
)

STANDARD = (
    UNREADABLE, KEY_MISSING, NOT_SIGNED_IN, NOT_YOURS, NOT_FOUND, WRONG_METHOD, KEY_IN_FLIGHT, TOO_LARGE,
    WRONG_MEDIA_TYPE, INVALID, KEY_REUSED, TOO_MANY, FAULT, UNAVAILABLE,
)  # fmt: skip
OF_STATUS = {
    400: UNREADABLE, 401: NOT_SIGNED_IN, 403: NOT_YOURS, 404: NOT_FOUND, 405: WRONG_METHOD, 413: TOO_LARGE,
    415: WRONG_MEDIA_TYPE, 422: INVALID, 429: TOO_MANY, 500: FAULT, 503: UNAVAILABLE,
}  # fmt: skip
