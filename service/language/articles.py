"""Articles as the law file abbreviates them ("PEC 106(3); IR 77, 99"), written out for whoever reads a page."""

import re
from collections.abc import Iterator, Mapping

_SOURCES: Mapping[str, tuple[str, str, str, str]] = {
    # source: (Kazakh, Russian, English, "article" or "item")
    "PEC": ("ҚАК", "УИК РК", "Penal Executive Code", "article"),
    "CPC": ("ҚПК", "УПК РК", "Criminal Procedure Code", "definition"),
    "353-I": ("№ 353-I Заң", "Закон № 353-I", "Law No. 353-I", "article"),
    "IR": ("Ішкі тәртіп қағидалары", "Правила внутреннего распорядка", "Internal Rules", "item"),
    "SIZO-R": (
        "Тергеу изоляторларының қағидалары",
        "Правила следственных изоляторов",
        "Rules of remand centres",
        "item",
    ),
    "Constitutional Court": (
        "Конституциялық Соттың нормативтік қаулысы",
        "нормативное постановление Конституционного Суда",
        "Constitutional Court, normative resolution",
        "number",
    ),
}
_EDITIONS: Mapping[str, tuple[str, str, str]] = {
    "before": (
        "{source} ({law} Заңға дейінгі редакция)",
        "{source} (до Закона № {law})",
        "{source} (before Law No. {law})",
    ),
    "of": ("{source} ({law} Заң редакциясы)", "{source} (в редакции Закона № {law})", "{source} (as of Law No. {law})"),
}
_EDITION = re.compile(r"(.*) (before|of) Law (\S+)")
_BELOW: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # what stands in brackets after an article: its parts, or the numbers of its definitions
    "definition": (("тармақ",), ("пункт",)),
}
_SOURCE = re.compile(rf"({'|'.join(_SOURCES)}) ")
_PLACE = re.compile(r"(\d+(?:[-–]\d+)?)((?:\(\d+\))*)")
_LANGUAGES = ("kk", "ru", "en")


def article_text(article: str, language: str) -> str:
    """The article written out: ҚАК 106-бап, 3-бөлік; УИК РК, статья 106, часть 3; Penal Executive Code 106(3).

    "" for what is a fact of booking and no rule of law; what names no source this service knows stays as it is.
    """
    if article == "service":
        return ""
    return "; ".join(_segments(article, language))


def _segments(article: str, language: str) -> Iterator[str]:
    source = ""
    for segment in article.split("; "):
        found = _SOURCE.match(segment)
        source = found[1] if found is not None else source
        if not source:
            yield segment
            continue
        places = segment.removeprefix(f"{source} ")
        edition = _EDITION.fullmatch(places)
        text = _written(source, edition[1] if edition else places, _LANGUAGES.index(language))
        yield _EDITIONS[edition[2]][_LANGUAGES.index(language)].format(source=text, law=edition[3]) if edition else text


def _written(source: str, places: str, language: int) -> str:
    name, sort = _SOURCES[source][language], _SOURCES[source][3]
    parts = [_PLACE.fullmatch(one) for one in places.split(", ")]
    if sort == "number" or None in parts:
        return f"{name} {places}" if language == 2 else f"{name} № {places}"
    if language == 2:
        return f"{name} {places.replace('-', '–')}"
    join = " " if language == 0 and source in ("PEC", "CPC") else ", "
    return f"{name}{join}" + ", ".join(_place(one[1], one[2], sort, language) for one in parts if one is not None)


def _place(number: str, below: str, sort: str, language: int) -> str:
    number, inner = number.replace("-", "–"), re.findall(r"\d+", below)
    parts = _BELOW.get(sort, (("бөлік", "тармақша"), ("часть", "подпункт")))
    many = "–" in number
    if language == 0:
        words = [f"{number}-{'бап' if sort != 'item' else 'тармақтар' if many else 'тармақ'}"]
        return ", ".join(words + [f"{one}-{word}" for one, word in zip(inner, parts[0], strict=False)])
    word = "статья" if sort != "item" else "пункты" if many else "пункт"
    return ", ".join([f"{word} {number}", *(f"{word} {one}" for one, word in zip(inner, parts[1], strict=False))])
