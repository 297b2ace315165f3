"""Reading aloud: where espeak-ng is installed a screen becomes a WAV file; where it is not, nothing is offered."""

import io
import stat
import wave
from pathlib import Path

import pytest

from kiosk.speech import VOICES, speech
from tests.kiosk.standing import Person, Standing

SPEAKER = """#!{python}
import io, sys, wave
words = sys.stdin.buffer.read()
sound = io.BytesIO()
with wave.open(sound, "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(22050)
    file.writeframes(b"\\0\\0" * len(words))
sys.stdout.buffer.write(sound.getvalue())
sys.stderr.write(" ".join(sys.argv[1:]))
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program by that name that makes a WAV file as long as the text, for machines on which there is no other."""
    import sys

    file = tmp_path / "espeak-ng"
    file.write_text(SPEAKER.format(python=sys.executable), encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    return file


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("language", VOICES)
def test_a_text_becomes_a_wav_file(language: str) -> None:
    speak = speech()
    assert speak is not None
    with wave.open(io.BytesIO(speak("Картаңызды көрсетіңіз", language))) as sound:
        assert sound.getnframes() == len("Картаңызды көрсетіңіз".encode())


def test_without_the_program_no_screen_offers_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert speech() is None


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_sound_of_a_screen_is_of_whoever_stands_there_and_of_this_screen_alone(standing: Standing) -> None:
    standing.kiosk.speak = lambda text, language: f"{language}: {text}".encode()
    him = Person(standing)
    him.sign_in()
    page = him.get("/people")
    address = page.split('<audio controls preload="none" src="')[1].split('"')[0]
    sound = him.client.get(address)
    assert sound.mimetype == "audio/wav"
    assert "Болат" in sound.get_data(as_text=True)
    assert sound.headers["Cache-Control"] == "no-store"
    him.get("/home")
    assert "Болат" not in him.client.get(address).get_data(as_text=True)
    assert "Болат" not in standing.client().get(address, follow_redirects=True).get_data(as_text=True)
