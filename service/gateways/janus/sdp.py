"""What a page may offer to send: one sound, and one picture where the call has pictures; nothing else, so that nobody
speaks by a way that the officer does not hear (RFC 8866, RFC 8843, RFC 9429).
"""

from service.gateways.calls import NotInRoom

MOST_OCTETS = 48 * 1024


def sound_of(offer: str, *, pictures: bool) -> str | None:
    """The identification (`a=mid`) of the line that carries sound; None where the page sends none.

    Raises NotInRoom for an offer of anything else than at most one sound and, with `pictures`, one picture.
    """
    if len(offer) > MOST_OCTETS or "\0" in offer:
        raise NotInRoom("offer too long")
    kinds: list[str] = []
    mids: list[str | None] = []
    for line in offer.splitlines():
        if line.startswith("m="):
            kinds.append(line[2:].partition(" ")[0])
            mids.append(None)
        elif line.startswith("a=mid:") and mids:
            mids[-1] = line[6:].strip()[:16]
    allowed = ["audio", "video"] if pictures else ["audio"]
    if len(set(kinds)) != len(kinds) or not set(kinds) <= set(allowed) or None in mids:
        raise NotInRoom(f"offers {','.join(kinds)[:60]}")
    return mids[kinds.index("audio")] if "audio" in kinds else None
