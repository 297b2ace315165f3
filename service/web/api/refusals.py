"""What the use cases refuse, as problems of the interface."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from service.app.act_sign import SignatureNeeded
from service.domain.refusal import Refusal
from service.gateways.sms import NotSent
from service.web.api.problem import NOT_FOUND, NOT_YOURS, TOO_MANY, UNAVAILABLE, Problem, Refused
from service.web.api.values import Answer
from service.web.messages import N_


class FreeTime(Answer):
    """A time that is free instead."""

    template: UUID
    day: date
    starts_at: datetime


class Alternatives(Answer):
    alternatives: list[FreeTime] = Field(description="The next free times, when places were what is missing.")


class Due(Answer):
    due: date | None = Field(description="The first day on which none of the reasons that depend on the day stands.")


CONFLICT = Problem(
    "conflict",
    409,
    N_("This is not possible any more"),
    N_(
        "Something has changed meanwhile, or somebody was faster. See the reasons, and look again before you repeat it."
    ),
    extension=Alternatives,
)
NOT_POSSIBLE = Problem(
    "not-possible",
    422,
    N_("The rules do not allow this"),
    N_("See the reasons; each names its article. Where a later day helps, it is named."),
    extension=Due,
)


class ToSign(Answer):
    sign: dict[str, Any] = Field(
        description="What the officer's passkey signs: PublicKeyCredentialRequestOptionsJSON of WebAuthn Level 3. Send "
        "the request again with AuthenticationResponseJSON, in base64url, in the header Kezdesu-Passkey."
    )


SIGNATURE_NEEDED = Problem(
    "signature-needed",
    422,
    N_("Your passkey has to sign this"),
    N_("What two officers do is signed by those who have a passkey. Sign what is named here and send it again."),
    extension=ToSign,
)
SIGN_IN_FAILED = Problem(
    "sign-in-failed",
    403,
    N_("Login or password is not right"),
    N_("Login and password do not go together, or the account is closed."),
)
TRIED_TOO_OFTEN = "too-many-tries"


def refused(error: Exception) -> Refused | None:
    """The problem for a refusal of the domain, a database or a supplier that does not answer; None for a fault.

    Whoever is told that something is not there is told nothing else, so that they cannot tell it from something that is
    not theirs.
    """
    if isinstance(error, SignatureNeeded) and error.options is not None:
        return SIGNATURE_NEEDED.refused(reasons=error.reasons, extension=ToSign(sign=json.loads(error.options)))
    if isinstance(error, Refusal):
        return _of_domain(error)
    if isinstance(error, OperationalError | InterfaceError | TimeoutError | NotSent):
        return UNAVAILABLE.refused(headers={"Retry-After": "5"})
    return None


def _of_domain(refusal: Refusal) -> Refused:
    reasons = refusal.reasons
    if refusal.sort == "not-found":
        return NOT_FOUND.refused()
    if refusal.sort == "not-allowed":
        for one in reasons:
            if one.code == TRIED_TOO_OFTEN:
                wait = int(str(one.arguments["count"])) * 60
                return TOO_MANY.refused(reasons=reasons, headers={"Retry-After": str(wait)})
            if one.code == SIGN_IN_FAILED.code:
                return SIGN_IN_FAILED.refused()
        return NOT_YOURS.refused(reasons=reasons)
    if refusal.sort == "conflict":
        times = [
            FreeTime(
                template=UUID(one["template"]),
                day=date.fromisoformat(one["day"]),
                starts_at=datetime.fromisoformat(one["starts_at"]),
            )
            for one in refusal.alternatives
            if "template" in one
        ]
        return CONFLICT.refused(reasons=reasons, extension=Alternatives(alternatives=times))
    due = next((date.fromisoformat(one["due"]) for one in refusal.alternatives if "due" in one), None)
    return NOT_POSSIBLE.refused(reasons=reasons, extension=Due(due=due))
