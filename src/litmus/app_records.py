"""Records checked and states compared: the jobs that open several bodies of evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from litmus.app import Session, Source, UsageFault, open_session, read_evidence
from litmus.core.dates import parse_day, show_day
from litmus.facts.dossier import Dossier
from litmus.facts.identity import in_order
from litmus.publish.changes import claims_between, known_by, moved, tell
from litmus.publish.signed import RecordError, canonical_json, unseal
from litmus.publish.statement import KIND, differences, statement


def verify_store(store: str) -> tuple[list[str], int]:
    """Every file of a store against its hash: the lines to print, and how many things are wrong."""
    from litmus.store import open_store, verify

    try:
        wrong = verify(Path(store))
        commits = len(open_store(Path(store)).commits()) if not wrong else 0
    except (OSError, ValueError) as err:
        return [f"✗ {store}: {err}"], 1
    return ([f"✗ {w}" for w in wrong], len(wrong)) if wrong else ([f"✓ {store}: {commits} commits, every file as it was written"], 0)


def verify_records(
    paths: Sequence[str], regime: str, dossiers: tuple[str, ...], store: str | None, confidential: str | None, signed_by: str | None
) -> tuple[list[str], int]:
    """Signed records recomputed, one after the other: the lines to print, and how many do not hold."""
    lines: list[str] = []
    wrong = 0
    sessions: dict[Any, Session] = {}
    for path in _files(paths):
        try:
            envelope = unseal(path.read_bytes(), str(path))
            key = envelope.signatures[0][0]
            if signed_by and not any(k.startswith(signed_by) for k, _, _ in envelope.signatures):
                raise RecordError(f"{path}: signed by {key[:16]}…, not by {signed_by}")
            found = _recompute(envelope.record, Source(dossiers, store, None, confidential), regime, str(path), sessions)
        except (RecordError, UsageFault, OSError, ValueError) as err:
            lines.append(f"✗ {err}")
            wrong += 1
            continue
        wrong += bool(found)
        record = envelope.record
        head = f"{path}: {record['place']} {record['clause']} {record['verdict']} as of {record['as_of']}, signed by {key[:16]}…"
        lines += [f"✗ {head}", *(f"    {d}" for d in found)] if found else [f"✓ {head}"]
        lines += _of_withheld(record)
    return lines, wrong


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        yield from sorted(path.rglob("*.json")) if path.is_dir() else [path]


def _recompute(record: dict[str, Any], source: Source, regime: str, name: str, sessions: dict[Any, Session]) -> list[str]:
    if record.get("litmus") != KIND:
        raise RecordError(f"{name}: a record of kind {record.get('litmus')!r}; this Litmus recomputes {KIND!r}")
    source = replace(source, snapshot=record["snapshot"]) if source.store else source
    key = (source, record["as_of"], record["known_at"])
    if key not in sessions:
        sessions[key] = open_session(regime, source, record["as_of"], record["known_at"])
    session = sessions[key]
    again = statement(session.judge(record["clause"], record["place"]), session.evidence.dossier, session.disclosed)
    if canonical_json(again) == canonical_json(record):
        return []
    found = differences(record, again)
    if any(d.startswith("clause ") for d in found):
        found[0] += f"; file {session.regime.clauses[record['clause']].file}"
    return found


def _of_withheld(record: dict[str, Any]) -> list[str]:
    return [
        f"    rests on withheld {w['of_table']} {w['id']}, attested by {w['attested_by']} (commitment {w['commitment'][:16]}…)"
        if w["read"]
        else f"    withheld {w['of_table']} {w['id']}, attested by {w['attested_by']}, may bear on it and was not read"
        for w in record["withheld"]
    ]


def compare(session: Session, before: str, after: str, places: Sequence[str], store: str | None, claims: bool) -> Iterator[str]:
    """Two states compared, as lines. A state is a day of knowledge, a folder, or a snapshot of the store. ValueError otherwise."""
    old, new = _state(session, before, store), _state(session, after, store)
    changes = claims_between(known_by(*old), known_by(*new))
    told = [c for c in changes if "known_from" in c.row.values]
    counts = {kind: sum(c.kind == kind for c in told) for kind in ("added", "changed", "removed")}
    yield f"claims: {', '.join(f'{n} {kind}' for kind, n in counts.items())}; judged as of {show_day(session.as_of)}"
    if claims:
        yield from (f"  {c.kind} {c.table} {c.row.id} ({c.row.values['source']})" for c in told)
    count = 0
    for found in moved(session.clauses, places, old, new, session.as_of):
        count += 1
        yield from tell(found)
    yield f"{count} verdicts moved" if count else "no verdict moved"


def _state(session: Session, name: str, store: str | None) -> tuple[Dossier, int]:
    """The rows of a state, and the day by which they were known."""
    if store is not None and not Path(name).is_dir():
        try:
            return read_evidence(Source((), store, name)).dossier, session.known_at
        except ValueError as err:
            try:
                return session.evidence.dossier, parse_day(name)
            except ValueError:
                raise err from None
    if Path(name).is_dir():
        dossier = read_evidence(Source((name,))).dossier
        in_order(dossier.rows)
        return dossier, session.known_at
    try:
        return session.evidence.dossier, parse_day(name)
    except ValueError as err:
        raise ValueError(f"{name!r} is neither a day (YYYY-MM-DD) nor a folder; snapshots need --store DIR") from err
