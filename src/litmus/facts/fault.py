"""A fault: one thing wrong in one place of a file, with what was expected. Faults are kept and counted, never dropped."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Where (file, line, byte offset of the line, column), what was found, and what was expected with the fix.

    ``holds_row`` is True when the row was kept out because of it; rows in a file = rows read + rows held.
    """

    file: str
    line: int
    column: str
    value: str
    expected: str
    offset: int = 0
    holds_row: bool = True

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        column = f", column {self.column}" if self.column else ""
        value = self.value if len(self.value) <= 60 else self.value[:57] + "…"
        found = f" found {value!r};" if value else ""
        return f"{where}{column}:{found} {self.expected}"
