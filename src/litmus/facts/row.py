"""One typed row of one table, with the file and line it came from."""

from dataclasses import dataclass
from typing import Any

from litmus.core.dates import FIRST_DAY, LAST_DAY, Days


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """``values`` holds every column of the table; blank cells are None. Rows are compared by identity."""

    table: str
    id: str
    file: str
    line: int
    values: dict[str, Any]

    @property
    def place(self) -> str:
        """Code of the place the row is about."""
        return str(self.values["place"])

    @property
    def begins(self) -> Days:
        """When it began to hold; blank means always."""
        return self.values.get("valid_from") or Days(FIRST_DAY, FIRST_DAY)

    @property
    def ends(self) -> Days:
        """The last day on which it held; blank means that no end is known."""
        return self.values.get("valid_to") or Days(LAST_DAY, LAST_DAY)
