"""Options and endings that several verbs share, and the table of verbs that live in files of their own."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from litmus.app import Session

FAULT = 3
REGIME = click.option("--regime", default="wb-digital", show_default=True, help="Clause pack: a name that ships with Litmus, or a folder.")
DOSSIER = click.option(
    "--dossier",
    "dossiers",
    multiple=True,
    default=("wb6", "eu27"),
    show_default=True,
    help="Evidence: a name that ships, or a folder. Repeatable.",
)
AS_OF = click.option("--as-of", metavar="DAY", help="Judge the world as of this day (YYYY-MM-DD). Default: today.")
KNOWN_AT = click.option("--known-at", metavar="DAY", help="Use only what was known by this day. Default: the as-of day.")



def _kept(context: click.Context, option: click.Parameter, value: str | None) -> None:
    context.meta[f"litmus.{option.name}"] = value


STORE = click.option(
    "--store",
    metavar="DIR",
    expose_value=False,
    callback=_kept,
    help="Evidence: a store that `litmus add` filled, instead of a dossier.",
)
SNAPSHOT = click.option(
    "--snapshot",
    metavar="ID",
    expose_value=False,
    callback=_kept,
    help="The state of the store: the beginning of a snapshot id, or a commit number. Default: the newest.",
)
CONFIDENTIAL = click.option(
    "--confidential",
    metavar="DIR",
    expose_value=False,
    callback=_kept,
    help="Rows that are withheld from the public, with the secrets of their commitments.",
)

#: Verbs by name: the file and the command in it. A verb's file is imported when the verb, or a list of verbs, is asked for.
VERBS: dict[str, str] = {
    "add": "litmus.cli_store:add",
    "buyers": "litmus.cli_procurement_views:buyers",
    "controls": "litmus.cli_parties_ownership:controls",
    "diff": "litmus.cli_records:diff",
    "engines": "litmus.cli_engine:engines",
    "evidence": "litmus.cli_evidence:evidence",
    "export": "litmus.cli_export:export",
    "exposed": "litmus.cli_parties_ownership:exposed",
    "faults": "litmus.cli_store:faults",
    "flags": "litmus.cli_procurement:flags",
    "ftm": "litmus.cli_parties_ownership:ftm",
    "judge": "litmus.cli_parties_names:judge",
    "log": "litmus.cli_store:log",
    "owns": "litmus.cli_parties_ownership:owns",
    "process": "litmus.cli_procurement_views:process",
    "publish": "litmus.cli_publish:publish",
    "report": "litmus.cli_report:report",
    "resolve": "litmus.cli_parties_names:resolve",
    "run": "litmus.cli_engine:run",
    "serve": "litmus.cli_publish:serve",
    "sign": "litmus.cli_records:sign",
    "suppliers": "litmus.cli_procurement_views:suppliers",
    "sweep": "litmus.cli_store:sweep",
    "transparency": "litmus.cli_transparency:transparency",
    "verify": "litmus.cli_records:verify",
    "who": "litmus.cli_parties_names:who",
    "withhold": "litmus.cli_records:withhold",
}


class Verbs(click.Group):
    """A group that finds verbs in other files by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *VERBS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return super().get_command(ctx, cmd_name)
        module, _, name = VERBS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every verb that judges."""
    for option in (CONFIDENTIAL, SNAPSHOT, STORE, KNOWN_AT, AS_OF, DOSSIER, REGIME):
        command = option(command)
    return command


def fail(message: str) -> None:
    """Say what is wrong and end with code 3."""
    click.echo(message, err=True)
    sys.exit(FAULT)


def opened(regime: str, dossiers: tuple[str, ...], as_of: str | None, known_at: str | None) -> Session:
    """The session, or a clean exit with code 3."""
    from litmus.app import Source, UsageFault, open_session

    kept = click.get_current_context().meta
    source = Source(dossiers, *(kept.get(f"litmus.{name}") for name in ("store", "snapshot", "confidential")))
    try:
        return open_session(regime, source, as_of, known_at)
    except UsageFault as err:
        fail(str(err))
        raise AssertionError from err
