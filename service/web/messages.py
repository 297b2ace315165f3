"""English sentences marked for the catalogue `pages` where they are not translated on the spot."""


class Message(str):
    """A sentence that is to be shown in the reader's language; its value is the English one."""

    __slots__ = ()


def N_(message: str) -> Message:
    """The message itself: marked for extraction, translated where it is shown."""
    return Message(message)
