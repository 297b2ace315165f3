"""The quotas of the law as a lawyer reads them, kept apart from the law file.

A column each: institution, condition, first day, last day, short visits, long visits, parcels, small packets,
shop limit a month (MCI), article.
"""

from dataclasses import dataclass
from datetime import date

QUOTAS = """
minimum           | regular        | 2015-01-01 | ...        | 1/month          | 1/month     | none        | none        | unlimited   | PEC 143(4)
minimum           | light          | 2015-01-01 | ...        | 1/week           | 1/week      | none        | none        | unlimited   | PEC 143(5)
minimum           | strict         | 2015-01-01 | ...        | 1/quarter        | 1/half-year | none        | none        | unlimited   | PEC 143(6)
medium            | regular        | 2015-01-01 | ...        | 6/year           | 2/year      | 6/year      | 6/year      | 6           | PEC 136(1)
medium            | light          | 2015-01-01 | ...        | 6/year           | 6/year      | 12/year     | 12/year     | 12          | PEC 136(2)
medium            | preferential   | 2015-01-01 | 2025-09-15 | unlimited        | 6/year      | 12/year     | 12/year     | unknown     | PEC 136(3) before Law 210-VIII
medium            | preferential   | 2025-09-16 | ...        | 12/year          | 12/year     | 12/year     | 12/year     | 15          | PEC 136(3)
medium            | strict         | 2015-01-01 | ...        | 3/year           | 0           | 3/year      | 3/year      | 2           | PEC 136(4)
maximum           | regular        | 2015-01-01 | ...        | 4/year           | 1/year      | 4/year      | 4/year      | 5           | PEC 138(1)
maximum           | light          | 2015-01-01 | ...        | 4/year           | 4/year      | 6/year      | 6/year      | 10          | PEC 138(2)
maximum           | preferential   | 2015-01-01 | 2025-09-15 | unlimited        | 4/year      | 6/year      | 6/year      | unknown     | PEC 138(3) before Law 210-VIII
maximum           | preferential   | 2025-09-16 | ...        | 6/year           | 6/year      | 6/year      | 6/year      | 12          | PEC 138(3)
maximum           | strict         | 2015-01-01 | ...        | 3/year           | 0           | 2/year      | 2/year      | 2           | PEC 138(4)
extreme           | regular        | 2015-01-01 | 2023-05-19 | 3/year           | 1/year      | unknown     | unknown     | 2           | PEC 140(2) before Law 212-VII
extreme           | regular        | 2023-05-20 | ...        | 3/year           | 1/year      | 3/year      | 3/year      | 5           | PEC 140(2)
extreme           | light          | 2015-01-01 | 2023-05-19 | 3/year           | 3/year      | unknown     | unknown     | unknown     | PEC 140(3) before Law 212-VII
extreme           | light          | 2023-05-20 | ...        | 3/year           | 2/year      | 4/year      | 4/year      | 7           | PEC 140(3)
extreme           | strict         | 2015-01-01 | 2023-05-19 | 3/year           | 0           | unknown     | unknown     | unknown     | PEC 140 before Law 212-VII
extreme           | strict         | 2023-05-20 | ...        | 2/year           | 0           | 1/year      | 1/year      | 2           | PEC 140(4)
extreme           | preferential   | 2015-01-01 | 2023-05-19 | unlimited        | 3/year      | unknown     | unknown     | unknown     | PEC 140(4) before Law 212-VII
complete          | regular        | 2015-01-01 | ...        | 2/year           | 1/year      | 2/year      | 2/year      | 5           | PEC 145(5)
complete          | light          | 2015-01-01 | ...        | 3/year           | 3/year      | 3/year      | 3/year      | 7           | PEC 145(6)
complete          | strict         | 2015-01-01 | ...        | 2/year           | 0           | 1/year      | 1/year      | 2           | PEC 145(4)
mixed             | kept-for-order | 2020-01-01 | ...        | 2/year           | 2/year      | 2/year      | 1/year      | 2           | PEC 92(7)
juvenile          | regular        | 2015-01-01 | ...        | 8/year           | 4/year      | 10/year     | 10/year     | 10          | PEC 151(1)
juvenile          | light          | 2015-01-01 | ...        | 24/year          | 6/year      | 14/year     | 14/year     | 15          | PEC 151(2)
juvenile          | preferential   | 2015-01-01 | ...        | unlimited        | unlimited   | unlimited   | unlimited   | unlimited   | PEC 151(3)
juvenile          | strict         | 2015-01-01 | ...        | 6/year           | 2/year      | 6/year      | 6/year      | 8           | PEC 151(4)
remand            | adult          | 2015-01-01 | ...        | 2/calendar-month | 0           | unlimited   | unlimited   | none stated | 353-I 17(2)
remand            | juvenile       | 2015-01-01 | ...        | 3/calendar-month | 0           | unlimited   | unlimited   | none stated | 353-I 17(2)
awaiting-dispatch | -              | 2015-01-01 | ...        | 1/stay           | 0           | none stated | none stated | none stated | PEC 90(1)
"""  # noqa: E501 one row of the law on one line


@dataclass(frozen=True)
class Row:
    """One row as written above; `last` is None where it is in force until further notice."""

    institution: str
    condition: str
    first: date
    last: date | None
    short: str
    long: str
    parcels: str
    packets: str
    spend: str
    article: str


def rows() -> list[Row]:
    """Every row of the table."""
    found = []
    for line in QUOTAS.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        last = None if cells[3] == "..." else date.fromisoformat(cells[3])
        found.append(Row(cells[0], cells[1], date.fromisoformat(cells[2]), last, *cells[4:]))
    return found
