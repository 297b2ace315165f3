"""A hundred thousand spoiled lines for each codec: nothing is raised, nobody is let in wrongly, the next code is read.

Hypothesis draws what is wrong with a line and the chance behind it; a line then carries a hundred spoiled messages.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs.cards import FramedCardCodec, NumberCardCodec
from firmware_bridge.codecs.codes import Dropped, Scan
from firmware_bridge.codecs.line import LineCodec
from firmware_bridge.codecs.osdp import frame
from firmware_bridge.codecs.osdp.events import Said
from firmware_bridge.codecs.osdp.frame import Frame, FrameDecoder
from firmware_bridge.codecs.osdp.panel import LONGEST_REPLY, Panel, Wired
from firmware_bridge.codecs.osdp.replies import Card
from firmware_bridge.codecs.ssi import SsiCodec
from firmware_bridge.decide import Direction, GateRules, Verdict, offline
from firmware_bridge.simulate.ssi import packed
from tests.bridge.cast import KEYS, MIDDAY, token
from tests.bridge.osdp_line import KEY
from tests.bridge.osdp_reader import OsdpReader
from tests.passes.vectors import VISIT

LINES, MESSAGES = 1000, 100
PASSES = [token(number) for number in range(8)]
GATE = GateRules(VISIT.institution, VISIT.gate_zone, KEYS)
SILENCE = 2.0
"""Longer than any codec waits for the rest of a message."""


class Codec(Protocol):
    def feed(self, data: bytes, now: float) -> list[Scan | Dropped]: ...


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a line: shares of the octets that are lost and flipped, of the messages cut and preceded
    by garbage, of the pieces after which it pauses; and how long its pieces are.
    """

    lost: float
    flipped: float
    cut: float
    garbage: float
    paused: float
    piece: int

    def sent(self, octets: bytes, chance: Random) -> bytes:
        """What arrives of the octets, with what was never sent."""
        if chance.random() < self.cut:
            octets = octets[: chance.randrange(len(octets))]
        if self.lost or self.flipped:
            octets = bytes(self._each(octets, chance))
        if chance.random() < self.garbage:
            octets = chance.randbytes(chance.randrange(60)) + octets
        return octets

    def _each(self, octets: bytes, chance: Random) -> Iterator[int]:
        for octet in octets:
            if chance.random() >= self.lost:
                yield octet ^ (1 << chance.randrange(8)) if chance.random() < self.flipped else octet

    def pieces(self, octets: bytes, now: float, chance: Random) -> Iterator[tuple[bytes, float]]:
        """The octets as they are read, with the moment of each piece."""
        at = 0
        while at < len(octets):
            end = at + (self.piece or chance.randint(1, len(octets)))
            yield octets[at:end], now
            now += chance.random() * 0.6 if chance.random() < self.paused else 0.0
            at = end


shares = st.sampled_from([0.0, 0.0, 0.01, 0.1, 0.5])
wrongs = st.builds(
    Wrong,
    lost=shares,
    flipped=shares,
    cut=shares,
    garbage=st.sampled_from([0.0, 0.3, 1.0]),
    paused=st.sampled_from([0.0, 0.0, 0.02, 0.5]),
    piece=st.sampled_from([0, 0, 0, 1, 64]),
)
many = settings(max_examples=LINES)


def ends_with(end: bytes) -> Callable[[str], bytes]:
    return lambda text: text.encode() + end


def card(text: str) -> bytes:
    number = bytes.fromhex(text)
    check = 0
    for octet in number:
        check ^= octet
    return b"\x02" + (number + bytes([check])).hex().upper().encode() + b"\x03"


CARDS = ["62E3086CED", "0000000000", "04A1B2C3D4"]
CODECS: dict[str, tuple[Callable[[], Codec], Callable[[str], bytes], list[str]]] = {
    "line-cr": (LineCodec, ends_with(b"\r"), PASSES),
    "line-crlf": (LineCodec, ends_with(b"\r\n"), PASSES),
    "ssi": (SsiCodec, lambda text: packed(0xF3, b"\x1c" + text.encode(), 0), PASSES),
    "card-framed": (FramedCardCodec, card, CARDS),
    "card-number": (NumberCardCodec, ends_with(b"\r"), CARDS),
}


def is_let_in(text: str) -> bool:
    """Whether the gate would let in whoever shows this."""
    return offline(text, GATE, Direction.ENTRY, MIDDAY).verdict is Verdict.ADMIT


@pytest.mark.parametrize("name", CODECS)
def test_of_a_hundred_thousand_spoiled_messages_nothing_wrong_is_let_in_and_the_next_code_is_read(name: str) -> None:
    make, encode, texts = CODECS[name]
    known = {text: encode(text) for text in texts}
    lines = 0

    @many
    @given(wrongs, st.integers(0, 2**32))
    def one_line(wrong: Wrong, seed: int) -> None:
        nonlocal lines
        lines += 1
        chance, codec, now = Random(seed), make(), 0.0
        for _ in range(MESSAGES):
            now += SILENCE
            octets = wrong.sent(known[chance.choice(texts)], chance)
            for piece, moment in wrong.pieces(octets, now, chance):
                now = moment
                for event in codec.feed(piece, now):
                    if isinstance(event, Scan) and event.text not in known:
                        assert not is_let_in(event.text)
            if isinstance(codec, SsiCodec):
                codec.outgoing(now)
            following = chance.choice(texts)
            if chance.random() < 0.5:
                # Without a silence the message that follows may go with the spoiled one, whole; it is never half read.
                found = codec.feed(known[following], now)
                assert all(
                    event.text in known or not is_let_in(event.text) for event in found if isinstance(event, Scan)
                )
            now += SILENCE
            assert Scan(following) in codec.feed(known[following], now)

    one_line()
    assert lines * MESSAGES >= 100_000


def sound(chance: Random) -> bytes:
    """A frame as a reader under its session sends it, or a plain one."""
    security, mac = (bytes([0x18]), b"MAC!") if chance.random() < 0.7 else (None, b"")
    data = chance.randbytes(16 * chance.randrange(5))
    begun = frame.begun(chance.randrange(127), chance.randrange(4), 0x50, data, security=security, is_reply=True)
    return frame.ended(begun, mac)


def test_of_a_hundred_thousand_spoiled_osdp_frames_no_changed_one_is_taken_and_the_next_is_read_at_once() -> None:
    lines, false = 0, 0

    @many
    @given(wrongs, st.integers(0, 2**32))
    def one_line(wrong: Wrong, seed: int) -> None:
        nonlocal lines, false
        lines += 1
        chance, decoder = Random(seed), FrameDecoder(LONGEST_REPLY)
        frames = [sound(chance) for _ in range(6)]
        (*known,) = (read for one in frames for read in FrameDecoder().feed(one))
        for _ in range(MESSAGES):
            found: list[Frame] = []
            for piece, _moment in wrong.pieces(wrong.sent(chance.choice(frames), chance), 0.0, chance):
                found += decoder.feed(piece)
            following = chance.randrange(6)
            found += decoder.feed(frames[following])
            # Sixteen bits of CRC let one of 65,536 chance frames through; behind it stands the session's MAC. And one
            # that lost only its last octets may find them in the next one's first: then it is whole, and that is not.
            by_chance = [one for one in found if one not in known]
            false += len(by_chance) + (found[-1] != known[following])
            assert by_chance or found[-1] in known, "whatever came before, and without a pause"
            assert len(decoder._octets) <= LONGEST_REPLY

    one_line()
    assert lines * MESSAGES >= 100_000
    assert false <= 50, false


RAW = 0x50
REPLY_TAKES = 0.01


def test_of_a_hundred_thousand_spoiled_replies_under_a_session_no_code_is_invented_and_the_reader_comes_back() -> None:
    lines = 0

    @many
    @given(wrongs, st.integers(0, 2**32))
    def one_line(wrong: Wrong, seed: int) -> None:
        nonlocal lines
        lines += 1
        chance, reader = Random(seed), OsdpReader(0, KEY)
        panel, now, said = Panel([Wired(0, KEY)], 115_200, random=chance.randbytes), 0.0, set[bytes]()

        def exchange(spoil: Wrong | None) -> list[bytes]:
            """The panel's next frame, what the reader answers, and the codes that the panel then believes in."""
            nonlocal now
            out = b""
            while not out:
                now += panel.wait(now) or 0.001
                panel.feed(b"", now)
                out = panel.outgoing(now)
            reply = reader.hears(out)
            now += REPLY_TAKES
            events = []
            if spoil is None:
                events += panel.feed(reply, now)
            else:
                for piece, moment in spoil.pieces(spoil.sent(reply, chance) if reply else b"", now, chance):
                    now = moment
                    events += panel.feed(piece, now)
            contents = [event.content for event in events if isinstance(event, Said)]
            return [one.octets for one in contents if isinstance(one, Card)]

        for number in range(MESSAGES):
            code = b"CODE %d" % number
            said.add(code)
            if number % 10 == 0:
                reader.to_say.append((RAW, b"\0\0" + (len(code) * 8).to_bytes(2, "little") + code))
            assert said.issuperset(exchange(wrong))
        reader.to_say.clear()
        reader.to_say.append((RAW, b"\0\0\x20\0NEXT"))
        ends = now + 3
        while exchange(None) != [b"NEXT"]:
            assert now < ends, "back within three seconds of the line"

    one_line()
    assert lines * MESSAGES >= 100_000
