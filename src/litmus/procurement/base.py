"""The tables that flags read, in DuckDB: a lot or a process (``unit``), its bids, bidders, awards, suppliers and item codes.

Two ways lead here: quickly from compiled releases (``from_releases``, Cardinal's fields only, processes whole), and from the
full procurement tables (derive.py, by lot). The flags are the same.
"""

import pickle
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from litmus.procurement.columns import AWARDS_LISTED, BIDS_LISTED, CANCELLED, DEADLINE, NOTHING, SHAPE

DDL = {
    "unit": "unit BIGINT, process VARCHAR, lot VARCHAR, buyer VARCHAR, entity VARCHAR, method VARCHAR, details VARCHAR, days_lo BIGINT, "
    "days_hi BIGINT, days_missing VARCHAR, tenderers BIGINT, cancelled BOOLEAN, bids_listed BOOLEAN, awards_listed BOOLEAN, "
    "deadline_known BOOLEAN",
    "unit_bid": "unit BIGINT, bid BIGINT, status VARCHAR, amount BIGINT, parts BIGINT, currency VARCHAR, tenderer VARCHAR, "
    "tenderers VARCHAR, late BOOLEAN",
    "unit_bidder": "unit BIGINT, bid BIGINT, place BIGINT, tenderer VARCHAR",
    "unit_award": "unit BIGINT, award BIGINT, status VARCHAR, suppliers BIGINT, supplier VARCHAR",
    "unit_supplier": "unit BIGINT, award BIGINT, place BIGINT, supplier VARCHAR",
    "unit_code": "unit BIGINT, award BIGINT, place BIGINT, code VARCHAR",
}
FILE_STEP = 2**44
AMOUNT_LIMIT = 9e15
_SCALES = (100, 10_000, 1_000_000, 1_000_000_000, 1_000_000_000_000)


def create(con: Any, prefix: str = "") -> None:
    """Empty tables."""
    for name, columns in DDL.items():
        con.execute(f"CREATE OR REPLACE TABLE {prefix}{name} ({columns})")


def from_releases(con: Any, files: list[Path], told: Counter[str]) -> None:
    """Append the columns that ``scan`` wrote. Coercions are counted in ``told``."""
    for file in files:
        with file.open("rb") as stream:
            texts, ocids, tables, amounts = pickle.load(stream)  # noqa: S301 - our own file, written a moment ago
        data = {name: {c: np.frombuffer(t, dtype=np.int64) if len(t) else _NONE for c, t in tables[name].items()} for name in SHAPE}
        if not ocids:
            continue
        _texts(con, texts)
        unit = data["unit"]
        seq = unit.pop("seq")
        bids, awards = unit.pop("bids"), unit.pop("awards")
        con.register("data_in", {"seq": seq, "ocid": np.array(ocids, dtype=object), **unit})
        con.execute(_UNITS)
        bid = {"unit": np.repeat(seq, bids), "bid": _counted(bids)}
        amount, parts = whole_parts(np.frombuffer(amounts, dtype=np.float64) if len(amounts) else np.empty(0), told)
        con.register("data_in", {**bid, **data["bid"], "amount": amount, "parts": parts})
        con.execute(_BIDS)
        con.execute(_BIDDERS)
        award = {"unit": np.repeat(seq, awards), "award": _counted(awards)}
        codes = data["award"].pop("codes")
        con.register("data_in", {**award, **data["award"]})
        con.execute(_AWARDS)
        con.execute(_SUPPLIERS)
        con.register(
            "data_in",
            {"unit": np.repeat(award["unit"], codes), "award": np.repeat(award["award"], codes), "place": _counted(codes), **data["code"]},
        )
        con.execute(_CODES)
        for table, of, key, text in (("bidder", bid, "bid", "tenderer"), ("supplier", award, "award", "supplier")):
            rows = data[table].pop("row")
            con.register("data_in", {"unit": of["unit"][rows], key: of[key][rows], **data[table]})
            con.execute(
                f"INSERT INTO unit_{table} SELECT d.unit, d.{key}, d.place, t.name "
                f"FROM data_in AS d INNER JOIN texts AS t ON t.place = d.{text}"
            )
        con.unregister("data_in")


_NONE = np.empty(0, dtype=np.int64)
_UNITS = f"""
INSERT INTO unit
SELECT d.seq, d.ocid, '', b.name, e.name, m.name, k.name, nullif(d.days, {NOTHING}), nullif(d.days, {NOTHING}),
  CASE WHEN d.days = {NOTHING} THEN 'tender/tenderPeriod' END, nullif(d.tenderers, {NOTHING}),
  d.marks & {CANCELLED} > 0, d.marks & {BIDS_LISTED} > 0, d.marks & {AWARDS_LISTED} > 0, d.marks & {DEADLINE} > 0
FROM data_in AS d
LEFT JOIN texts AS b ON b.place = d.buyer
LEFT JOIN texts AS e ON e.place = d.entity
LEFT JOIN texts AS m ON m.place = d.method
LEFT JOIN texts AS k ON k.place = d.details
"""
_BIDS = f"""
INSERT INTO unit_bid
SELECT d.unit, d.bid, s.name, nullif(d.amount, {NOTHING}), CASE WHEN d.amount <> {NOTHING} THEN d.parts END, c.name, t.name, z.name,
  CASE WHEN d.late <> {NOTHING} THEN d.late = 1 END
FROM data_in AS d
LEFT JOIN texts AS s ON s.place = d.status
LEFT JOIN texts AS c ON c.place = d.currency
LEFT JOIN texts AS t ON t.place = d.tenderer
LEFT JOIN texts AS z ON z.place = d.tenderers
"""
_BIDDERS = "INSERT INTO unit_bidder SELECT d.unit, d.bid, 0, t.name FROM data_in AS d INNER JOIN texts AS t ON t.place = d.tenderer"
_AWARDS = """
INSERT INTO unit_award
SELECT d.unit, d.award, s.name, d.suppliers, t.name
FROM data_in AS d
LEFT JOIN texts AS s ON s.place = d.status
LEFT JOIN texts AS t ON t.place = d.supplier
"""
_SUPPLIERS = "INSERT INTO unit_supplier SELECT d.unit, d.award, 0, t.name FROM data_in AS d INNER JOIN texts AS t ON t.place = d.supplier"
_CODES = "INSERT INTO unit_code SELECT d.unit, d.award, d.place, t.name FROM data_in AS d INNER JOIN texts AS t ON t.place = d.code"


def _texts(con: Any, texts: list[str | None]) -> None:
    """The dictionary as a table; place 0 is nothing and stays out."""
    con.register("data_in", {"place": np.arange(1, len(texts), dtype=np.int64), "name": np.array(texts[1:], dtype=object)})
    con.execute("CREATE OR REPLACE TEMP TABLE texts AS SELECT place, name FROM data_in")


def _counted(counts: Any) -> Any:
    """0, 1, 2 … within each group of the given sizes."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) - np.repeat(ends - counts, counts)


def whole_parts(amounts: Any, told: Counter[str]) -> tuple[Any, Any]:
    """Amounts as whole numbers and how many of them make one unit of currency: cents, or finer where the source is finer.

    Dividing one by the other gives the printed amount back, to the last bit. What no scale holds is left out and counted.
    """
    amount = np.full(len(amounts), NOTHING, dtype=np.int64)
    parts = np.full(len(amounts), 100, dtype=np.int64)
    there = ~np.isnan(amounts)
    left = there.copy()
    for scale in _SCALES:
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = np.rint(amounts * scale)
            fits = left & (np.abs(scaled) < AMOUNT_LIMIT) & (scaled / scale == amounts)
        amount[fits] = scaled[fits].astype(np.int64)
        parts[fits] = scale
        left &= ~fits
        if not left.any():
            break
    told["amounts finer than cents"] += int((there & (parts > 100) & (amount != NOTHING)).sum())
    told["amounts out of range or too fine: left out"] += int(left.sum())
    return amount, parts


def drop_repeats(con: Any, told: Counter[str]) -> None:
    """Of several releases with one ocid the last stays; the others are counted."""
    gone = con.execute(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT u.unit AS unit FROM unit AS u INNER JOIN "
        "(SELECT process, max(unit) AS last FROM unit WHERE lot = '' GROUP BY process HAVING count(*) > 1) AS r "
        "ON r.process = u.process AND u.unit <> r.last"
    ).fetchone()
    count = con.execute("SELECT count(*) FROM repeated").fetchone()[0] if gone is not None else 0
    if count:
        told["repeated ocid: only the last release counts"] += count
        for name in DDL:
            con.execute(f"DELETE FROM {name} WHERE unit IN (SELECT unit FROM repeated)")
