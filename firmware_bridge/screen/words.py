"""Every word of the gate's screen, in Kazakh, Russian and English."""

from datetime import datetime, timedelta

from firmware_bridge.decide import Direction
from firmware_bridge.release import Ground
from firmware_bridge.screen.view import WhyNot

LANGUAGES = ("kk", "ru", "en")
OWN_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}

WORDS: dict[str, tuple[str, str, str]] = {
    "gate": ("Бақылау-өткізу пункті", "КПП", "Gate"),
    "may-enter": ("Кіруге болады", "Можно войти", "May enter"),
    "compare": ("Жүзі мен құжатын салыстырыңыз", "Сверьте лицо и документ", "Compare face and document"),
    "not-in-list": (
        "Бұл рұқсаттама бүгінгі тізімде жоқ: құжатын мұқият тексеріңіз",
        "Этого пропуска нет в списке на сегодня: внимательно проверьте документ",
        "This pass is not in today's list: look at the document with care",
    ),
    "do-not-let-in": ("Кіргізбеңіз", "Не впускать", "Do not let in"),
    "do-not-let-out": ("Рұқсаттама қабылданбады", "Пропуск не принят", "The pass is not taken"),
    "out-anyway": (
        "Шығу бағдарламаға байланысты емес: адамды ұстамаңыз, қолмен шығарыңыз.",
        "Выход не зависит от программы: не задерживайте человека, выпустите вручную.",
        "Leaving does not depend on a program: do not keep the person, let them out by hand.",
    ),
    "let-in": ("Кіргізілді", "Впущен", "Let in"),
    "turned-away": ("Кіргізілмеді", "Не впущен", "Not let in"),
    "left": ("Шықты", "Вышел", "Left"),
    "ready": ("Келесі рұқсаттамаға дайын", "Готово к следующему пропуску", "Ready for the next pass"),
    "hold-code": ("Кодты оқу құрылғысына ұстаңыз.", "Поднесите код к считывателю.", "Hold the code before the reader."),
    "admit": ("Кіргізу (Enter)", "Впустить (Enter)", "Admit (Enter)"),
    "refuse": ("Кіргізбеу (Esc)", "Не впускать (Esc)", "Do not admit (Esc)"),
    "admit-short": ("Кіргізу", "Впустить", "Admit"),
    "refuse-short": ("Кіргізбеу", "Не впускать", "Do not admit"),
    "why-not": ("Неге кіргізілмейді?", "Почему не впускаете?", "Why not?"),
    "waiting": ("Әлі салыстырылмаған", "Ещё не сверены", "Not compared yet"),
    "inside": ("Ішінде: {count}", "Внутри: {count}", "Inside: {count}"),
    "expected": ("Күтілуде: {count}", "Ожидаются: {count}", "Expected: {count}"),
    "more": ("тағы {count}", "ещё {count}", "{count} more"),
    "nobody": ("Ешкім жоқ", "Никого", "Nobody"),
    "unknown": ("Тізімде жоқ", "Нет в списке", "Not in the list"),
    "until": ("{moment} дейін", "до {moment}", "until {moment}"),
    "since": ("{moment} бастап", "с {moment}", "since {moment}"),
    "of-convict": ("сотталғанның {tie}", "{tie} осуждённого", "{tie} of the convict"),
    "convict": ("Сотталған", "Осуждённый", "Convict"),
    "room": ("Бөлме", "Помещение", "Room"),
    "time": ("Уақыты", "Время", "Time"),
    "children": ("Жанындағы балалар: {count}", "Детей с ней или с ним: {count}", "Children: {count}"),
    "photo": ("Суреті", "Фотография", "Photograph"),
    "no-photo": ("Сурет жоқ", "Фотографии нет", "No photograph"),
    "online": ("Жауап: қызмет растаған", "Ответ: подтверждён службой", "Answer: confirmed by the service"),
    "offline": (
        "Жауап: байланыссыз, рұқсаттама мен тізім бойынша",
        "Ответ: без связи, по пропуску и списку",
        "Answer: without the service, from the pass and the list",
    ),
    "list-none": ("Бүгінгі тізім жоқ", "Списка на сегодня нет", "There is no list of today"),
    "list-age": ("Тізім: {age} бұрын", "Список: {age} назад", "List: {age} old"),
    "list-old": (
        "Тізім тым ескі: кіру қолмен, екі қызметкермен",
        "Список слишком старый: вход вручную, вдвоём",
        "The list is too old: entry by hand, by two officers",
    ),
    "no-record": (
        "Журналға жазылмай тұр: ешкім кіргізілмейді",
        "Журнал не пишется: никого не впускать",
        "The journal cannot be written: nobody is let in",
    ),
    "no-bridge": (
        "Бағдарлама жауап бермейді: көріп тұрғаныңыз ескі",
        "Программа не отвечает: то, что Вы видите, устарело",
        "The program does not answer: what you see is old",
    ),
    "minutes": ("{count} мин", "{count} мин", "{count} min"),
    "hours": ("{count} сағ {rest} мин", "{count} ч {rest} мин", "{count} h {rest} min"),
    "by-hand": ("Қолмен өткізу", "Пропустить вручную", "Let through by hand"),
    "by-hand-about": (
        "Екі қызметкер, әрқайсысы өз PIN-кодымен. Журналға жазылады.",
        "Двое сотрудников, каждый со своим ПИН-кодом. Записывается в журнал.",
        "Two officers, each with their own PIN. It is written to the journal.",
    ),
    "first-officer": ("Бірінші қызметкер", "Первый сотрудник", "First officer"),
    "second-officer": ("Екінші қызметкер", "Второй сотрудник", "Second officer"),
    "officer": ("Қызметкер", "Сотрудник", "Officer"),
    "pin": ("PIN-код", "ПИН-код", "PIN"),
    "first-pin": ("Біріншінің PIN-коды", "ПИН-код первого", "PIN of the first"),
    "second-pin": ("Екіншінің PIN-коды", "ПИН-код второго", "PIN of the second"),
    "ground": ("Негізі", "Основание", "Ground"),
    "direction": ("Бағыты", "Направление", "Direction"),
    "who": ("Кім", "Кто", "Who"),
    "without-pass": ("Рұқсаттамасыз", "Без пропуска", "Without a pass"),
    "people": ("Неше адам", "Сколько человек", "How many people"),
    "release": ("Өткізу", "Пропустить", "Let through"),
    "released": (
        "Журналға № {number} болып жазылды. Өткізуге болады.",
        "Записано в журнал под № {number}. Можно пропустить.",
        "Written to the journal as number {number}. Let them through.",
    ),
    "sign-in": ("Кіру", "Войти", "Sign in"),
    "sign-in-about": (
        "Аты-жөнін көру үшін қызметкердің PIN-кодымен кіріңіз. Оқу құрылғысы онсыз да жауап береді.",
        "Чтобы видеть имена, войдите с ПИН-кодом сотрудника. Считыватель отвечает и без этого.",
        "Sign in with an officer's PIN to see names. The reader answers without it too.",
    ),
    "no-officers": (
        "Бүгінгі тізім жоқ, сондықтан кіре алмайсыз. Қағаз тізіммен жұмыс істеңіз.",
        "Списка на сегодня нет, войти нельзя. Работайте по бумажному списку.",
        "There is no list of today, so nobody can sign in. Work from the paper list.",
    ),
    "sign-out": ("Шығу", "Выйти", "Sign out"),
    "back": ("Артқа", "Назад", "Back"),
    "language": ("Тіл", "Язык", "Language"),
    "not-found": ("Мұндай бет жоқ", "Такой страницы нет", "There is no such page"),
    "not-now": ("Бұл енді мүмкін емес", "Это уже невозможно", "This is no longer possible"),
    "choose": ("Таңдаңыз", "Выберите", "Choose"),
}

REASONS: dict[str, tuple[str, str, str]] = {
    "malformed": ("Рұқсаттама оқылмайды.", "Пропуск не читается.", "The pass cannot be read."),
    "unknown-key": (
        "Рұқсаттаманың кілті бұл жерде белгісіз.",
        "Ключ пропуска здесь неизвестен.",
        "The key of the pass is not known here.",
    ),
    "bad-signature": (
        "Рұқсаттаманың қолтаңбасы жарамсыз.",
        "Подпись пропуска недействительна.",
        "The signature of the pass is not valid.",
    ),
    "key-not-valid": (
        "Рұқсаттама кілтінің мерзімі өткен немесе әлі басталмаған.",
        "Срок ключа пропуска истёк или ещё не начался.",
        "The key of the pass is not valid now.",
    ),
    "wrong-institution": (
        "Бұл рұқсаттама басқа мекемеге арналған.",
        "Этот пропуск для другого учреждения.",
        "This pass is for another institution.",
    ),
    "too-early": (
        "Осы рұқсаттамамен кіруге әлі ерте.",
        "Входить по этому пропуску ещё рано.",
        "It is too early for this pass.",
    ),
    "too-late": (
        "Рұқсаттаманың уақыты өтіп кетті.",
        "Время действия пропуска истекло.",
        "The time of the pass is over.",
    ),
    "revoked": ("Рұқсаттама кері қайтарып алынған.", "Пропуск отозван.", "The pass was withdrawn."),
    "wrong-gate": (
        "Бұл рұқсаттама басқа бақылау-өткізу пунктіне арналған.",
        "Этот пропуск для другого КПП.",
        "This pass is for another gate.",
    ),
    "already-inside": (
        "Осы рұқсаттамамен кіріп қойған, шыққаны белгіленбеген.",
        "По этому пропуску уже вошли, выход не отмечен.",
        "Somebody went in with this pass and has not come out.",
    ),
    "not-inside": (
        "Осы рұқсаттама бойынша кіру белгіленбеген.",
        "По этому пропуску вход не отмечен.",
        "Nobody went in with this pass.",
    ),
    "unknown-pass": (
        "Қызмет мұндай рұқсаттаманы білмейді.",
        "Служба не знает такого пропуска.",
        "The service has no such pass.",
    ),
    "not-granted": (
        "Осы рұқсаттама бойынша кездесуге рұқсат берілмеген.",
        "Встреча по этому пропуску не разрешена.",
        "The visit of this pass is not granted.",
    ),
    "visit-over": ("Кездесу аяқталған.", "Встреча закончена.", "The visit is over."),
    "not-recorded": (
        "Журналға жазылмай тұр: кіру дәлелденбейді.",
        "Журнал не пишется: вход нельзя доказать.",
        "The journal cannot be written: the entry could not be proved.",
    ),
    "list-too-old": (
        "Бүгінгі тізім тым ескі: қолмен, екі қызметкермен өткізіңіз.",
        "Список на сегодня слишком старый: пропускайте вручную, вдвоём.",
        "Today's list is too old: by hand, by two officers.",
    ),
    "other": (
        "Қызмет рұқсат бермеді ({code}). Кезекшіге хабарласыңыз.",
        "Служба не разрешила ({code}). Обратитесь к дежурному.",
        "The service said no ({code}). Ask the officer on duty.",
    ),
}

WHY_NOT: dict[WhyNot, tuple[str, str, str]] = {
    WhyNot.NOT_THIS_PERSON: ("Бұл адам емес", "Не тот человек", "Not this person"),
    WhyNot.NO_DOCUMENT: (
        "Жеке басын куәландыратын құжаты жоқ",
        "Нет документа, удостоверяющего личность",
        "No identity document",
    ),
    WhyNot.DOCUMENT_NOT_VALID: ("Құжаты жарамсыз", "Документ недействителен", "The document is not valid"),
    WhyNot.INTOXICATED: ("Мас күйінде", "В состоянии опьянения", "Intoxicated"),
    WhyNot.PROHIBITED_THINGS: ("Тыйым салынған заттары бар", "Имеет запрещённые предметы", "Carries prohibited things"),
    WhyNot.WENT_AWAY: ("Өзі кетіп қалды", "Сам ушёл или сама ушла", "Went away"),
}

GROUNDS: dict[Ground, tuple[str, str, str]] = {
    Ground.READER_BROKEN: ("Оқу құрылғысы істемейді", "Считыватель не работает", "The reader does not work"),
    Ground.PASS_UNREADABLE: ("Рұқсаттама оқылмайды", "Пропуск не читается", "The pass cannot be read"),
    Ground.LIST_TOO_OLD: ("Тізім тым ескі", "Список слишком старый", "The list is too old"),
    Ground.PAPER_LIST: ("Қағаз тізім бойынша", "По бумажному списку", "From the paper list"),
    Ground.WRONG_GATE: ("Рұқсаттама басқа пунктке арналған", "Пропуск для другого КПП", "The pass is for another gate"),
    Ground.EMERGENCY: ("Төтенше жағдай", "Чрезвычайная ситуация", "Emergency"),
    Ground.ORDER_OF_HEAD: ("Бастықтың бұйрығы", "Приказ начальника", "Order of the head"),
}

WAYS: dict[Direction, tuple[str, str, str]] = {
    Direction.ENTRY: ("Кіру", "Вход", "In"),
    Direction.EXIT: ("Шығу", "Выход", "Out"),
}

NOT_DONE: dict[str, tuple[str, str, str]] = {
    "unknown-officer": ("Қызметкерді таңдаңыз.", "Выберите сотрудника.", "Choose an officer."),
    "wrong-pin": ("PIN-код дұрыс емес.", "ПИН-код неверен.", "The PIN is wrong."),
    "too-many-tries": (
        "Тым көп қате: он бес минут күтіңіз.",
        "Слишком много ошибок: подождите пятнадцать минут.",
        "Too many mistakes: wait a quarter of an hour.",
    ),
    "same-officer": (
        "Екі түрлі қызметкер керек.",
        "Нужны два разных сотрудника.",
        "Two different officers are needed.",
    ),
    "not-recorded": REASONS["not-recorded"],
    "incomplete": ("Барлық өрісті толтырыңыз.", "Заполните все поля.", "Fill in every field."),
}

TIES: dict[str, tuple[str, str, str]] = {
    "spouse": ("жұбайы", "муж или жена", "husband or wife"),
    "parent": ("анасы немесе әкесі", "мать или отец", "mother or father"),
    "child": ("ұлы немесе қызы", "сын или дочь", "son or daughter"),
    "adoptive-parent": ("асырап алған ата-анасы", "усыновитель", "adoptive parent"),
    "adopted-child": ("асырап алған баласы", "усыновлённый ребёнок", "adopted child"),
    "full-sibling": ("бірге туған бауыры", "брат или сестра", "brother or sister"),
    "half-sibling": ("әкесі немесе анасы бір бауыры", "неполнородный брат или сестра", "half-brother or half-sister"),
    "grandparent": ("әжесі немесе атасы", "бабушка или дедушка", "grandmother or grandfather"),
    "grandchild": ("немересі", "внук или внучка", "grandson or granddaughter"),
    "great-grandparent": ("арғы әжесі немесе атасы", "прабабушка или прадедушка", "great-grandparent"),
    "great-grandchild": ("шөбересі", "правнук или правнучка", "great-grandchild"),
    "aunt-or-uncle": ("ата-анасының бауыры", "тётя или дядя", "aunt or uncle"),
    "niece-or-nephew": ("бауырының баласы", "племянник или племянница", "niece or nephew"),
    "cousin": ("немере бауыры", "двоюродный брат или сестра", "cousin"),
    "relative": ("өзге туысы", "другой родственник", "other relative"),
    "co-parent": ("ортақ баласының анасы немесе әкесі", "родитель общего ребёнка", "parent of a common child"),
    "in-law": ("жекжаты", "свойственник", "relative by marriage"),
    "guardian": ("қамқоршысы", "опекун", "guardian"),
    "betrothed": ("некелесетін адамы", "жених или невеста", "betrothed"),
    "lawyer": ("адвокаты", "адвокат", "lawyer"),
    "doctor": ("дәрігері", "врач", "doctor"),
    "other": ("досы немесе танысы", "друг или знакомый", "friend or acquaintance"),
}


class Speech:
    """Words in one language; moments in the institution's time, as `zone` turns them."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        return WORDS[key][self._place].format(**values)

    def reason(self, code: str | None) -> str:
        """Why the gate says no."""
        found = REASONS.get(code or "")
        return REASONS["other"][self._place].format(code=code or "—") if found is None else found[self._place]

    def why_not(self, one: WhyNot) -> str:
        return WHY_NOT[one][self._place]

    def ground(self, one: Ground) -> str:
        return GROUNDS[one][self._place]

    def way(self, one: Direction) -> str:
        return WAYS[one][self._place]

    def fault(self, code: str) -> str:
        return NOT_DONE[code][self._place]

    def tie(self, code: str) -> str:
        """What the visitor is to the convict; a word that the list did not code stays as it came."""
        return TIES[code][self._place] if code in TIES else code

    def age(self, age: timedelta) -> str:
        """How long ago, in minutes."""
        minutes = int(age.total_seconds() // 60)
        if minutes < 60:
            return self("minutes", count=minutes)
        return self("hours", count=minutes // 60, rest=minutes % 60)

    def moment(self, moment: datetime, now: datetime) -> str:
        """The time, with the day when it is not today's. Both are in the institution's zone."""
        return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%d.%m %H:%M}"
