"""Search over names, titles and facts, in any script. The index is made once; a question's cost is bounded by its length."""

from dataclasses import dataclass

from litmus.core.place import place
from litmus.parties.names.script import fold
from litmus.publish.model.book import Book, verdict_address
from litmus.publish.model.parts import plain
from litmus.publish.model.words import KINDS, says, short

LONGEST = 100
WORDS = 8
MOST = 50
_RANK = {"place": 0, "clause": 1, "party": 2, "verdict": 3, "source": 4, "fact": 5}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: what kind it is, its title, where it leads, and a line on it."""

    kind: str
    title: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that can be found, each with its folded title and its folded text."""

    hits: tuple[Hit, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]


def make_index(book: Book) -> Index:
    """Places, clauses, parties with their other names, verdicts, sources and facts."""
    others: dict[str, list[str]] = {}
    for r in book.dossier.rows["alias"]:
        others.setdefault(str(r.values["party"]), []).append(str(r.values["name"]))
    found = [Hit("place", place(p).name, f"c/{p}", "") for p in book.places]
    found += [Hit("clause", c.title, f"k/{c.id}", c.summary) for c in book.session.clauses]
    found += [Hit("party", name, f"p/{i}", ", ".join(others.get(i, []))) for i, name in book.names.items()]
    found += [Hit("verdict", f"{v.clause.title}: {place(p).name}", verdict_address(p, c), v.label) for (p, c), v in book.verdicts.items()]
    for i, row in book.sources.items():
        found.append(Hit("source", str(row.values["title"] or row.values["publisher"]), f"s/{i}", str(row.values["publisher"])))
    for i, row in book.facts.items():
        text = f"{KINDS[row.table]}, {place(row.place).name}: {plain(says(row, book.names))}"
        found.append(Hit("fact", short(row, book.names), f"f/{i}", text[:400]))
    found.sort(key=lambda h: _RANK[h.kind])
    return Index(tuple(found), tuple(f" {fold(h.title)}" for h in found), tuple(f" {fold(f'{h.title} {h.text} {h.to}')}" for h in found))


def search(index: Index, question: str, most: int = MOST) -> list[Hit]:
    """What holds every word of the question, the beginning of a title's word first. At most ``most``, 50 by default."""
    words = fold(question[:LONGEST]).split()[:WORDS]
    if not words:
        return []
    ranked: list[tuple[int, int]] = []
    for n, text in enumerate(index.texts):
        if all(w in text for w in words):
            title = index.titles[n]
            ranked.append((sum(0 if f" {w}" in title else 1 if w in title else 2 for w in words), n))
    return [index.hits[n] for _, n in sorted(ranked)[: min(most, MOST)]]
