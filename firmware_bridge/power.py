"""Whether the machine has mains: what the kernel says of its power supplies."""

from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
MAINS = ("Mains", "UPS", "USB")


def mains(supplies: Path = SUPPLIES) -> bool | None:
    """True with mains, False on battery, None where the machine cannot tell."""
    found: list[bool] = []
    try:
        for supply in sorted(supplies.iterdir()):
            if (supply / "type").read_text("ascii").strip() in MAINS:
                found.append((supply / "online").read_text("ascii").strip() == "1")
    except (OSError, ValueError):
        return None
    return any(found) if found else None
