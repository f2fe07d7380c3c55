"""Verbs for verdicts that travel: sign, verify, diff, withhold."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from litmus.cli_common import CONFIDENTIAL, DOSSIER, FAULT, REGIME, STORE, common, fail, opened


@click.command()
@common
@click.argument("clause", required=False)
@click.argument("place", required=False)
@click.option("--out", type=click.Path(), required=True, help="The envelope to write; without CLAUSE PLACE a new folder for all of them.")
@click.option("--key", metavar="FILE", help="Private key (PEM). Default: $LITMUS_KEY or ~/.config/litmus/ed25519.pem; made on first use.")
def sign(
    regime: str,
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    clause: str | None,
    place: str | None,
    out: str,
    key: str | None,
) -> None:
    """Write signed verdict records that others can recompute offline: one (CLAUSE PLACE), or all of the Western Balkans six.

    A record is canonical JSON in a DSSE envelope, signed with Ed25519. It names the clause's text, the snapshot and every
    cited row by hash. The same evidence, clause, days and key give the same bytes.
    """
    from litmus.publish.signed import RecordError, key_id, key_path, public_bytes, seal, signing_key
    from litmus.publish.statement import statement

    session = opened(regime, dossiers, as_of, known_at)
    try:
        wanted = [session.judge(clause, place)] if clause and place else [v for found in session.judge_all().values() for v in found]
        secret = signing_key(key_path(key))
    except (ValueError, RecordError) as err:
        fail(str(err))
        return
    target = Path(out)
    if target.exists():
        fail(f"{out} exists; name a new file, records are not overwritten")
    for verdict in wanted:
        data = seal(statement(verdict, session.evidence.dossier, session.disclosed), secret)
        path = target if clause and place else target / verdict.place / f"{verdict.clause.id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    click.echo(f"{len(wanted)} signed with key {key_id(public_bytes(secret))[:16]}…: {out}")


@click.command()
@REGIME
@DOSSIER
@STORE
@CONFIDENTIAL
@click.argument("records", nargs=-1, type=click.Path())
@click.option("--signed-by", metavar="KEY_ID", help="Accept only this key: the beginning of its id.")
def verify(regime: str, dossiers: tuple[str, ...], records: tuple[str, ...], signed_by: str | None) -> None:
    """Check signatures and recompute verdicts offline; say exactly what differs.

    With --store, the store itself is checked first, every file of it, and each record is recomputed on the snapshot that
    it names. Without RECORDS only the store is checked. Exit code 0: everything is as signed; 1: something differs.
    """
    from litmus.app_records import verify_records, verify_store

    kept = click.get_current_context().meta
    store, confidential = kept.get("litmus.store"), kept.get("litmus.confidential")
    if not records and store is None:
        fail("nothing to verify; name signed records, or a store with --store DIR")
    lines: list[str] = []
    wrong = 0
    if store is not None:
        lines, wrong = verify_store(store)
        if wrong and records:
            lines += [f"✗ {name}: not recomputed, the store is damaged" for name in records]
            wrong, records = wrong + len(records), ()
    found, more = verify_records(records, regime, dossiers, store, confidential, signed_by)
    for line in [*lines, *found]:
        click.echo(line)
    sys.exit(1 if wrong + more else 0)


@click.command()
@common
@click.argument("before")
@click.argument("after")
@click.option("--place", "places", multiple=True, help="Only these places or groups. Repeatable. Default: WB6.")
@click.option("--claims", is_flag=True, help="List every claim that changed, whether a verdict moved or not.")
def diff(
    regime: str,
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    before: str,
    after: str,
    places: tuple[str, ...],
    claims: bool,
) -> None:
    """Which verdicts moved between BEFORE and AFTER, and which claims moved them.

    BEFORE and AFTER are days (what was known then, in the evidence asked for), folders of a dossier, or with --store the
    beginnings of snapshot ids or commit numbers.
    """
    from litmus.app_records import compare

    session = opened(regime, dossiers, as_of, known_at)
    try:
        for line in compare(session, before, after, session.places(places), click.get_current_context().meta.get("litmus.store"), claims):
            click.echo(line)
    except ValueError as err:
        fail(str(err))


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("ids", nargs=-1, required=True)
@click.option("--by", "authority", required=True, metavar="PARTY", help="The authority that holds the rows and vouches for them.")
@click.option("--public", type=click.Path(path_type=Path), required=True, help="New folder: everything else, and the commitments.")
@click.option("--keep", type=click.Path(path_type=Path), required=True, help="New folder, not to be published: the rows and their secrets.")
@click.option("--known-from", "day", required=True, metavar="DAY", help="Day from which the public knows that the rows exist.")
def withhold(folder: Path, ids: tuple[str, ...], authority: str, public: Path, keep: Path, day: str) -> None:
    """Replace rows of a dossier by commitments, so that a verdict may rest on evidence that only an authority has seen.

    The public sees which rows are withheld, who vouches for them and which verdicts they bear on. Whoever holds the rows
    judges and verifies with --confidential.
    """
    from litmus.facts.withheld import withhold as split

    try:
        count = split(folder, ids, authority, public, keep, day)
    except ValueError as err:
        fail(str(err))
        return
    click.echo(f"{count} rows withheld. Publish {public}; keep {keep} to yourself: without its secrets nobody can prove the rows.")


__all__ = ["FAULT", "diff", "sign", "verify", "withhold"]
