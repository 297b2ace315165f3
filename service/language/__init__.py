"""Sentences, days and moments in the three languages of the service: Kazakh, Russian, English."""

from service.language.catalogues import LANGUAGES, LOCALES, translations
from service.language.days import format_day, format_moment
from service.language.sentences import reason_text

__all__ = ["LANGUAGES", "LOCALES", "format_day", "format_moment", "reason_text", "translations"]
