"""One reader as the panel sees it: the handshake, the sequence numbers, what is asked and what is believed."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.codecs.osdp import commands, frame, replies
from firmware_bridge.codecs.osdp.commands import Code, Command
from firmware_bridge.codecs.osdp.crypto import DEFAULT_KEY
from firmware_bridge.codecs.osdp.events import Content, Done, Event, Ignored, KeySet, Offline, Online, Said, Why
from firmware_bridge.codecs.osdp.frame import Frame
from firmware_bridge.codecs.osdp.replies import Fault, Reply
from firmware_bridge.codecs.osdp.session import NotTheirs, Session

POLL_EVERY = 0.02
BUSY_PAUSE, BUSY_LONGEST = 0.05, 3.0
RESENT = 2
"""How often a command goes out again in the same octets before the session is given up."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
AGAIN_PAUSE = 0.1
REFUSED_PAUSE = 2.0
SILENCE = 1.0
"""Seconds without a sound reply after which the reader is said to be offline."""
QUEUED = 16
CONTENT: dict[int, Callable[[bytes], Content | None]] = {
    Reply.RAW: replies.card,
    Reply.KEYPAD: replies.keys,
    Reply.PDID: replies.identity,
    Reply.PDCAP: replies.abilities,
    Reply.COM: replies.line,
    Reply.LSTATR: replies.local_status,
}
ASKED_AT_FIRST = (commands.WHO, commands.WHAT, commands.STATUS)
NEVER_IN_CLEAR = (Reply.RAW, Reply.KEYPAD)
SESSION_LOST = (Fault.SEQUENCE, Fault.NO_SECURE_CHANNEL, Fault.SECURE_CHANNEL_NEEDED)


class Stage(StrEnum):
    """How far the handshake is."""

    AWAY = "away"
    CHALLENGED = "challenged"
    PROVING = "proving"
    HERE = "here"


@dataclass(slots=True)
class Sent:
    """The command that is waiting for its reply."""

    command: Command
    sequence: int
    octets: bytes
    on_line: bool = True
    tries: int = 1
    busy_since: float | None = None


class Remote:
    """A reader at one address of a line. Times are monotonic seconds.

    Without `install` only the reader's own key is used; a reader with the factory's key, or none, is refused.
    With it such a reader is given its own key, and still nothing it says before that is believed.
    """

    def __init__(self, address: int, key: bytes, *, install: bool = False, random: Callable[[int], bytes]) -> None:
        self.address = address
        self.stage = Stage.AWAY
        self.due = 0.0
        self._key = key
        self._install = install
        self._random = random
        self._session = Session(key, bytes(8))
        self._with_default = False
        self._proof = b""
        self._sequence = 0
        self._sent: Sent | None = None
        self._queue: deque[Command] = deque(maxlen=QUEUED)
        self._pause = FIRST_PAUSE
        self._last_heard = float("-inf")
        self._is_online = False
        self._told: Why | None = None
        self._repeated: Command | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a reply may be on its way."""
        return self._sent is not None and self._sent.on_line

    @property
    def is_urgent(self) -> bool:
        """Whether something waits that a person waits for."""
        return self.stage is Stage.HERE and bool(self._queue)

    def submit(self, command: Command) -> bool:
        """Sends the command at the reader's next turn; False when it is not there or has too much to do."""
        if self.stage is not Stage.HERE or len(self._queue) == QUEUED:
            return False
        self._queue.append(command)
        self.due = 0.0 if self._sent is None else self.due
        return True

    def turn(self) -> bytes:
        """The frame to send now: the last one again if it had no reply, else the next."""
        if self._sent is not None:
            self._sent.on_line = True
            return self._sent.octets
        match self.stage:
            case Stage.PROVING:
                return self._plain(Command(Code.SCRYPT, self._proof), frame.PROOF)
            case Stage.HERE:
                return self._seal(self._queue.popleft() if self._queue else commands.POLL)
            case _:
                return self._challenge()

    def heard(self, reply: Frame, now: float) -> list[Event]:
        """Takes a sound frame that came while this reader was asked."""
        sent = self._sent
        if sent is None or not reply.is_reply or reply.address != self.address:
            return []
        if reply.code == Reply.BUSY and reply.security is None:
            return self._busy(sent, now)
        if reply.sequence != sent.sequence:
            return []
        match self.stage:
            case Stage.CHALLENGED:
                return self._challenged(reply, now)
            case Stage.PROVING:
                return self._proved(reply, now)
            case _:
                return self._said(reply, sent, now)

    def unheard(self, now: float) -> list[Event]:
        """No reply came in its time."""
        sent = self._sent
        if sent is None:
            return []
        if self.stage is Stage.HERE and sent.tries <= RESENT:
            sent.tries += 1
            sent.on_line = False
            self.due = now
            return []
        was_here = self.stage is Stage.HERE
        self._begin_again(now if was_here else now + self._pause)
        if not was_here:
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return self._offline(Why.SILENT) if now - self._last_heard > SILENCE else []

    def wake(self, now: float) -> None:
        """The line lives again: there is no reason to wait longer."""
        if self.stage is Stage.AWAY and self._told in (None, Why.SILENT):
            self.due = min(self.due, now)
            self._pause = FIRST_PAUSE

    def _challenge(self) -> bytes:
        self._sequence = 0
        chance = self._random(8)
        self._session = Session(DEFAULT_KEY if self._with_default else self._key, chance)
        self.stage = Stage.CHALLENGED
        return self._plain(Command(Code.CHLNG, chance), frame.CHALLENGE)

    def _plain(self, command: Command, security: int) -> bytes:
        block = bytes([security, 0 if self._with_default else 1])
        begun = frame.begun(self.address, self._sequence, command.code, command.data, security=block)
        return self._sending(command, frame.ended(begun))

    def _seal(self, command: Command) -> bytes:
        return self._sending(command, self._session.seal(self.address, self._sequence, command.code, command.data))

    def _sending(self, command: Command, octets: bytes) -> bytes:
        self._sent = Sent(command, self._sequence, octets)
        self._sequence = self._sequence % 3 + 1
        return octets

    def _busy(self, sent: Sent, now: float) -> list[Event]:
        """The same frame goes out again after a pause, for three seconds at most."""
        sent.busy_since = now if sent.busy_since is None else sent.busy_since
        if now - sent.busy_since > BUSY_LONGEST:
            self._begin_again(now + FIRST_PAUSE)
            return self._offline(Why.SILENT)
        sent.on_line = False
        self._last_heard = now
        self.due = now + BUSY_PAUSE
        return []

    def _challenged(self, reply: Frame, now: float) -> list[Event]:
        asked = 0 if self._with_default else 1
        if reply.code != Reply.CCRYPT or reply.security_type != frame.CHALLENGED:
            return self._refused(Why.NO_SECURE_CHANNEL, now)
        if reply.security != bytes([frame.CHALLENGED, asked]):
            return self._refused(Why.DEFAULT_KEY, now)
        try:
            self._proof = self._session.proof(reply.data)
        except NotTheirs:
            return self._refused(Why.WRONG_KEY, now)
        self._last_heard = self.due = now
        self._sent = None
        self.stage = Stage.PROVING
        return []

    def _proved(self, reply: Frame, now: float) -> list[Event]:
        if reply.code != Reply.RMAC_I or reply.security != bytes([frame.PROVED, 1]):
            return self._refused(Why.WRONG_KEY, now)
        try:
            self._session.begin(reply.data)
        except NotTheirs:
            return self._refused(Why.WRONG_KEY, now)
        self._sent = None
        self._last_heard = self.due = now
        self._pause = FIRST_PAUSE
        self.stage = Stage.HERE
        if self._with_default:
            self._queue.appendleft(commands.new_key(self._key))
            return []
        self._queue.extendleft(reversed(ASKED_AT_FIRST))
        return []

    def _said(self, reply: Frame, sent: Sent, now: float) -> list[Event]:
        if reply.security is None:
            # A reader that has lost its session can say so in no other way; whatever else is plain is not believed.
            self._begin_again(now + (AGAIN_PAUSE if reply.code == Reply.NAK else REFUSED_PAUSE))
            return self._once_more(sent.command) if reply.code == Reply.NAK else self._offline(Why.PLAIN)
        try:
            data = self._session.open(reply)
        except NotTheirs:
            self._begin_again(now)
            return [Ignored(self.address, reply.code, Why.FORGED)]
        self._last_heard = now
        self._sent = None
        self.due = now if self._queue or reply.code != Reply.ACK else now + POLL_EVERY
        if self._with_default:
            return self._keyed(reply, sent, now)
        if reply.code == Reply.NAK:
            return self._refuses(data, sent, now)
        asked_for = sent.command not in (commands.POLL, *ASKED_AT_FIRST)
        done: list[Event] = [Done(self.address, sent.command.code)] if asked_for else []
        return [*self._online(), *self._content(reply, data, now), *done]

    def _once_more(self, command: Command) -> list[Event]:
        """A command that the reader did not look at for want of a session goes out again in the next one, once."""
        if command in (commands.POLL, *ASKED_AT_FIRST):
            return []
        if command is self._repeated:
            return [Done(self.address, command.code, "offline")]
        self._repeated = command
        self._queue.appendleft(command)
        return []

    def _keyed(self, reply: Frame, sent: Sent, now: float) -> list[Event]:
        """Under the factory's key only one thing is done: it is replaced."""
        if reply.code != Reply.ACK or sent.command.code != Code.KEYSET:
            return self._refused(Why.DEFAULT_KEY, now)
        self._with_default = False
        self._begin_again(now)
        return [KeySet(self.address)]

    def _refuses(self, data: bytes, sent: Sent, now: float) -> list[Event]:
        code = data[0] if data else 0
        if code in SESSION_LOST:
            self._begin_again(now)
        fault = Fault(code).name.lower().replace("_", "-") if code in list(Fault) else f"fault-{code}"
        return [Done(self.address, sent.command.code, fault)]

    def _online(self) -> list[Event]:
        """Told when the first reply under the reader's own key was sound, once until it is offline again."""
        self._told = None
        was_online, self._is_online = self._is_online, True
        return [] if was_online else [Online(self.address)]

    def _content(self, reply: Frame, data: bytes, now: float) -> list[Event]:
        if reply.code == Reply.ACK:
            return []
        address = self.address
        if data and reply.code in NEVER_IN_CLEAR and reply.security_type != frame.REPLY_SEALED:
            return [Ignored(address, reply.code, "not-encrypted")]
        read = CONTENT.get(reply.code)
        content = read(data) if read is not None else None
        if content is None:
            return [Ignored(address, reply.code, "not-understood")]
        if isinstance(content, replies.Line):
            self.address = content.address
            self._begin_again(now + FIRST_PAUSE)
        return [Said(address, content)]

    def _refused(self, why: Why, now: float) -> list[Event]:
        """Not this reader, or not like this. With `install`, the factory's key is tried every other time."""
        self._last_heard = now
        self._begin_again(now if self._install and not self._with_default else now + REFUSED_PAUSE)
        self._with_default = self._install and not self._with_default
        return [] if self._with_default else self._offline(why)

    def _begin_again(self, due: float) -> None:
        self.stage = Stage.AWAY
        self.due = due
        self._sent = None

    def _offline(self, why: Why) -> list[Event]:
        lost: list[Event] = [Done(self.address, command.code, "offline") for command in self._queue]
        self._queue.clear()
        self._is_online = False
        told, self._told = self._told, why
        return [*lost, Offline(self.address, why)] if told != why else lost
