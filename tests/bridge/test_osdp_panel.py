"""The panel believes a reader that has its key, and nobody else, whatever the line does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.codecs.osdp import commands
from firmware_bridge.codecs.osdp.commands import Code, Colour
from firmware_bridge.codecs.osdp.events import Done, Event, Ignored, KeySet, Offline, Online, Said, Why
from firmware_bridge.codecs.osdp.replies import Abilities, Card, Identity, Keys, LocalStatus
from firmware_bridge.codecs.osdp.replies import Line as NewLine
from tests.bridge.osdp_line import KEY, Line
from tests.bridge.osdp_reader import FACTORY, OsdpReader

RAW, KEYPAD, MFGREP = 0x50, 0x53, 0x90


def raw(octets: bytes) -> tuple[int, bytes]:
    return RAW, b"\0\0" + (len(octets) * 8).to_bytes(2, "little") + octets


def cards(line: Line) -> list[bytes]:
    return [e.content.octets for _, e in line.events if isinstance(e, Said) and isinstance(e.content, Card)]


def of(events: list[Event], kind: type) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def test_a_reader_with_its_key_comes_online_and_says_who_it_is() -> None:
    events = Line(OsdpReader(5, KEY)).run(1)
    assert events[0] == Online(5)
    contents = [event.content for event in events if isinstance(event, Said)]
    assert contents[0] == Identity("cafe00", 1, 2, 0x12345678, "1.2.3")
    assert contents[1] == Abilities({2: (1, 2), 4: (1, 1), 5: (1, 1), 6: (1, 1), 9: (1, 1)})
    assert contents[2] == LocalStatus(tampered=False, power_failed=False)
    assert len(events) == 4


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=200))
def test_a_code_of_any_octets_arrives_whole(octets: bytes) -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.2)
    reader.to_say.append(raw(octets))
    line.run(0.3)
    assert cards(line) == [octets]


def test_what_a_reader_says_and_is_told_cannot_be_read_on_the_line() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.2)
    reader.to_say.append(raw(b"KZP1:SECRET-OF-A-FAMILY"))
    line.run(0.1)
    line.panel.submit(0, commands.words("A FAMILY'S NAME", 2))
    line.run(0.1)
    assert b"SECRET" not in b"".join(reader.replies)
    assert b"FAMILY" not in b"".join(line.said)
    assert cards(line) == [b"KZP1:SECRET-OF-A-FAMILY"]
    assert (0x6B, b"\x00\x03\x02\x01\x01\x0fA FAMILY'S NAME") in reader.did


def test_keys_are_heard() -> None:
    reader = OsdpReader(0, KEY)
    reader.to_say.append((KEYPAD, b"\0\x04" + b"1234"))
    assert Said(0, Keys(0, b"1234")) in Line(reader).run(1)


@pytest.mark.parametrize("reply", [raw(b"x")[1][:3], b"", b"\0\0\x08\0", b"\0\0\xff\xff" + b"A" * 9, b"\0\0\0\0"])
def test_a_code_that_does_not_read_is_ignored_and_the_reader_stays(reply: bytes) -> None:
    reader = OsdpReader(0, KEY)
    reader.to_say += [(RAW, reply), raw(b"NEXT")]
    line = Line(reader)
    line.run(1)
    assert Ignored(0, RAW, "not-understood") in [event for _, event in line.events]
    assert cards(line) == [b"NEXT"]
    assert not of([event for _, event in line.events], Offline)


@pytest.mark.parametrize("code", [MFGREP, 0x51, 0x49, 0x57, 0x80, 0xB1, 0xFF])
def test_makers_own_and_unknown_replies_are_of_no_use_and_do_no_harm(code: int) -> None:
    reader = OsdpReader(0, KEY)
    reader.to_say += [(code, bytes(range(128))), raw(b"NEXT")]
    line = Line(reader)
    assert Ignored(0, code, "not-understood") in line.run(1)
    assert cards(line) == [b"NEXT"]


def test_commands_are_carried_out_in_order_and_told() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.2)
    given = [commands.light(Colour.GREEN, 20), commands.sound(1), commands.relay(0, 30), commands.steady(Colour.BLUE)]
    for command in given:
        assert line.panel.submit(0, command)
    events = line.run(0.3)
    assert reader.did[-4:] == [(command.code, command.data) for command in given]
    assert of(events, Done) == [Done(0, command.code) for command in given]
    assert [len(command.data) for command in given] == [14, 5, 4, 14]


def test_a_command_that_met_a_lost_session_goes_out_again_in_the_next_and_once_only() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.3)
    light = commands.light(Colour.GREEN, 20)
    reader.session = False
    line.panel.submit(0, light)
    assert of(line.run(1), Done) == [Done(0, Code.LED)]
    assert reader.did.count((light.code, light.data)) == 1
    honest = reader._commanded

    def forgets(sequence: int, kind: int, code: int, octets: bytes) -> bytes:
        if code != Code.LED:
            return honest(sequence, kind, code, octets)
        reader.session = False
        return reader._frame(sequence, None, 0x41, b"\x05")

    reader._commanded = forgets  # type: ignore[method-assign]
    line.panel.submit(0, commands.light(Colour.RED, 20))
    assert of(line.run(2), Done) == [Done(0, Code.LED, "offline")]


def test_a_command_that_a_reader_does_not_know_is_told_and_nothing_is_lost() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.2)
    line.panel.submit(0, commands.Command(Code.MFG, b"\1\2\3"))
    assert Done(0, Code.MFG, "unknown-command") in line.run(0.2)
    reader.to_say.append(raw(b"NEXT"))
    line.run(0.2)
    assert cards(line) == [b"NEXT"]


def test_nothing_is_taken_for_a_reader_that_is_not_there() -> None:
    line = Line(OsdpReader(0, KEY))
    assert not line.panel.submit(0, commands.sound(1))
    assert not line.panel.submit(9, commands.sound(1))


# --- who is refused


@pytest.mark.parametrize(
    ("reader", "why"),
    [
        (OsdpReader(0, bytes(16)), Why.WRONG_KEY),
        (OsdpReader(0, FACTORY), Why.DEFAULT_KEY),
        (OsdpReader(0, KEY, plain=True), Why.PLAIN),
    ],
)
def test_a_reader_with_another_key_the_factorys_or_none_is_never_listened_to(reader: OsdpReader, why: Why) -> None:
    line = Line(reader)
    reader.to_say += [raw(b"FORGED")] * 50
    line.run(20)
    assert Offline(0, why) in [event for _, event in line.events]
    assert cards(line) == []
    assert len(of([event for _, event in line.events], Offline)) <= 2, "told once, not at every try"


def test_a_reader_that_knows_no_secure_channel_is_refused() -> None:
    reader = OsdpReader(0, KEY)
    reader.hears = lambda octets: reader._frame(octets[4] & 3, None, 0x41, b"\x05")  # type: ignore[method-assign]
    assert Offline(0, Why.NO_SECURE_CHANNEL) in Line(reader).run(5)


def test_a_code_in_clear_under_a_session_is_ignored() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.5)
    reader.in_clear = True
    reader.to_say.append(raw(b"IN CLEAR"))
    assert Ignored(0, RAW, "not-encrypted") in line.run(0.5)
    assert cards(line) == []


def test_a_replayed_code_opens_nothing() -> None:
    """What was heard on the line is played to the panel in place of the reader's own replies."""
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.5)
    reader.to_say.append(raw(b"KZP1:LET IN"))
    line.run(0.2)
    recorded = next(reply for reply in reader.replies if len(reply) > 8 and reply[7] == RAW)
    honest = reader.hears

    def replay(octets: bytes) -> bytes:
        honest(octets)
        forged = bytearray(recorded)
        forged[4] = recorded[4] & ~3 | octets[4] & 3  # even with the sequence number it should have
        from tests.bridge.osdp_reader import crc

        return bytes(forged[:-2]) + crc(bytes(forged[:-2]))

    reader.hears = replay  # type: ignore[method-assign]
    events = line.run(3)
    assert cards(line) == [b"KZP1:LET IN"], "once, as it was shown"
    assert Ignored(0, RAW, Why.FORGED) in events
    reader.hears = honest  # type: ignore[method-assign]
    reader.to_say.append(raw(b"NEXT"))
    line.run(3)
    assert cards(line)[1:] == [b"NEXT"]


@settings(max_examples=150)
@given(st.data())
def test_no_changed_octet_of_a_reply_gets_a_code_through(data: st.DataObject) -> None:
    """Whoever sits on the line changes octets and makes the CRC right again."""
    from tests.bridge.osdp_reader import crc

    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.3)
    honest = reader.hears

    def forge(octets: bytes) -> bytes:
        reply = bytearray(honest(octets)[:-2])
        if len(reply) > 40:
            place = data.draw(st.integers(5, len(reply) - 1))
            reply[place] ^= data.draw(st.integers(1, 255))
        return bytes(reply) + crc(bytes(reply)) if reply else b""

    reader.hears = forge  # type: ignore[method-assign]
    reader.to_say.append(raw(b"KZP1:PASS OF THE FAMILY"))
    line.run(0.1)
    assert cards(line) == []


# --- keys


def test_in_install_mode_a_reader_gets_its_own_key_and_nothing_it_said_before_is_believed() -> None:
    reader = OsdpReader(0, FACTORY)
    reader.to_say.append(raw(b"BEFORE ITS KEY"))
    line = Line(reader, install=True)
    events = line.run(2)
    assert of(events, KeySet) == [KeySet(0)]
    assert events.index(KeySet(0)) < events.index(Online(0))
    assert reader.key == KEY
    assert (0x75, b"\x01\x10" + KEY) in reader.did
    assert KEY not in b"".join(line.said)
    assert cards(line) == [b"BEFORE ITS KEY"], "it waited in the reader, and was told under its own key"


def test_without_install_mode_the_factory_key_is_never_used() -> None:
    reader = OsdpReader(0, FACTORY)
    line = Line(reader)
    line.run(10)
    assert not reader.shown_default
    assert reader.key == FACTORY
    assert all(octets[7] == 1 for octets in line.said if octets[6] == 0x11)


def test_in_install_mode_a_reader_with_a_strange_key_stays_out() -> None:
    reader = OsdpReader(0, bytes(16))
    line = Line(reader, install=True)
    events = line.run(10)
    assert of(events, Offline)
    assert not of(events, Online)
    assert not of(events, KeySet)


def test_a_reader_takes_a_new_address() -> None:
    reader = OsdpReader(0, KEY)
    line = Line(reader)
    line.run(0.3)
    line.panel.submit(0, commands.line(7, 115_200))
    assert Said(0, NewLine(7, 115_200)) in line.run(1)
    reader.to_say.append(raw(b"NEXT"))
    line.run(1)
    assert cards(line) == [b"NEXT"]
    assert reader.address == 7
