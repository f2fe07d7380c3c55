"""Verdicts that travel: signed, recomputed by the other side's lawyer, compared between two states of the evidence."""

from __future__ import annotations

import base64
import csv
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.app import Source, open_session, read_evidence
from litmus.clauses.load import locate_regime
from litmus.cli import main
from litmus.core.dates import parse_day
from litmus.facts.dossier import bundled
from litmus.facts.identity import evidence_id, row_hash, table_hash
from litmus.publish.changes import claims_between, known_by, moved
from litmus.publish.signed import RecordError, canonical_json, seal, signing_key, unseal
from litmus.publish.statement import statement

DAY = "2026-11-23"
ASCII = st.text(st.characters(max_codepoint=126))
CASE = ("restricted-public-cameras", "RS")


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys" / "ed25519.pem"
    monkeypatch.setenv("LITMUS_KEY", str(path))
    return path


def run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(a) for a in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def sealed(tmp_path: Path, name: str = "record.json", case: tuple[str, str] = CASE, *more: object) -> Path:
    out = tmp_path / name
    code, text = run("sign", *case, "--as-of", DAY, "--out", out, *more)
    assert code == 0, text
    return out


# --- signing


def test_a_record_is_verified_by_anyone_who_has_the_same_evidence(tmp_path: Path) -> None:
    code, text = run("verify", sealed(tmp_path))
    assert code == 0
    assert text.startswith("✓ ")
    assert "RS restricted-public-cameras NOT_MET as of 2026-11-23" in text


def test_the_key_is_made_once_readable_by_its_owner_only_and_never_overwritten(tmp_path: Path, key: Path) -> None:
    sealed(tmp_path)
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    sealed(tmp_path, "again.json")
    assert key.read_bytes() == before
    key.chmod(0o644)
    code, text = run("sign", *CASE, "--out", tmp_path / "third.json")
    assert code == 3
    assert "others may read this key (mode 644)" in text
    key.write_text("not a key")
    key.chmod(0o600)
    assert "not a private key in PEM" in run("sign", *CASE, "--out", tmp_path / "third.json")[1]
    assert run("sign", *CASE, "--out", tmp_path / "record.json")[0] == 3  # records are not overwritten either


def test_signing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    assert sealed(tmp_path, "a.json").read_bytes() == sealed(tmp_path, "b.json").read_bytes()


def test_the_order_in_which_rows_and_folders_are_read_changes_no_byte(tmp_path: Path) -> None:
    shuffled = tmp_path / "wb6"
    shutil.copytree(bundled("wb6"), shuffled)
    rng = random.Random(7)
    for path in shuffled.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            head, *lines = csv.reader(stream)
        rng.shuffle(lines)
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([head, *lines])
    plain = read_evidence(Source(("wb6", "eu27"))).dossier
    other = read_evidence(Source(("eu27", str(shuffled)))).dossier
    assert evidence_id(plain.rows) == evidence_id(other.rows)
    for case in (CASE, ("vendor-share-cap", "BA"), ("pledge-complied", "RS"), ("n-minus-1-loss", "XK")):
        first = sealed(tmp_path, f"{case[0]}-a.json", case)
        second = sealed(tmp_path, f"{case[0]}-b.json", case, "--dossier", "eu27", "--dossier", shuffled)
        assert first.read_bytes() == second.read_bytes()


def test_no_float_gets_into_a_record() -> None:
    with pytest.raises(TypeError, match=r"0\.5 is a floating-point number"):
        canonical_json({"share": [1, {"x": 0.5}]})
    session = open_session("wb-digital", ("wb6", "eu27"), DAY, None)
    for place in ("RS", "BA"):
        for clause in session.clauses[:12]:
            if clause.applies(place):
                verdict = session.judge(clause.id, place)
                canonical_json(statement(verdict, session.evidence.dossier))


# --- tampering


def test_every_altered_byte_of_an_envelope_is_noticed(tmp_path: Path) -> None:
    path = sealed(tmp_path)
    data = path.read_bytes()
    rng = random.Random(3)
    for at in [*range(60), *rng.sample(range(len(data) - 1), 400)]:
        changed = bytearray(data)
        changed[at] ^= 1 << rng.randrange(7)
        try:
            envelope = unseal(bytes(changed), "record.json")
        except RecordError as err:
            said = str(err)
        else:  # only the envelope's own spelling may change, never what was signed
            said = "record.json: " if envelope == unseal(data, "record.json") else "altered and taken for good"
        assert said.startswith("record.json: ")


def test_a_record_altered_and_signed_by_another_is_recomputed_and_found_wrong(tmp_path: Path) -> None:
    envelope = unseal(sealed(tmp_path).read_bytes(), "record.json")
    forged = {**envelope.record, "verdict": "MET", "label": "holding"}
    path = tmp_path / "forged.json"
    path.write_bytes(seal(forged, signing_key(tmp_path / "other.pem")))
    code, text = run("verify", path)
    assert code == 1
    assert "verdict: signed MET, recomputed NOT_MET" in text
    assert "label: signed holding, recomputed breached" in text
    code, text = run("verify", path, "--signed-by", envelope.signatures[0][0][:12])
    assert code == 1
    assert "not by" in text


def test_one_byte_of_a_clause_file_is_named(tmp_path: Path) -> None:
    regime = tmp_path / "pack"
    shutil.copytree(locate_regime("wb-digital"), regime)
    record = sealed(tmp_path, "r.json", CASE, "--regime", regime)
    assert run("verify", record, "--regime", regime)[0] == 0
    (file,) = [p for p in regime.rglob("*.yaml") if "id: restricted-public-cameras" in p.read_text("utf-8")]
    data = file.read_bytes()
    for word, where in ((b"No public camera", "the file's text differs"), (b"measure:", "restricted-public-cameras.yaml:")):
        at = data.index(word) + 3
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        code, said = run("verify", record, "--regime", regime)
        assert code == 1
        assert where in said
        assert file.name in said


def test_one_changed_claim_is_named(tmp_path: Path) -> None:
    record = sealed(tmp_path)
    folder = tmp_path / "wb6"
    shutil.copytree(bundled("wb6"), folder)
    (path,) = [p for p in folder.rglob("deployment*.csv") if "\nrs-deployment-012," in p.read_text("utf-8")]
    path.write_text(path.read_text("utf-8").replace("\nrs-deployment-012,RS,mup-rs,", "\nrs-deployment-012,RS,becej,"), "utf-8")
    code, said = run("verify", record, "--dossier", folder, "--dossier", "eu27")
    assert code == 1
    assert "table deployment: its rows are not the same" in said
    assert "row rs-deployment-012 (deployment): what it says has changed" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a signed verdict record"),
        (b"[]", "not a signed verdict record"),
        (b'{"payload":"e30=","payloadType":"application/json","signatures":[]}', "expected 'application/vnd.litmus.verdict+json'"),
        (b'{"payload":"e30=","payloadType":"application/vnd.litmus.verdict+json","signatures":[]}', "bears no signature"),
        (b"[" * 100_000, "not a signed verdict record"),
        ('{"payload": "…"}'.encode("utf-16"), "not a signed verdict record"),
    ],
)
def test_what_is_no_record_is_refused_by_name(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(data)
    code, text = run("verify", path)
    assert code == 1
    assert "odd.json" in text
    assert said in text


def test_a_payload_in_another_spelling_was_not_made_by_litmus(tmp_path: Path) -> None:
    from litmus.publish import signed

    secret = signing_key(tmp_path / "k.pem")
    payload = b'{"b": 1, "a": 2}'
    public = signed.public_bytes(secret)
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": signed.PAYLOAD_TYPE,
        "signatures": [
            {
                "keyid": signed.key_id(public),
                "publicKey": base64.b64encode(public).decode(),
                "sig": base64.b64encode(secret.sign(signed._encoded(payload))).decode(),
            }
        ],
    }
    with pytest.raises(RecordError, match="not in canonical form"):
        unseal(json.dumps(envelope).encode(), "x.json")


# --- identity


def test_a_row_that_stands_twice_counts_once_and_a_blank_column_changes_nothing() -> None:
    rows = read_evidence(Source(("wb6",))).dossier.rows["law"]
    hashes = [row_hash(r) for r in rows]
    assert table_hash(hashes) == table_hash([*reversed(hashes), hashes[0]])
    assert len(set(hashes)) == len(rows)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(ASCII, inner)))
def test_canonical_json_is_read_back_as_it_was_and_written_the_same_again(value: Any) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


# --- what moved


def test_a_verdict_known_earlier_was_another_and_the_claims_that_moved_it_are_named() -> None:
    """Before August 2025 no admissible record named the cameras of Belgrade, Novi Sad and Niš; since then three do."""
    code, text = run("diff", "2025-06-30", DAY, "--as-of", DAY, "--place", "RS")
    assert code == 0
    assert "RS restricted-public-cameras: UNDETERMINED (open; 0 … ∞) → NOT MET (breached; 3 … ∞)" in text
    for name in ("rs-deployment-012", "rs-deployment-013", "rs-deployment-014"):
        assert f"added deployment {name} (rferl-2025, known since 2025-08-12)" in text


def test_the_claims_named_are_enough_and_none_of_them_is_idle() -> None:
    session = open_session("wb-digital", ("wb6", "eu27"), DAY, None)
    dossier, early = session.evidence.dossier, parse_day("2025-06-30")
    found = list(moved(session.clauses, ("RS", "MK"), (dossier, early), (dossier, session.known_at), session.as_of))
    assert {(m.after.place, m.after.clause.id) for m in found} >= {("RS", "nis2-in-force"), ("MK", "nis2-applied")}
    before = known_by(dossier, early)
    for m in found:
        ids = {c.id for c in m.claims}
        for left_out in [None, *sorted(ids)]:
            told = {t: [*before.rows[t], *(r for r in dossier.rows[t] if r.id in ids - {left_out})] for t in before.rows}
            from litmus.clauses.verdict import judge
            from litmus.facts.dossier import Dossier
            from litmus.facts.evidence import Evidence
            from litmus.parties.group import Parties

            evidence = Evidence(Dossier(told))
            again = judge(m.after.clause, m.after.place, evidence, Parties(evidence, session.as_of, session.known_at))
            same = (again.name, again.label, again.interval) == (m.after.name, m.after.label, m.after.interval)
            assert same is (left_out is None)


def test_a_corrected_claim_is_a_change_and_a_missing_one_a_removal() -> None:
    dossier = read_evidence(Source(("wb6",))).dossier
    assert claims_between(dossier, dossier) == []
    fewer = known_by(dossier, parse_day("2020-01-01"))
    kinds = {c.kind for c in claims_between(dossier, fewer)}
    assert kinds == {"removed"}


def test_a_state_that_is_none_is_told() -> None:
    code, text = run("diff", "yesterday", DAY)
    assert code == 3
    assert "'yesterday' is neither a day (YYYY-MM-DD) nor a folder" in text


# --- confidential evidence


@pytest.fixture
def split(tmp_path: Path) -> tuple[Path, Path]:
    """The dossier as the public has it, and the three rows on cameras that the authority keeps (an invented case)."""
    ids = ("rs-deployment-012", "rs-deployment-013", "rs-deployment-014")
    where = ("--public", tmp_path / "public", "--keep", tmp_path / "kept")
    code, text = run("withhold", bundled("wb6"), *ids, "--by", "mup-rs", *where, "--known-from", "2025-08-12")
    assert code == 0
    assert text.startswith("3 rows withheld.")
    return tmp_path / "public", tmp_path / "kept"


def test_the_authority_verifies_and_the_others_see_what_rests_on_withheld_rows(tmp_path: Path, split: tuple[Path, Path]) -> None:
    public, kept = split
    evidence = ("--dossier", public, "--dossier", "eu27")
    record = sealed(tmp_path, "r.json", CASE, *evidence, "--confidential", kept)
    told = unseal(record.read_bytes(), "r.json").record
    assert told["verdict"] == "NOT_MET"
    assert [w["id"] for w in told["withheld"]] == ["rs-deployment-012", "rs-deployment-013", "rs-deployment-014"]
    assert "rs-deployment-012" not in {c["id"] for c in told["cited"]}
    assert b"safe-city" not in (public / "withheld.csv").read_bytes()

    code, text = run("verify", record, *evidence, "--confidential", kept)
    assert code == 0
    assert "rests on withheld deployment rs-deployment-012, attested by mup-rs" in text

    code, text = run("verify", record, *evidence)
    assert code == 1
    assert "verdict: signed NOT_MET, recomputed UNDETERMINED" in text
    assert "snapshot" not in text.partition("verdict: ")[0]  # both sides speak of the same evidence
    assert "rests on withheld deployment rs-deployment-012, attested by mup-rs" in text


def test_a_withheld_row_cannot_be_exchanged_later(split: tuple[Path, Path]) -> None:
    public, kept = split
    (file,) = kept.rglob("deployment*.csv")
    file.write_text(file.read_text("utf-8").replace(",huawei,", ",dahua,"), "utf-8")
    session = open_session("wb-digital", Source((str(public), "eu27"), None, None, str(kept)), DAY, None)
    faults = [str(f) for f in session.evidence.dossier.faults]
    assert len(faults) == 3
    assert all("the row is not the one that mup-rs committed to" in f for f in faults)
    assert session.judge(*CASE).name == "UNDETERMINED"


def test_a_secret_row_without_a_commitment_decides_nothing(split: tuple[Path, Path]) -> None:
    _, kept = split
    session = open_session("wb-digital", Source(("eu27",), None, None, str(kept)), DAY, None)
    assert any("no commitment to this row in the public evidence" in str(f) or "no such" in str(f) for f in session.evidence.dossier.faults)
    assert not [r for r in session.evidence.dossier.rows["deployment"] if r.id == "rs-deployment-012"]


def test_withholding_overwrites_nothing_and_names_unknown_rows(tmp_path: Path, split: tuple[Path, Path]) -> None:
    public, _ = split
    where = ("--by", "mup-rs", "--known-from", DAY)
    code, text = run("withhold", bundled("wb6"), "rs-deployment-012", *where, "--public", public, "--keep", tmp_path / "new")
    assert (code, "exists; name a new folder" in text) == (3, True)
    code, text = run("withhold", bundled("wb6"), "rs-deployment-999", *where, "--public", tmp_path / "p", "--keep", tmp_path / "k")
    assert (code, "no fact row has the id rs-deployment-999" in text) == (3, True)


def test_every_key_of_a_record_is_explained(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "records.md").read_text("utf-8")
    told = unseal(sealed(tmp_path).read_bytes(), "r.json").record
    assert [k for k in told if f"`{k}`" not in page] == []
    code, moved_text = run("diff", "2025-06-30", DAY, "--as-of", DAY, "--place", "RS")
    assert code == 0
    example = page.partition("On the bundled evidence:")[2].partition("```\n")[2].partition("```")[0]
    assert example in moved_text
