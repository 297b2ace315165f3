"""What the verifier answers: one entry for each thing that is not as the record says."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One discrepancy: its code (`docs/verify.md` explains each) and the place it was found at.

    `detail` says what was expected and what was found where neither names a person; for reading, not for programs.
    """

    code: str
    log: str | None = None
    event: int | None = None
    table: str | None = None
    row: str | None = None
    column: str | None = None
    detail: str | None = None

    def told(self) -> dict[str, str | int]:
        """The entry as JSON, without its empty places."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def place(self) -> str:
        """Where: `la-155-8#12`, `appointment/<id>/state`, or both."""
        event = f"{self.log}#{self.event}" if self.event is not None else self.log
        cell = "/".join(part for part in (self.table, self.row, self.column) if part is not None)
        return " ".join(part for part in (event, cell) if part)


def shortened(value: object) -> str:
    """A value of a cell as it is shown in a finding: never more than a line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
