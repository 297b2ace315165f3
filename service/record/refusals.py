"""The one error of the record: data that must not be taken as proof of anything."""

from __future__ import annotations


class RecordRefused(ValueError):
    """A value, a proof or a signed text the record does not accept.

    ``code`` names the ground (``subject.ground``, for programs and for the translated sentence),
    ``arguments`` carry what the sentence needs. Nothing secret is ever put into the arguments.
    """

    def __init__(self, code: str, **arguments: str | int) -> None:
        self.code = code
        self.arguments = arguments
        details = ", ".join(f"{name}={value}" for name, value in arguments.items())
        super().__init__(f"{code} ({details})" if details else code)
