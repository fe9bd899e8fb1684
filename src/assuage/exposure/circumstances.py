"""What kidneys, liver, age, sex, smoking and enzyme-inducing medicines change, as published."""

import re
from collections.abc import Iterator
from dataclasses import replace

from assuage.exposure.change import Change, pooled, unpublished
from assuage.exposure.enzymes import acting_medicines
from assuage.exposure.model import NEW_STUDY_SPREAD, ExposureModel
from assuage.exposure.observation import ENZYMES
from assuage.exposure.published import ExposureRatio
from assuage.exposure.static_model import LogRatio
from assuage.patient.facts import Facts
from assuage.patient.finding import Finding, Quantity

IMPAIRED = 60
"""mL/min below which the kidneys are a factor, where no source says otherwise (KDIGO G3)."""
USUAL_CLEARANCE = 100.0
FROM_GRADES = {
    "end_stage_renal_disease": (15, 7.0),
    "severe_renal_impairment": (30, 22.0),
    "moderate_renal_impairment": (60, 45.0),
}
"""For a recorded grade: the mL/min it lies below (KDIGO), and those that stand for it without a
lower number: the middle of its range, assuage's own."""
OLD = 75
"""Years from which age is a factor where nothing is published. Assuage's own."""
INDUCERS = ("cyp3a_strong_inducer", "enzyme_inducer")


def circumstantial_changes(drug: str, facts: Facts, model: ExposureModel) -> tuple[Change, ...]:
    """Return what changes a drug's exposure besides genes and inhibitors of one enzyme."""
    kidneys = tuple(_kidneys(drug, facts, model))
    # A ratio of old people holds their ageing kidneys: it does not count a second time.
    counted = any(change.basis != "not published" for change in kidneys)
    return (
        *kidneys,
        *_liver(drug, facts, model),
        *(() if counted else _age(drug, facts, model)),
        *_sex(drug, facts, model),
        *_smoking(drug, facts, model),
        *_medicines(drug, facts, model),
    )


def kidney_function(facts: Facts) -> tuple[float, str] | None:
    """Return the clearance or filtration in mL/min and its because.

    The lowest of what was measured and of what a recorded grade stands for decides.
    """
    measured = [q for q in map(facts.measured, ("crcl", "egfr")) if isinstance(q, Quantity)]
    found = [(q.value, f"{q.label} {q}, {q.because}") for q in measured]
    lowest = min((value for value, _ in found), default=float("inf"))
    for grade, (below, value) in FROM_GRADES.items():
        fact = facts.has(grade)
        if fact.finding is Finding.PRESENT and lowest >= below:
            found.append((value, fact.because))
    return min(found, default=None)


def _kidneys(drug: str, facts: Facts, model: ExposureModel) -> Iterator[Change]:
    known = kidney_function(facts)
    if known is None or known[0] >= IMPAIRED:
        return
    value, because = known
    what = f"kidney function {value:g} mL/min"
    rows = tuple(
        row
        for row in model.knowledge.ratios
        if row.victim == drug
        and row.kind == "kidney"
        and row.use == "score"
        and _within(row, value)
    )
    if rows:
        yield pooled(rows, spread=NEW_STUDY_SPREAD, what=what, because=because)
    elif (drug, "kidney") in model.static.shares:
        yield _by_excretion(drug, value, what, because, model)
    else:
        yield unpublished(what, because)


def _within(row: ExposureRatio, value: float) -> bool:
    numbers = [float(number) for number in re.findall(r"\d+", row.level)]
    low, high = (0.0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    return low <= value < high


def _by_excretion(drug: str, value: float, what: str, because: str, model: ExposureModel) -> Change:
    """Predict from the part that is excreted unchanged, as from the share of an enzyme."""
    left = min(value / USUAL_CLEARANCE, 1.0)
    ratio = model.static.log_ratio(drug, "kidney", after=left, inhibitor=None)
    (route,) = (r for r in model.knowledge.routes_of(drug) if r.route == "kidney")
    return Change(
        what=what,
        parent=ratio,
        judged=ratio,
        basis="predicted",
        because=because,
        citations=(route.citation,),
        route="kidney",
        left=left,
    )


def _liver(drug: str, facts: Facts, model: ExposureModel) -> Iterator[Change]:
    fact = facts.has("hepatic_impairment")
    if fact.finding is not Finding.PRESENT:
        return
    rows = model.rows_for(drug, "liver", ["impairment"])
    yield _as_published(rows, "liver impairment", fact.because)


def _age(drug: str, facts: Facts, model: ExposureModel) -> Iterator[Change]:
    age = facts.record.age
    reached = [f"from_{years}" for years in range(age + 1)]
    rows = model.rows_for(drug, "age", reached)
    if rows or age >= OLD:
        yield _as_published(rows, f"age {age}", "recorded age")


def _sex(drug: str, facts: Facts, model: ExposureModel) -> Iterator[Change]:
    """Half the people of trials are taken to be women: each sex differs from them by half.

    A ratio of young men against everybody else is that of young men alone.
    """
    sex, age = facts.record.sex, facts.record.age
    if sex is None:
        return
    if rows := model.rows_for(drug, "sex", ["female"]):
        change = pooled(rows, spread=NEW_STUDY_SPREAD, what=f"{sex} sex", because="recorded sex")
        half = 0.5 if sex == "female" else -0.5
        ratio = LogRatio(mean=half * change.parent.mean, variance=change.parent.variance / 4)
        yield replace(change, parent=ratio, judged=ratio, spread_parts=0.25)
    if sex == "male" and age < 45 and (rows := model.rows_for(drug, "sex", ["men_under_45"])):
        yield _as_published(rows, "a man under 45", "recorded sex and age")


def _smoking(drug: str, facts: Facts, model: ExposureModel) -> Iterator[Change]:
    if not facts.record.smoker:
        return
    rows = model.rows_for(drug, "smoking", ["smoker"])
    if rows or (drug, "CYP1A2") in model.static.shares:
        yield _as_published(rows, "smoking", "recorded as a smoker")


def _medicines(drug: str, facts: Facts, model: ExposureModel) -> Iterator[Change]:
    """Inducers, and medicines whose effect over all routes was printed."""
    by_enzymes = any(route.route in ENZYMES for route in model.knowledge.routes_of(drug))
    for entry in acting_medicines(facts.besides(drug)):
        because = f"takes {entry.name} ({entry.where})"
        name = entry.medicine or ""
        if whole := model.rows_for(drug, "inhibitor", [name], routes=[""]):
            yield _as_published(whole, entry.name, because)
        if by_enzymes and entry.concepts & {*INDUCERS}:
            rows = model.rows_for(drug, "inducer", [name])
            yield _as_published(rows, f"{entry.name} (induces enzymes)", because)


def _as_published(rows: tuple[ExposureRatio, ...], what: str, because: str) -> Change:
    if not rows:
        return unpublished(what, because)
    return pooled(rows, spread=NEW_STUDY_SPREAD, what=what, because=because)
