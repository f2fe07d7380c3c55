"""The command line. Commands import what they need when they run, so that --help stays quick."""

import sys
from pathlib import Path

import click


@click.group()
def main() -> None:
    """Cited verdicts on digital conditionality targets that missing evidence cannot overturn."""


@main.command()
@click.argument("paths", nargs=-1, required=True)
def lint(paths: tuple[str, ...]) -> None:
    """Report every fault in dossier folders."""
    from litmus.facts.dossier import locate, read_dossier

    dossier = read_dossier([Path(p) if Path(p).exists() else locate(p) for p in paths])
    for fault in dossier.faults:
        click.echo(str(fault))
    click.echo(f"{dossier.records} records, {dossier.fact_count} facts, {len(dossier.faults)} faults")
    sys.exit(3 if dossier.faults else 0)


if __name__ == "__main__":
    main()
