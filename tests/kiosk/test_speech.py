"""Reading aloud by the real espeak-ng: sound of a plausible length, nothing left behind, text where there is none."""

import io
import os
import subprocess
import time
import wave
from pathlib import Path
from threading import Event, Thread

import pytest

from kiosk.numerals import cardinal
from kiosk.speech import VOICES, NotSpoken, measured, speech
from kiosk.spoken import spoken
from kiosk.words import LANGUAGES, said, words
from tests.kiosk.standing import CARD, PIN, Person, Standing

SECONDS_A_LETTER = (0.03, 0.25)
SECRET = "Қуанышбекова Айгүл"
PARTS = ("start", "pin", "home", "ask", "done", "keep", "record", "dispute", "people", "requests", "left", "rate",
         "letter", "way", "contact", "refused", "broken", "still")  # fmt: skip
"""The kinds of sentences there are on the screens."""
FILLED = {"count": 4, "name": SECRET, "number": 17, "at": "9 марта, 18:00", "day": "9 марта", "seconds": 15,
          "present": "+1", "proposed": "+2", "minutes": 5, "year": 2026}  # fmt: skip


def seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as read:
        assert (read.getnchannels(), read.getsampwidth()) == (1, 2)
        frames = read.readframes(read.getnframes())
        assert len(frames) == read.getnframes() * 2, "the file is as long as it says"
        assert any(frames), "it is no silence"
        return float(read.getnframes() / read.getframerate())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_sentence_becomes_sound_about_as_long_as_it_is(language: str) -> None:
    speak = speech()
    assert speak is not None
    for part in PARTS:
        lines = [line for name, line in words(language).items() if name.startswith(f"{part}.")]
        text = spoken("".join(f"<p>{line}</p>" for line in lines).format(**FILLED), language)[:400]
        least, most = (bound * len(text) for bound in SECONDS_A_LETTER)
        assert least < seconds(speak(text, language)) < most, (part, text)


def phonemes(lines: list[str], language: str) -> list[str]:
    """What the voice would say, line by line, without stress and pauses."""
    program = ["espeak-ng", "-q", "-x", "-v", VOICES[language], "--stdin"]
    text = ".\n\n".join(lines)
    done = subprocess.run(program, input=text, capture_output=True, text=True, check=True)
    # The voice glides into a vowel at the beginning of a number of its own, rolls an r and darkens an l otherwise.
    plain = done.stdout.replace("*", "r").replace("L", "l").replace(" ", "")
    found = ["".join(sign for sign in line if sign not in "',_:|-%#;j") for line in plain.splitlines()]
    return [line for line in found if line]


def test_the_kazakh_voice_reads_our_words_for_a_number_as_it_reads_the_number() -> None:
    """Two counts of the same thing: ours, and the one inside the voice."""
    numbers = [*range(2, 100), 300, 512, 999, 2026, 7345]
    by_digits = phonemes([str(one) for one in numbers], "kk")
    by_words = phonemes([cardinal("kk", one) for one in numbers], "kk")
    assert len(by_digits) == len(by_words) == len(numbers)
    assert [one for one in zip(numbers, by_digits, by_words, strict=True) if one[1] != one[2]] == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_digit_is_left_to_the_voice(language: str) -> None:
    shown = ("<h1>12 {m3}, 14:30</h1><p>№ 117 · +2, –1, 21:05, 4–6, 95(4), 8 701 000 00 07</p>").format(
        m3=words(language)["months.m3"]
    )
    day = said(language, "left.from", day=said(language, "months.with_year", day=f"15 {words(language)['months.m3']}",
                                               year=2026))  # fmt: skip
    text = spoken(f"{shown}<p>{day}</p>", language)
    assert not any(sign.isdigit() for sign in text), text


def test_words_do_not_stand_in_the_list_of_processes_nor_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMPDIR", "HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    speak, seen, done = speech(), list[str](), Event()
    assert speak is not None

    def watch() -> None:
        while not done.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    command = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
                except OSError:
                    continue
                if b"espeak-ng" in command and f"{os.getpid()}" in (process / "status").read_text().split():
                    seen.append(command.decode(errors="replace"))

    watching = Thread(target=watch)
    watching.start()
    try:
        deadline = time.monotonic() + 60
        while not seen and time.monotonic() < deadline:
            assert seconds(speak(f"{SECRET}. " * 60, "kk")) > 1
    finally:
        done.set()
        watching.join()
    assert seen, "the program was seen at work"
    assert not any(part in one for one in seen for part in SECRET.split())
    assert [one for one in tmp_path.rglob("*") if not one.is_dir()] == []


def test_what_cannot_be_spoken_is_said_so_and_the_screen_keeps_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "espeak-ng"
    for body in ("exit 1", "exit 0", "echo no sound"):
        broken.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
        broken.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        speak = speech()
        assert speak is not None
        with pytest.raises(NotSpoken):
            speak("Картаңызды көрсетіңіз", "kk")
        monkeypatch.undo()
    for sound in (b"", b"RIFF" + b"\0" * 60):
        with pytest.raises(NotSpoken):
            measured(sound)


def test_signs_that_no_voice_knows_are_no_fault() -> None:
    speak = speech()
    assert speak is not None
    for text in ("漢字 🙂 \u202e \ud800", "-v en --path=/etc/passwd", "@" * 3000):
        assert speak(text, "kk")[:4] == b"RIFF"


def test_without_the_program_no_screen_offers_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert speech() is None


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_sound_of_a_screen_is_of_whoever_stands_there_and_of_this_screen_alone(standing: Standing) -> None:
    standing.kiosk.speak = lambda text, language: f"{language}: {text}".encode()
    him = Person(standing)
    him.sign_in()
    address = him.get("/people").split('data-sound="')[1].split('"')[0]
    sound = him.client.get(address)
    assert sound.mimetype == "audio/wav"
    assert "Болат" in sound.get_data(as_text=True)
    assert sound.headers["Cache-Control"] == "no-store"
    him.get("/home")
    assert "Болат" not in him.client.get(address).get_data(as_text=True)
    assert "Болат" not in standing.client().get(address, follow_redirects=True).get_data(as_text=True)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_screen_is_read_by_the_real_voice_and_its_failure_leaves_the_text(standing: Standing) -> None:
    standing.kiosk.speak = speech()
    him = Person(standing)
    him.sign_in(CARD, PIN, "kk")
    page = him.get("/left")
    sound = him.client.get(page.split('data-sound="')[1].split('"')[0])
    assert seconds(sound.get_data()) > 3

    def silent(text: str, language: str) -> bytes:
        raise NotSpoken

    standing.kiosk.speak = silent
    page = him.get("/left")
    assert him.client.get(page.split('data-sound="')[1].split('"')[0]).status_code == 404
    assert "Қысқа кездесу" in page
