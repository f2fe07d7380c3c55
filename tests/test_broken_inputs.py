"""A broken input gives a clear error or a counted fault: never a traceback, never a silent default."""

from pathlib import Path

import pytest

from broken_inputs import (
    BUNDLE,
    BUNDLE_CASES,
    CLAUSE,
    CLAUSE_CASES,
    CSV_CASES,
    FILE_CASES,
    LAW,
    MEASURE_CASES,
    PARTIES,
    SOURCES,
)
from litmus.clauses.load import load_regime, load_text, locate_regime
from litmus.clauses.nodes import ClauseError
from litmus.facts.dossier import Dossier, read_dossier

GOOD_LAW = "l1,RS,nis2,Act,2024,signed,,2024-01-01,s,B,2\n"


def changed(text: str, written: str, instead: str) -> str:
    assert text.count(written) == 1
    return text.replace(written, instead)


def with_measure(measure: str, target: str, more: str = "") -> str:
    """The clause with another measure (line 8) and target (line 9)."""
    start, end = CLAUSE.index("measure:"), CLAUSE.index("empty:")
    return f"{CLAUSE[:start]}measure: {measure}\ntarget: {target}\n{CLAUSE[end:]}{more}"


def regime_error(folder: Path, **files: str | bytes) -> str:
    """The error of a folder of clause files."""
    root = folder / "r"
    root.mkdir()
    for name, text in files.items():
        (root / f"{name}.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ClauseError) as error:
        load_regime(root)
    return str(error.value)


def read(folder: Path, file: str, text: str | bytes) -> Dossier:
    """One file of facts beside a source and two parties."""
    root = folder / "d"
    root.mkdir()
    for name, content in (("sources.csv", SOURCES), ("party.csv", PARTIES), (file, text)):
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_dossier([root])


# --- the tables


@pytest.mark.parametrize(("written", "instead", "error"), CLAUSE_CASES)
def test_broken_clause(written: str, instead: str, error: str) -> None:
    with pytest.raises(ClauseError) as found:
        load_text(changed(CLAUSE, written, instead), "cap.yaml")
    assert str(found.value) == error


@pytest.mark.parametrize(("measure", "target", "error"), MEASURE_CASES)
def test_broken_measure(measure: str, target: str, error: str) -> None:
    with pytest.raises(ClauseError) as found:
        load_text(with_measure(measure, target), "cap.yaml")
    assert str(found.value) == error


@pytest.mark.parametrize(("raw", "error"), FILE_CASES)
def test_broken_clause_file(tmp_path: Path, raw: bytes, error: str) -> None:
    assert regime_error(tmp_path, cap=raw) == error


@pytest.mark.parametrize(("written", "instead", "error"), BUNDLE_CASES)
def test_broken_bundle(tmp_path: Path, written: str, instead: str, error: str) -> None:
    assert regime_error(tmp_path, cap=CLAUSE, pay=changed(BUNDLE, written, instead)) == error


@pytest.mark.parametrize(("file", "text", "errors"), CSV_CASES)
def test_broken_facts(tmp_path: Path, file: str, text: str | bytes, errors: str) -> None:
    found = read(tmp_path, file, text)
    assert "\n".join(map(str, found.faults)) == errors


# --- what is whole is read


def test_what_the_cases_break_is_whole(tmp_path: Path) -> None:
    (tmp_path / "cap.yaml").write_text(CLAUSE)
    (tmp_path / "pay.yaml").write_text(BUNDLE)
    found = load_regime(tmp_path)
    assert (set(found.clauses), set(found.bundles)) == ({"cap"}, {"pay"})
    assert not read(tmp_path, "law.csv", LAW + GOOD_LAW).faults


def test_no_is_a_place_and_not_a_boolean(tmp_path: Path) -> None:
    norway = "applies_to: [NO, BA]\nparts: {NO: {combine: pooled}, BA: "
    (clause,) = load_text(changed(CLAUSE, "parts: {BA: ", norway), "cap.yaml")
    assert list(clause.parts) == ["NO", "BA"]  # type: ignore[union-attr]
    assert clause.applies_to == ("NO", "BA")  # type: ignore[union-attr]
    found = read(tmp_path, "law.csv", LAW + GOOD_LAW.replace("RS", "NO"))
    assert [row.place for row in found.rows["law"]] == ["NO"]


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cap.yaml").write_bytes(b"\xef\xbb\xbf" + CLAUSE.encode())
    assert set(load_regime(tmp_path).clauses) == {"cap"}


def test_a_number_is_read_as_written() -> None:
    (clause,) = load_text(changed(CLAUSE, "core: 0.60", "core: 0.1"), "cap.yaml")
    assert str(dict(clause.target.by_cell)["core"]) == "1/10"  # type: ignore[union-attr]
    assert load_text(changed(CLAUSE, "deadline: 2029-12-31", 'deadline: "2029-12-31"'), "cap.yaml")


# --- size, and files that are no files


def test_a_clause_file_of_100_megabytes_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "cap.yaml").open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(ClauseError) as error:
        load_regime(tmp_path / "cap.yaml")
    assert str(error.value) == "cap.yaml: file has 100000000 bytes; a clause file has at most 200000: split it"


def test_a_line_of_100_megabytes_is_one_fault(tmp_path: Path) -> None:
    with (tmp_path / "law.csv").open("wb") as file:
        file.write(LAW.encode())
        file.truncate(100_000_000)
    (fault,) = read_dossier([tmp_path]).faults
    assert str(fault) == f"{tmp_path.name}/law.csv:2: line longer than 1000000 bytes; split it or fix the quoting"


def test_a_folder_without_clauses_and_a_regime_that_is_not_there(tmp_path: Path) -> None:
    assert regime_error(tmp_path) == f"{tmp_path}/r: no .yaml file here"
    with pytest.raises(ClauseError, match=r"^wb-digitl: unknown regime 'wb-digitl'; did you mean 'wb-digital'\?$"):
        locate_regime("wb-digitl")


def test_a_folder_named_like_a_clause_file(tmp_path: Path) -> None:
    (tmp_path / "r" / "cap.yaml").mkdir(parents=True)
    with pytest.raises(ClauseError) as error:
        load_regime(tmp_path / "r")
    assert str(error.value) == "r/cap.yaml: cannot be read: Is a directory"


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    spoiled = changed(changed(CLAUSE, "status: proposed", "status: draft"), "core: 0.60", "core: 60")
    found = regime_error(tmp_path, cap=spoiled, cup=changed(CLAUSE, "norm: achieve", "norm: hope"))
    where = ["r/cap.yaml:4, status", "r/cap.yaml:16, target.at_most.core", "r/cup.yaml:7, norm"]
    assert [line.partition(": ")[0] for line in found.splitlines()] == where


# --- well-formed nonsense

NONSENSE = {
    "a clock that starts on a day of the record": (
        with_measure("{kind: ratio, over: law, duty: {from: known_from, done: adopted, within: P1Y}}", "{at_most: 1}"),
        "8, measure.duty.from: unknown date of law 'known_from'; expected one of adopted, published, in_force, applicable, repealed"),
    "a quotient by a field that does not exist": (
        with_measure("{kind: quotient, by: [x], top: {kind: count, over: law},"
                     " bottom: {kind: sum, over: loan, value: amount, domain: [1, 2]}}", "{at_most: 1}"),
        "8, measure.by.x: cells are cut by key fields; unknown key of law 'x'; expected one of topic, name"),
    "an unknown place": (
        with_measure("{kind: count, over: law, where: {place: ZZ}}", "{at_most: 1}"),
        "8, measure.where.place: unknown place 'ZZ'; did you mean 'CZ'?"),
    "a day that is none": (
        with_measure("{kind: count, over: law, where: {adopted: soon}}", "{at_most: 1}"),
        "8, measure.where.adopted: expected a date as YYYY, YYYY-MM or YYYY-MM-DD, found 'soon'"),
    "an id that cannot be one": (
        with_measure("{kind: count, over: law, where: {topic: NIS 2}}", "{at_most: 1}"),
        "8, measure.where.topic: expected an id of lower-case letters, digits, '.', '-' or '_' (at most 80), found 'NIS 2'"),
    "a name within a period": (
        with_measure("{kind: count, over: law, where: {name: {within: P1Y}}}", "{at_most: 1}"),
        "8, measure.where.name.within: name of law is no date, so it cannot lie within a period; use a date"),
    "a test that tests nothing": (
        with_measure("{kind: count, over: law, where: {adopted: {}}}", "{at_most: 1}"),
        "8, measure.where.adopted: a test needs at_least, at_most or within; found an empty map"),
    "a ratio that counts nothing": (
        with_measure("{kind: ratio, over: law, count: {}}", "{at_most: 1}"),
        "8, measure.count: expected at least one key, found an empty map"),
    "a domain that ends before it begins": (
        with_measure("{kind: sum, over: observation, value: value, domain: [9, 1]}", "{at_most: 1}"),
        "8, measure.domain: a domain is two numbers, the lesser first, such as [0, 100]"),
    "a domain of three numbers": (
        with_measure("{kind: sum, over: observation, value: value, domain: [0, 1, 2]}", "{at_most: 1}"),
        "8, measure.domain: a domain is two numbers, the lesser first, such as [0, 100]"),
    "the date of a number": (
        with_measure("{kind: date, over: contract, value: bids}", "{at_most: 1}"),
        "8, measure.value: a date cannot be made of bids; take one of signed, award_published"),
    "a sum of dates": (
        with_measure("{kind: sum, over: law, value: adopted}", "{at_most: 2029-12-31}"),
        "8, measure.value: a sum cannot be made of adopted; law has nothing for it"),
    "a window on a table without a signature": (
        with_measure("{kind: count, over: law}", "{at_most: 3}", "window: P1Y\n"),
        "15, window: rows of law have no signature day; a window needs a 'duty' or contracts"),
    "a target without a bound": (
        changed(CLAUSE, "{at_most: {core: 0.60, ran: 0.65}}", "{at_most: {}}"),
        "16, target.at_most: a target by layer names at least one, such as {core: 0.60}; found none"),
    "a tolerance of 60 instead of 0.60": (
        changed(CLAUSE, "tolerance: 0.05", "tolerance: 60"),
        "15, measure.population.tolerance: expected a share between 0 and 1; write 60 % as 0.60, found '60'"),
    "a waiver cap of 10 instead of 0.10": (
        CLAUSE + "waivers: {cap: 10}\n",
        "22, waivers.cap: expected a share between 0 and 1; write 60 % as 0.60, found '10'"),
    "a part of another country": (
        changed(CLAUSE, "BA-BRC], combine", "RS], combine"),
        "20, parts.BA.of: RS is not a part of BA; expected BA-BIH, BA-SRP, BA-BRC"),
    "a part named twice": (
        changed(CLAUSE, "BA-BRC], combine", "BA-SRP], combine"),
        "20, parts.BA.of: a part is named twice; keep one"),
    "repealed before it is in force": (
        CLAUSE + "in_force: 2024-01-01\nrepealed: 2020-01-01\n",
        "23, repealed: repealed before it is in force; swap or mend the days"),
    "a bundle that weighs nothing": (
        changed(BUNDLE, "weight: 2", "weight: 0"),
        "7, clauses: the weights add up to nothing; give at least one clause a weight"),
    "a threshold of 80 instead of 0.8": (
        changed(BUNDLE, "at_least_weight: 0.8", "at_least_weight: 80"),
        "8, combine.at_least_weight: expected a share between 0 and 1; write 60 % as 0.60, found '80'"),
    "a title without a text": (
        changed(BUNDLE, "title: Invented", "title: {}"),
        "5, title: expected at least one key, found an empty map"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "error"), NONSENSE.values(), ids=NONSENSE)
def test_well_formed_nonsense(text: str, error: str) -> None:
    with pytest.raises(ClauseError) as found:
        load_text(text, "cap.yaml")
    assert str(found.value) == f"cap.yaml:{error}"


def test_an_empty_file_of_facts_is_a_fault(tmp_path: Path) -> None:
    (fault,) = read(tmp_path, "law.csv", b"").faults
    assert str(fault) == "d/law.csv:1: the file is empty; write the header of law (`litmus new fact law` prints it)"


def test_a_broken_clause_is_not_an_unknown_clause(tmp_path: Path) -> None:
    found = regime_error(tmp_path, cap=changed(CLAUSE, "norm: achieve", "norm: hope"), pay=BUNDLE)
    assert "pay.yaml" not in found
