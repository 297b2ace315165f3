"""What somebody signed in with, in two words of the browser's own; nothing that tells one phone from the next."""

BROWSERS = (
    ("YaBrowser/", "Yandex"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str | None) -> str | None:
    """For example "Firefox · Android"; None where neither is known."""
    text = user_agent or ""
    words = [next((word for sign, word in known if sign in text), None) for known in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in words if word) or None
