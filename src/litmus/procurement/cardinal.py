"""Cardinal's profile: its eleven indicators with its settings, semantics and form of output.

Settings are its INI as JSON. A key that it does not know is an error, with the nearest one. Where its answer depends on
which thread sees a currency first, ours is the first in the file.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import orjson

from litmus.core.words import expected_word
from litmus.procurement.corpus import Corpus, with_settings
from litmus.procurement.runner import CARDINAL, Row, flags, steps_of

INDICATORS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "R003": {"threshold": int, "procurement_methods": str, "procurement_method_details": dict},
    "R018": {"procurement_methods": str},
    "R024": {"threshold": (int, float)},
    "R025": {"percentile": int, "threshold": (int, float)},
    "R028": {},
    "R030": {},
    "R035": {"threshold": int},
    "R036": {},
    "R038": {"threshold": (int, float), "minimum_submitted_bids": int, "minimum_contracting_processes": int},
    "R048": {"digits": int, "threshold": int, "minimum_contracting_processes": int},
    "R058": {"threshold": (int, float)},
}
TOP: dict[str, type] = {
    "currency": str,
    "no_price_comparison_procurement_methods": str,
    "price_comparison_procurement_methods": str,
    "exclusions": dict,
    "output": dict,
}
#: Sections of Cardinal's other command, which corrects files; they say nothing about indicators.
PREPARE = ("defaults", "redactions", "corrections", "modifications", "codelists")
EVERYTHING: dict[str, Any] = {code: {} for code in CARDINAL}


class SettingsFault(ValueError):
    """A settings file that cannot be used; the message names the key, what was expected, and the fix."""


def read_settings(path: Path) -> dict[str, Any]:
    """The settings of a JSON file. Raises SettingsFault, or OSError."""
    try:
        found = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as err:
        msg = f"{path}: expected JSON: {err}"
        raise SettingsFault(msg) from err
    return check_settings(found, str(path))


def check_settings(found: Any, where: str = "settings") -> dict[str, Any]:
    """The settings, if every key and type is known. Raises SettingsFault."""
    if not isinstance(found, dict):
        msg = f"{where}: expected an object with a key per indicator, found {type(found).__name__}"
        raise SettingsFault(msg)
    for key, value in found.items():
        if key in INDICATORS:
            _section(value, INDICATORS[key], key, where)
        elif key == "exclusions":
            _section(value, {"procurement_method_details": str}, key, where)
        elif key in TOP:
            _typed(value, TOP[key], key, where)
        elif key not in PREPARE:
            raise SettingsFault(f"{where}: " + expected_word(key, [*INDICATORS, *TOP, *PREPARE], "setting"))
    return found


def _section(value: Any, known: Mapping[str, type | tuple[type, ...]], name: str, where: str) -> None:
    if not isinstance(value, dict):
        msg = f"{where}: {name} is an object with its parameters ({{}} for the defaults), not {type(value).__name__}"
        raise SettingsFault(msg)
    for key, one in value.items():
        if key not in known:
            why = expected_word(key, list(known), "parameter") if known else f"{key}: it has no parameters"
            raise SettingsFault(f"{where}: {name}: {why}")
        _typed(one, known[key], f"{name}.{key}", where)


def _typed(value: Any, kind: type | tuple[type, ...], name: str, where: str) -> None:
    if not isinstance(value, kind) or isinstance(value, bool):
        wanted = {int: "a whole number", str: "a text", dict: "an object"}.get(kind, "a number") if isinstance(kind, type) else "a number"
        msg = f"{where}: {name} is {value!r}; write {wanted}"
        raise SettingsFault(msg)


def prepare(con: Any, settings: Mapping[str, Any]) -> None:
    """Narrow ``unit`` to what Cardinal looks at, and say where prices are compared."""
    pipes = settings.get("exclusions", {}).get("procurement_method_details", "")
    allowed = split(settings.get("price_comparison_procurement_methods"))
    denied = split(settings.get("no_price_comparison_procurement_methods"))
    compared = "coalesce(list_contains($allowed, details), FALSE)" if allowed else "NOT coalesce(list_contains($denied, details), FALSE)"
    several = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'superseded'").fetchone()[0]
    superseded = " AND unit NOT IN (SELECT unit FROM superseded)" if several else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE unit AS SELECT *, {compared} AS compared FROM all_unit "
        "WHERE NOT cancelled AND NOT coalesce(list_contains($excluded, details), FALSE)" + superseded,
        {"excluded": split(pipes), **({"allowed": allowed} if allowed else {"denied": denied})},
    )
    by_details = settings.get("R003", {}).get("procurement_method_details", {})
    con.execute("CREATE OR REPLACE TEMP TABLE details_days (details VARCHAR, days BIGINT)")
    for details, days in by_details.items():
        con.execute("INSERT INTO details_days VALUES ($details, $days)", {"details": details, "days": int(days)})
    for table in ("unit_bid", "unit_bidder", "unit_award", "unit_supplier", "unit_code"):
        con.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT * FROM all_{table}")


def split(text: str | None) -> list[str]:
    """A list joined by ``|``, as Rust splits it: an empty text is an empty list, a closing bar adds nothing."""
    parts = (text or "").split("|")
    return parts[:-1] if parts and not parts[-1] else parts


def main_currency(con: Any, settings: Mapping[str, Any]) -> str:
    """The currency in which prices are compared: the one that is set, else that of the first bid that an indicator looks at."""
    if settings.get("currency"):
        return str(settings["currency"])
    looks = [_FIRST_COMPARED] if settings.keys() & {"R024", "R058"} else []
    looks += [_FIRST_SUBMITTED] if "R036" in settings else []
    if not looks:
        return "any"
    # The first releases nearly always decide; only where they do not is the rest looked at.
    query = f"SELECT currency FROM ({' UNION ALL '.join(looks)}) WHERE unit <= $until ORDER BY unit, stage, bid LIMIT 1"
    first = con.execute("SELECT max(unit) FROM (SELECT unit FROM unit ORDER BY unit LIMIT 1000)").fetchone()[0]
    for until in (first, 2**62):
        found = con.execute(query, {"until": until}).fetchone()
        if found:
            return str(found[0])
    return "any"


_FIRST_COMPARED = """
SELECT b.unit AS unit, 0 AS stage, b.bid AS bid, b.currency AS currency
FROM unit_bid AS b
INNER JOIN unit AS u ON u.unit = b.unit AND u.compared
INNER JOIN (
  SELECT unit FROM unit_award GROUP BY unit
  HAVING count(*) FILTER (WHERE status = 'active') = 1 AND max(CASE WHEN status = 'active' THEN suppliers END) = 1
    AND max(CASE WHEN status = 'active' THEN supplier END) IS NOT NULL
    AND count(*) FILTER (WHERE status NOT IN ('active', 'cancelled', 'unsuccessful')) = 0
) AS a ON a.unit = b.unit
WHERE b.status = 'valid' AND b.amount IS NOT NULL AND b.currency IS NOT NULL AND b.tenderer IS NOT NULL
"""
_FIRST_SUBMITTED = """
SELECT b.unit AS unit, 1 AS stage, b.bid AS bid, b.currency AS currency
FROM unit_bid AS b
INNER JOIN unit AS u ON u.unit = b.unit AND u.compared
INNER JOIN (SELECT DISTINCT unit FROM unit_award WHERE status = 'active') AS a ON a.unit = b.unit
WHERE b.status NOT IN ('invited', 'withdrawn') AND b.amount IS NOT NULL AND b.currency IS NOT NULL
"""


def parameters(settings: Mapping[str, Any], code: str, currency: str) -> dict[str, Any]:
    """The parameters of a flag file for Cardinal's settings."""
    own = dict(settings.get(code, {}))
    given: dict[str, Any] = {"lenient": True, "every": False, "currency": currency}
    methods = own.pop("procurement_methods", None)
    if methods is not None:
        given["methods"] = "|".join(split(methods)) or "any"
    own.pop("procurement_method_details", None)
    if "threshold" in own and code in {"R024", "R025", "R038", "R048", "R058"}:
        own["threshold"] = repr(own["threshold"])
    return given | own


def indicators(corpus: Corpus, settings: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The flagged rows and figures of each indicator that the settings enable."""
    con = corpus.con
    prepare(con, settings)
    scope = {k: v for k, v in settings.items() if k in TOP and k != "output"}
    currency = main_currency(con, settings)
    enabled = {code: flags()[code] for code in CARDINAL if code in settings}
    own = settings.get("R003", {}).get("procurement_method_details", {})
    part = with_settings(corpus, {"scope": scope, "details": own})
    given = {"lenient": True, "currency": currency, "digits": settings.get("R048", {}).get("digits", 2)}
    for step in steps_of(enabled.values()):
        part.step(step, given)
    return {code: part.rows(query, parameters(settings, code, currency)) for code, query in enabled.items()}


def output(found: Mapping[str, list[Row]], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Cardinal's form: group, id, code, value; Meta to four decimals; everything sorted."""
    groups: dict[str, dict[str, dict[str, float]]] = {}
    meta: dict[str, dict[str, float | None]] = {}
    for code, rows in found.items():
        for grp, name, _lot, state, value, _missing in rows:
            if state == "figure":
                meta.setdefault(code, {})[name] = rounded(value)
            elif value is not None:
                groups.setdefault(grp, {}).setdefault(name, {})[code] = value
    for code in found:
        if code in {"R024", "R025", "R048", "R058"} and code not in meta:
            meta[code] = _empty_meta(code, settings.get(code, {}))
    whole: dict[str, Any] = {
        grp: {name: dict(sorted(codes.items())) for name, codes in sorted(groups[grp].items())}
        for grp in ("OCID", "Buyer", "ProcuringEntity", "Tenderer")
        if grp in groups
    }
    return whole | {"Meta": {code: dict(sorted(meta[code].items())) for code in sorted(meta)}}


def _empty_meta(code: str, own: Mapping[str, Any]) -> dict[str, float | None]:
    """The figures of an indicator that found nothing to measure: no number, unless a threshold was set."""
    fence = "lower_fence" if code in {"R024", "R025"} else "upper_fence"
    figures: dict[str, float | None] = {fence: rounded(float(own["threshold"])) if "threshold" in own else None}
    if "threshold" not in own:
        figures |= {"q1": None, "q3": None}
    if code == "R025":
        figures["upper_fence"] = None
    return figures


def rounded(value: float | None) -> float | None:
    """To four decimals, halves away from zero."""
    if value is None:
        return None
    scaled = Decimal(value * 10_000.0).quantize(Decimal(1), ROUND_HALF_UP)
    return float(scaled) / 10_000.0


def summary(told: Counter[str]) -> list[str]:
    """What was left out or repeated, in words."""
    return [f"{count} × {what}" for what, count in sorted(told.items()) if count]
