"""Reading aloud, made on the kiosk itself by espeak-ng; where that is not installed, the screen does not offer it."""

import shutil
import subprocess
from collections.abc import Callable

PROGRAM = "espeak-ng"
VOICES = {"kk": "kk", "ru": "ru", "en": "en"}
WORDS_A_MINUTE = "130"
LONGEST = 2000
PATIENCE = 20.0

Speak = Callable[[str, str], bytes]


def speech() -> Speak | None:
    """What turns a text of a language into a WAV file, or None."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None

    def speak(text: str, language: str) -> bytes:
        done = subprocess.run(  # noqa: S603  (a fixed program; the text goes in on its standard input)
            [program, "-v", VOICES[language], "-s", WORDS_A_MINUTE, "--stdin", "--stdout"],
            input=text[:LONGEST].encode(),
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
        return done.stdout

    return speak
