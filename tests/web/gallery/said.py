"""What the gallery says, in three languages: (Kazakh, Russian, English)."""

from collections.abc import Mapping

SAID: Mapping[str, tuple[str, str, str]] = {
    "title": ("Ұзақ мерзімді кездесу", "Длительное свидание", "Long visit"),
    "step": ("3 / 5 қадам", "Шаг 3 из 5", "Step 3 of 5"),
    "who": ("А. Б. · ЛА-155/8 мекемесі", "А. Б. · учреждение ЛА-155/8", "A. B. · institution LA-155/8"),
    "from": ("2026 ж. 15 наурыздан бастап болады", "Возможно с 15 марта 2026 г.", "Possible from 15 March 2026"),
    "why": (
        "Жылына 6 кездесу: әр 2 айда біреу. Соңғысы 15 қаңтарда болды. Негізі: ҚАК 136-бап, 2-бөлік.",
        "6 свиданий в год: одно раз в 2 месяца. Последнее было 15 января. Основание: УИК, статья 136, часть 2.",
        "6 visits a year: one every 2 months. The last was on 15 January. Ground: Penal Executive Code 136(2).",
    ),
    "more": ("Толығырақ", "Подробнее", "More about this"),
    "free": ("бос", "есть", "free"),
    "few": ("1 орын", "мало", "1 room"),
    "full": ("кезек", "ждать", "wait"),
    "chosen": ("келу", "выбор", "yours"),
    "free-legend": ("бос бөлме бар", "есть места", "rooms are free"),
    "few-legend": ("бір бөлме қалды", "осталась одна комната", "one room left"),
    "full-legend": (
        "орын жоқ, кезекке тұруға болады", "мест нет, можно встать в очередь", "full: join the waiting list",
    ),
    "chosen-legend": ("таңдалған күн", "выбранный день", "the day you chose"),
    "month": ("Бос күндер", "Свободные дни", "Free days"),
    "chosen-days": ("Таңдалды: {days}, 2 тәулік.", "Выбрано: {days}, 2 суток.", "You chose {days}, 2 days."),
    "hold": ("Орынды сақтау", "Сохранить место", "Hold this place"),
    "cancel": ("Кездесуден бас тарту", "Отменить свидание", "Cancel the visit"),
    "print": ("Басып шығару", "Распечатать", "Print"),
    "go-back": ("Менің кездесулерім", "Мои свидания", "My visits"),
    "granted": ("Рұқсат етілді · кіруге рұқсаттама", "Разрешено · пропуск на вход", "Granted · entry pass"),
    "refused": ("Қанағаттандырылмады", "Отказано", "Refused"),
    "waiting": (
        "Мекеме бастығының шешімін күтуде — 24 наурызға дейін",
        "Ждёт решения начальника учреждения — до 24 марта",
        "Waiting for the head of the institution, until 24 March",
    ),
    "attention": ("Уақыты өзгертілді", "Перенесено", "Moved to another time"),
    "over": ("Аяқталды", "Состоялось", "Completed"),
    "passes": ("Өтетін адам", "Проходит", "Who enters"),
    "gate": ("Бақылау-өткізу пункті", "КПП", "Gate"),
    "bring": ("Өзіңізбен бірге алыңыз", "Возьмите", "Bring"),
    "document": ("жеке куәлік", "удостоверение личности", "identity card"),
    "claimed": ("Туыстық мәлімделді", "Родство заявлено", "Relationship claimed"),
    "accepted": ("Сотталған келісті", "Осуждённый согласен", "Accepted by the convict"),
    "verified": ("Қызметкер тексеріп жатыр", "Сотрудник проверяет", "An officer is verifying it"),
    "confirmed": (
        "Екінші қызметкердің растауы", "Подтверждение вторым сотрудником", "Confirmation by a second officer",
    ),
    "form": ("Туысқа тіркелу", "Регистрация родственника", "Register as a relative"),
    "phone": ("Ұялы телефон нөмірі", "Номер мобильного телефона", "Mobile phone number"),
    "phone-hint": ("Мысалы, 8 701 123 45 67", "Например, 8 701 123 45 67", "For example, 8 701 123 45 67"),
    "born": ("Туған күніңіз", "Ваша дата рождения", "Your date of birth"),
    "relation": ("Сотталған сізге кім болады?", "Кем вам приходится осуждённый?", "How is the convict related to you?"),
    "child": ("балам", "сын или дочь", "my child"),
    "spouse": ("жұбайым", "супруг или супруга", "my spouse"),
    "spouse-hint": (
        "Неке туралы куәлік керек", "Нужно свидетельство о браке", "A marriage certificate is needed",
    ),
    "note": ("Қосымша ескертпе", "Примечание", "Anything to add"),
    "agree": (
        "Деректерімді өңдеуге келісемін", "Я согласен на обработку моих данных", "I agree that my data are processed",
    ),
    "phone-wrong": (
        "Телефон нөмірін теріңіз, мысалы 8 701 123 45 67",
        "Введите номер телефона, например 8 701 123 45 67",
        "Enter a phone number, for example 8 701 123 45 67",
    ),
    "send": ("Жалғастыру", "Продолжить", "Continue"),
    "register": ("Бүгінгі кездесулер", "Свидания сегодня", "Visits today"),
    "time": ("Уақыты", "Время", "Time"),
    "visitor": ("Келуші", "Посетитель", "Visitor"),
    "room": ("Бөлме", "Комната", "Room"),
    "state": ("Жай-күйі", "Состояние", "State"),
    "today": ("Бүгін", "Сегодня", "Today"),
    "people": ("Туыстар", "Родственники", "Relatives"),
    "decide": ("Шешім күтеді", "Ждут решения", "To decide"),
}  # fmt: skip


def said(name: str, language: str) -> str:
    """The words under `name` in a language."""
    return SAID[name][("kk", "ru", "en").index(language)]
