"""Forms: what was typed is kept, each fault stands beside its field and in the summary, in the reader's words.

A form is checked by the same strict models as the interface (`service.web.api.values`), so that page and raw HTTP
refuse the same things.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from service.web.api.problem import FieldError
from service.web.api.reading import field_error
from service.web.messages import N_, Message

Model = TypeVar("Model", bound=BaseModel)
Wording = Mapping[str | tuple[str, str], Message]
"""Sentences of a form for its faults: by field, or by field and code; they win over the general ones."""

_ON_PAGES: Mapping[str, Message] = {
    "required": N_("Please fill this in."),
    "empty": N_("Please fill this in."),
    "not-yes-or-no": N_("Please tick this."),
    "not-a-choice": N_("Choose one of the answers."),
    "not-a-day": N_("Enter the day, month and year in figures, for example 19 3 1985."),
    "not-whole-number": N_("Enter a number in figures."),
    "wrong-form": N_("Please check this: it does not look right."),
}
"""What people are told where programs are told the form of a value."""

_DAY_PARTS = ("year", "month", "day")


@dataclass
class Form(Generic[Model]):
    """One form as the page shows it: labels, typed values and faults by field."""

    model: type[Model]
    labels: Mapping[str, Message] = field(default_factory=dict)
    wording: Wording = field(default_factory=dict)
    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, FieldError] = field(default_factory=dict)

    def read(self) -> Model | None:
        """What was sent with this request, or None when something is wrong: then `errors` says what."""
        self.keep()
        try:
            return self.model.model_validate(self._given(), strict=False)  # texts, and lists of them
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                name = str(detail["loc"][0]) if detail["loc"] else ""
                if name not in self.errors:
                    self.errors[name] = self._worded(
                        field_error(detail["type"], f"#/{name}", detail.get("ctx", {}), "body"), name
                    )
            self.errors = {name: self.errors[name] for name in [*self.model.model_fields, ""] if name in self.errors}
            return None

    def keep(self) -> "Form[Model]":
        """Show what was sent with this request again, unchecked: the language was switched in the middle."""
        lines = [(name, value.replace("\r\n", "\n")) for name, value in request.form.items(multi=True)]
        self.typed = MultiDict(lines)  # browsers send the line ends of a text as CR LF
        return self

    def refuse(self, name: str, sentence: Message, **arguments: object) -> None:
        """Add a fault found elsewhere (an unknown code, a number that is taken) to the field `name`."""
        self.errors[name] = FieldError(f"#/{name}", "refused", sentence, arguments)

    def value(self, name: str) -> str:
        """What stands in the field."""
        return self.typed.get(name, "")

    def values(self, name: str) -> Sequence[str]:
        """What is chosen in a field of several choices."""
        return self.typed.getlist(name)

    def has_wording(self, name: str, code: str) -> bool:
        """Whether the sentence of a fault was written for this form, and so names its field itself."""
        return code == "refused" or (name, code) in self.wording or name in self.wording

    def show(self, **values: str) -> "Form[Model]":
        """Fill the fields of a form that was not sent yet."""
        self.typed = MultiDict(values)
        return self

    def _given(self) -> dict[str, Any]:
        """The fields of the model among what was sent: empty ones are missing; day, month and year are one day."""
        given: dict[str, Any] = {}
        for name, described in self.model.model_fields.items():
            parts = [self.typed.get(f"{name}-{part}", "").strip() for part in _DAY_PARTS]
            if any(parts):
                year, month, day = parts
                given[name] = f"{year}-{month:0>2}-{day:0>2}"
            elif getattr(described.annotation, "__origin__", None) in {list, tuple}:
                given[name] = [value for value in self.typed.getlist(name) if value.strip()]
            elif self.typed.get(name, "").strip():
                given[name] = self.typed[name]
        return given

    def _worded(self, error: FieldError, name: str) -> FieldError:
        described = self.model.model_fields.get(name)
        if described is not None and described.annotation is bool and error.code == "required":
            error = field_error("bool_type", error.pointer, {}, error.place)
        sentence = self.wording.get((name, error.code)) or self.wording.get(name) or _ON_PAGES.get(error.code)
        return FieldError(error.pointer, error.code, sentence, error.arguments) if sentence else error
