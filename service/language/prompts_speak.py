"""Speaks the prompts of calls by espeak-ng, as placeholders for a recorded voice.

Run by `python -m service.language.prompts_speak`. Needs the Debian package `espeak-ng`, whose voices are rule-made and
audibly a machine's. The files are what telephone networks carry: one channel, 8,000 samples a second, G.711 mu-law
(ITU-T G.711) in a WAV file.
"""

import math
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

from service.language.prompts import PROMPTS, SHIPPED

RATE = 8000
VOICES = {"kk": "kk", "ru": "ru", "en": "en-gb"}
WORDS_A_MINUTE = "150"
WINGS = 16
"""Zero crossings of the filter on each side."""
PASSED = 3400
"""Hz; what a telephone carries."""
QUIET = 300
MU, CLIP, BIAS = 7, 32635, 132


def speak(words: str, language: str) -> tuple[list[int], int]:
    """What espeak-ng says: samples of 16 bits, and how many a second."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        subprocess.run(  # noqa: S603
            ["espeak-ng", "-v", VOICES[language], "-s", WORDS_A_MINUTE, "-w", str(file), words],  # noqa: S607
            check=True,
        )
        with wave.open(str(file)) as said:
            raw, rate = said.readframes(said.getnframes()), said.getframerate()
    return [one[0] for one in struct.iter_unpack("<h", raw)], rate


def resampled(samples: Sequence[int], rate: int) -> list[int]:
    """The same at `RATE`, through a low pass, without the silence before and after."""
    cut = PASSED / rate
    reach = int(WINGS / (2 * cut))
    weights = [_tap(step, cut, reach) for step in range(-reach, reach + 1)]
    padded = [0] * reach + list(samples) + [0] * reach
    found = []
    for index in range(len(samples) * RATE // rate):
        middle = index * rate // RATE
        window = padded[middle : middle + 2 * reach + 1]
        found.append(round(sum(map(float.__mul__, weights, map(float, window)))))
    loud = [index for index, one in enumerate(found) if abs(one) > QUIET]
    return found[max(0, loud[0] - RATE // 20) : loud[-1] + RATE // 20] if loud else []


def mu_law(sample: int) -> int:
    """One sample of 16 bits as an octet of G.711 mu-law."""
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), CLIP) + BIAS
    exponent = max(0, size.bit_length() - 8)
    return ~(sign | exponent << 4 | (size >> (exponent + 3)) & 0x0F) & 0xFF


def wav(octets: bytes) -> bytes:
    """A WAV file of mu-law octets: format 7, with the count of samples that formats besides PCM must tell."""
    told = struct.pack("<HHIIHHH", MU, 1, RATE, RATE, 1, 8, 0)
    chunks = b"fmt " + struct.pack("<I", len(told)) + told + b"fact" + struct.pack("<II", 4, len(octets))
    even = octets + b"\xff" * (len(octets) % 2)
    chunks += b"data" + struct.pack("<I", len(octets)) + even
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def main(folder: Path = SHIPPED) -> None:
    """Writes every prompt in every language."""
    for code, said in PROMPTS.items():
        for language, words in said.items():
            file = folder / language / f"{code}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(wav(bytes(map(mu_law, resampled(*speak(words, language))))))


def _tap(step: int, cut: float, reach: int) -> float:
    """A windowed sinc: cut-off as a share of the sampling rate."""
    ideal = 2 * cut if step == 0 else math.sin(2 * math.pi * cut * step) / (math.pi * step)
    return ideal * (0.54 + 0.46 * math.cos(math.pi * step / reach))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED)
