"""From procurement records to evidence that clauses judge: one line of a notice, one row, one verdict."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from litmus.cli import main
from litmus.procurement.evidence import DAY_SECONDS, days_between

SHARED = Path(__file__).parents[2] / "shared" / "data"
SAID = ("--source", "inv", "--publisher", "Invented register", "--address", "https://example.org/invented", "--grade", "A2")
CCTV, SEEDS = "32323500", "03111000"


def release(number: int, code: str | None = CCTV, bids: int | None = 1, **more: Any) -> dict[str, Any]:
    tender: dict[str, Any] = {"id": "t", "title": "Invented cameras", "procurementMethod": "open"} | more.pop("tender", {})
    if code:
        tender["items"] = [{"id": "1", "classification": {"scheme": "CPV", "id": code}}]
    else:
        tender["title"] = "Invented goods"
    if bids is not None:
        tender["numberOfTenderers"] = bids
    award = {"id": "a", "status": "active", "date": "2025-05-01T00:00:00Z", "suppliers": [{"id": "S1", "name": "Invented firm d.o.o."}]}
    told = {"ocid": f"ocds-invented-{number}", "id": "r", "date": "2025-06-01T00:00:00Z", "tag": ["compiled"], "tender": tender}
    return told | {"buyer": {"id": "B", "name": "Invented town"}, "awards": [award | more.pop("award", {})]} | more


def litmus(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout + result.stderr


def drawn(folder: Path, *releases: dict[str, Any], more: tuple[str, ...] = ("--place", "RS")) -> tuple[int, str, Path]:
    file, out = folder / "r.jsonl", folder / "evidence"
    file.write_text("".join(json.dumps(r) + "\n" for r in releases), "utf-8")
    return *litmus("evidence", str(file), str(out), *SAID, *more), out


def rows(out: Path, table: str) -> list[dict[str, str]]:
    with (out / f"{table}.procurement.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def counted(out: Path, number: int) -> None:
    """What an analyst adds: how many lots somebody else says were awarded."""
    text = "id,place,series,unit,value_lo,valid_from,known_from,source,reliability,credibility\n"
    (out / "observation.csv").write_text(f"{text}count,RS,lots-awarded,count,{number},2025,2026-02-01,inv,A,1\n", "utf-8")


def verdict(out: Path, clause: str = "single-bid-lots") -> str:
    day = ("--as-of", "2026-11-23", "--known-at", "2026-11-23")
    code, text = litmus("why", clause, "RS", "--dossier", "wb6", "--dossier", "eu27", "--dossier", str(out), *day)
    assert code in {0, 1, 2}, text
    return text


def test_a_verdict_names_the_notices_that_it_rests_on(tmp_path: Path) -> None:
    code, text, out = drawn(tmp_path, *(release(i, bids=1 + i % 2) for i in range(4)))
    assert code == 0, text
    assert "lot.procurement.csv: 4 rows" in text
    assert "UNDETERMINED" in verdict(out)
    counted(out, 4)
    told = verdict(out)
    assert "NOT MET" in told
    assert "Over 2025-01-01 to 2025-12-31" in told
    assert all(f"ocds-invented-{i}" in told for i in range(4))
    counted(out, 40)
    assert "UNDETERMINED" in verdict(out)


def test_what_no_record_tells_stays_blank(tmp_path: Path) -> None:
    _, _, out = drawn(tmp_path, release(1, code=None, bids=None, award={"date": None}, tender={"procurementMethod": None}))
    (lot,) = rows(out, "lot")
    assert [lot[k] for k in ("digital", "bids_lo", "bids_hi", "awarded", "procedure")] == [""] * 5
    assert lot["locator"].endswith("r.jsonl:1")
    _, _, out = drawn(tmp_path, release(1, code=SEEDS))
    assert rows(out, "lot")[0]["digital"] == "no"


def test_a_supplier_is_one_party_and_is_not_the_brand(tmp_path: Path) -> None:
    two = release(2)
    two["awards"][0]["suppliers"].append({"id": "S2", "name": "Invented other"})
    _, _, out = drawn(tmp_path, release(1), two)
    first, second = rows(out, "award")
    assert first["supplier"].startswith("firm-")
    assert (second["supplier"], first["vendor"], second["vendor"]) == ("", "", "")  # several share the award; nobody named a brand
    assert [r["name"] for r in rows(out, "party")] == ["Invented firm d.o.o."]


def test_a_record_without_place_or_day_is_left_out_aloud(tmp_path: Path) -> None:
    code, text, _ = drawn(tmp_path, release(1), more=())
    assert code == 3
    assert "1 processes left out: the record names no place that is known here" in text
    without = release(1)
    del without["date"]
    code, text, _ = drawn(tmp_path, without)
    assert "no day of publication; give --known-from" in text
    assert drawn(tmp_path, without, more=("--place", "RS", "--known-from", "2025-07-01"))[0] == 0


def test_a_row_keeps_its_name_whatever_the_order_of_files(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    _, _, one = drawn(tmp_path / "x", release(1), release(2))
    _, _, two = drawn(tmp_path / "y", release(2), release(1))
    assert {r["id"] for r in rows(one, "lot")} == {r["id"] for r in rows(two, "lot")}


def test_what_is_wrong_in_the_call_says_what_was_expected(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text(json.dumps(release(1)), "utf-8")
    said = [*SAID[:-1], "B"]
    assert "expected a letter A to F and a digit" in litmus("evidence", str(file), str(tmp_path / "o"), *said)[1]
    code, text = litmus("evidence", str(file), str(tmp_path / "o"), *SAID, "--kind", "oficial")
    assert (code, "official" in text) == (3, True)


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
SECONDS = st.integers(0, DAY_SECONDS - 1)


@given(DAYS, SECONDS, DAYS, SECONDS)
def test_the_days_between_two_printed_days_hold_those_between_their_moments(a: date, sec_a: int, b: date, sec_b: int) -> None:
    start, end = (d.toordinal() * DAY_SECONDS + s for d, s in ((a, sec_a), (b, sec_b)))
    exact, loose = days_between(start, a, end, b), days_between(None, a, None, b)
    if exact is not None and loose is not None:
        assert loose[0] <= exact[0] == exact[1] <= loose[1]
        assert loose[1] - loose[0] <= 1
    if exact is None:
        assert end < start


@pytest.mark.skipif(not SHARED.exists(), reason="the real procurement files are not on this machine")
def test_the_registers_of_kosovo_become_rows_that_no_count_closes(tmp_path: Path) -> None:
    said = ("--place", "XK", "--known-from", "2024-06-01")
    code, text = litmus("evidence", str(SHARED / "kosovo"), str(tmp_path), *SAID, *said)
    assert code == 0, text
    sizes = {t: len(rows(tmp_path, t)) for t in ("notice", "lot", "award")}
    assert sizes == {"notice": 4042, "lot": 4092, "award": 4066}
    told = litmus("why", "single-bid-lots", "XK", "--dossier", "wb6", "--dossier", "eu27", "--dossier", str(tmp_path))[1]
    assert "UNDETERMINED" in told
    assert "lots-awarded" in told
