"""Which language to speak, and the sentence in it."""

from collections.abc import Mapping

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from service.web.messages import Message

LANGUAGES = ("kk", "ru", "en")
STATE_LANGUAGE = "kk"


def language_of_header(accept_language: str | None) -> str:
    """The language an Accept-Language header (RFC 9110 section 12.5.4) wants most; else Kazakh."""
    wanted = parse_accept_header(accept_language, LanguageAccept)
    for tag, quality in wanted:  # best first; a region says nothing here, "kk-KZ" is Kazakh
        language = tag.split("-")[0].lower()
        if language in LANGUAGES and quality > 0:
            return language
    return STATE_LANGUAGE


def translate(message: str, language: str, arguments: Mapping[str, object] | None = None) -> str:
    """The English `message` of the catalogue `pages` in `language`, its {named} places filled."""
    sentence = message
    if not arguments:
        return sentence
    filled = {
        name: translate(value, language) if isinstance(value, Message) else value
        for name, value in arguments.items()
    }
    return sentence.format_map(filled)
