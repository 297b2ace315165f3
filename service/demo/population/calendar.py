"""Which places of an institution's rooms are still free, day by day."""

from datetime import date, timedelta

from service.demo.population.houses import Hall, House
from service.domain.timetable import Template


class Calendar:
    """Takes places so that no two visits meet in one: long ones by the day, short ones by the session."""

    def __init__(self, house: House) -> None:
        self._halls = house.halls
        self._nights: set[tuple[str, date]] = set()
        self._seats: dict[tuple[str, date], int] = {}

    def hall(self, kind: str) -> Hall:
        """The room for a kind of visit."""
        return self._halls[kind]

    def take(self, kind: str, template: Template, day: date, days: int) -> str | None:
        """A place from that day on (for `days`, where it is a long visit), or None when all are taken."""
        places = self._halls[kind].places
        if kind == "short":
            taken = self._seats.get((template.id, day), 0)
            if taken == len(places):
                return None
            self._seats[template.id, day] = taken + 1
            return places[taken]
        nights = [day + timedelta(days=ahead) for ahead in range(days)]
        for place in places:
            if not any((place, night) in self._nights for night in nights):
                self._nights.update((place, night) for night in nights)
                return place
        return None
