"""This person's exposure to a drug, relative to people without their genes, medicines and organs.

For now a ratio with its interval from published ratios. A kinetic model of the person (dose,
levels, time) can take its place: whatever returns a RelativeExposure for a drug serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Protocol

from assuage.exposure.change import Change, ChangeBasis
from assuage.exposure.circumstances import circumstantial_changes
from assuage.exposure.enzymes import enzyme_changes
from assuage.exposure.model import NEW_STUDY_SPREAD, ExposureModel
from assuage.exposure.observation import ENZYMES, interval
from assuage.exposure.wording import stated
from assuage.patient.facts import MEDICATIONS, Facts
from assuage.provenance import Citation

GENES = ("CYP2D6", "CYP2C19")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureFactor:
    """One reason why the exposure differs, with its ratio and 95% interval.

    `ratio` is of what is judged: the drug, or its sum with the active metabolite; `parent_ratio`
    is of the drug alone. `published` says that a ratio was printed for this drug and this factor;
    `basis` tells a prediction from no knowledge at all. `citation` holds the sources.
    """

    what: str
    ratio: float
    low: float
    high: float
    parent_ratio: float
    basis: ChangeBasis
    citation: tuple[Citation, ...]
    published: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeExposure:
    """A log-normal ratio of exposures: `log_mean` and `log_sd`, with median and 95% interval.

    `analyte` says of what: the drug, or its sum with an active metabolite. `parent_median` is of
    the drug alone. The interval is that of the mean of people with these factors in a further
    study; how people with the same factors differ is not in it. `not_recorded` names what was not
    recorded and could change it.
    """

    drug: str
    analyte: str
    log_mean: float
    log_sd: float
    median: float
    low: float
    high: float
    parent_median: float
    factors: tuple[ExposureFactor, ...]
    not_recorded: tuple[str, ...]
    statement: str


class ExposureSource(Protocol):
    """Whatever can tell a person's relative exposure to a drug."""

    def __call__(self, drug: str, facts: Facts) -> RelativeExposure: ...


def relative_exposure(drug: str, facts: Facts, model: ExposureModel) -> RelativeExposure:
    """Return a person's exposure to a drug relative to people without the factors found.

    Different enzymes and organs multiply. Without factors the ratio is exactly 1.
    """
    changes = (
        *enzyme_changes(drug, facts, model),
        *circumstantial_changes(drug, facts, model),
    )
    mean = sum(change.judged.mean for change in changes)
    variance = sum(change.judged.variance for change in changes)
    variance += _spreads(changes) * NEW_STUDY_SPREAD**2
    median, low, high = interval(mean, variance)
    parent = exp(sum(change.parent.mean for change in changes))
    moiety = model.knowledge.moiety_of(drug)
    return RelativeExposure(
        drug=drug,
        analyte=f"{drug} with {moiety.metabolite}" if moiety else drug,
        log_mean=mean,
        log_sd=sqrt(variance),
        median=median,
        low=low,
        high=high,
        parent_median=parent,
        factors=tuple(_factor(change) for change in changes),
        not_recorded=_not_recorded(drug, facts, model),
        statement=stated(
            drug,
            moiety,
            (median, low, high),
            parent,
            changes,
            contradiction=_contradiction(drug, changes, model),
        ),
    )


def _spreads(changes: Sequence[Change]) -> float:
    """Return how many times the spread between studies comes to the variance.

    Once, for this person stands for a further study; once more where any part is predicted and was
    not published for the drug; and once more where factors meet whose product was not studied.
    """
    once = max((change.spread_parts for change in changes), default=0.0)
    predicted = any(change.basis == "predicted" for change in changes)
    whole = sum(change.spread_parts == 1 for change in changes)
    return once + predicted + (whole > 1 or any(change.combined for change in changes))


def _factor(change: Change) -> ExposureFactor:
    variance = change.judged.variance + _spreads([change]) * NEW_STUDY_SPREAD**2
    ratio, low, high = interval(change.judged.mean, variance)
    return ExposureFactor(
        what=change.what,
        ratio=ratio,
        low=low,
        high=high,
        parent_ratio=exp(change.parent.mean),
        basis=change.basis,
        citation=change.citations,
        published=change.basis == "published",
        because=change.because,
    )


def _not_recorded(drug: str, facts: Facts, model: ExposureModel) -> tuple[str, ...]:
    """Name the genes and the medication list that would matter and are not recorded."""
    routes = {route.route for route in model.knowledge.routes_of(drug)}
    genes = [g for g in GENES if g in routes and g not in facts.record.genotypes]
    return (*genes, *([MEDICATIONS] if facts.taking is None and routes & ENZYMES else []))


def _contradiction(drug: str, changes: tuple[Change, ...], model: ExposureModel) -> bool:
    """Say whether two enzymes changed whose published shares make more than the whole."""
    return sum(change.route in ENZYMES for change in changes) > 1 and model.shares_of(drug) > 1
