"""Who comes: the form that booking and waiting share, the companions found by their codes, what they need and bring."""

import contextlib
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from service.app.companion_find import Companion, find_companion, name_companions
from service.domain.party_needs import BRINGS, NEEDS
from service.domain.refusal import Refusal
from service.web.api.values import Body, Day, Identifier, text
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import words
from service.web.messages import N_
from service.web.names import BRING_NAMES, NEED_NAMES
from service.web.public.face import PublicFace

MOST_COMPANIONS = 3


class Comers(Body):
    """A party for a day."""

    day: Day
    children: Annotated[list[Identifier], Field(max_length=12)] = Field(default=[])
    others: Annotated[list[Identifier], Field(max_length=MOST_COMPANIONS)] = Field(default=[])
    code: text(20) | None = None  # type: ignore[valid-type]
    needs: Annotated[list[str], Field(max_length=len(NEEDS) + len(BRINGS))] = Field(default=[])


class Party(Comers):
    """A party for one time of that day."""

    template: Identifier


LABELS = {
    "children": N_("Which children come with you?"),
    "others": N_("Adults who come with you"),
    "code": N_("Code of another adult, if one comes with you"),
    "needs": N_("What you need, and what you bring"),
}


def party_of(own: str, read: Comers, form: Form[Any]) -> list[str]:
    """The relationships of the party, one's own first."""
    return [own, *(one.hex for one in read.children), *_ids(form.values("others"))]


def add_companion(face: PublicFace, caller: SignedIn, own: str, form: Form[Any], code: str) -> None:
    """Turns the code that was typed into one more adult of the form."""
    try:
        other = face.do(caller, lambda unit: find_companion(unit, own=own, code=code))
    except Refusal as refusal:
        refuse_into(form, refusal, {"too-many-tries": "code"})
        return
    if other is None:
        form.refuse("code", N_("Nobody tied to the same convict has this code. Please check it with them."))
        return
    form.typed.setlist("others", list(dict.fromkeys([*form.values("others"), str(UUID(other))])))
    form.typed.pop("code", None)


def named_companions(face: PublicFace, caller: SignedIn, relationship: UUID, form: Form[Any]) -> list[Companion]:
    """The adults whose codes were given, as the page calls them."""
    others = _ids(form.values("others"))
    return name_companions(face.environment, caller.actor, relationship.hex, others) if others else []


def needs_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The two lists as the form shows them: a heading, then codes with their words."""
    say = words().sentence
    return [
        (say(N_("Does somebody need help?")), [(f"needs:{one}", say(NEED_NAMES[one])) for one in NEEDS]),
        (say(N_("What do you bring for the convict?")), [(f"brings:{one}", say(BRING_NAMES[one])) for one in BRINGS]),
    ]


def _ids(values: Sequence[str]) -> list[str]:
    found = []
    for one in values[:MOST_COMPANIONS]:
        with contextlib.suppress(ValueError):
            found.append(UUID(one).hex)
    return found
