"""Written cases: a patient, and what a pharmacist expects of every drug, in words that can be run.

A case file holds one case or a list of cases. An answer is written `avoid by RC126, AS069`: the
verdict, and the rules (or reasons of assuage's own) that decide it; `suitable` has none, and
`not_enough_information` may leave them out, where the questions say it better. A key of `expected`
is a drug, a class of drugs or `others`; the more particular one counts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.disagreements import load_disagreements
from assuage.knowledge.patients import read_patient
from assuage.knowledge.reading import nearest
from assuage.knowledge.rules import SafetyKnowledge, load_safety
from assuage.knowledge.yaml_text import read_yaml
from assuage.options.appraisal import Verdict
from assuage.options.disagreement import rules_set_aside
from assuage.options.question import questions
from assuage.options.rule import VERDICT_IF, VERDICT_OF, RuleBook, compile_rules
from assuage.options.screening import Screening, screen
from assuage.patient.derivation import derive_facts
from assuage.patient.facts import Facts
from assuage.patient.record import PatientRecord

TODAY = date(2026, 6, 15)
HERE = Path(__file__).parent
OWN_REASONS = frozenset(
    {"already-taken", "no-own-rule", "not-checked", "recorded-allergy", "related-tried-before"}
    | {"tried-before"}
)
OTHERS = "others"
_KEYS = frozenset(
    {"title", "why", "like", "patient", "expected", "questions", "not_understood", "limits"}
    | {"monitoring", "besides", "jurisdictions", "asks_first", "judged", "argued", "needs"}
    | {"waits_because"}
)
_LIMITS = frozenset({"at_most", "start_at_most", "share"})
_STEPS = ("exclude", "caution", "ok")


class CaseError(ValueError):
    """A case that cannot be read: where, what was found, what was expected."""


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict and the ids of the rules that decide it, in order of their ids."""

    verdict: str
    by: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.verdict} by {', '.join(self.by)}" if self.by else self.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What screening says of one patient: by drug, and what it asks.

    `limits` are the strictest dose limits by drug (mg/day; `share` of the usual dose).
    `monitoring` are the rules, by drug, that ask for a check and change no verdict. `besides` are
    the present reasons that a stricter one outdoes, each with the verdict it would bring about.
    """

    said: Mapping[str, Said]
    questions: tuple[str, ...]
    not_understood: tuple[str, ...]
    limits: Mapping[str, Mapping[str, float]]
    monitoring: Mapping[str, tuple[str, ...]]
    besides: Mapping[str, tuple[Said, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A patient and the whole answer expected; parts that the case leaves unsaid are None.

    `asks_first` are the questions expected before any other, in any order; where it is stated
    `questions` are not, for the rest is long and decides little.
    `judged` is the step (exclude, caution, ok) of the pharmacist of the vignettes, by drug, and
    `argued` why the expected answer differs from it.
    """

    name: str
    title: str
    why: str
    record: PatientRecord
    facts: Facts
    expected: Mapping[str, Said]
    questions: frozenset[str]
    not_understood: tuple[str, ...]
    asks_first: frozenset[str] | None = None
    limits: Mapping[str, Mapping[str, float]] | None = None
    monitoring: Mapping[str, tuple[str, ...]] | None = None
    besides: Mapping[str, tuple[Said, ...]] | None = None
    jurisdictions: tuple[str, ...] | None = None
    judged: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    argued: Mapping[str, str] = field(default_factory=dict[str, str])
    waits_for: str = ""


@cache
def all_drugs() -> tuple[str, ...]:
    return tuple(drug.id for drug in load_catalogues().treatments.candidates)


class _LastBook:
    """The rule book of the knowledge used last: laying it out costs more than a screening."""

    def __init__(self) -> None:
        self._of: SafetyKnowledge | None = None
        self._book: RuleBook | None = None

    def of(self, knowledge: SafetyKnowledge) -> RuleBook:
        if self._book is None or self._of is not knowledge:
            self._of = knowledge
            self._book = compile_rules(knowledge.rules, all_drugs(), knowledge.classes)
        return self._book


_BOOKS = _LastBook()


def screen_case(case: Case, knowledge: SafetyKnowledge | None = None) -> Answer:
    """Return what screening says of the case, by the rules of `knowledge` (by default our own)."""
    safety = load_safety() if knowledge is None else knowledge
    facts = case.facts
    if facts.vocabulary is not safety.vocabulary:
        facts = derive_facts(case.record, safety.vocabulary, today=TODAY)
    aside = rules_set_aside(load_disagreements(), case.jurisdictions)
    found = screen(facts, _BOOKS.of(safety), set_aside=aside)
    effects = {rule.id: rule.if_not_recorded for rule in safety.rules}
    limits = {each.drug: _limits(each) for each in found}
    return Answer(
        said={each.drug: _said(each, effects) for each in found},
        questions=tuple(question.fact for question in questions(found)),
        not_understood=tuple(sorted(part.name for part in facts.unread)),
        limits={drug: each for drug, each in limits.items() if each},
        monitoring={
            each.drug: tuple(sorted({reason.rule for reason in each.monitoring})) for each in found
        },
        besides={each.drug: _besides(each) for each in found},
    )


def _said(screening: Screening, if_not_recorded: Mapping[str, Any]) -> Said:
    """Name the reasons that by themselves bring about the verdict."""
    if screening.verdict is Verdict.SUITABLE:
        return Said(Verdict.SUITABLE.value)
    by = {
        reason.rule
        for reason in screening.reasons
        if (
            VERDICT_IF[if_not_recorded[reason.rule]]
            if reason.finding == "not recorded"
            else VERDICT_OF[cast("Any", reason.effect)]
        )
        is screening.verdict
    }
    return Said(screening.verdict.value, tuple(sorted(by)))


def _besides(screening: Screening) -> tuple[Said, ...]:
    by: dict[Verdict, set[str]] = {}
    for reason in screening.reasons:
        if reason.finding == "present" and reason.effect not in {"monitor", "note"}:
            by.setdefault(VERDICT_OF[cast("Any", reason.effect)], set()).add(reason.rule)
    by.pop(screening.verdict, None)
    return tuple(Said(each.value, tuple(sorted(by[each]))) for each in Verdict if each in by)


def _limits(screening: Screening) -> dict[str, float]:
    found: dict[str, float] = {}
    if screening.limits:
        found["at_most"] = float(screening.limits[0].dose)
    if screening.starts:
        found["start_at_most"] = float(screening.starts[0].dose)
    if screening.shares:
        found["share"] = float(screening.shares[0].factor)
    return found


def differences(
    case: Case, answer: Answer | None = None, *, knowledge: SafetyKnowledge | None = None
) -> tuple[str, ...]:
    """Return what differs from the expected answer, one line each; empty when nothing does.

    `answer` defaults to the screening of the case, by the rules of `knowledge` where given.
    """
    found = screen_case(case, knowledge) if answer is None else answer
    lines = [
        f"{drug}: expected {case.expected[drug]}, got {found.said[drug]}"
        for drug in all_drugs()
        if not _agree(case.expected[drug], found.said[drug])
    ]
    if case.asks_first is None:
        lines += _unlike("questions", case.questions, frozenset(found.questions))
    else:
        first = frozenset(found.questions[: len(case.asks_first)])
        lines += _unlike("first questions", case.asks_first, first)
    lines += _unlike("not understood", case.not_understood, found.not_understood)
    if case.limits is not None:
        for drug in all_drugs():
            expected, got = case.limits.get(drug, {}), found.limits.get(drug, {})
            lines += _unlike(f"{drug}, dose limits", expected, got)
    for drug, rules in (case.monitoring or {}).items():
        lines += _unlike(f"{drug}, monitoring", rules, found.monitoring[drug])
    for drug, said in (case.besides or {}).items():
        lines += _unlike(f"{drug}, besides", map(str, said), map(str, found.besides[drug]))
    return tuple(lines)


def _agree(expected: Said, got: Said) -> bool:
    return expected.verdict == got.verdict and expected.by in {(), got.by}


def _unlike(about: str, expected: Any, got: Any) -> list[str]:
    if not isinstance(expected, Mapping):
        expected, got = sorted(expected), sorted(got)
    return [] if expected == got else [f"{about}: expected {_shown(expected)}, got {_shown(got)}"]


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [f"{key} {each:g}" for key, each in cast("Mapping[str, float]", value).items()]
    else:
        parts = cast("list[str]", value)
    return ", ".join(parts) or "none"


def case_files(folder: Path) -> list[Path]:
    """Return the case files of a folder itself; people.yaml holds persons, not cases."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name != "people.yaml"]


def cases_of(folder: Path) -> list[Case]:
    """Read every case of a folder. Raises CaseError for one that is not well-formed."""
    return [case_from(entry, name) for name, entry in entries_of(folder)]


def entries_of(folder: Path) -> list[tuple[str, Any]]:
    """Return the cases of a folder as written, each with the name of its place."""
    found: list[tuple[str, Any]] = []
    for path in case_files(folder):
        data = read_yaml(path.read_text(encoding="utf-8"), path.name).data
        several = cast("Sequence[Any]", data if isinstance(data, list) else [data])
        for number, entry in enumerate(several, 1):
            found.append((f"{path.stem}[{number}]" if len(several) > 1 else path.stem, entry))
    return found


def case_from(entry: Any, name: str) -> Case:
    """Return one case as written. Raises CaseError, or InvalidInput for its patient."""
    _require(isinstance(entry, dict), name, f"{type(entry).__name__}", "a mapping of keys")
    keys = cast("dict[str, Any]", entry)
    _known(keys, _KEYS, name)
    _require(not {"questions", "asks_first"} <= keys.keys(), name, "both kinds of questions", "one")
    for key in ("title", "why", "expected"):
        _require(bool(keys.get(key)), name, f"no {key}", f"a case states its {key}")
    text = json.dumps(_person(keys, name), default=str)
    safety = load_safety()
    record = read_patient(
        text,
        name,
        vocabulary=safety.vocabulary,
        pain_conditions=load_catalogues().conditions.values(),
        today=TODAY,
    )
    limits, monitoring, besides = keys.get("limits"), keys.get("monitoring"), keys.get("besides")
    return Case(
        name=name,
        title=keys["title"],
        why=keys["why"],
        record=record,
        facts=derive_facts(record, safety.vocabulary, today=TODAY),
        expected=_expected(keys["expected"], name),
        questions=frozenset(keys.get("questions", ())),
        not_understood=tuple(sorted(keys.get("not_understood", ()))),
        asks_first=frozenset(keys["asks_first"]) if "asks_first" in keys else None,
        limits=None if limits is None else _stated_limits(limits, name),
        monitoring=None if monitoring is None else _stated_monitoring(monitoring, name),
        besides=None if besides is None else _stated_besides(besides, name),
        jurisdictions=tuple(keys["jurisdictions"]) if "jurisdictions" in keys else None,
        judged=_judged(keys.get("judged", {}), name),
        argued=_of_drugs(keys.get("argued", {}), name, "argued"),
        waits_for=keys.get("needs", keys.get("waits_because", "")),
    )


@cache
def _people() -> dict[str, Any]:
    path = HERE / "own" / "people.yaml"
    return read_yaml(path.read_text(encoding="utf-8"), path.name).data


def _person(keys: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the patient; `like` names the person from whom this one differs only as stated.

    Measurements are replaced one by one; an empty value takes a key away.
    """
    own = cast("dict[str, Any]", keys.get("patient") or {})
    if "like" not in keys:
        return own
    _known({keys["like"]: None}, _people(), f"{name}, like")
    base = cast("dict[str, Any]", _people()[keys["like"]])
    person = _without_empty({**base, **own})
    if own.get("measurements"):
        measured = cast("dict[str, Any]", {**base["measurements"], **own["measurements"]})
        person["measurements"] = _without_empty(measured)
    return person


def _without_empty(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value is not None}


def _expected(stated: Any, name: str) -> dict[str, Said]:
    """Spread the answers over the drugs: a drug's own, else its class's, else the others'."""
    classes = load_safety().classes
    _known(stated, {*all_drugs(), *classes, OTHERS}, f"{name}, expected")
    found: dict[str, Said] = {}
    for drug in all_drugs():
        groups = [group for group in stated if drug in classes.get(group, ())]
        keys = [drug] if drug in stated else groups or [OTHERS]
        _require(len(keys) == 1, name, f"{drug} in {' and '.join(keys)}", "one answer for each")
        _require(keys[0] in stated, name, f"no answer for {drug}", "all 17 drugs, or `others`")
        found[drug] = _read_said(stated[keys[0]], f"{name}, {keys[0]}")
    return found


def _read_said(text: Any, where: str) -> Said:
    verdict, _, rules = str(text).partition(" by ")
    by = tuple(sorted(part.strip() for part in rules.split(","))) if rules else ()
    _known({verdict: None}, [each.value for each in Verdict], where)
    if verdict != Verdict.NOT_ENOUGH_INFORMATION.value:
        suitable = verdict == Verdict.SUITABLE.value
        _require(suitable != bool(by), where, str(text), "the rules that decide, if not suitable")
    _known(dict.fromkeys(by), _rule_ids() | OWN_REASONS, where)
    return Said(verdict, by)


@cache
def _rule_ids() -> frozenset[str]:
    return frozenset(rule.id for rule in load_safety().rules)


def _stated_limits(stated: Any, name: str) -> dict[str, dict[str, float]]:
    _known(stated, all_drugs(), f"{name}, limits")
    for drug, limits in stated.items():
        _known(limits, _LIMITS, f"{name}, limits of {drug}")
    return {drug: {key: float(limits[key]) for key in limits} for drug, limits in stated.items()}


def _stated_monitoring(stated: Any, name: str) -> dict[str, tuple[str, ...]]:
    _known(stated, all_drugs(), f"{name}, monitoring")
    for drug, rules in stated.items():
        _known(dict.fromkeys(rules), _rule_ids(), f"{name}, monitoring of {drug}")
    return {drug: tuple(sorted(rules)) for drug, rules in stated.items()}


def _stated_besides(stated: Any, name: str) -> dict[str, tuple[Said, ...]]:
    _known(stated, all_drugs(), f"{name}, besides")
    where = f"{name}, besides of"
    return {drug: tuple(_read_said(s, f"{where} {drug}") for s in stated[drug]) for drug in stated}


def _judged(stated: Any, name: str) -> dict[str, dict[str, str]]:
    _known(stated, all_drugs(), f"{name}, judged")
    for drug, entry in stated.items():
        _known(entry, {"is", "because"}, f"{name}, judged of {drug}")
        _known({entry["is"]: None}, _STEPS, f"{name}, judged of {drug}")
    return stated


def _of_drugs(stated: Any, name: str, key: str) -> dict[str, str]:
    _known(stated, {*all_drugs(), *load_safety().classes}, f"{name}, {key}")
    members = load_safety().classes
    return {drug: why for group, why in stated.items() for drug in members.get(group, (group,))}


def _known(found: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    every = frozenset(known)
    for key in found:
        if key not in every:
            near = nearest(str(key), every).strip() or f"one of {', '.join(sorted(every)[:20])}"
            _require(False, where, str(key), near)


def _require(holds: bool, where: str, found: str, expected: str) -> None:
    if not holds:
        raise CaseError(f"{where}: found {found}, expected {expected}.")
