"""What is said aloud in a call: the words of each prompt in kk, ru and en, and the files they are recorded in.

The files that are shipped were spoken by a machine (`python -m service.language.prompts_speak`) and hold the place of a
recorded voice: whoever runs the service records the same words and names their folder in KEZDESU_CALL_PROMPTS.
"""

from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "web" / "static" / "prompts"

WATCHED = "watched"
"""Played to whoever waits for the officer, before anybody is heard."""

PROMPTS: Mapping[str, Mapping[str, str]] = {
    WATCHED: {
        "kk": "Қызметкерді күтіңіз. Ол сөйлесуді бақылайды.",
        "ru": "Ждите сотрудника. Он наблюдает за разговором.",
        "en": "Wait for the officer, who watches this call.",
    },
    "third-party": {
        "kk": "Басқа ешкім қатыспауы керек.",
        "ru": "Никто другой не должен участвовать.",
        "en": "Nobody else may take part.",
    },
    "indecency": {
        "kk": "Әдеп сақтаңыз.",
        "ru": "Пожалуйста, соблюдайте приличия.",
        "en": "Please keep to decency.",
    },
    "language": {
        "kk": "Тек рұқсат етілген жайында сөйлесіңіз.",
        "ru": "Пожалуйста, говорите только о разрешённом.",
        "en": "Please speak about permitted matters only.",
    },
    "frame": {
        "kk": "Кадрда жалғыз болыңыз.",
        "ru": "Пожалуйста, оставайтесь в кадре одни.",
        "en": "Please stay in the picture, alone.",
    },
    "two-minutes": {
        "kk": "Екі минут қалды.",
        "ru": "Осталось две минуты.",
        "en": "Two minutes are left.",
    },
    "one-more": {
        "kk": "Тағы бір бұзушылық болса, қоңырау аяқталады.",
        "ru": "Ещё одно нарушение, и звонок завершится.",
        "en": "One more breach ends the call.",
    },
}
"""Every warning of the closed list (`service.domain.call_states.WARNINGS`), and what is said while waiting."""

SPOKEN_BY_SUPPLIER: Mapping[str, str] = {"ru": "ru-RU", "en": "en-GB"}
"""Languages that Twilio's `<Say>` speaks, by its own names. Kazakh is not confirmed there: it is always played."""


def prompt_file(code: str, language: str, own: Path | None = None) -> Path | None:
    """The recording of a prompt: the operator's `own` where it is there, else the shipped one; None for no prompt."""
    if language not in PROMPTS.get(code, {}):
        return None
    for folder in (own, SHIPPED):
        if folder is not None and (file := folder / language / f"{code}.wav").is_file():
            return file
    return None
