"""Names to parties, as examples of use: normal forms, the named traps, identifiers."""

from __future__ import annotations

import pytest

from litmus.parties.names.decide import Asked, decide
from litmus.parties.names.form import forms, is_nobody, normal
from litmus.parties.names.listing import identifier_key
from litmus.parties.names.resolve import is_lei, read_identifiers
from litmus.parties.names.script import fold, sound
from litmus.parties.names.vocabulary import known_word, vocabulary
from matching_names import dossier_list, pair, party, registered

# --- the normal form: set aside, nothing thrown away


def words(name: str) -> list[str]:
    return [w.text for w in normal(name).words]


def test_letters_of_the_region_become_one_alphabet() -> None:
    assert fold("Љубиша Ђорђевић ЏЊ") == "ljubisa djordjevic dznj"
    assert fold("Ѓорче Ќосев Ѕвезда") == "gjorce kjosev dzvezda"
    assert fold("Đuro Šćepan ŽĆČ") == "djuro scepan zcc"
    assert fold("Shqipëria Ç") == "shqiperia c"
    assert fold("Nyíregyháza Őű") == "nyiregyhaza ou"
    assert fold("ＨＵＡＷＥＩ") == "huawei"


def test_spellings_of_one_sound_have_one_key() -> None:
    for a, b in (("vizion", "vision"), ("komerc", "commerc"), ("huavej", "huawei"), ("elektra", "electra"), ("strassen", "strasen")):
        assert sound(a) == sound(b)
    assert sound("saga") != sound("sagax")


def test_legal_forms_places_and_branches_are_set_aside_not_lost() -> None:
    form = normal("Telekom Srpske a.d. Banja Luka")
    assert ([w.text for w in form.words], form.legal, form.places, form.towns) == (["telekom"], {"ad"}, {"BA-SRP"}, {"banja luka"})
    assert normal("Huawei Technologies d.o.o. Beograd - ogranak").branch == "ogranak"
    assert normal("4iG Nyilvánosan Működő Részvénytársaság").legal == normal("4iG Nyrt.").legal == {"nyrt"}
    assert normal("N.T.SH. ,,INFRA TEK,,").legal == normal("NTSH Infratek").legal == {"sole-xk"}
    for spelled in ("Sh.p.k.", "SHPK", "sh. p. k."):
        assert normal(f"Toni {spelled}").legal == {"shpk"}, spelled


def test_a_legal_form_that_is_the_name_stays_a_name() -> None:
    assert words("SAS Sh.p.k.") == words('Sh.p.k. "SAS"') == ["sas"]
    assert words("AD") == ["ad"]


def test_glued_marks_dotted_letters_and_quotes() -> None:
    assert words("NTPBARDHI") == ["bardhi"]
    assert words("ArlindiSHPK") == ["arlindi"]
    assert words("m:tel") == ["mtel"]
    assert words("A & L") == words("A*L") == ["al"]
    assert words("E.Z.Vision") == ["ez", "vision"]
    assert words("Gjellëtore ,,Budaki,,") == ["budaki"]
    assert [w.text for w in normal("Gjellëtore ,,Budaki,,").around] == ["gjelletore"]
    assert normal('"Berisha Company" & "Asfalti"').joint


def test_an_opening_that_says_what_a_company_does_is_not_its_name() -> None:
    assert words("Preduzeće za telekomunikacije Telekom Srbija a.d.") == ["telekom"]
    assert words("Društvo za trgovinu i usluge Ditek d.o.o.") == ["ditek"]
    assert words("Preduzeće") == ["company"]  # nothing would be left


def test_brackets_hold_another_name_or_a_place() -> None:
    assert [f.compact for f in forms("Telekom Srpske a.d. Banja Luka (m:tel)")] == ["telekom", "mtel"]
    assert forms("Telekom Srpske a.d. (m:tel)")[1].places == {"BA-SRP"}
    assert [(f.compact, f.places) for f in forms("Mtel (Severna Makedonija)")] == [("mtel", {"MK"})]


def test_chinese_names_are_cut_at_known_words() -> None:
    assert words("华为技术有限公司") == ["华为", "technology"]
    assert normal("杭州海康威视数字技术股份有限公司").towns == {"hangzhou"}


def test_one_word_has_many_spellings() -> None:
    assert known_word("telekomunikacije") == ("telekom", "activity")
    assert known_word("konstruksion") == ("construction", "activity")
    assert known_word("constructio") == ("construction", "activity")  # cut off
    assert known_word("enginnering") == ("engineering", "activity")  # a slip
    assert known_word("huawei") is None


def test_every_word_of_the_data_files_has_one_meaning() -> None:
    v = vocabulary()
    spellings = [p[0] for phrases in v.phrases.values() for p in phrases]
    twice = {" ".join(s) for s in spellings if spellings.count(s) > 1}
    assert twice <= {"des", "transport"}, twice
    assert {w for w, _, _ in (p for ps in v.phrases.values() for p in ps if p[1] == "same")}  # there are some
    for form, homes in v.legal_places.items():
        assert isinstance(homes, frozenset), form


# --- the traps that the reference names


REJECTED = [
    ("Telekom Srbija a.d. Beograd", "Telekom Srpske a.d. Banja Luka"),
    ("Телеком Србија", "Telekom Srpske"),
    ("m:tel (Crna Gora)", "Mtel (Severna Makedonija)"),
    ("m:tel (Crna Gora)", "Telekom Srpske a.d. Banja Luka (m:tel)"),
    ("Mtel (Severna Makedonija)", "Telekom Srpske a.d. Banja Luka (m:tel)"),
    ("One Albania", "One Crna Gora"),
    ("One Makedonija", "One Crna Gora"),
    ("Hangzhou Digital Technology", "Hangzhou Hikvision Digital Technology Co. Ltd."),
    ("Technologies d.o.o.", "Huawei Technologies Co. Ltd."),
    ("CETC", "CEC"),
    ("CETC", "China Electronics Corporation"),
    ("ZTE", "ZTT"),
    ("ZTE Corporation", "ZTT Corporation"),
    ("Saga d.o.o.", "Sagax d.o.o."),
    ("Društvo za trgovinu i usluge Ditek d.o.o.", "Društvo za trgovinu i usluge Mitek d.o.o."),
    ("A1 Srbija", "A1 Slovenija"),
    ("Small shareholders of BH Telecom", "BH Telecom d.d. Sarajevo"),
    ("Vodafone Albania", "Vodafone Malta"),
]


@pytest.mark.parametrize(("left", "right"), REJECTED)
def test_the_named_traps_are_rejected_from_both_sides(left: str, right: str) -> None:
    assert pair(left, right).outcome == "reject"
    assert pair(right, left).outcome == "reject"


NOT_THE_SAME = [
    ("Mtel d.o.o. Podgorica", "Mtel d.o.o. Skopje", "", ""),
    ("Roaming Networks d.o.o.", "Roaming Solutions d.o.o.", "RS", "RS"),
    ("ZTE Balkan d.o.o.", "ZTE Corporation", "RS", "CN"),
    ("Ericsson d.o.o.", "Telefonaktiebolaget LM Ericsson", "RS", "SE"),
    ("Nuctech Warsaw Company Limited", "Nuctech Company Limited", "PL", "CN"),
    ("Ericsson Nikola Tesla d.d.", "Ericsson", "HR", "SE"),
    ("Nokia Siemens Networks", "Nokia Corporation", "FI", "FI"),
]


@pytest.mark.parametrize(("left", "right", "a", "b"), NOT_THE_SAME)
def test_relatives_and_namesakes_are_never_accepted(left: str, right: str, a: str, b: str) -> None:
    assert pair(left, right, a, b).outcome != "accept"
    assert pair(right, left, b, a).outcome != "accept"


@pytest.mark.parametrize(
    ("name", "country", "who"),
    [
        ("华为", "", "huawei"),
        ("华为技术有限公司", "", "huawei"),
        ("Хуавеј", "", "huawei"),
        ("中兴", "", "zte"),
        ("海康威视", "", "hikvision"),
        ("杭州海康威视数字技术股份有限公司", "", "hikvision"),
        ("Телеком Србија а.д. Београд", "", "telekom-srbija"),
        ("Телеком Српске", "", "telekom-srpske"),
        ("Telekomi i Kosovës Sh.A.", "XK", "vala"),
        ("m:tel", "ME", "mtel-me"),
        ("MTEL DOOEL", "MK", "mtel-mk"),
        ("One", "AL", "one-albania"),
        ("ZTE", "CN", "zte"),
        ("Vip mobile d.o.o.", "RS", "a1-srbija"),
        ("МАЦЧИНА СЕЦУРИТИ", "RS", "macchina-security"),
        ("Srbija Telekom", "", "telekom-srbija"),
        ("Antenna Hungária Zártkörűen Működő Részvénytársaság", "HU", "antenna-hungaria"),
    ],
)
def test_names_in_every_script_find_their_party(name: str, country: str, who: str) -> None:
    assert party(name, country) == ("accept", who)


def test_short_names_need_a_country_and_a_shared_name_needs_a_person() -> None:
    assert party("ZTE") == ("review", "zte")
    assert party("ZTE", "RS")[0] == "review"
    for name in ("m:tel", "One", "Telenor"):
        found = decide(Asked(name), dossier_list())
        assert found.outcome == "review"
        assert len(found.runners) >= 2
    assert party("CETC") == ("reject", "")


def test_a_branch_and_a_local_company_are_relatives_not_the_company() -> None:
    branch = pair("Nuctech Company Limited - ogranak Beograd", "Nuctech Company Limited")
    assert (branch.outcome, branch.relation) == ("review", "branch-of")
    for word in ("dega Tiranë", "fióktelep", "podružnica", "predstavništvo", "branch office"):
        assert pair(f"Nuctech {word}", "Nuctech").relation == "branch-of", word
    local = decide(Asked("Huawei Technologies d.o.o. Beograd"), dossier_list())
    assert local.match is not None
    assert (local.outcome, local.match.party, local.match.relation) == ("review", "huawei", "group-of")


def test_every_decision_says_why_word_by_word() -> None:
    found = pair("Bubeari Komerc Prishtinë", "NPTSH. BUBEARI")
    assert "bubeari = bubeari" in found.reasons
    assert any(r.startswith("commerce: only in") for r in found.reasons)
    assert "RS is not BA-SRP" in pair("Telekom Srbija", "Telekom Srpske").reasons
    assert any("≈" in r and "slip" in r for r in pair("Montkomerce", "Momtkomerce").reasons)


def test_nobody_is_not_matched() -> None:
    for name in ("", "—", "N/A", "anuluar", "Nuk eshte nenshkruar kontrata"):
        assert is_nobody(name)
        assert decide(Asked(name), dossier_list()).outcome == "reject"


# --- identifiers come first


def test_an_identifier_decides_before_the_name_and_a_clash_vetoes() -> None:
    found = decide(Asked("Something else", identifiers=("RS-APR:0999",)), registered())
    assert (found.outcome, found.match and found.match.party, found.match and found.match.by) == ("accept", "beta", "identifier")
    clash = decide(Asked("Alfa Invented d.o.o.", identifiers=("RS-APR:7777",)), registered())
    assert clash.outcome == "reject"
    assert "another number in one register" in clash.runners[0].reasons[0]
    assert decide(Asked("Alfa Invented d.o.o.", identifiers=("HR-OIB:7777",)), registered()).outcome == "accept"


def test_identifiers_of_two_parties_are_a_question() -> None:
    found = decide(Asked("Alfa", identifiers=("RS-APR:0123", "RS-APR:0999")), registered())
    assert found.outcome == "review"
    assert "different parties" in found.reasons[0]


def test_identifiers_are_read_strictly() -> None:
    assert read_identifiers("rs-apr: 01-23 | LEI:abc") == ("RS-APR:0123", "LEI:ABC")
    assert identifier_key("AL-QKB", "L 1 2") == "AL-QKB:L12"
    for bad in ("123", ":1", "LEI:"):
        with pytest.raises(ValueError, match="SCHEME:VALUE"):
            read_identifiers(bad)
    assert is_lei("5493006MHB84DD0ZWV18")
    assert not is_lei("5493006MHB84DD0ZWV81")
    assert not is_lei("HUAWEI")
