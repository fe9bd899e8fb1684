"""How earlier attempts shift what is expected of each drug, for this person.

A failed attempt lowers the chance of relief with that drug most, with its class less, with others
least. A side effect that stopped a drug raises the risk of it, and of stopping for it, with drugs
that cause it. A drug that helped and was stopped for another reason is the first to go back to.
All by one model of propensity (`options.propensity`), whose shares of variance are uncertain: the
mean and the SD of a shift are over that uncertainty. Trials do not show large individual
differences in response, so shifts of benefit are small.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Literal, Protocol

import numpy as np

from assuage.options.propensity import Course, Shares, log_odds_shift
from assuage.patient.facts import Facts
from assuage.patient.reaction import names_any
from assuage.patient.record import Attempt
from assuage.provenance import Citation
from assuage.units import MgPerDay

Went = Literal["failed", "partly", "well", "unknown"]
Basis = Literal["same drug", "same class", "same person", "shared side effect"]
STOPPED = "withdrawal_adverse_event"
_PERCENT = re.compile(r"(\d{1,3})\s*(?:%|per ?cent)")
_NEGATED = re.compile(r"\b(?:not?|never|hardly|barely|without)\b|n.t\b", re.IGNORECASE)
_QUADRATURE = np.polynomial.legendre.leggauss(3)


class Failed(Protocol):
    """What `options.tried_before` says of a drug that did not help."""

    @property
    def adequate(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A share of variance that is known only to lie between two numbers, each equally likely."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRanges:
    """The ranges of the three shares of `options.propensity.Shares`, and where they are from."""

    person: Range
    drug_class: Range
    drug: Range
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HistoryModel:
    """What earlier attempts mean, as `effects/history.yaml` states it.

    `usual` is the usual chance of relief on an antidepressant, by outcome of relief.
    `inadequate_shows` is how much of a response too low or too short a course can show.
    `causes_from` is the excess over placebo (per person) from which a drug causes a side effect.
    `reactions` are words for a side effect, by outcome; `partly` and `well` words for a response.
    """

    response: ShareRanges
    side_effect: ShareRanges
    usual: Mapping[str, float]
    inadequate_shows: float
    causes_from: float
    reactions: Mapping[str, tuple[str, ...]]
    partly: tuple[str, ...]
    well: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAttempt:
    """An earlier attempt, understood. `shows` is 1 for an adequate one.

    `stopped_for` are the side effects (outcomes) that stopped it. `dose_share` is its highest dose
    as a share of the lowest usual target, at most 1; None when unknown. `free_to_resume` says that
    nothing in why it was stopped speaks against it.
    """

    drug: str
    drug_class: str
    went: Went
    shows: float = 1.0
    stopped_for: tuple[str, ...] = ()
    dose_share: float | None = None
    free_to_resume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The chance of an outcome on a drug and on placebo, per person."""

    with_drug: float
    with_placebo: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryShift:
    """What history adds to the log odds of an outcome on a drug: mean and SD, and why.

    `shared_mean` is the part of the mean that placebo would share: the person's, not the drug's;
    `shared_sd` its SD.
    """

    drug: str
    outcome: str
    log_odds_mean: float
    log_odds_sd: float
    because: str
    basis: Basis
    citation: Citation
    shared_mean: float = 0.0
    shared_sd: float = 0.0
    graded_by: Literal["assuage"] = "assuage"


def past_attempts(
    facts: Facts,
    failed: Mapping[str, Failed],
    classes: Mapping[str, str],
    usual_target: Mapping[str, MgPerDay],
    model: HistoryModel,
) -> tuple[PastAttempt, ...]:
    """Return what the record's attempts say, in its order. `classes` maps a drug to its class.

    `failed` is `tried_before.failed_attempts`. A drug that failed once counts as failed once,
    however often it is listed. Drugs of no known class are left out.
    """
    found: list[PastAttempt] = []
    counted: set[str] = set()
    for attempt in facts.record.attempts:
        if attempt.drug not in classes:
            continue
        failure = failed.get(attempt.drug)
        went = _went(attempt, model) if failure is None else "failed"
        if went == "failed" and attempt.drug in counted:
            went = "unknown"
        counted.add(attempt.drug)
        found.append(
            PastAttempt(
                drug=attempt.drug,
                drug_class=classes[attempt.drug],
                went=went,
                shows=model.inadequate_shows if failure and not failure.adequate else 1.0,
                stopped_for=_stopped_for(attempt, model),
                dose_share=_dose_share(attempt, usual_target.get(attempt.drug)),
                free_to_resume=facts.vocabulary.reactions.of(attempt) == "well",
            )
        )
    return tuple(found)


def resume_first(past: Iterable[PastAttempt]) -> tuple[str, ...]:
    """Return the drugs that helped and were stopped for nothing that speaks against them."""
    past = tuple(past)
    spoiled = {each.drug for each in past if each.went == "failed" or each.stopped_for}
    kept = (each.drug for each in past if each.went == "well" and each.free_to_resume)
    return tuple(drug for drug in dict.fromkeys(kept) if drug not in spoiled)


def helped_partly(past: Iterable[PastAttempt]) -> frozenset[str]:
    """Return the drugs whose attempt helped partly: to these another may be added."""
    return frozenset(each.drug for each in past if each.went == "partly")


def benefit_shifts(
    past: Sequence[PastAttempt], classes: Mapping[str, str], model: HistoryModel
) -> tuple[HistoryShift, ...]:
    """Return the shift of relief for each drug of `classes`; none without a telling attempt."""
    telling = [each for each in past if each.went in {"failed", "well"}]
    found: list[HistoryShift] = []
    for outcome, chance in model.usual.items():
        history = tuple(
            Course(
                drug=each.drug,
                drug_class=each.drug_class,
                chance=chance,
                happened=each.went == "well",
                shows=1.0 if each.went == "well" else each.shows,
            )
            for each in telling
        )
        if not history:
            continue
        shared, shared_sd = _over_shares(history, _anything(chance), model.response)
        for drug, drug_class in classes.items():
            target = Course(drug=drug, drug_class=drug_class, chance=chance, happened=True)
            mean, sd = _over_shares(history, target, model.response)
            because, basis = _why(drug, drug_class, telling)
            found.append(
                HistoryShift(
                    drug=drug,
                    outcome=outcome,
                    log_odds_mean=mean,
                    log_odds_sd=sd,
                    because=because,
                    basis=basis,
                    citation=model.response.citation,
                    shared_mean=shared,
                    shared_sd=shared_sd,
                )
            )
    return tuple(found)


def _anything(chance: float) -> Course:
    """A course of nothing tried before, placebo say."""
    return Course(drug="", drug_class="", chance=chance, happened=True)


def side_effect_shifts(
    past: Sequence[PastAttempt],
    risks: Mapping[str, Mapping[str, Risk]],
    drugs: Collection[str],
    model: HistoryModel,
) -> tuple[HistoryShift, ...]:
    """Return the shift of a side effect, and of stopping for one, with drugs that cause it.

    `risks` maps an outcome, then a drug, to its risk. The drug that was stopped always counts as
    causing what stopped it. A drug of unknown risk is not shifted: nothing says that it shares it.
    """
    found: dict[tuple[str, str], HistoryShift] = {}
    for each in past:
        for effect in each.stopped_for:
            of = risks.get(effect, {})
            causing = {d for d in drugs if d in of and _excess(of[d]) >= model.causes_from}
            for outcome in (effect, STOPPED):
                for drug in sorted(causing | ({each.drug} & set(drugs))):
                    shift = _raised(each, effect, outcome, drug, risks.get(outcome, {}), model)
                    worst = found.get((drug, outcome))
                    if shift and (worst is None or shift.log_odds_mean > worst.log_odds_mean):
                        found[drug, outcome] = shift
    return tuple(found.values())


def _raised(
    past: PastAttempt,
    effect: str,
    outcome: str,
    drug: str,
    risks: Mapping[str, Risk],
    model: HistoryModel,
) -> HistoryShift | None:
    """The drugs that cause an effect are one group: the person's part in it is shared by them."""
    if past.drug not in risks or drug not in risks:
        return None
    chance = _risk_at(risks[past.drug], past.dose_share)
    before = Course(drug=past.drug, drug_class=effect, chance=chance, happened=True)
    target = Course(drug=drug, drug_class=effect, chance=risks[drug].with_drug, happened=True)
    if not 0 < target.chance < 1 or not 0 < chance < 1:
        return None
    mean, sd = _over_shares((before,), target, model.side_effect)
    same = drug == past.drug
    low = " at a low dose" if past.dose_share is not None and past.dose_share < 1 else ""
    return HistoryShift(
        drug=drug,
        outcome=outcome,
        log_odds_mean=mean,
        log_odds_sd=sd,
        because=f"{past.drug} was stopped for {effect.replace('_', ' ')}{low}"
        + ("" if same else ", which this drug causes too"),
        basis="same drug" if same else "shared side effect",
        citation=model.side_effect.citation,
    )


def _over_shares(
    history: tuple[Course, ...], target: Course, ranges: ShareRanges
) -> tuple[float, float]:
    """Return mean and SD of the shift over the ranges of the shares.

    Computed once for all histories that differ in names alone.
    """
    drugs = {c.drug: f"drug {i}" for i, c in enumerate(history)}
    classes = {c.drug_class: f"class {i}" for i, c in enumerate(history)}
    renamed = [
        replace(c, drug=drugs.get(c.drug, ""), drug_class=classes.get(c.drug_class, ""))
        for c in (*history, target)
    ]
    return _mean_and_sd(tuple(renamed[:-1]), renamed[-1], ranges)


@lru_cache(maxsize=4096)
def _mean_and_sd(
    history: tuple[Course, ...], target: Course, ranges: ShareRanges
) -> tuple[float, float]:
    """By Gauss-Legendre, three points in each range."""
    points, raw = _QUADRATURE
    weights = raw / 2
    grid = [
        [(r.low + (r.high - r.low) * (x + 1) / 2, w) for x, w in zip(points, weights, strict=True)]
        for r in (ranges.person, ranges.drug_class, ranges.drug)
    ]
    shifts: list[float] = []
    probability: list[float] = []
    for (person, a), (drug_class, b), (drug, c) in product(*grid):
        shares = Shares(person=float(person), drug_class=float(drug_class), drug=float(drug))
        shifts.append(log_odds_shift(history, target, shares))
        probability.append(float(a * b * c))
    mean = float(np.dot(probability, shifts))
    spread = float(np.dot(probability, (np.array(shifts) - mean) ** 2))
    return mean, spread**0.5


def _why(drug: str, drug_class: str, past: Sequence[PastAttempt]) -> tuple[str, Basis]:
    own = [each for each in past if each.drug == drug]
    related = [each for each in past if each.drug_class == drug_class]
    basis: Basis = "same drug" if own else "same class" if related else "same person"
    whose = ", of the same class," if basis == "same class" else ""
    told = dict.fromkeys(f"{p.drug}{whose} {_in_words(p)}" for p in own or related or past)
    return "; ".join(told), basis


def _in_words(past: PastAttempt) -> str:
    if past.went == "well":
        return "helped before"
    unsure = ", though not known to be long and high enough to tell" if past.shows < 1 else ""
    return f"did not help{unsure}"


def _went(attempt: Attempt, model: HistoryModel) -> Went:
    """By the response as written: a percentage, else words; words of a partial one come first."""
    if percent := _PERCENT.search(attempt.response):
        relief = int(percent[1])
        return "well" if relief >= 50 else "partly" if relief >= 30 else "unknown"
    if names_any(attempt.response, model.partly):
        return "partly"
    clear = names_any(attempt.response, model.well) and not _NEGATED.search(attempt.response)
    return "well" if clear else "unknown"


def _stopped_for(attempt: Attempt, model: HistoryModel) -> tuple[str, ...]:
    named = (o for o, words in model.reactions.items() if names_any(attempt.stopped_because, words))
    return tuple(named)


def _dose_share(attempt: Attempt, target: MgPerDay | None) -> float | None:
    if attempt.highest_mg_per_day is None or target is None:
        return None
    return min(1.0, float(attempt.highest_mg_per_day / target))


def _risk_at(risk: Risk, dose_share: float | None) -> float:
    """A lower dose has less of the excess: an effect at a low dose tells more of the person."""
    share = 1.0 if dose_share is None else dose_share
    return risk.with_placebo + max(0.0, _excess(risk)) * share


def _excess(risk: Risk) -> float:
    return risk.with_drug - risk.with_placebo
