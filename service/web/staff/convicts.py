"""The convicts of the institution and the file of each, as a timeline of papers."""

from uuid import UUID

from flask import render_template, request

from service.app.convict_show import SEE, ShownFile, list_convicts, show_convict
from service.domain.access import Target, may
from service.domain.file_entries import ENTERED, ORDERS
from service.web.entitled import say_left
from service.web.face import SignedIn
from service.web.pages import Pages
from service.web.staff.face import StaffFace
from service.web.staff.file_names import DECISIONS, ENTRIES, value_name

LONGEST_SEARCH = 80


def may_enter(caller: SignedIn) -> tuple[str, ...]:
    """The kinds of entries this officer may make."""
    target = Target(caller.institution)
    return tuple(
        kind
        for kind in ENTERED
        if may(caller.actor, "convict.enter_order" if kind in ORDERS else "convict.enter_file", target)
    )


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("convicts")
    environment = face.environment

    @part.page("/convicts", audience=("officer",))
    def everybody(caller: SignedIn) -> str:
        place = face.enter(caller, SEE)
        wanted = request.args.get("name", "")[:LONGEST_SEARCH]
        return render_template(
            "staff/convicts.html",
            place=place,
            wanted=wanted,
            convicts=list_convicts(environment, caller.actor, wanted),
            value_name=value_name,
            acts=_acts(caller),
        )

    @part.page("/convicts/<uuid:convict>", audience=("officer",))
    def look(caller: SignedIn, convict: UUID) -> str:
        place = face.enter(caller, SEE)
        shown = show_convict(environment, caller.actor, convict.hex)
        return render_template(
            "staff/convict.html",
            place=place,
            shown=shown,
            left={kind: say_left(left) for kind, left in shown.left.items() if left is not None},
            kinds=may_enter(caller),
            acts=_acts(caller),
            next_steps=_next_steps(shown),
            ENTRIES=ENTRIES,
            DECISIONS=DECISIONS,
            value_name=value_name,
            now=environment.clock(),
        )

    return part


def _acts(caller: SignedIn) -> frozenset[str]:
    """What this officer may do to a file beside entering papers."""
    acts = (
        "convict.set_degree", "convict.set_condition", "convict.transfer", "convict.release", "convict.admit",
        "convict.import", "contact.name", "convict.enter_file", "convict.enter_order", "card.end",
    )  # fmt: skip
    return frozenset(act for act in acts if may(caller.actor, act, Target(caller.institution)))


def _next_steps(shown: ShownFile) -> list[tuple[object, bool]]:
    """(proposal, ready today), what is ready first."""
    return sorted(((one, one.ready(shown.today)) for one in shown.proposals), key=lambda one: not one[1])
