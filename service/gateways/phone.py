"""Phone numbers as people write them, in the one form they are kept in."""

import phonenumbers

from service.domain.refusal import refuse

HOME = "KZ"
LONGEST = 40


def clean_phone(text: str) -> str:
    """The number in E.164 (`+77011234567`); '8 701 …' and '+7 (701) …' are one. Raises Refusal 'phone-wrong'."""
    if len(text) > LONGEST or not text.isascii():
        raise refuse("not-possible", "phone-wrong")
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException as error:
        raise refuse("not-possible", "phone-wrong") from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise refuse("not-possible", "phone-wrong")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
