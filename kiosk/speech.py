"""Reading aloud, made on the kiosk itself by espeak-ng; where that is not installed, the screen does not offer it.

The words go in by the program's standard input and the sound comes out by its standard output: nothing of them stands
in a list of processes or on a disk.
"""

import shutil
import struct
import subprocess
from collections.abc import Callable

PROGRAM = "espeak-ng"
VOICES = {"kk": "kk", "ru": "ru", "en": "en"}
WORDS_A_MINUTE = "130"
LONGEST = 2000
PATIENCE = 20.0
HEADER = 44
"""Octets before the samples in the plain WAV file that the program writes."""

Speak = Callable[[str, str], bytes]


class NotSpoken(Exception):
    """These words could not be made sound; they stand on the screen."""


def speech() -> Speak | None:
    """What turns a text of a language into a WAV file, raising NotSpoken; None where there is no such program."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None

    def speak(text: str, language: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603  (a fixed program; the text goes in on its standard input)
                [program, "-v", VOICES[language], "-s", WORDS_A_MINUTE, "--stdin", "--stdout"],
                input=text[:LONGEST].encode(errors="replace"),
                capture_output=True,
                check=True,
                timeout=PATIENCE,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NotSpoken from error
        return measured(done.stdout)

    return speak


def measured(sound: bytes) -> bytes:
    """The WAV file with its true lengths: a program that writes to a pipe cannot know them before. Raises NotSpoken."""
    if len(sound) <= HEADER or sound[:4] != b"RIFF" or sound[36:40] != b"data":
        raise NotSpoken
    samples = len(sound) - HEADER
    return b"RIFF" + struct.pack("<I", samples + HEADER - 8) + sound[8:40] + struct.pack("<I", samples) + sound[HEADER:]
