"""Numbers as words in Kazakh and Russian, for the voice: its own reading knows no ordinals, and days are ordinals."""

MOST = 10**9

KK_ONES = ("", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз")
KK_TENS = ("", "он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан")
KK_ORDINALS = {
    "бір": "бірінші", "екі": "екінші", "үш": "үшінші", "төрт": "төртінші", "бес": "бесінші", "алты": "алтыншы",
    "жеті": "жетінші", "сегіз": "сегізінші", "тоғыз": "тоғызыншы", "он": "оныншы", "жиырма": "жиырмасыншы",
    "отыз": "отызыншы", "қырық": "қырқыншы", "елу": "елуінші", "алпыс": "алпысыншы", "жетпіс": "жетпісінші",
    "сексен": "сексенінші", "тоқсан": "тоқсаныншы", "жүз": "жүзінші", "мың": "мыңыншы", "миллион": "миллионыншы",
    "нөл": "нөлінші",
}  # fmt: skip

RU_ONES = ("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
RU_TEENS = (
    "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать",
    "восемнадцать", "девятнадцать",
)  # fmt: skip
RU_TENS = (
    "", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто",
)  # fmt: skip
RU_HUNDREDS = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
RU_FEMININE = {"один": "одна", "два": "две"}
RU_OF_DAY = {
    "один": "первого", "два": "второго", "три": "третьего", "четыре": "четвёртого", "пять": "пятого",
    "шесть": "шестого", "семь": "седьмого", "восемь": "восьмого", "девять": "девятого", "сорок": "сорокового",
    "девяносто": "девяностого", "сто": "сотого", "двести": "двухсотого", "триста": "трёхсотого",
    "четыреста": "четырёхсотого", "тысячи": "двухтысячного", "тысяча": "тысячного", "ноль": "нулевого",
}  # fmt: skip


def cardinal(language: str, number: int, *, feminine: bool = False) -> str:
    """A number from 0 to under a thousand million; `feminine` for what Russian counts as such (minutes)."""
    if not 0 <= number < MOST:
        raise ValueError(number)
    if language == "kk":
        return " ".join(_kk(number)) or "нөл"
    return " ".join(_ru(number, feminine)) or "ноль"


def ordinal(language: str, number: int) -> str:
    """The place in a row as it is said of a day or year: Kazakh "он екінші", Russian in the genitive "двенадцатого"."""
    words = cardinal(language, number).split(" ")
    if language == "kk":
        return " ".join([*words[:-1], KK_ORDINALS[words[-1]]])
    if words == ["две", "тысячи"]:
        return RU_OF_DAY["тысячи"]
    return " ".join([*words[:-1], _of_day(words[-1])])


def counted(number: int, one: str, few: str, many: str) -> str:
    """Which form a Russian number asks for: 1 час, 2 часа, 5 часов."""
    if number % 100 // 10 == 1 or number % 10 in (0, *range(5, 10)):
        return many
    return one if number % 10 == 1 else few


def _kk(number: int) -> list[str]:
    for size, name in ((10**6, "миллион"), (10**3, "мың"), (100, "жүз")):
        if number >= size:
            many, rest = divmod(number, size)
            before = [] if many == 1 and size < 10**6 else _kk(many)
            return [*before, name, *_kk(rest)]
    return [word for word in (KK_TENS[number // 10], KK_ONES[number % 10]) if word]


def _ru(number: int, feminine: bool = False) -> list[str]:
    for size, female, forms in (
        (10**6, False, ("миллион", "миллиона", "миллионов")),
        (10**3, True, ("тысяча", "тысячи", "тысяч")),
    ):
        if number >= size:
            many, rest = divmod(number, size)
            before = [] if many == 1 else _ru(many, female)
            return [*before, counted(many, *forms), *_ru(rest, feminine)]
    hundreds, rest = divmod(number, 100)
    if 10 <= rest < 20:
        last = [RU_TEENS[rest - 10]]
    else:
        one = RU_ONES[rest % 10]
        last = [RU_TENS[rest // 10], RU_FEMININE.get(one, one) if feminine else one]
    return [word for word in (RU_HUNDREDS[hundreds], *last) if word]


def _of_day(word: str) -> str:
    if word in RU_OF_DAY:
        return RU_OF_DAY[word]
    if word.endswith("сот"):
        return RU_HUNDREDS_OF[word]
    if word.endswith("десят"):
        return f"{word[:-6]}идесятого"
    return f"{word[:-1]}ого"


RU_HUNDREDS_OF = {
    "пятьсот": "пятисотого", "шестьсот": "шестисотого", "семьсот": "семисотого", "восемьсот": "восьмисотого",
    "девятьсот": "девятисотого",
}  # fmt: skip
