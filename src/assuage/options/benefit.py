"""What a drug at a dose would do for people with this condition: benefit and harm, per 1,000.

Each draw lays an effect upon a placebo outcome: logit p1 = logit p0 + d, or points p0 + d. Shown
are medians and 95% intervals over the draws. `p0` is the average placebo outcome in the condition.

No dose is credited with what trials did not show: where a higher dose would be shown with more
benefit or less harm than a lower one, the two must differ with a probability of 95%, else the
higher dose is shown as the lower one, and says so. More harm needs no such proof.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from assuage.evidence.network import Floats
from assuage.evidence.outcome import OutcomeDefinition
from assuage.options.appraisal import Certainty, DoseOption, Interval, Origin, OutcomeEstimate
from assuage.options.effect_draws import EffectDraws, draws_of, expit, standard_draws
from assuage.options.evidence_choice import Candidate, Evidence, choose, no_data, tried_doses
from assuage.options.nesting import mark_contradictions
from assuage.synthesis.certainty import Body, rate
from assuage.synthesis.release import EvidenceRelease
from assuage.units import MgPerDay

if TYPE_CHECKING:
    from assuage.options.history import HistoryShift

CREDIBLE = 0.95
TOLD_APART = 0.9
NO_BETTER = "trials do not show that more does better, shown as a lower dose: "
MOVED = ", moved by what this person tried before (assuage's model)"
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
    """What every candidate would do, by drug, dose and outcome; `options` are the same to show."""

    outcomes: tuple[OutcomeDefinition, ...]
    by_dose: Mapping[tuple[str, MgPerDay], tuple[Expectation, ...]]
    options: Mapping[str, tuple[DoseOption, ...]]


def expect(
    release: EvidenceRelease,
    *,
    condition: str,
    candidates: Sequence[Candidate],
    outcomes: Sequence[OutcomeDefinition],
    shifts: "Mapping[tuple[str, str], HistoryShift] | None" = None,
) -> Expectations:
    """Return benefit and harm of every candidate at each of its doses. Nothing is left out.

    `shifts`, by drug and outcome, are what this person's history adds to log odds: the shared part
    to placebo and drug, the rest to the drug alone.
    """
    nodes = frozenset(n for c in candidates for n in (c.drug, c.drug_class))
    ordered = tuple(sorted(outcomes, key=lambda o: o.order))
    table = _table(release, condition, nodes, tuple(o.id for o in ordered))
    table.fill(ordered, candidates)
    rows = [(c, table.filled[c]) for c in candidates]
    expected = Expectations(
        outcomes=ordered,
        by_dose={(c.drug, dose): row for c, by_dose in rows for dose, row in by_dose.items()},
        options={c.drug: table.options[c] for c in candidates},
    )
    return _for_this_person(expected, shifts, table) if shifts else expected


def _for_this_person(
    expected: Expectations, shifts: "Mapping[tuple[str, str], HistoryShift]", table: "_Table"
) -> Expectations:
    """Lay the shifts of a history upon what is expected of the group."""
    placebo = {o.id: table.draws.placebo(o.id, table.condition) for o in expected.outcomes}
    by_dose = {
        (drug, dose): tuple(
            _moved(e, outcome, shifts.get((drug, outcome.id)), placebo[outcome.id])
            for e, outcome in zip(row, expected.outcomes, strict=True)
        )
        for (drug, dose), row in expected.by_dose.items()
    }
    return Expectations(
        outcomes=expected.outcomes,
        by_dose=by_dose,
        options={
            drug: tuple(
                DoseOption(dose=o.dose, outcomes=tuple(e.estimate for e in by_dose[drug, o.dose]))
                for o in options
            )
            for drug, options in expected.options.items()
        },
    )


def _moved(
    e: Expectation, outcome: OutcomeDefinition, shift: "HistoryShift | None", p0: Floats | None
) -> Expectation:
    """Move an outcome that counts people. How large the shift is, is one draw a person, the same
    for all drugs: they move together, benefits and harms apart."""
    if shift is None or p0 is None or e.difference is None or outcome.kind != "binary":
        return e
    z = standard_draws("history", outcome.direction)
    with_drug = expit(p0) + e.difference
    risk0 = expit(p0 + _one_way(shift.shared_mean, shift.shared_sd, z))
    own = _one_way(shift.log_odds_mean, shift.log_odds_sd, z)
    risk1 = expit(np.log(with_drug / (1 - with_drug)) + own)
    estimate = replace(
        e.estimate,
        with_drug=_interval(risk1 * 1000),
        with_placebo=_interval(risk0 * 1000),
        difference=_interval((risk1 - risk0) * 1000),
        origin=replace(e.estimate.origin, statement=f"{e.estimate.origin.statement}{MOVED}"),
    )
    return Expectation(estimate=estimate, difference=risk1 - risk0)


def _one_way(mean: float, sd: float, z: Floats) -> Floats:
    """Return draws of a shift that never turn its sign: a failure raises nothing."""
    drawn = mean + sd * z
    return np.minimum(drawn, 0.0) if mean < 0 else np.maximum(drawn, 0.0)


def _with_contradictions(
    found: Sequence[Expectation], outcomes: Sequence[OutcomeDefinition]
) -> tuple[Expectation, ...]:
    marked = mark_contradictions([e.estimate for e in found], outcomes)
    return tuple(
        e if e.estimate is estimate else replace(e, estimate=estimate)
        for e, estimate in zip(found, marked, strict=True)
    )


_Row = tuple[Expectation, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Table:
    """What is expected of candidates in one condition, kept once it is computed."""

    draws: EffectDraws
    condition: str
    outcomes: tuple[str, ...]
    filled: dict[Candidate, dict[MgPerDay, _Row]]
    options: dict[Candidate, tuple[DoseOption, ...]]

    def fill(self, outcomes: Sequence[OutcomeDefinition], candidates: Sequence[Candidate]) -> None:
        """Compute what is not known yet, all candidates of an outcome together."""
        missing = [c for c in candidates if c not in self.filled]
        if not missing:
            return
        found = [self._outcome(outcome, missing) for outcome in outcomes]
        for c in missing:
            rows = {
                dose: _with_contradictions([each[c][dose] for each in found], outcomes)
                for dose in c.doses
            }
            self.filled[c] = rows
            self.options[c] = tuple(
                DoseOption(dose=dose, outcomes=tuple(e.estimate for e in row))
                for dose, row in rows.items()
            )

    def _outcome(
        self, outcome: OutcomeDefinition, candidates: Sequence[Candidate]
    ) -> dict[Candidate, dict[MgPerDay, Expectation]]:
        chosen = {c: _held(self.draws, outcome, c) for c in candidates}
        used = [e for per_dose in chosen.values() for e in per_dose.values() if e is not None]
        absolute = _Absolute.of(self.draws, self.condition, outcome, used)
        found = {(e.key, e.statement): absolute.of_evidence(e) for e in _distinct(used)}
        return {
            candidate: {
                dose: _nothing(outcome, candidate) if e is None else found[e.key, e.statement]
                for dose, e in per_dose.items()
            }
            for candidate, per_dose in chosen.items()
        }


def _distinct(used: Sequence[Evidence]) -> Iterable[Evidence]:
    return {(e.key, e.statement): e for e in used}.values()


@lru_cache(maxsize=64)
def _table(
    release: EvidenceRelease,
    condition: str,
    nodes: frozenset[str],
    outcomes: tuple[str, ...],
) -> _Table:
    draws = draws_of(release, nodes)
    return _Table(draws=draws, condition=condition, outcomes=outcomes, filled={}, options={})


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


@lru_cache(maxsize=8192)
def _held(
    draws: EffectDraws, outcome: OutcomeDefinition, candidate: Candidate
) -> dict[MgPerDay, Evidence | None]:
    """Choose evidence for each dose, holding higher doses to what trials showed of them.

    The same for every pain condition, and kept.
    """
    good = 1.0 if outcome.higher_is_better else -1.0
    tried = tried_doses(draws.release, outcome.id, candidate.drug)
    if not _told_apart(draws, outcome.id, list(tried.values())):
        tried = {}
    chosen = choose(draws.release, outcome.id, candidate, tried)
    shown: dict[MgPerDay, Evidence | None] = {}
    for dose in sorted(chosen):
        evidence = chosen[dose]
        for lower in sorted(shown, reverse=True):
            other = shown[lower]
            if evidence is None or other is None or other.key == evidence.key:
                continue
            own, theirs = (good * draws.effect(outcome.id, e) for e in (evidence, other))
            if np.median(own) > np.median(theirs) and np.mean(own > theirs) < CREDIBLE:
                evidence = _no_better(other)
        shown[dose] = evidence
    return {dose: shown[dose] for dose in candidate.doses}


def _told_apart(draws: EffectDraws, outcome: str, tried: Sequence[Evidence]) -> bool:
    """Say whether some pair of tried doses differs with the probability that we ask for."""
    if len(tried) < 2:
        return False
    drawn = [draws.effect(outcome, e) for e in tried]
    shares = [float(np.mean(a > b)) for a, b in combinations(drawn, 2)]
    return any(max(share, 1 - share) >= TOLD_APART for share in shares)


def _no_better(lower: Evidence) -> Evidence:
    statement = lower.statement.removeprefix(NO_BETTER)
    return replace(lower, statement=f"{NO_BETTER}{statement}", dose_below_tried=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Absolute:
    """Absolute effects of all evidence on one outcome, computed together."""

    draws: EffectDraws
    condition: str
    outcome: OutcomeDefinition
    placebo: Interval | None
    columns: Mapping[tuple[object, ...], int]
    effect: Floats
    with_drug: Floats | None
    difference: Floats
    drawn: Floats

    @classmethod
    def of(
        cls,
        draws: EffectDraws,
        condition: str,
        outcome: OutcomeDefinition,
        used: Sequence[Evidence],
    ) -> "_Absolute":
        """Quantiles have shape (3, evidence), `drawn` (draws, evidence), per person or points."""
        distinct = {e.key: e for e in used}
        effects = [draws.effect(outcome.id, e) for e in distinct.values()]
        d = np.array(effects).T if effects else np.empty((1, 0))
        p0 = draws.placebo(outcome.id, condition)
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
            condition=condition,
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
        """A label's effect holds the spread between trials already; a class's, that of drugs."""
        low, middle, high = (float(x) for x in self.effect[:, column])
        level = "dose" if evidence.level == "dose" else "drug"
        tau = 0.0 if evidence.kind == "label" else self.draws.tau(self.outcome.id, level)
        sd = (((high - low) / (2 * Z95)) ** 2 + tau**2) ** 0.5
        risk = None if self.outcome.kind != "binary" or self.placebo is None else self.placebo
        return Body(
            kind=evidence.kind,
            support=evidence.support,
            effect=(low, high),
            predicted=(middle - Z95 * sd, middle + Z95 * sd),
            absolute=(difference.low, difference.high),
            placebo_risk=None if risk is None else risk.estimate / 1000,
            people=evidence.people,
            condition=self.condition,
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
        doubted=0 if support is None else len(support.doubts),
        against_placebo=support is None or bool(support.placebo_controlled),
        studied_at=evidence.studied_at,
        trial_ids=() if support is None else support.trials,
        label="" if evidence.label is None else evidence.label.source,
    )


def _quantiles(drawn: Floats) -> Floats:
    """Return QUANTILES over the draws (first axis), linear between them as numpy.quantile is."""
    ordered = np.sort(np.ascontiguousarray(drawn.T), axis=-1)
    place = np.array(QUANTILES) * (ordered.shape[-1] - 1)
    below = np.minimum(place.astype(np.int64), ordered.shape[-1] - 1)
    above = np.minimum(below + 1, ordered.shape[-1] - 1)
    step = ordered[..., above] - ordered[..., below]
    return (ordered[..., below] + (place - below) * step).T


def _interval(drawn: Floats) -> Interval:
    return _of(_quantiles(drawn))


def _of(quantiles: Floats) -> Interval:
    low, middle, high = (float(x) for x in quantiles)
    return Interval(estimate=middle, low=low, high=high)
