"""Every flag over the procurement tables: by lot, by currency, and with what is missing where no answer is possible.

``judge`` leaves the rows of all flags in the table ``flag_rows`` (code, grp, id, lot, state, value, missing) of the connection;
``report`` is the same as one JSON text. State: flagged, clear, not-applicable, unknown; ``figure`` for quartiles and fences.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from litmus.core.words import expected_word
from litmus.engine import Query
from litmus.procurement.cardinal import SettingsFault
from litmus.procurement.runner import flags, folder, make_table, steps_of, values

UNITS = ("unit", "unit_bid", "unit_bidder", "unit_award", "unit_supplier", "unit_code")
STATES = ("flagged", "clear", "not-applicable", "unknown")
FIXED = {"lenient": False, "every": True}
BATCH = 10_000


def check_parameters(found: Any, where: str = "settings") -> dict[str, dict[str, Any]]:
    """Parameters by flag. Raises SettingsFault for a flag or a parameter that there is not, or a value of another type."""
    if not isinstance(found, dict):
        msg = f"{where}: expected an object with a key per flag, found {type(found).__name__}"
        raise SettingsFault(msg)
    for code, own in found.items():
        if code not in flags():
            raise SettingsFault(f"{where}: " + expected_word(code, list(flags()), "flag"))
        if not isinstance(own, dict):
            msg = f"{where}: {code} is an object with its parameters ({{}} for the defaults), not {type(own).__name__}"
            raise SettingsFault(msg)
        known = [p.name for p in flags()[code].params if p.name not in FIXED]
        for name, value in own.items():
            if name not in known:
                raise SettingsFault(f"{where}: {code}: " + expected_word(name, known, "parameter"))
            if not isinstance(value, (int, str)) or isinstance(value, bool):
                msg = f"{where}: {code}.{name} is {value!r}; write a whole number, or a text (a ratio too, as '0.05')"
                raise SettingsFault(msg)
    return dict(found)


def make_units(con: Any) -> None:
    """The tables that flags read, of the procurement tables."""
    for name in UNITS:
        make_table(con, folder("units")[name], {})
    con.execute("CREATE OR REPLACE TEMP TABLE details_days (details VARCHAR, days BIGINT)")


def judge(con: Any, given: Mapping[str, Mapping[str, Any]] | None = None, only: Iterable[str] | None = None) -> None:
    """Run the flags (all, or those named) with parameters by code; the rows are in ``flag_rows``."""
    make_units(con)
    wanted = {code: query for code, query in flags().items() if only is None or code in set(only)}
    for step in steps_of(wanted.values()):
        make_table(con, step, FIXED)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE flag_rows "
        "(code VARCHAR, grp VARCHAR, id VARCHAR, lot VARCHAR, state VARCHAR, value DOUBLE, missing VARCHAR)"
    )
    for code, query in wanted.items():
        _insert(con, code, query, {**FIXED, **(given or {}).get(code, {})})


def _insert(con: Any, code: str, query: Query, given: Mapping[str, Any]) -> None:
    text = "\n".join(line for line in query.text.splitlines() if not line.startswith("--"))
    told = {**values(query, given), "flag_code": code}
    con.execute(f"INSERT INTO flag_rows SELECT $flag_code, f.grp, f.id, f.lot, f.state, f.value, f.missing FROM ({text}) AS f", told)


def report(con: Any) -> dict[str, Any]:
    """The rows of ``flag_rows`` as one object: by group, id, lot and code; counts by code and state; figures by code and currency."""
    found: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    meta: dict[str, dict[str, dict[str, float | None]]] = {}
    counts: dict[str, dict[str, int]] = {}
    rows = con.execute("SELECT grp, id, lot, code, state, value, missing FROM flag_rows ORDER BY grp, id, lot, code")
    while batch := rows.fetchmany(BATCH):
        for grp, name, lot, code, state, value, missing in batch:
            if state == "figure":
                meta.setdefault(code, {}).setdefault(lot or "", {})[name] = value
                continue
            one: dict[str, Any] = {"state": state}
            if value is not None:
                one["value"] = value
            if missing:
                one["missing"] = missing.split(";")
            found.setdefault(grp, {}).setdefault(name, {}).setdefault(lot, {})[code] = one
    for code, state, count in con.execute(
        "SELECT code, state, count(*) FROM flag_rows WHERE grp = 'OCID' GROUP BY code, state ORDER BY code, state"
    ).fetchall():
        counts.setdefault(code, dict.fromkeys(STATES, 0))[state] = count
    gone = con.execute("SELECT process FROM process WHERE status = 'cancelled' ORDER BY process").fetchall()
    told = {"Cancelled": [p for (p,) in gone], "Counts": counts, "Meta": dict(sorted(meta.items()))}
    return {"profile": "native", **dict(sorted(found.items())), **told}


def read_parameters(text: bytes, where: str) -> dict[str, dict[str, Any]]:
    """Parameters by flag of a JSON text. Raises SettingsFault."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as err:
        msg = f"{where}: expected JSON: {err}"
        raise SettingsFault(msg) from err
    return check_parameters(found, where)
