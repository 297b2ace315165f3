"""The page that checks receipts, as we serve it: the same file that families keep, filled in with what they hold.

Everything in it is admitted by its hash and nothing else is: the policy of the file itself, sent as a header too.
Whoever does not trust us takes the file and the keys from somebody else; the page says so.
"""

import json
import re
from dataclasses import asdict, dataclass
from functools import cache

from flask import Response, g

from service.web import static_files

CHECKER = static_files.FOLDER / "receipt" / "index.html"
"""The page that checks a receipt without network; families keep it beside the receipt."""
_TRUSTED = re.compile(r'(<script type="application/json" id="trusted">).*?(</script>)', re.DOTALL)
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


@dataclass(frozen=True)
class Filled:
    """What the page is opened with: verifier keys one to a line, the text of a receipt, the reader's language."""

    keys: str
    receipt: str
    language: str


@cache
def checker() -> str:
    """The file as it is handed out."""
    return CHECKER.read_text(encoding="utf-8")


def served(filled: Filled) -> Response:
    """The page, filled in; with a receipt it checks at once."""
    policy = _POLICY.search(checker())
    assert policy is not None, "the page names its own policy"
    g.content_policy = f"{policy[1]}; frame-ancestors 'none'; require-trusted-types-for 'script'"
    written = json.dumps(asdict(filled), ensure_ascii=False).replace("<", "\\u003c")
    page = _TRUSTED.sub(lambda found: f"{found[1]}{written}{found[2]}", checker(), count=1)
    return Response(page, content_type="text/html; charset=utf-8")
