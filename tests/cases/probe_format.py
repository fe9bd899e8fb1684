"""Boundary probes: for each rule a patient just inside it, one just outside, and what is found.

A probe is a row of `probes/*.csv`, written from what the source says, not read off the rule. Its
patients are written in parts, `age 65; sodium 129 mmol/L; stopped phenelzine 14 days ago`, several
patients parted by `|`. Whatever no part says is attested to be absent; with the part `untold` no
history was taken. `about` is a drug, a group of drugs or `any`: the rule must speak of these drugs
and of no other.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.patients import read_patient
from assuage.knowledge.rules import SafetyKnowledge
from assuage.options.appraisal import Verdict
from assuage.options.rule import RuleBook, compile_rules
from assuage.options.screening import Screening, screen
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding
from assuage.patient.vocabulary import Vocabulary

FOLDER = Path(__file__).parent / "probes"
TODAY = date(2026, 6, 15)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "tca": ("amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"),
    "snri": ("duloxetine", "venlafaxine", "desvenlafaxine", "milnacipran"),
    "ssri": ("paroxetine", "citalopram", "escitalopram", "fluoxetine", "sertraline"),
}
SEROTONERGIC = (*GROUPS["tca"], *GROUPS["snri"], *GROUPS["ssri"], "mirtazapine")
DRUGS = (*SEROTONERGIC, "bupropion", "trazodone")
MEANING = {Verdict.NOT_ENOUGH_INFORMATION: "ask", Verdict.CAUTION: "caution"}
_AGO = re.compile(r"(?P<name>.+?)(?: (?P<days>\d+) days? ago)?")
_LISTS = {
    "has": "conditions",
    "takes": "medications",
    "stopped": "medications",
    "plans": "medications",
    "allergy": "allergies",
}
_DATED = {"has": "on", "measured": "on", "stopped": "stopped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a rule says of a drug: its effect, and highest dose, first dose and share if stated."""

    effect: str
    cap: tuple[Decimal, ...] = ()
    start: tuple[Decimal, ...] = ()
    factor: tuple[Decimal, ...] = ()

    def __str__(self) -> str:
        numbers = (("cap", self.cap), ("start", self.start), ("factor", self.factor))
        return " ".join(
            [self.effect, *(f"{name} {dose}" for name, doses in numbers for dose in doses)]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProbe:
    """`if_unknown` is what must follow where only age and sex are known: ask, caution, pass.

    `pass` is silence; it is empty for rules that always can be decided. Where a rule asks what is
    unknown only of some, `unknown` is such a patient. `why` says where the probe differs from the
    words of the source on purpose.
    """

    topic: str
    tests: str
    about: str
    answer: Answer
    if_unknown: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    source: str
    why: str
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptProbe:
    """Patients in whom a condition must be present, absent (`outside`), and not recorded."""

    topic: str
    tests: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    not_recorded: tuple[str, ...]
    source: str
    why: str


Probe = RuleProbe | ConceptProbe


def read_probes() -> tuple[Probe, ...]:
    """Return every probe, in the order of the files and their rows."""
    found: list[Probe] = []
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found.extend(_probe(path.stem, row) for row in csv.DictReader(lines))
    return tuple(found)


def _probe(topic: str, row: Mapping[str, str]) -> Probe:
    inside, outside = _patients(row["inside"]), _patients(row["outside"])
    if "concept" in row:
        return ConceptProbe(
            topic=topic,
            tests=row["concept"],
            inside=inside,
            outside=outside,
            not_recorded=_patients(row["not_recorded"]),
            source=row["source"],
            why=row["why"],
        )
    return RuleProbe(
        topic=topic,
        tests=row["rule"],
        about=row["about"],
        answer=Answer(
            effect=row["effect"],
            cap=_doses(row["cap"]),
            start=_doses(row["start"]),
            factor=_doses(row["factor"]),
        ),
        if_unknown=row["if_unknown"],
        inside=inside,
        outside=outside,
        source=row["source"],
        why=row["why"],
        unknown=row.get("unknown", ""),
    )


def _patients(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|")) if cell else ()


def _doses(cell: str) -> tuple[Decimal, ...]:
    return (Decimal(cell),) if cell else ()


def drugs_of(about: str) -> frozenset[str]:
    """Return the candidates that a drug, a group of drugs or `any` means."""
    if about == "any":
        return frozenset(DRUGS)
    if about == "serotonergic":
        return frozenset(SEROTONERGIC)
    return frozenset(GROUPS.get(about, (about,)))


def patient_of(fragment: str, *, attested: bool = True) -> dict[str, Any]:
    """Return the patient file that a fragment means; not attested, only its age and sex."""
    patient: dict[str, Any] = {
        "age": 50,
        "sex": "male",
        "pain": {"condition": "postherpetic neuralgia"},
        "absent": "all_others",
        "conditions": [],
        "medications": [],
        "allergies": [],
        "measurements": {},
        "genotypes": {},
    }
    for part in filter(None, (part.strip() for part in fragment.split(";"))):
        word, _, rest = part.partition(" ")
        _write(patient, word, rest)
    if patient["sex"] == "unknown":
        del patient["sex"]
    if attested:
        return patient
    return {key: patient[key] for key in ("age", "sex", "pain") if key in patient}


def _write(patient: dict[str, Any], word: str, rest: str) -> None:
    """Write one part of a fragment into a patient file."""
    if word in _LISTS:
        patient[_LISTS[word]].append(_entry(word, rest))
    elif word == "age":
        patient["age"] = int(rest)
    elif word in {"sex", "suicidality", "alcohol", "pregnancy"}:
        patient[word] = rest
    elif word == "weeks":
        patient |= {"sex": "female", "pregnancy": {"weeks": int(rest)}}
    elif word in {"CYP2D6", "CYP2C19", "CYP2B6"}:
        patient["genotypes"][word] = rest
    elif word == "untold":
        for key in ("absent", "medications", "allergies"):
            del patient[key]
    else:
        measured = _entry("measured", rest)
        value, _, measured["unit"] = measured.pop("name").partition(" ")
        patient["measurements"][word] = {"value": float(value), **measured}


def _entry(word: str, text: str) -> dict[str, Any]:
    """Return the line of a list: what is stopped on no day was stopped on an unknown one."""
    parts = _AGO.fullmatch(text)
    if parts is None:
        raise ValueError(f"{word} {text}: no name")
    entry: dict[str, Any] = {"name": parts["name"]}
    if word == "plans":
        entry["started"] = (TODAY + timedelta(days=1)).isoformat()
    elif parts["days"]:
        entry[_DATED[word]] = (TODAY - timedelta(days=int(parts["days"]))).isoformat()
    elif word == "stopped":
        entry["stopped"] = True
    return entry


@lru_cache(maxsize=4096)
def facts_of(fragment: str, vocabulary: Vocabulary, *, attested: bool = True) -> Facts:
    """Return what follows from a fragment. Raises ValueError where a word is not understood."""
    record = read_patient(
        json.dumps(patient_of(fragment, attested=attested)),
        fragment or "any patient",
        vocabulary=vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )
    facts = derive_facts(record, vocabulary, today=TODAY)
    if facts.unread:
        raise ValueError(f"{fragment}: {facts.unread[0].name}: {facts.unread[0].because}")
    return facts


def failures(probe: Probe, knowledge: SafetyKnowledge) -> list[str]:
    """Return what is found otherwise than the probe says, in words; nothing when all is right."""
    if isinstance(probe, ConceptProbe):
        return list(_failures_of_concept(probe, knowledge.vocabulary))
    rules = [rule for rule in knowledge.rules if rule.id == probe.tests]
    # Looked at alone, so that a verdict is that of this rule; no drug then has rules of its own.
    book = compile_rules(rules, DRUGS, knowledge.classes)
    alone = replace(book, without_own_rule=frozenset())
    return list(_failures_of_rule(probe, alone, knowledge.vocabulary))


def _failures_of_concept(probe: ConceptProbe, vocabulary: Vocabulary) -> Iterable[str]:
    for fragments, expected in (
        (probe.inside, Finding.PRESENT),
        (probe.outside, Finding.ABSENT),
        (probe.not_recorded, Finding.NOT_RECORDED),
    ):
        for fragment in fragments:
            found = facts_of(fragment, vocabulary).has(probe.tests)
            if found.finding is not expected:
                yield (
                    f"{probe.tests}: [{fragment}] {found.finding.value}, expected {expected.value}"
                )


def _failures_of_rule(probe: RuleProbe, book: RuleBook, vocabulary: Vocabulary) -> Iterable[str]:
    concerned = drugs_of(probe.about)
    for fragment in probe.inside:
        screenings = screen(facts_of(fragment, vocabulary), book)
        yield from _differing(probe, fragment, _answers(screenings, probe.tests), concerned)
    for fragment in probe.outside:
        screenings = screen(facts_of(fragment, vocabulary), book)
        met = [each.drug for each in screenings if _means(each, probe.tests) != "pass"]
        if met:
            yield f"{probe.tests}: [{fragment}] meets {' '.join(met)}, expected none"
    if probe.if_unknown:
        told, fragment = bool(probe.unknown), probe.unknown or probe.inside[0]
        screenings = screen(facts_of(fragment, vocabulary, attested=told), book)
        for each in screenings:
            expected = probe.if_unknown if each.drug in concerned else "pass"
            if (found := _means(each, probe.tests)) != expected:
                yield f"{probe.tests}: {each.drug}, unknown: {found}, expected {expected}"


def _answers(screenings: Iterable[Screening], rule: str) -> dict[str, Answer]:
    """Return what a rule that is present says of each drug."""
    return {
        each.drug: Answer(
            effect=reason.effect,
            cap=tuple(limit.dose for limit in each.limits),
            start=tuple(limit.dose for limit in each.starts),
            factor=tuple(share.factor for share in each.shares),
        )
        for each in screenings
        for reason in each.reasons
        if reason.rule == rule and reason.finding == Finding.PRESENT.value
    }


def _differing(
    probe: RuleProbe, fragment: str, found: Mapping[str, Answer], concerned: frozenset[str]
) -> Iterable[str]:
    for drug in DRUGS:
        expected = probe.answer if drug in concerned else None
        if found.get(drug) != expected:
            yield (
                f"{probe.tests}: [{fragment}] {drug}: {found.get(drug, 'nothing')}, "
                f"expected {expected or 'nothing'}"
            )


def _means(screening: Screening, rule: str) -> str:
    """Return what is made of a rule: present, ask or caution; pass when nothing is said of it."""
    findings = {reason.finding for reason in screening.reasons if reason.rule == rule}
    if not findings:
        return "pass"
    if Finding.PRESENT.value in findings:
        return "present"
    return MEANING.get(screening.verdict, screening.verdict.value)
