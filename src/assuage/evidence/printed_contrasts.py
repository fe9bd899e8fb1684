"""A trial that prints differences instead of arms: its contrasts with their shared arm."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from assuage.evidence.conversion import (
    LARGEST_CORRELATION,
    Z95,
    Converted,
    PrintedContrast,
    ReferenceRisk,
    convert,
    own_risk,
    shared_covariance,
    told_by_interval,
    treated_arm,
)
from assuage.evidence.effect import contrasts_from_arms
from assuage.evidence.network import Floats, LeftOut, StudyContrasts
from assuage.evidence.nodes import MIXED_DOSES, dose_of
from assuage.evidence.trial import POINTS_ON_0_10, ArmResult, Basis, ContrastResult
from assuage.evidence.trial_contrasts import ArmEvidence, Scope, Side, StudyEvidence, TrialRows


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """One printed contrast seen from the study's hub: `side` minus the hub.

    `flipped` when the report prints it the other way round.
    """

    side: Side
    row: ContrastResult
    flipped: bool

    @property
    def sign(self) -> float:
        return -1.0 if self.flipped else 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimated:
    """Spokes with their estimates (S,) and covariance (S, S) on the analysis scale."""

    spokes: tuple[Spoke, ...]
    estimates: Floats
    covariance: Floats
    derived: bool
    outcome_sd: float | None = None


def from_printed(rows: TrialRows, scope: Scope) -> StudyEvidence | LeftOut:
    """Return the contrasts between the nodes of a trial that prints contrasts only."""
    hub, spokes = _star(rows, scope)
    estimate = _differences if scope.outcome.kind == "continuous" else _log_odds_ratios
    found = estimate(rows, hub, spokes, scope)
    if not found.spokes:
        return LeftOut(study=rows.study.id, reason="; ".join(dict.fromkeys(rows.aside)))
    contrasts = _by_node(rows.study.id, hub, found, scope)
    if contrasts is None:
        return LeftOut(
            study=rows.study.id,
            reason=f"both its treatments are {hub.node}, so it compares nothing at this level",
        )
    return StudyEvidence(
        study=rows.study,
        arms=tuple(_arm(name, hub, found.spokes, rows) for name in contrasts.treatments),
        contrasts=contrasts,
        reconstructed=any(row.basis is Basis.RECONSTRUCTED for row in _behind(rows, hub, found)),
        pooled_arms=len(contrasts.treatments) < len(found.spokes) + 1,
        outcome_sd=found.outcome_sd,
    )


def _behind(rows: TrialRows, hub: Side, found: Estimated) -> list[ContrastResult | ArmResult]:
    """The rows that the estimates rest on: the printed ones, and the hub's counts if they tell
    the risk at which those were converted."""
    own = [r for r in rows.results if found.derived and rows.arm(r).treatment == hub.treatment]
    return [*own, *(spoke.row for spoke in found.spokes)]


def _star(rows: TrialRows, scope: Scope) -> tuple[Side, tuple[Spoke, ...]]:
    """Choose the side that most contrasts share (the reference if it is there) as the hub.

    Contrasts between two other sides, and a second contrast of the same pair, are set aside: the
    star already says what they say. So are all doses together where single doses are printed.
    """
    pairs = [(row, *rows.sides(row, scope)) for row in rows.contrasts]
    single = {s.treatment for _, *sides in pairs for s in sides if s.dose_label != MIXED_DOSES}
    count = Counter(side for _, first, second in pairs for side in (first, second))
    hub = min(
        count,
        key=lambda s: (s.treatment != scope.catalogue.reference, -count[s], s.node, s.dose_label),
    )
    spokes: dict[Side, Spoke] = {}
    for row, first, second in pairs:
        other = first if second == hub else second
        again = other.dose_label == MIXED_DOSES and other.treatment in single
        if hub in (first, second) and other not in spokes and not again:
            spokes[other] = Spoke(side=other, row=row, flipped=first == hub)
        else:
            rows.aside.append(
                f"{row.treatment1} against {row.treatment2} ({row.measure}): its other printed "
                "contrasts say the same"
            )
    return hub, tuple(spokes.values())


def _differences(rows: TrialRows, hub: Side, spokes: tuple[Spoke, ...], _: Scope) -> Estimated:
    """Mean differences on the 0-10 scale; the shared arm's variance from the implied SD."""
    points = np.array([POINTS_ON_0_10[s.row.scale] for s in spokes])
    estimates = np.array([s.sign * s.row.estimate for s in spokes]) * points
    se = np.array([(s.row.high - s.row.low) / (2 * Z95) for s in spokes]) * points
    shared, sd = _shared_arm(se, [rows.randomised(s.side) for s in spokes], rows.randomised(hub))
    covariance = np.full((len(spokes), len(spokes)), shared)
    np.fill_diagonal(covariance, se**2)
    return Estimated(
        spokes=spokes, estimates=estimates, covariance=covariance, derived=False, outcome_sd=sd
    )


def _shared_arm(se: Floats, n: Sequence[int | None], n0: int | None) -> tuple[float, float | None]:
    """Return the variance of the hub's mean, and the SD among people that the intervals imply.

    A difference of means has variance SD^2 (1/n + 1/n0). Without the numbers randomised, the hub
    is taken to make half of the smallest variance, as it does when arms are equal.
    """
    known = [k for k in n if k is not None]
    if n0 is None or len(known) < len(n):
        return 0.5 * float((se**2).min()), None
    sd2 = float(np.mean(se**2 / (1 / np.array(known, dtype=np.float64) + 1 / n0)))
    return min(sd2 / n0, LARGEST_CORRELATION * float((se**2).min())), sqrt(sd2)


def _log_odds_ratios(
    rows: TrialRows, hub: Side, spokes: tuple[Spoke, ...], scope: Scope
) -> Estimated:
    """Convert risk differences and ratios, on the trial's own reference arm if it is there."""
    return _on_own_arm(rows, hub, spokes) or _on_predicted_risk(rows, hub, spokes, scope)


def _printed(row: ContrastResult) -> PrintedContrast:
    measure = "RD" if row.measure == "RD" else "RR"
    return PrintedContrast(measure=measure, estimate=row.estimate, low=row.low, high=row.high)


def _own_counts(rows: TrialRows, treatment: str) -> tuple[int, int] | None:
    own = [r for r in rows.results if rows.arm(r).treatment == treatment]
    if len(own) != 1 or own[0].events is None:
        return None
    return own[0].events, own[0].n


def _on_own_arm(rows: TrialRows, hub: Side, spokes: tuple[Spoke, ...]) -> Estimated | None:
    """Place every contrast on the hub's own counts, if they are on record and agree."""
    counts = _own_counts(rows, hub.treatment)
    if counts is None or any(s.flipped for s in spokes):
        return None
    risk = own_risk(*counts, whose="its own arm")
    treated = [treated_arm(_printed(s.row), *counts) for s in spokes]
    arms = [arm for arm in treated if arm is not None]
    if len(arms) < len(spokes):
        return None
    values, variances = zip((risk.mean, risk.sd**2), *arms, strict=True)
    names = [hub.node, *(s.side.node for s in spokes)]
    exact = contrasts_from_arms(rows.study.id, names, values, variances)
    return Estimated(
        spokes=spokes, estimates=exact.estimates, covariance=exact.covariance, derived=True
    )


def _on_predicted_risk(
    rows: TrialRows, hub: Side, spokes: tuple[Spoke, ...], scope: Scope
) -> Estimated:
    """Convert each contrast at the risk its own reference arm is likely to have had."""
    kept: list[tuple[Spoke, Converted, ReferenceRisk]] = []
    of_hub = _risk(rows, hub, [(s.row, s.side) for s in spokes if not s.flipped], scope)
    for spoke in spokes:
        reference = spoke.side.treatment if spoke.flipped else hub.treatment
        flipped = _risk(rows, spoke.side, [(spoke.row, hub)], scope) if spoke.flipped else None
        risk = flipped if spoke.flipped else of_hub
        made = convert(_printed(spoke.row), risk) if risk else _no_risk(reference)
        if risk is None or isinstance(made, str):
            rows.aside.append(str(made))
        else:
            kept.append((spoke, made, risk))
    covariance = np.diag([made.se**2 for _, made, _ in kept])
    for i, (first, a, risk) in enumerate(kept):
        for j, (second, b, _) in enumerate(kept[:i]):
            shared = 0.5 * min(a.se, b.se) ** 2
            if not first.flipped and not second.flipped:
                n0 = rows.randomised(hub)
                shared = shared_covariance(_printed(first.row), _printed(second.row), risk, n0)
            covariance[i, j] = covariance[j, i] = shared
    return Estimated(
        spokes=tuple(spoke for spoke, _, _ in kept),
        estimates=np.array([spoke.sign * made.estimate for spoke, made, _ in kept]),
        covariance=_possible(covariance),
        derived=True,
    )


def _risk(
    rows: TrialRows, side: Side, compared: Sequence[tuple[ContrastResult, Side]], scope: Scope
) -> ReferenceRisk | None:
    """Return the risk of the reference side: from its own counts, else from other trials and from
    what the intervals of the contrasts with it (each with its other side) say."""
    counts = _own_counts(rows, side.treatment)
    if counts is not None:
        return own_risk(*counts, whose=f"the {side.treatment} arm of the trial itself")
    risk = scope.risks.predicted(side.treatment, rows.study.condition)
    n0 = rows.randomised(side)
    for row, other in compared:
        n = rows.randomised(other)
        if risk is not None and n is not None and n0 is not None:
            risk = told_by_interval(risk, _printed(row), n, n0)
    return risk


def _no_risk(treatment: str) -> str:
    return (
        f"no trial counts how many people on {treatment} have this outcome, so its risk "
        "difference or ratio cannot be placed on the scale of odds"
    )


def _possible(covariance: Floats) -> Floats:
    """Hold correlations below what a shared arm can make, so that the covariance is one."""
    if covariance.size == 0 or np.linalg.eigvalsh(covariance)[0] > 0:
        return covariance
    sd = np.sqrt(np.diagonal(covariance))
    correlation = np.clip(covariance / np.outer(sd, sd), 0, 0.5)
    np.fill_diagonal(correlation, 1)
    return correlation * np.outer(sd, sd)


def _by_node(study: str, hub: Side, found: Estimated, scope: Scope) -> StudyContrasts | None:
    """Pool contrasts of one node by generalised least squares (doses of a drug, drugs of a
    class), with all that they share; None when nothing is left to compare."""
    names = sorted({s.side.node for s in found.spokes} - {hub.node}, key=scope.order)
    if not names:
        return None
    member = np.array([[float(s.side.node == name) for name in names] for s in found.spokes])
    weight = np.linalg.solve(found.covariance, member)
    covariance = np.linalg.inv(member.T @ weight)
    return StudyContrasts(
        study=study,
        treatments=(hub.node, *names),
        estimates=covariance @ (weight.T @ found.estimates),
        covariance=0.5 * (covariance + covariance.T),
        derived=found.derived,
    )


def _arm(name: str, hub: Side, spokes: tuple[Spoke, ...], rows: TrialRows) -> ArmEvidence:
    sides = [side for side in (hub, *(s.side for s in spokes)) if side.node == name]
    counts = [rows.randomised(side) for side in sides]
    known = [n for n in counts if n is not None]
    given = {(side.treatment, side.dose_label) for side in sides}
    of_arms = {arm.dose for arm in rows.arms if (arm.treatment, dose_of(arm)) in given}
    printed = {s.row.dose1 for s in spokes if (hub if s.flipped else s.side) in sides}
    return ArmEvidence(
        node=name,
        people=sum(known) if known and len(known) == len(counts) else None,
        doses=tuple(sorted(dose for dose in of_arms or printed if dose is not None)),
    )
