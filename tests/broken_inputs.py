# ruff: noqa: E501 - an error text stands on one line, as it is printed
"""Broken inputs, each with its exact error text: file, line, key or column, what was found,
what was expected, the fix.

The tables that test_broken_inputs.py runs. Each case spoils one thing in an input that is otherwise whole.
"""

from litmus.clauses.nodes import MAX_BYTES

# A clause that loads; each case below changes one line of it.
CLAUSE = """\
litmus: clause/1
id: cap
version: 1
status: proposed
title: {en: "No supplier above a set share"}
basis: [{ref: "Invented", kind: proposal}]
norm: achieve
measure:
  kind: max-share
  over: deployment
  where: {layer: [core, ran], in_service: true}
  of: vendor.group
  by: [operator, layer]
  weight: sites
  population: {closed_by: operator-filing, max_age: P1Y, tolerance: 0.05}
target: {at_most: {core: 0.60, ran: 0.65}}
empty: met
deadline: 2029-12-31
grace: P1Y
parts: {BA: {of: [BA-BIH, BA-SRP, BA-BRC], combine: each}}
evidence: {min_grade: C3, max_age: P2Y, contested: every-reading}
"""

# (what is written, what stands there instead, the error)
CLAUSE_CASES = [
    ("norm: achieve", "nrom: achieve",
     "cap.yaml:7, nrom: unknown key of a clause 'nrom'; did you mean 'norm'?\n"
     "cap.yaml:1, norm: 'norm' is required here; add it"),
    ("norm: achieve", "norm: achieved", "cap.yaml:7, norm: unknown norm 'achieved'; did you mean 'achieve'?"),
    ("norm: achieve\n", "norm: maintain\n", "cap.yaml:18, deadline: a maintain clause has no deadline; use 'from', or make it achieve"),
    ("status: proposed", "status: draft", "cap.yaml:4, status: unknown status 'draft'; expected one of proposed, model, in-force, repealed"),
    ("litmus: clause/1", "litmus: clause/2", "cap.yaml:1, litmus: unknown document type 'clause/2'; did you mean 'clause/1'?"),
    ("version: 1", "version: one", "cap.yaml:3, version: expected a whole number, found 'one'"),
    ("version: 1", "version: ²", "cap.yaml:3, version: expected a whole number, found '²'"),
    ("id: cap", "id: Vendor Cap", "cap.yaml:2, id: expected an id of lower-case letters, digits, '.', '-' or '_' (at most 80), found 'Vendor Cap'"),
    ("kind: proposal", "kind: rumour",
     "cap.yaml:6, basis[0].kind: unknown kind of basis 'rumour'; expected one of acquis, soft-law, national-law, agreement, proposal, precedent"),
    ('basis: [{ref: "Invented", kind: proposal}]', "basis: []", "cap.yaml:6, basis: expected at least one entry, found an empty list"),
    ("kind: max-share", "kind: maximum-share", "cap.yaml:9, measure.kind: unknown measure 'maximum-share'; did you mean 'max-share'?"),
    ("kind: max-share", "kind: date",
     "cap.yaml:12, measure.of: a date measure has no 'of'; remove it\n"
     "cap.yaml:13, measure.by: a date measure has no 'by'; remove it\n"
     "cap.yaml:14, measure.weight: a date measure has no 'weight'; remove it\n"
     "cap.yaml:9, measure.value: a date measure needs 'value'; add it"),
    ("over: deployment", "over: deployments", "cap.yaml:10, measure.over: unknown table 'deployments'; did you mean 'deployment'?"),
    ("layer: [core, ran], in", "layer: [core, rann], in", "cap.yaml:11, measure.where.layer: unknown layer 'rann'; did you mean 'ran'?"),
    ("in_service: true", "in_service: yes", "cap.yaml:11, measure.where.in_service: in_service is true or false, found 'yes'"),
    ("where: {layer", "where: {layr", "cap.yaml:11, measure.where.layr: unknown field of deployment 'layr'; did you mean 'layer'?"),
    ("in_service: true", "vendor.maker: huawei",
     "cap.yaml:11, measure.where.vendor.maker: unknown question about vendor 'maker'; expected one of group, restricted_by"),
    ("in_service: true", "in_service_from: {at_most: 2025}",
     "cap.yaml:11, measure.where.in_service_from.at_most: expected a day of the calendar as YYYY-MM-DD, found '2025'"),
    ("in_service: true", "in_service_from: {before: 2025-01-01}",
     "cap.yaml:11, measure.where.in_service_from.before: unknown comparison 'before'; expected one of at_least, at_most, within"),
    ("in_service: true", "vendor: {at_most: huawei}",
     "cap.yaml:11, measure.where.vendor.at_most: vendor of deployment has no order, so nothing can be at least or at most it; use a date, number, amount or rung"),
    ("of: vendor.group", "of: vendor.owner",
     "cap.yaml:12, measure.of.vendor.owner: unknown question about vendor 'owner'; expected one of group, restricted_by"),
    ("by: [operator, layer]", "by: [operator, layers]", "cap.yaml:13, measure.by.layers: unknown field of deployment 'layers'; did you mean 'layer'?"),
    ("by: [operator, layer]", "by: operator", "cap.yaml:13, measure.by: expected a list such as [a, b], found a single value 'operator'"),
    ("weight: sites", "weight: masts", "cap.yaml:14, measure.weight: unknown weight 'masts'; did you mean 'sites'?"),
    ("weight: sites", "weight: value", "cap.yaml:14, measure.weight: weighing by value needs that column, which deployment lacks"),
    ("closed_by: operator-filing", "closed_by: press",
     "cap.yaml:15, measure.population.closed_by: unknown closure 'press'; expected one of operator-filing, budget-execution, register, regulator-list, published-list, court-record, inventory"),
    ("max_age: P1Y", "max_age: 1 year", "cap.yaml:15, measure.population.max_age: expected a period such as P30D, P6M or P1Y, found '1 year'"),
    ("core: 0.60", "core: 60", "cap.yaml:16, target.at_most.core: a max-share lies between 0 and 1; write 60 % as 0.60, found '60'"),
    ("core: 0.60", "core: 60 %", "cap.yaml:16, target.at_most.core: expected a number such as 0.60, found '60 %'"),
    ("core: 0.60", "core: .inf", "cap.yaml:16, target.at_most.core: expected a number such as 0.60, found '.inf'"),
    ("core: 0.60", "kore: 0.60", "cap.yaml:16, target.at_most.kore: unknown value of layer 'kore'; did you mean 'core'?"),
    ("at_most", "below", "cap.yaml:16, target.below: unknown key 'below'; expected one of at_least, at_most, equals"),
    ("{at_most: {core: 0.60, ran: 0.65}}", "{at_most: 0.6, at_least: 0.1}",
     "cap.yaml:16, target: a target is exactly one of at_least, at_most, equals; found at_most and at_least"),
    ("{at_most: {core: 0.60, ran: 0.65}}", "0.60", "cap.yaml:16, target: expected a map with at_least, at_most, equals; found a single value '0.60'"),
    ("{at_most: {core: 0.60, ran: 0.65}}", "{at_most: [0.60]}", "cap.yaml:16, target.at_most: expected a single value, found a list"),
    ("deadline: 2029-12-31\n", "", "cap.yaml:1, deadline: an achieve clause needs a 'deadline', such as 2029-12-31; add it"),
    ("deadline: 2029-12-31", "deadline: 2029-02-30", "cap.yaml:18, deadline: expected a day of the calendar as YYYY-MM-DD, found '2029-02-30'"),
    ("deadline: 2029-12-31", "deadline: 2029", "cap.yaml:18, deadline: expected a day of the calendar as YYYY-MM-DD, found '2029'"),
    ("deadline: 2029-12-31", "deadline: 31.12.2029", "cap.yaml:18, deadline: expected a day of the calendar as YYYY-MM-DD, found '31.12.2029'"),
    ("deadline: 2029-12-31", "deadline: {plus: P36M}", "cap.yaml:18, deadline.event: 'event' is required here; add it"),
    ("grace: P1Y", "path: linear", "cap.yaml:19, baseline: path: linear needs one baseline such as {2026-01-01: 0.9}, and only it does"),
    ("grace: P1Y", "path: {soon: 0.9}", "cap.yaml:19, path.soon: expected a day of the calendar as YYYY-MM-DD, found 'soon'"),
    ("parts: {BA: ", "parts: {BAH: ", "cap.yaml:20, parts.BAH: unknown place 'BAH'; did you mean 'BA'?"),
    ("of: [BA-BIH, BA-SRP, BA-BRC], combine: each", "of: [BA-BIH, BA-SPR], combine: each",
     "cap.yaml:20, parts.BA.of[1]: unknown place 'BA-SPR'; did you mean 'BA-SRP'?"),
    ("combine: each", "combine: k-of-n, k: 4", "cap.yaml:20, parts.BA.k: k-of-n needs a 'k' between 1 and 3, found 4"),
    ("combine: each", "combine: k-of-n", "cap.yaml:20, parts.BA.k: k-of-n needs a 'k' between 1 and 3, found none"),
    ("{of: [BA-BIH, BA-SRP, BA-BRC], combine: each}", "{combine: each}", "cap.yaml:20, parts.BA.of: each needs 'of', such as [BA-BIH, BA-SRP]; add it"),
    ("combine: each", "combine: any", "cap.yaml:20, parts.BA.combine: unknown way to combine 'any'; expected one of each, pooled, competent, k-of-n"),
    ("min_grade: C3", "min_grade: F6", "cap.yaml:21, evidence.min_grade: expected a minimum grade from A1 to E5, found 'F6'"),
    ("contested: every-reading", "contested: newest",
     "cap.yaml:21, evidence.contested: unknown reading of conflicts 'newest'; expected one of every-reading, best-tier, hull"),
    ("empty: met", "empty: true", "cap.yaml:17, empty: unknown word 'true'; expected one of met, not-met"),
    ("empty: met\n", "empty: met\nempty: not-met\n", "cap.yaml:18, empty: key appears twice; keep one"),
    ("empty: met", "<<: {empty: met}",
     "cap.yaml:17, <<: unknown key of a clause '<<'; expected one of litmus, id, version, status, in_force, repealed, title, summary, group, basis, vehicle, norm …\n"
     "cap.yaml:1, empty: 'empty' is required here; add it"),
    ("grace: P1Y", "\tgrace: P1Y", "cap.yaml:19: not valid YAML: found character '\\t' that cannot start any token; indent with spaces, not tabs"),
    ("  kind: max-share", "  kind: &k max-share", "cap.yaml:9: anchors and aliases are not allowed; write the value out"),
    ("grace: P1Y", "grace: *k", "cap.yaml:19: anchors and aliases are not allowed; write the value out"),
    ("grace: P1Y", "grace: !!python/object/apply:os.system [id]",
     "cap.yaml:19: tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed; write plain values"),
    ("grace: P1Y", "grace: 'P1Y", "cap.yaml:19: not valid YAML: found unexpected end of stream; close the quote that is opened here"),
    ("grace: P1Y", "grace: [P1Y", "cap.yaml:19: not valid YAML: expected ',' or ']', but got ':'; close the bracket that is opened here"),
    ("grace: P1Y", "summary: as said: no more",
     "cap.yaml:19: not valid YAML: mapping values are not allowed here; indent like the lines above, or put a value that holds a colon in double quotes"),
    ("grace: P1Y", "summary: % of sites", "cap.yaml:19: not valid YAML: found character '%' that cannot start any token; put the value in double quotes"),
    ("grace: P1Y", "summary: bell \a here", "cap.yaml:19: not valid YAML: control character 0x07; delete it"),
    ("grace: P1Y", "   grace: P1Y",
     "cap.yaml:19: not valid YAML: mapping values are not allowed here; indent like the lines above, or put a value that holds a colon in double quotes"),
    ("grace: P1Y", "? [a, b]\n: c", "cap.yaml:19: a key must be a word"),
    ("grace: P1Y", "grace: " + "[" * 25 + "]" * 25, "cap.yaml:19: nested deeper than 20 levels; flatten it"),
]  # fmt: skip


SOURCES = "id,publisher,address,kind\ns,Gazette,https://example.org/s,official\n"
PARTIES = "id,name,kind\nalfa,Alfa (invented),company\nbeta,Beta (invented),company\n"
META = "known_from,source,reliability,credibility"
GOOD = "2024-01-01,s,B,2"
LAW = f"id,place,topic,name,adopted,rung_lo,supersedes,{META}\n"
OWNS = f"id,place,owner,owned,interest,share_lo,share_hi,valid_from,valid_to,{META}\n"
LOAN = f"id,place,name,lender,quantity,amount_lo,amount_hi,currency,{META}\n"
RUNS = f"id,place,operator,layer,vendor,weight_lo,weight_unit,{META}\n"

# (file, its text, the errors)
CSV_CASES = [
    ("law.csv", LAW + f"l1,ZZ,nis2,Act,2024,signed,,{GOOD}\n", "d/law.csv:2, column place: found 'ZZ'; unknown place 'ZZ'; did you mean 'CZ'?"),
    ("law.csv", LAW + f"l1,Norway,nis2,Act,2024,signed,,{GOOD}\n", "d/law.csv:2, column place: found 'Norway'; unknown place 'Norway'; did you mean 'NO'?"),
    ("law.csv", LAW + f"l1,RS,nis2,Act,2029-02-30,signed,,{GOOD}\n",
     "d/law.csv:2, column adopted: found '2029-02-30'; no such day: '2029-02-30' (expected YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("law.csv", LAW + f"l1,RS,nis2,Act,4.11.2019,signed,,{GOOD}\n",
     "d/law.csv:2, column adopted: found '4.11.2019'; expected a date as YYYY, YYYY-MM or YYYY-MM-DD"),
    ("law.csv", LAW + f"l1,RS,nis2,Act,2024,sined,,{GOOD}\n", "d/law.csv:2, column rung_lo: found 'sined'; unknown event rung 'sined'; did you mean 'signed'?"),
    ("law.csv", LAW + f"l1,RS,NIS 2,Act,2024,signed,,{GOOD}\n",
     "d/law.csv:2, column topic: found 'NIS 2'; expected an id of lower-case letters, digits, '.', '-' or '_' (at most 80)"),
    ("law.csv", LAW + f",RS,nis2,,2024,signed,,{GOOD}\n",
     "d/law.csv:2, column id: a value is required here; fill it in\n"
     "d/law.csv:2, column name: a value is required here; fill it in"),
    ("law.csv", LAW + "l1,RS,nis2,Act,2024,signed,,2024-01-01,s,Z,7\n",
     "d/law.csv:2, column credibility: found '7'; unknown credibility '7'; expected one of 1, 2, 3, 4, 5, 6\n"
     "d/law.csv:2, column reliability: found 'Z'; unknown reliability 'Z'; expected one of A, B, C, D, E, F"),
    ("law.csv", LAW + "l1,RS,nis2,Act,2024,signed,,2024-01-01,gazete,B,2\n", "d/law.csv:2, column source: found 'gazete'; no such source; add it first"),
    ("law.csv", LAW + f"l1,RS,nis2,Act,2024,signed,l0,{GOOD}\n", "d/law.csv:2, column supersedes: found 'l0'; no such row id; did you mean 'l1'?"),
    ("law.csv", LAW + f"l1,RS,nis2,Act,2024,signed,l2,{GOOD}\nl2,RS,nis2,Act,2024,signed,l1,{GOOD}\n",
     "d/law.csv:2, column supersedes: found 'l1'; rows replace each other in a circle: l1 → l2 → l1; the first of them supersedes nothing"),
    ("law.csv", LAW + f"l1,RS,nis2,Act,2024,signed,,{GOOD}\nl1,RS,nis2,Act,2025,signed,,{GOOD}\n",
     "d/law.csv:3, column id: found 'l1'; duplicate id, first used at d/law.csv:2; give it its own"),
    ("law.csv", LAW + "l1,RS,nis2\n", "d/law.csv:2: found 'l1,RS,nis2'; expected 11 cells as in the header, found 3; check commas and quotes"),
    ("law.csv", LAW + f"l1,RS,nis2,Act, 2024, amended,2024,signed,,{GOOD}\n",
     "d/law.csv:2: found 'l1,RS,nis2,Act, 2024, amended,2024,signed,,2024-01-01,s,B,2'; expected 11 cells as in the header, found 13; check commas and quotes"),
    ("law.csv", LAW + f'l1,RS,nis2,"Act" 1,2024,signed,,{GOOD}\n',
     "d/law.csv:2: found 'l1,RS,nis2,\"Act\" 1,2024,signed,,2024-01-01,s,B,2'; stray quote (',' expected after '\"'); double a quote inside a quoted cell"),
    ("law.csv", LAW + f'l1,RS,nis2,"Act,2024,signed,,{GOOD}\n',
     "d/law.csv:2: found 'l1,RS,nis2,\"Act,2024,signed,,2024-01-01,s,B,2'; quote opened and never closed; double a quote inside a quoted cell"),
    ("law.csv", LAW + f'l1,RS,nis2,5" Act,2024,signed,,{GOOD}\n',
     "d/law.csv:2: found 'l1,RS,nis2,5\" Act,2024,signed,,2024-01-01,s,B,2'; quote opened and never closed; double a quote inside a quoted cell"),
    ("law.csv", LAW.encode() + b"l1,RS,nis2,Caf\xe9,2024,signed,," + GOOD.encode() + b"\n",
     "d/law.csv:2: found 'e9 2c 32 30'; invalid UTF-8 at byte 15 of the line; save as UTF-8"),
    ("law.csv", LAW + f"l1,RS,nis2,A\0ct,2024,signed,,{GOOD}\n", "d/law.csv:2: NUL byte in the line; save the file as UTF-8 text"),
    ("law.csv", LAW + "l1,RS,nis2," + "x" * 1_000_000 + f",2024,signed,,{GOOD}\n", "d/law.csv:2: line longer than 1000000 bytes; split it or fix the quoting"),
    ("law.csv", LAW + "l1,RS,nis2," + "x" * 200_000 + f",2024,signed,,{GOOD}\n",
     "d/law.csv:2: found 'l1,RS,nis2,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'; cell longer than 131072 characters; shorten it or fix the quoting"),
    ("law.csv", LAW.replace("topic", "topick") + f"l1,RS,nis2,Act,2024,signed,,{GOOD}\n",
     "d/law.csv:1, column topic: required column is missing; add it\n"
     "d/law.csv:1, column topick: unknown column of law 'topick'; did you mean 'topic'?"),
    ("law.csv", LAW.replace("adopted", "adoptd") + f"l1,RS,nis2,Act,2024,signed,,{GOOD}\n",
     "d/law.csv:1, column adoptd: unknown column of law 'adoptd'; did you mean 'adopted'?"),
    ("law.csv", LAW.replace("adopted", "name") + f"l1,RS,nis2,Act,Act,signed,,{GOOD}\n", "d/law.csv:1, column name: column appears twice; keep one"),
    ("law.csv", LAW.replace("adopted", "") + f"l1,RS,nis2,Act,,signed,,{GOOD}\n", "d/law.csv:1: a column without a name; name it, or remove the extra comma"),
    ("law.csv", LAW.replace(",", ";"),
     "d/law.csv:1: found 'id;place;topic;name;adopted;rung_lo;supersedes;known_from…'; cells separated by semicolons; save the file with commas\n"
     "d/law.csv:1, column credibility: required column is missing; add it\n"
     "d/law.csv:1, column id: required column is missing; add it\n"
     "d/law.csv:1, column known_from: required column is missing; add it\n"
     "d/law.csv:1, column name: required column is missing; add it\n"
     "d/law.csv:1, column place: required column is missing; add it\n"
     "d/law.csv:1, column reliability: required column is missing; add it\n"
     "d/law.csv:1, column source: required column is missing; add it\n"
     "d/law.csv:1, column topic: required column is missing; add it"),
    ("law.csv", LAW.encode("utf-16"),
     "d/law.csv:1: NUL byte in the line; save the file as UTF-8 text"),
    ("law.csv", LAW.replace("\n", "\r") + f"l1,RS,nis2,Act,2024,signed,,{GOOD}\r",
     "d/law.csv:1: found 'id,place,topic,name,adopted,rung_lo,supersedes,known_from…'; line break inside an unquoted cell; end lines with LF or CRLF, and quote a cell that holds a line break"),
    ("laws.csv", "anything\n", "d/laws.csv: found 'laws'; unknown table 'laws'; did you mean 'law'? (a file is named after its table)"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,equity,101,,,,{GOOD}\n",
     "d/ownership.csv:2, column share_lo: found '101'; expected a share in per cent from 0 to 100"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,equity,58.123456,,,,{GOOD}\n",
     "d/ownership.csv:2, column share_lo: found '58.123456'; expected a share in per cent from 0 to 100 with at most four decimals"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,equity,60 %,,,,{GOOD}\n",
     "d/ownership.csv:2, column share_lo: found '60 %'; expected a share in per cent from 0 to 100 with at most four decimals"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,equity,60,51,,,{GOOD}\n",
     "d/ownership.csv:2, column share_hi: found '51'; upper bound is below the lower bound 60; swap them"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,equity,,51,,,{GOOD}\n",
     "d/ownership.csv:2, column share_lo: share_lo is blank while share_hi is set; write the lower bound too"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,equity,60,,2025-03,2024,{GOOD}\n",
     "d/ownership.csv:2, column valid_to: found '2024-01-01…2024-12-31'; ends before it begins (valid_from is 2025-03-01…2025-03-31); swap or mend the dates"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,equity,60,,,,{GOOD}\no2,RS,beta,beta,equity,40.5,,,,{GOOD}\n",
     "d/ownership.csv:3, column share_lo: found '40.5'; certain shares of equity of beta add up to 100.5 % (over 100 %) on one day; end-date or correct a row"),
    ("ownership.csv", OWNS + f"o1,RS,alpha,beta,equity,60,,,,{GOOD}\n", "d/ownership.csv:2, column owner: found 'alpha'; no such party; did you mean 'alfa'?"),
    ("ownership.csv", OWNS + f"o1,RS,alfa,beta,shares,60,,,,{GOOD}\n",
     "d/ownership.csv:2, column interest: found 'shares'; unknown interest 'shares'; expected one of equity, voting, control, economic"),
    ("loan.csv", LOAN + f'n1,RS,Line,alfa,contracted,"1,000,000",,EUR,{GOOD}\n',
     "d/loan.csv:2, column amount_lo: found '1,000,000'; expected an amount as plain digits with at most two decimals (no separators, no currency sign)"),
    ("loan.csv", LOAN + f"n1,RS,Line,alfa,contracted,€5,,EUR,{GOOD}\n",
     "d/loan.csv:2, column amount_lo: found '€5'; expected an amount as plain digits with at most two decimals (no separators, no currency sign)"),
    ("loan.csv", LOAN + f"n1,RS,Line,alfa,contracted,-5,,EUR,{GOOD}\n",
     "d/loan.csv:2, column amount_lo: found '-5'; expected an amount as plain digits with at most two decimals (no separators, no currency sign)"),
    ("loan.csv", LOAN + f"n1,RS,Line,alfa,contracted,5,,,{GOOD}\n", "d/loan.csv:2, column currency: amount_lo is set, so currency is required; fill it in"),
    ("loan.csv", LOAN + f"n1,RS,Line,alfa,contracted,5.5,5.25,EUR,{GOOD}\n",
     "d/loan.csv:2, column amount_hi: found '5.25'; upper bound is below the lower bound 5.5; swap them"),
    ("loan.csv", LOAN + f"n1,RS,Line,alfa,contracted,5,,euro,{GOOD}\n",
     "d/loan.csv:2, column currency: found 'euro'; unknown currency 'euro'; did you mean 'EUR'?"),
    ("deployment.csv", RUNS + f"d1,RS,alfa,core,alfa|gamma,3,sites,{GOOD}\n", "d/deployment.csv:2, column vendor: found 'gamma'; no such party; add it first"),
    ("deployment.csv", RUNS + f"d1,RS,alfa,core,beta,3.5,sites,{GOOD}\n", "d/deployment.csv:2, column weight_lo: found '3.5'; expected a whole number"),
    ("deployment.csv", RUNS + f"d1,RS,alfa,core,beta,3,masts,{GOOD}\n",
     "d/deployment.csv:2, column weight_unit: found 'masts'; unknown unit 'masts'; did you mean 'sites'?"),
    ("deployment.csv", RUNS + f"d1,RS,alfa,,beta,600000,share,{GOOD}\nd2,RS,alfa,,alfa,500000,share,{GOOD}\n",
     "d/deployment.csv:3, column weight_lo: found '500000'; certain shares of the whole of alfa add up to 110 % (over 100 %) on one day; end-date or correct a row"),
    ("contract_party.csv", f"id,place,contract,party,role,{META}\np1,RS,C,alfa,buyer,{GOOD}\n",
     "d/contract_party.csv:2, column contract: found 'C'; no contract of this name; add it to contract.csv first"),
    ("sources.b.csv", "id,publisher,address,kind,mirrors\na,P,https://e.org,press,b\nb,P,https://e.org,press,a\n",
     "d/sources.b.csv:2, column mirrors: found 'a'; sources copy each other: a → b → a; blank the cell of the original"),
    ("sources.b.csv", SOURCES.replace("Gazette", "Herald"),
     "d/sources.csv:2, column id: found 's'; duplicate id, first used at d/sources.b.csv:2; give it its own"),
    ("party.b.csv", "id,name,kind,home\ngamma,Gamma,company,EUROPE\n",
     "d/party.b.csv:2, column home: found 'EUROPE'; unknown place 'EUROPE'; did you mean 'RO'?"),
    ("waiver.csv", f"id,place,clause,authority,exempts,reason,expires,{META}\nw1,RS,cap,alfa,d9,why,2027,{GOOD}\n",
     "d/waiver.csv:2, column exempts: found 'd9'; no such row id; add it first"),
]  # fmt: skip

# (measure, target, the error); the measure is line 8, the target line 9
MEASURE_CASES = [
    ("{kind: ratio, over: contract}", "{at_least: 1}", "cap.yaml:8, measure: a ratio measure needs either 'count' or 'duty'; add one"),
    ("{kind: ratio, over: contract, count: {procedure: open}, duty: {from: signed, done: award_published, within: P30D}}",
     "{at_least: 1}",
     "cap.yaml:8, measure: a ratio measure needs either 'count' or 'duty', not both; keep one"),
    ("{kind: ratio, over: contract, duty: {from: stage, done: award_publshed, within: P30D}}", "{at_least: 1}",
     "cap.yaml:8, measure.duty.from: unknown date of contract 'stage'; did you mean 'signed'?\n"
     "cap.yaml:8, measure.duty.done: unknown date of contract 'award_publshed'; did you mean 'award_published'?"),
    ("{kind: quotient, top: {kind: sum, over: loan, value: amount}, bottom: {kind: sum, over: observation, value: value}}",
     "{at_most: 0.6}",
     "cap.yaml:8, measure.bottom.domain: the denominator needs a domain above zero, such as [1, 1000000000]"),
    ("{kind: quotient, top: {kind: hhi, over: loan, of: lender}, bottom: {kind: count, over: law}}", "{at_most: 0.6}",
     "cap.yaml:8, measure.top: a quotient is made of a sum or a count without 'by'"),
    ("{kind: compare, own: {kind: level, over: chapter, value: level}, peers: EU-27, statistic: median}", "{at_least: peers}",
     "cap.yaml:8, measure.peers: unknown place 'EU-27'; did you mean 'EU27'?"),
    ("{kind: compare, own: {kind: level, over: chapter, value: level}, peers: EU27, statistic: median}", "{at_least: 3}",
     "cap.yaml:9, target.at_least: a compare measure has the target 'at_least: peers' or 'at_most: peers'"),
    ("{kind: level, over: law, value: rung}", "{at_least: in force}", "cap.yaml:9, target.at_least: unknown event rung 'in force'; did you mean 'in-force'?"),
    ("{kind: level, over: law, value: name}", "{at_least: 3}",
     "cap.yaml:9, target.at_least: name of law has no order, so nothing can be at least or at most it; use a date, number, amount or rung"),
    ("{kind: date, over: law, value: in_force}", "{at_most: 2029-02-30}",
     "cap.yaml:9, target.at_most: expected a day of the calendar as YYYY-MM-DD, found '2029-02-30'"),
    ("{kind: count, over: law}", "{at_most: {core: 3}}", "cap.yaml:9, target.at_most: a target by layer needs a measure with 'by'; add by: [layer]"),
    ("{kind: sum, over: loan, value: amount, currency: EUR}", '{at_most: "1,000,000"}',
     "cap.yaml:9, target.at_most: expected an amount as plain digits with at most two decimals (no separators, no currency sign), found '1,000,000'"),
    ("{kind: count, over: chapter, population: {closed_by: register}}", "{at_most: 3}",
     "cap.yaml:8, measure.population: the key of chapter fixes the fact; remove 'population'"),
    ("count", "{at_most: 3}", "cap.yaml:8, measure: expected a map with kind, over, where, count, duty, of, by, unit …; found a single value 'count'"),
]  # fmt: skip

# A bundle that loads beside the clause.
BUNDLE = """\
litmus: bundle/1
id: pay
version: 1
status: proposed
title: Invented
basis: [{ref: Invented, kind: proposal}]
clauses: [{id: cap, weight: 2, essential: true}]
combine: {at_least_weight: 0.8}
release: {amount: 10000000, currency: EUR, rule: all-or-nothing}
"""
# (what is written, what stands there instead, the error)
BUNDLE_CASES = [
    ("clauses: [{id: cap", "clauses: [{id: cop", "r/pay.yaml:7, clauses: unknown clause 'cop'; did you mean 'cap'?"),
    ("essential: true", "essential: yes", "r/pay.yaml:7, clauses[0].essential: expected true or false, found 'yes'"),
    ("weight: 2", "weight: -2", "r/pay.yaml:7, clauses[0].weight: expected a whole number, found '-2'"),
    ("amount: 10000000", 'amount: "10,000,000"',
     "r/pay.yaml:9, release.amount: expected an amount as plain digits with at most two decimals (no separators, no currency sign), found '10,000,000'"),
    ("currency: EUR", "currency: euro", "r/pay.yaml:9, release.currency: unknown currency 'euro'; did you mean 'EUR'?"),
    ("rule: all-or-nothing", "rule: all", "r/pay.yaml:9, release.rule: unknown release rule 'all'; expected one of proportional-to-met-weight, all-or-nothing"),
    ("id: pay", "id: cap", "r/pay.yaml:2, id: 'cap' is used twice in this regime; give it its own id"),
    ("title: Invented", "norm: avoid",
     "r/pay.yaml:5, norm: unknown key of a bundle 'norm'; expected one of litmus, id, version, status, title, basis, clauses, combine, release\n"
     "r/pay.yaml:1, title: 'title' is required here; add it"),
]  # fmt: skip

# (bytes of the clause file, the error)
FILE_CASES = [
    (b"", "r/cap.yaml: the file is empty; a clause begins with 'litmus: clause/1'"),
    (b"# nothing but a remark\n", "r/cap.yaml: the file is empty; a clause begins with 'litmus: clause/1'"),
    (b"- a list\n", "r/cap.yaml:1: expected a map with litmus, id, version, status, in_force, repealed, title, summary …; found a list"),
    (b"plain words\n",
     "r/cap.yaml:1: expected a map with litmus, id, version, status, in_force, repealed, title, summary …; found a single value 'plain words'"),
    (CLAUSE.encode() + b"summary: caf\xe9\n", "r/cap.yaml:22: invalid UTF-8 (byte 0xe9); save the file as UTF-8"),
    (CLAUSE.encode() + b"summary: a\0b\n", "r/cap.yaml:22: NUL byte; save the file as UTF-8 text"),
    (CLAUSE.encode("utf-16"),
     "r/cap.yaml:1: NUL byte; save the file as UTF-8 text"),
    (b"#" * (MAX_BYTES + 1),
     "r/cap.yaml: file has 200001 bytes; a clause file has at most 200000: split it"),
    (b"#" * 1_000_000 + b"\n" + CLAUSE.encode(),
     "r/cap.yaml: file has 1000594 bytes; a clause file has at most 200000: split it"),
    (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "r/cap.yaml:1: anchors and aliases are not allowed; write the value out"),
    (b"%YAML 3.0\n---\na: b\n",
     "r/cap.yaml:1: not valid YAML: found incompatible YAML document (version 1.* is required); write %YAML 1.2, or leave that line out"),
    (CLAUSE.encode() + b"---\n",
     "r/cap.yaml:23: expected a map with litmus, id, version, status, in_force, repealed, title, summary …; found a single value ''"),
]  # fmt: skip
