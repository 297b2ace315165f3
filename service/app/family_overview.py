"""A relative's first page: for each convict they are tied to, what is left of each kind, and who may come along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from service.app.appointment_weigh import Wish, weigh_wish
from service.app.entitlement_show import Family, Left, credits_of, last_charged, read_family
from service.app.reading import Reading
from service.app.relationship_see import relationships_of
from service.app.relationship_show import ShownRelationship, shown_relationships
from service.app.times_list import Month, Offer, month_of_times
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.store.tables import Institution


@dataclass(frozen=True, slots=True)
class Overview:
    """One convict and one adult tie: the institution and its day, and what is left by wish.

    `institution` is None, and nothing is left, while the convict serves nowhere.
    """

    own: ShownRelationship
    institution: Institution | None
    today: date | None
    left: tuple[tuple[Wish, Left], ...]


@dataclass(frozen=True, slots=True)
class Ties:
    """All ties of a relative: those in force with what is left, their children's, and those that are not in force."""

    confirmed: tuple[Overview, ...]
    children: tuple[ShownRelationship, ...]
    others: tuple[ShownRelationship, ...]


def show_overview(environment: Environment, actor: Actor, wishes: Sequence[Wish]) -> Ties:
    """Everything the first page says about ties, in one snapshot."""
    with Reading(environment, actor) as reading:
        rows = relationships_of(reading.session, actor.person or "")
        shown = shown_relationships(reading, rows, named=("confirmed",))
        own = [one for one in shown if one.row.represented_by is None and one.row.state == "confirmed"]
        return Ties(
            tuple(_overview(reading, one, wishes) for one in own),
            tuple(one for one in shown if one.row.represented_by is not None),
            tuple(one for one in shown if one.row.represented_by is None and one.row.state != "confirmed"),
        )


def show_left(
    environment: Environment, actor: Actor, relationship: str, wishes: Sequence[Wish]
) -> tuple[Overview, tuple[ShownRelationship, ...]]:
    """One tie with what is left, and the children who may come along. Raises Refusal as `show_entitlement` does."""
    with Reading(environment, actor) as reading:
        family = read_family(reading, relationship, ())
        rows = [
            row
            for row in relationships_of(reading.session, actor.person or "")
            if row.convict_id == family.relationship.convict_id and row.state == "confirmed"
        ]
        shown = shown_relationships(reading, rows, named=("confirmed",))
        own = next((one for one in shown if one.row.id == relationship), None)
        if own is None or own.row.represented_by is not None:
            raise Refusal("not-found")
        children = tuple(one for one in shown if one.row.represented_by == actor.person)
        return Overview(own, family.institution, family.today, _left(reading, family, wishes)), children


def show_times(
    environment: Environment,
    actor: Actor,
    relationship: str,
    wish: Wish,
    choose_month: Callable[[date, date | None], date],
) -> tuple[Overview, date, Month]:
    """One tie with what is left of one kind, and the free times of a month, in one snapshot.

    `choose_month` is asked for the first day of the month, given the institution's day and the day the next falls due.
    """
    with Reading(environment, actor) as reading:
        family = read_family(reading, relationship, ())
        (own,) = shown_relationships(reading, [family.relationship], named=("confirmed",))
        if own.row.represented_by is not None:
            raise Refusal("not-found")
        left = _left(reading, family, [wish])
        first = choose_month(family.today, left[0][1].answer.due)
        times = month_of_times(reading, family, wish=wish, year=first.year, month=first.month)
        return Overview(own, family.institution, family.today, left), first, times


def show_day(environment: Environment, actor: Actor, relationship: str, wish: Wish, day: date) -> tuple[Offer, ...]:
    """The free times of one institution-local day. Raises Refusal as `show_entitlement` does."""
    with Reading(environment, actor) as reading:
        family = read_family(reading, relationship, ())
        return month_of_times(reading, family, wish=wish, year=day.year, month=day.month, only=day).offers


def _overview(reading: Reading, own: ShownRelationship, wishes: Sequence[Wish]) -> Overview:
    try:
        family = read_family(reading, own.row.id, ())
    except Refusal:
        return Overview(own, None, None, ())
    return Overview(own, family.institution, family.today, _left(reading, family, wishes))


def _left(reading: Reading, family: Family, wishes: Sequence[Wish]) -> tuple[tuple[Wish, Left], ...]:
    return tuple(
        (
            wish,
            Left(
                family.today,
                weigh_wish(reading, family.file, family.visitors, wish, family.today, None),
                last_charged(family.file, wish),
                credits_of(family.file, wish),
            ),
        )
        for wish in wishes
    )
