"""Numbered sources for a page or a table: every figure carries a number, every number an address."""

from collections.abc import Iterable, Mapping

from litmus.clauses.sources import Citation, Source


class References:
    """Gives each source its number at first use."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._numbers: dict[str, int] = {}

    def mark(self, cited: Citation) -> str:
        """``[3]``, or ``[3 4 ?]`` where the item is not verified."""
        numbers = [str(self._number(i)) for i in cited.sources]
        return f"[{' '.join([*numbers, *([] if cited.verified else ['?'])])}]"

    def marks(self, citations: Iterable[Citation]) -> str:
        """The marks of several items, each once."""
        return "".join(dict.fromkeys(self.mark(c) for c in citations))

    def lines(self) -> list[str]:
        """The list that stands below: number, publisher, address."""
        return [f"[{n}] {self._sources[i].publisher}, {self._sources[i].address}" for i, n in self._numbers.items()]

    def _number(self, source: str) -> int:
        return self._numbers.setdefault(source, len(self._numbers) + 1)
