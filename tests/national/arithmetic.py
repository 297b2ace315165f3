"""The arithmetic of a country of two million people in prison, from what was counted and measured of a smaller one."""

from dataclasses import dataclass

SECONDS_OF_A_YEAR = 365 * 24 * 3600
EVENTS_OF_A_CALL = 10
PARTITIONS = 8


@dataclass(frozen=True)
class Counted:
    """A year of the population of `kezdesu demo --population national --seed 1`, and one rush over it (tests/bench)."""

    institutions: int = 78
    convicts: int = 32_000
    events: int = 650_811
    scans: int = 190_159
    bookings: int = 93_534
    all_events: int = 1_035_296
    megabytes: int = 1_781
    scan_bytes: int = 513
    rush_bookings: int = 6_658
    rush_minutes: int = 10
    requests_a_second: float = 79.3
    web_ms: float = 9.07
    database_ms: float = 1.97


@dataclass(frozen=True)
class Country:
    """What follows for `convicts` people, scaled by their number."""

    convicts: int = 2_000_000
    seen: Counted = Counted()

    @property
    def times(self) -> float:
        """How many times larger."""
        return self.convicts / self.seen.convicts

    @property
    def bytes_an_event(self) -> float:
        """All tables and indexes of PostgreSQL, for each event in them."""
        return self.seen.megabytes * 2**20 / self.seen.all_events

    def rows(self) -> list[tuple[str, str, str]]:
        """What, of the population counted, of the country."""
        seen, times = self.seen, self.times
        calls = self.convicts * 52
        web = seen.requests_a_second * seen.web_ms / 1000
        database = seen.requests_a_second * seen.database_ms / 1000
        return [
            ("people in prison", f"{seen.convicts:,}", f"{self.convicts:,}"),
            ("institutions", f"{seen.institutions:,}", f"{seen.institutions * times:,.0f}"),
            ("events of visits a year", f"{seen.events:,}", f"{seen.events * times:,.0f}"),
            ("the same a day", f"{seen.events / 365:,.0f}", f"{seen.events * times / 365:,.0f}"),
            (
                "the same a second, the year round",
                f"{seen.events / SECONDS_OF_A_YEAR:.3f}",
                f"{seen.events * times / SECONDS_OF_A_YEAR:.2f}",
            ),
            ("bookings a year", f"{seen.bookings:,}", f"{seen.bookings * times:,.0f}"),
            ("bookings a day", f"{seen.bookings / 365:,.0f}", f"{seen.bookings * times / 365:,.0f}"),
            ("scans a year", f"{seen.scans:,}", f"{seen.scans * times:,.0f}"),
            ("scans a day", f"{seen.scans / 365:,.0f}", f"{seen.scans * times / 365:,.0f}"),
            (
                "gigabytes a year, visits",
                f"{seen.events * self.bytes_an_event / 1e9:.1f}",
                f"{seen.events * times * self.bytes_an_event / 1e9:.0f}",
            ),
            (
                "of that, scans with their indexes",
                f"{seen.scans * seen.scan_bytes / 1e9:.2f}",
                f"{seen.scans * times * seen.scan_bytes / 1e9:.1f}",
            ),
            ("calls a year, if each calls once a week", f"{seen.convicts * 52:,}", f"{calls:,}"),
            (
                "events a second of such calls, 09:00 to 21:00",
                f"{seen.convicts * 52 * EVENTS_OF_A_CALL / SECONDS_OF_A_YEAR * 2:.1f}",
                f"{calls * EVENTS_OF_A_CALL / SECONDS_OF_A_YEAR * 2:.0f}",
            ),
            (
                "gigabytes a year of such calls",
                f"{seen.convicts * 52 * EVENTS_OF_A_CALL * self.bytes_an_event / 1e9:.0f}",
                f"{calls * EVENTS_OF_A_CALL * self.bytes_an_event / 1e9:,.0f}",
            ),
            (
                "09:00 of the long visits: bookings a second",
                f"{seen.rush_bookings / seen.rush_minutes / 60:.1f}",
                f"{seen.rush_bookings * times / seen.rush_minutes / 60:.0f}",
            ),
            (
                "requests a second then",
                f"{seen.requests_a_second:.0f}",
                f"{seen.requests_a_second * times:,.0f}",
            ),
            ("processors of web servers then, all busy", f"{web:.2f}", f"{web * times:.0f}"),
            ("processors of PostgreSQL then, all busy", f"{database:.2f}", f"{database * times:.1f}"),
            (
                "bookings a second of one institution then",
                f"{seen.rush_bookings / seen.institutions / seen.rush_minutes / 60:.2f}",
                f"{seen.rush_bookings / seen.institutions / seen.rush_minutes / 60:.2f}",
            ),
            (
                f"institutions on each of {PARTITIONS} shards",
                "-",
                f"{seen.institutions * times / PARTITIONS:.0f}",
            ),
            (
                f"requests a second on each of {PARTITIONS} shards then",
                "-",
                f"{seen.requests_a_second * times / PARTITIONS:.0f}",
            ),
        ]

    def table(self) -> list[str]:
        """The rows as docs/national.md has them."""
        return [f"| {what} | {here} | {there} |" for what, here, there in self.rows()]


if __name__ == "__main__":
    print("\n".join(Country().table()))
