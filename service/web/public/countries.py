"""Countries whose passports people show who have no IIN: the three letters of the passport, by ISO 3166-1."""

from babel import Locale

from service.language import LOCALES

CODES = {
    "AF": "AFG", "AM": "ARM", "AT": "AUT", "AZ": "AZE", "BD": "BGD", "BE": "BEL", "BG": "BGR", "BY": "BLR", "CA": "CAN",
    "CH": "CHE", "CN": "CHN", "CZ": "CZE", "DE": "DEU", "EE": "EST", "EG": "EGY", "ES": "ESP", "FI": "FIN", "FR": "FRA",
    "GB": "GBR", "GE": "GEO", "GR": "GRC", "HU": "HUN", "IL": "ISR", "IN": "IND", "IQ": "IRQ", "IR": "IRN", "IT": "ITA",
    "JP": "JPN", "KG": "KGZ", "KP": "PRK", "KR": "KOR", "KZ": "KAZ", "LT": "LTU", "LV": "LVA", "MD": "MDA", "MN": "MNG",
    "NG": "NGA", "NL": "NLD", "PK": "PAK", "PL": "POL", "RO": "ROU", "RU": "RUS", "SE": "SWE", "SY": "SYR", "TJ": "TJK",
    "TM": "TKM", "TR": "TUR", "UA": "UKR", "US": "USA", "UZ": "UZB", "VN": "VNM",
}  # fmt: skip


def choices(language: str) -> list[tuple[str, str]]:
    """(three letters, name) of each country, by name; the empty choice first."""
    names = Locale.parse(LOCALES[language]).territories
    return [
        ("", "—"),
        *sorted(((three, names[two]) for two, three in CODES.items()), key=lambda one: one[1].casefold()),
    ]
