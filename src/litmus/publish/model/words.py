"""A row of the record in words, with links to the parties that it names."""

from litmus.core.dates import Days, show_days
from litmus.core.interval import Number
from litmus.core.words import ladder
from litmus.facts.row import Row
from litmus.facts.schema import Column, Table, tables
from litmus.publish.model.parts import Line, Text

LABELS = {
    "rung": "rung", "in_service_from": "in service from", "in_service_to": "in service until", "notice_published": "notice published",
    "award_published": "award published", "text_published": "text published", "owner_named": "owner named",
    "legal_basis": "legal basis", "in_force": "in force", "network_owner": "network owner", "entity_named": "entity named",
    "weight_unit": "unit", "valid_until": "valid until", "closed_by": "closed by",
    "submission_end": "end of submission", "advert_days": "days for bids", "call_published": "call published",
}  # fmt: skip
KINDS = {
    "ownership": "Ownership", "deployment": "Equipment", "contract": "Contract", "contract_party": "Party to a contract",
    "alignment": "Pledge or membership", "law": "Law", "restriction": "Restriction", "assessment": "Assessment", "loan": "Loan or grant",
    "programme": "Programme", "chapter": "Chapter", "observation": "Observation", "population": "Closed list", "event": "Event",
    "waiver": "Waiver", "statement": "Statement", "reply": "Reply", "notice": "Call", "lot": "Lot", "award": "Award",
    "identity": "Identity",
}  # fmt: skip
GRADES = {
    "A": "completely reliable", "B": "usually reliable", "C": "fairly reliable", "D": "not usually reliable", "E": "unreliable",
    "F": "cannot be judged", "1": "confirmed by others", "2": "probably true", "3": "possibly true", "4": "doubtful",
    "5": "improbable", "6": "cannot be judged",
}  # fmt: skip


def label(name: str) -> str:
    """A column's name for people."""
    return LABELS.get(name, name.replace("_", " "))


def figure(x: Number) -> str:
    """A whole number with thin spaces, or a short decimal."""
    value = float(x)
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u202f")


def _value(column: Column, value: object, names: dict[str, str]) -> Line:
    if isinstance(value, Days):
        return (Text(show_days(value)),)
    if column.kind in {"party", "parties"}:
        ids = value if isinstance(value, tuple) else (value,)
        runs: list[Text] = []
        for i in ids:
            runs += [Text(" or ")] if runs else []
            runs.append(Text(names.get(str(i), str(i)), f"p/{i}" if str(i) in names else ""))
        return tuple(runs)
    if isinstance(value, tuple):
        return (Text(", ".join(str(v) for v in value)),)
    if column.kind == "ladder" and isinstance(value, int):
        return (Text(ladder(column.of)[value]),)
    if column.kind == "money" and isinstance(value, int):
        return (Text(figure(value // 100 if value % 100 == 0 else value / 100)),)
    if column.kind == "percent" and isinstance(value, int):
        return (Text(f"{figure(value // 10_000 if value % 10_000 == 0 else value / 10_000)} %"),)
    if column.kind in {"count", "number"}:
        return (Text(figure(value)),)  # type: ignore[arg-type]
    return (Text(str(value)),)


def fields(row: Row, names: dict[str, str]) -> list[tuple[str, Line]]:
    """The filled columns of a row that say something, a lo/hi pair as one, with the roles left out."""
    table = tables()[row.table]
    found: list[tuple[str, Line]] = []
    done: set[str] = set()
    for c in table.columns:
        if c.role == "meta" or c.name == "place" or (c.pair or c.name) in done:
            continue
        done.add(c.pair or c.name)
        ends = [k for k in table.columns if k.pair == c.pair] if c.pair else [c]
        said = [(k, row.values[k.name]) for k in ends if row.values.get(k.name) is not None]
        if not said:
            continue
        runs = _value(said[0][0], said[0][1], names)
        if len(said) == 2 and said[1][1] != said[0][1]:
            runs = (*runs, Text(" … "), *_value(said[1][0], said[1][1], names))
        found.append((c.pair or c.name, runs))
    return found


def says(row: Row, names: dict[str, str]) -> Line:
    """One row in a line: what it is about, then what it says of it."""
    table = tables()[row.table]
    keys = set(table.keys)
    about: list[Text] = []
    told: list[Text] = []
    for name, runs in fields(row, names):
        if name in keys:
            about += [*([Text(" · ")] if about else []), *runs]
        elif name != "weight_unit":
            told += [Text("; " if told else ": "), Text(f"{label(name)} "), *runs]
    prefix = [Text("denied: ")] if row.values.get("stance") == "denies" else []
    return (*prefix, *about, *told)


def short(row: Row, names: dict[str, str]) -> str:
    """One row in a few words: what it is about."""
    keys = set(tables()[row.table].keys)
    found = ["".join(r.text for r in runs) for name, runs in fields(row, names) if name in keys]
    return " · ".join(found) or row.id


def grade(row: Row) -> str:
    """The Admiralty grade as written."""
    return f"{row.values['reliability']}{row.values['credibility']}"


def grade_words(row: Row) -> str:
    """The Admiralty grade in words."""
    source, claim = row.values["reliability"], row.values["credibility"]
    return f"source {GRADES[source]}, information {GRADES[claim]}"


def happened(row: Row) -> Days | None:
    """The day that a row is about: its own date, else the day from which it held, else None."""
    table: Table = tables()[row.table]
    for c in table.columns:
        if c.kind == "day" and c.role != "meta" and c.name not in {"repealed", "until", "in_service_to", "valid_until", "expires"}:
            value = row.values.get(c.name)
            if isinstance(value, Days):
                return value
    value = row.values.get("valid_from")
    return value if isinstance(value, Days) else None
