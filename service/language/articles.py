"""Articles as the law file abbreviates them ("PEC 106(3); IR 77, 99"), written out for whoever reads a page."""

import re
from collections.abc import Iterator, Mapping

_SOURCES: Mapping[str, tuple[str, str, str, str]] = {
    # source: (Kazakh, Russian, English, "article" or "item")
    "PEC": ("ҚАК", "УИК РК", "Penal Executive Code", "article"),
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
_BEFORE = ("{source} ({law} Заңға дейінгі редакция)", "{source} (до Закона № {law})", "{source} (before Law No. {law})")
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
        places, _, law = segment.removeprefix(f"{source} ").partition(" before Law ")
        text = _written(source, places, _LANGUAGES.index(language))
        yield _BEFORE[_LANGUAGES.index(language)].format(source=text, law=law) if law else text


def _written(source: str, places: str, language: int) -> str:
    name, sort = _SOURCES[source][language], _SOURCES[source][3]
    parts = [_PLACE.fullmatch(one) for one in places.split(", ")]
    if sort == "number" or None in parts:
        return f"{name} {places}" if language == 2 else f"{name} № {places}"
    if language == 2:
        return f"{name} {places.replace('-', '–')}"
    join = " " if (language, source) == (0, "PEC") else ", "
    return f"{name}{join}" + ", ".join(_place(one[1], one[2], sort, language) for one in parts if one is not None)


def _place(number: str, below: str, sort: str, language: int) -> str:
    number, inner = number.replace("-", "–"), re.findall(r"\d+", below)
    many = "–" in number
    if language == 0:
        words = [f"{number}-{'бап' if sort == 'article' else 'тармақ' if not many else 'тармақтар'}"]
        return ", ".join(words + [f"{one}-{word}" for one, word in zip(inner, ("бөлік", "тармақша"), strict=False)])
    word = "статья" if sort == "article" else "пункты" if many else "пункт"
    return ", ".join(
        [f"{word} {number}", *(f"{word} {one}" for one, word in zip(inner, ("часть", "подпункт"), strict=False))]
    )
