"""`import litmus` in a notebook: verdicts and tables that show themselves, and never turn unknown into zero."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import litmus
from litmus.publish.export.frames import Column, Frame
from notebook_page import PAGE, page

DAY = "2026-11-23"


@pytest.fixture(scope="module")
def s() -> Any:
    return litmus.open(as_of=DAY, places=("RS", "XK"))


def test_a_verdict_shows_its_finding_and_what_would_settle_it(s: Any) -> None:
    found = s.verdict("vendor-share-cap", "RS")
    assert found.state == "UNDETERMINED"
    assert "Would settle it" in found._repr_html_() or found.data["settle"] == []
    assert repr(found).startswith("Open for Serbia")


def test_tables_are_asked_by_column_and_a_wrong_name_is_told_with_the_nearest(s: Any) -> None:
    assert len(s.verdicts.where(place="XK")) == len([r for r in s.verdicts.records() if r["place"] == "XK"])
    with pytest.raises(KeyError, match="place"):
        s.verdicts.where(plaice="XK")
    with pytest.raises(KeyError, match="nis2-in-force"):
        s.verdict("nis2-in-forse", "RS")


def test_unknown_is_shown_as_unknown_and_names_stay_names() -> None:
    table = litmus.Table(Frame("t", "<b>", ("a",), (Column("a", "string", ""), Column("n", "integer", "")), (("<script>", None),)))
    html = table._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert ">unknown<" in html


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_of_other_libraries_keep_unknown_unknown(library: str) -> None:
    pytest.importorskip(library)
    table = litmus.Table(Frame("t", "T", ("a",), (Column("a", "string", ""), Column("n", "integer", "")), (("x", None), ("y", 3))))
    made: Any = {"pandas": table.to_pandas, "polars": table.to_polars, "pyarrow": table.arrow}[library]()
    if library == "pandas":
        assert made["n"].isna().tolist() == [True, False]
        assert made["n"].iloc[1] == 3
    elif library == "polars":
        assert made["n"].to_list() == [None, 3]
    else:
        assert made.column("n").to_pylist() == [None, 3]


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    table = litmus.Table(Frame("t", "T", (), (), ()))
    with pytest.raises(ImportError, match="pip install polars"):
        table.to_polars()


def test_the_command_line_does_not_pay_for_it() -> None:
    seen = "import sys, litmus.cli; print('litmus.app_notebook' in sys.modules, 'litmus.publish.model.book' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]


def test_the_notebook_in_the_docs_shows_what_its_cells_give_today() -> None:
    assert PAGE.read_text("utf-8") == page()
