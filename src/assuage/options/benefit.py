"""What a drug at a dose would do for people with this condition: benefit and harm, per 1,000.

Each draw lays an effect upon a placebo outcome: logit p1 = logit p0 + d, or points p0 + d. Shown
are medians and 95% intervals over the draws. `p0` is the average placebo outcome in the condition.

No dose is credited with what trials did not show: where a higher dose would be shown with more
benefit or less harm than a lower one, the two must differ with a probability of 95%, else the
higher dose is shown as the lower one, and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assuage.evidence.network import Floats
from assuage.evidence.outcome import OutcomeDefinition
from assuage.options.appraisal import Certainty, DoseOption, Interval, Origin, OutcomeEstimate
from assuage.options.effect_draws import EffectDraws, expit
from assuage.options.evidence_choice import Candidate, Evidence, choose, no_data
from assuage.synthesis.certainty import Body, rate
from assuage.synthesis.release import EvidenceRelease
from assuage.units import MgPerDay, plain

CREDIBLE = 0.95
QUANTILES = (0.025, 0.5, 0.975)
Z95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """One outcome of one drug at one dose, with its draws: differences from placebo.

    `difference` has shape (draws,), in people per person or points; None without data.
    """

    estimate: OutcomeEstimate
    difference: Floats | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectations:
    """What every candidate would do, by drug, dose and outcome."""

    outcomes: tuple[OutcomeDefinition, ...]
    by_dose: Mapping[tuple[str, MgPerDay], tuple[Expectation, ...]]

    def doses_of(self, candidate: Candidate) -> tuple[DoseOption, ...]:
        """Return the candidate's doses, each with all outcomes in their order."""
        return tuple(
            DoseOption(
                dose=dose,
                outcomes=tuple(e.estimate for e in self.by_dose[candidate.drug, dose]),
            )
            for dose in candidate.doses
        )


def expect(
    release: EvidenceRelease,
    *,
    condition: str,
    candidates: Sequence[Candidate],
    outcomes: Sequence[OutcomeDefinition],
) -> Expectations:
    """Return benefit and harm of every candidate at each of its doses. Nothing is left out."""
    draws = EffectDraws(release=release, condition=condition)
    ordered = tuple(sorted(outcomes, key=lambda o: o.order))
    by_dose: dict[tuple[str, MgPerDay], list[Expectation]] = {}
    for outcome in ordered:
        chosen = {c.drug: _by_dose(release, draws, outcome, c) for c in candidates}
        expected = _Absolute.of(
            draws, outcome, [e for per in chosen.values() for e in per.values()]
        )
        for candidate in candidates:
            for dose in candidate.doses:
                evidence = chosen[candidate.drug][dose]
                found = expected.of_evidence(evidence) if evidence else _nothing(outcome, candidate)
                by_dose.setdefault((candidate.drug, dose), []).append(found)
    return Expectations(outcomes=ordered, by_dose={k: tuple(v) for k, v in by_dose.items()})


def _nothing(outcome: OutcomeDefinition, candidate: Candidate) -> Expectation:
    return Expectation(
        estimate=OutcomeEstimate(
            outcome=outcome.id,
            unit=outcome.unit,
            with_drug=None,
            with_placebo=None,
            difference=None,
            certainty=None,
            origin=Origin(kind="none", statement=no_data(candidate)),
        ),
        difference=None,
    )


def _by_dose(
    release: EvidenceRelease, draws: EffectDraws, outcome: OutcomeDefinition, candidate: Candidate
) -> dict[MgPerDay, Evidence | None]:
    """Choose evidence for each dose, holding higher doses to what trials showed of them."""
    good = 1.0 if outcome.higher_is_better else -1.0
    shown: dict[MgPerDay, Evidence | None] = {}
    for dose in sorted(candidate.doses):
        evidence = choose(release, outcome.id, candidate, dose)
        if evidence is not None:
            lower = [(d, e) for d, e in shown.items() if e is not None and e.key != evidence.key]
            evidence = _held(draws, outcome.id, good, evidence, lower)
        shown[dose] = evidence
    return shown


def _held(
    draws: EffectDraws,
    outcome: str,
    good: float,
    evidence: Evidence,
    lower: Sequence[tuple[MgPerDay, Evidence]],
) -> Evidence:
    own = good * draws.effect(outcome, evidence)
    for dose, other in sorted(lower, reverse=True, key=lambda pair: pair[0]):
        theirs = good * draws.effect(outcome, other)
        if np.median(own) > np.median(theirs) and np.mean(own > theirs) < CREDIBLE:
            return replace(
                other,
                statement=f"shown as at {plain(dose)} mg/day, for trials do not show that more "
                f"does better: {other.statement}",
                dose_below_tried=False,
            )
    return evidence


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Absolute:
    """Absolute effects of all evidence on one outcome, computed together."""

    draws: EffectDraws
    outcome: OutcomeDefinition
    placebo: Interval | None
    columns: Mapping[tuple[object, ...], int]
    effect: Floats
    with_drug: Floats | None
    difference: Floats
    drawn: Floats

    @classmethod
    def of(
        cls, draws: EffectDraws, outcome: OutcomeDefinition, used: Sequence[Evidence | None]
    ) -> "_Absolute":
        """Quantiles have shape (3, evidence), `drawn` (draws, evidence), per person or points."""
        distinct = {e.key: e for e in used if e is not None}
        effects = [draws.effect(outcome.id, e) for e in distinct.values()]
        d = np.array(effects).T if effects else np.empty((1, 0))
        p0 = draws.placebo(outcome.id)
        if outcome.kind == "binary":
            assert p0 is not None or not effects, f"{outcome.id} has effects but no baseline"
            risk0 = expit(p0) if p0 is not None else np.zeros(1)
            risk1 = expit(p0[:, None] + d) if p0 is not None else d
            drawn, scale, levels = risk1 - risk0[:, None], 1000.0, [risk0, risk1]
        else:
            drawn, scale = d, 1.0
            levels = None if p0 is None else [p0, p0[:, None] + d]
        placebo = None if p0 is None or levels is None else _interval(levels[0] * scale)
        return cls(
            draws=draws,
            outcome=outcome,
            placebo=placebo,
            columns={key: i for i, key in enumerate(distinct)},
            effect=_quantiles(d),
            with_drug=None if levels is None else _quantiles(levels[1] * scale),
            difference=_quantiles(drawn * scale),
            drawn=drawn,
        )

    def of_evidence(self, evidence: Evidence) -> Expectation:
        column = self.columns[evidence.key]
        difference = _of(self.difference[:, column])
        rating = rate(self._body(evidence, column, difference))
        return Expectation(
            estimate=OutcomeEstimate(
                outcome=self.outcome.id,
                unit=self.outcome.unit,
                with_drug=None if self.with_drug is None else _of(self.with_drug[:, column]),
                with_placebo=self.placebo,
                difference=difference,
                certainty=Certainty(level=rating.level, reasons=rating.reasons),
                origin=_origin(evidence),
            ),
            difference=self.drawn[:, column],
        )

    def _body(self, evidence: Evidence, column: int, difference: Interval) -> Body:
        low, middle, high = (float(x) for x in self.effect[:, column])
        sd = (((high - low) / (2 * Z95)) ** 2 + self.draws.tau(self.outcome.id) ** 2) ** 0.5
        risk = None if self.outcome.kind != "binary" or self.placebo is None else self.placebo
        return Body(
            kind=evidence.kind,
            support=evidence.support,
            effect=(low, high),
            predicted=(middle - Z95 * sd, middle + Z95 * sd),
            absolute=(difference.low, difference.high),
            placebo_risk=None if risk is None else risk.estimate / 1000,
            people=evidence.people,
            condition=self.draws.condition,
            dose_below_tried=evidence.dose_below_tried,
        )


def _origin(evidence: Evidence) -> Origin:
    support = evidence.support
    return Origin(
        kind=evidence.kind,
        statement=evidence.statement,
        trials=0 if support is None else len(support.trials),
        participants=evidence.people,
        reconstructed=support is not None and bool(support.reconstructed),
        derived=support is not None and bool(support.derived),
    )


def _quantiles(drawn: Floats) -> Floats:
    return np.quantile(drawn, QUANTILES, axis=0)


def _interval(drawn: Floats) -> Interval:
    return _of(_quantiles(drawn))


def _of(quantiles: Floats) -> Interval:
    low, middle, high = (float(x) for x in quantiles)
    return Interval(estimate=middle, low=low, high=high)
