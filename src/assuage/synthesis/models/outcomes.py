"""Two outcomes of the same trials together, so that each lends strength to the other.

Trials that report one outcome only still inform the other through the correlation of true effects
between trials (Riley, J R Stat Soc A 2009;172:789-811, on what correlations do and how seldom
trials report them). The correlation of the two estimates within a trial is stated by the user,
never estimated; `over_correlations` shows what the result owes to it. Normal contrasts only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, log

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, Network, StudyContrasts
from assuage.evidence.observed import NormalContrasts, ObservedNetwork, observe
from assuage.synthesis.latent.features import Features, SparseDesign
from assuage.synthesis.latent.hyper import Weighted, integrate
from assuage.synthesis.latent.model import (
    CoefficientPrior,
    Hyperparameter,
    heterogeneity,
)
from assuage.synthesis.latent.posterior import Margin
from assuage.synthesis.latent.problem import Problem
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.models.joint_block import JointBlock
from assuage.synthesis.models.terms import Known, Spread, normal

CORRELATION = "between-study correlation"
_POINTS = 11
_WIDEST = 0.995


@dataclass(frozen=True, slots=True, kw_only=True)
class UniformCorrelation:
    """All correlations from `lower` to `upper` alike."""

    lower: float = -_WIDEST
    upper: float = _WIDEST

    @property
    def statement(self) -> str:
        return f"uniform from {self.lower:.3g} to {self.upper:.3g}"

    def log_density(self, tau: Floats) -> Floats:
        inside = (tau >= self.lower) & (tau <= self.upper)
        return np.where(inside, -log(self.upper - self.lower), -inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoOutcomes:
    """Priors of a model of two outcomes: effects N(0, effect_sd^2) (None: flat) and between-study
    SDs, each by outcome; `between` is the correlation of true effects between trials, `within` the
    stated correlation of the two estimates in each arm, for all studies or by study."""

    effect_sd: tuple[float | None, float | None]
    heterogeneity: tuple[Spread, Spread]
    between: UniformCorrelation | Known
    within: float | Mapping[str, float]

    def within_of(self, study: str) -> float:
        """Return a study's stated correlation. NetworkError when there is none below one."""
        found = self.within.get(study) if isinstance(self.within, Mapping) else self.within
        if found is None or not -1 < found < 1:
            raise NetworkError(
                f"Study {study}: state the within-study correlation of its two outcomes, between "
                f"-1 and 1 (found {found})."
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bound:
    names: tuple[str, ...]
    hyperparameters: tuple[Hyperparameter, ...]
    statement: str
    fixed: Features
    sds: Floats
    spreads: tuple[int | float, int | float, int | float]

    def features(self, psi: Floats) -> Features:  # noqa: ARG002 - the same at each point
        return self.fixed

    def prior(self, psi: Floats) -> CoefficientPrior:  # noqa: ARG002
        return CoefficientPrior.independent(self.sds)

    def tau(self, psi: Floats) -> Floats:
        """Return both SDs and the correlation, (K, 3): what JointBlock reads."""
        columns = [psi[:, s] if isinstance(s, int) else np.full(len(psi), s) for s in self.spreads]
        return np.stack(columns, axis=1)

    def effects(self, psi: Floats) -> None:  # noqa: ARG002
        return None


@dataclass(frozen=True, kw_only=True, eq=False)
class OutcomesPosterior:
    """The posterior of two outcomes. `effects` by outcome, `joint` with names
    "treatment: outcome"; margins of the hyperparameters that are not known."""

    outcomes: tuple[str, str]
    effects: Mapping[str, GaussianMixture]
    joint: GaussianMixture
    weighted: Weighted
    hyperparameters: Mapping[str, Margin]
    statement: str

    @property
    def log_marginal_likelihood(self) -> float:
        return self.weighted.log_integral


def fit_outcomes(
    networks: Mapping[str, Network], model: TwoOutcomes, *, points: int = _POINTS
) -> OutcomesPosterior:
    """Return the posterior of two outcomes, each given by its network (one name, one network).

    Studies are matched by name and may report either outcome or both. Raises NetworkError naming
    the study when two outcomes share no arm, or no such correlation is possible.
    """
    if len(networks) != 2:
        raise NetworkError(f"Two outcomes are needed, not {len(networks)}.")
    names = tuple(networks)
    first, second = networks.values()
    if first.reference != second.reference:
        raise NetworkError(
            f"Both outcomes need the same reference, not {first.reference} and {second.reference}."
        )
    pairs = _matched(first, second)
    block, arms = _block(pairs, model)
    coefficients = {
        (o, t): f"{t}: {name}"
        for o, (name, network) in enumerate(networks.items())
        for t in network.treatments
        if t != network.reference
    }
    bound = _bind(model, (names[0], names[1]), coefficients, arms)
    problem = Problem(
        network=_account(networks),
        model=bound,
        blocks=(block,),
        designs=(SparseDesign.of(bound.fixed, len(bound.names)),),
    )
    return _posterior(problem, bound, integrate(problem, points), (names[0], names[1]))


def over_correlations(
    networks: Mapping[str, Network], model: TwoOutcomes, correlations: Sequence[float]
) -> dict[float, OutcomesPosterior]:
    """Return the posterior at each assumed within-study correlation, to show what depends on it."""
    return {r: fit_outcomes(networks, replace(model, within=r)) for r in correlations}


def _account(networks: Mapping[str, Network]) -> ObservedNetwork:
    """Return the first outcome's studies as observed, for messages."""
    first = next(iter(networks.values()))
    return observe(
        [NormalContrasts.of(s) for s in first.studies], reference=first.reference, link="identity"
    )


def _bind(
    model: TwoOutcomes,
    outcomes: tuple[str, str],
    coefficients: Mapping[tuple[int, str], str],
    arms: list[list[str]],
) -> _Bound:
    hyper: list[Hyperparameter] = []
    spreads: list[int | float] = []
    for outcome, spread in zip(outcomes, model.heterogeneity, strict=True):
        spreads.append(spread.value if isinstance(spread, Known) else len(hyper))
        if not isinstance(spread, Known):
            hyper.append(heterogeneity(spread, name=f"tau: {outcome}"))
    if isinstance(model.between, Known):
        spreads.append(model.between.value)
    else:
        spreads.append(len(hyper))
        hyper.append(_correlation(model.between))
    sds = [model.effect_sd[o] for o, _ in coefficients]
    return _Bound(
        names=tuple(coefficients.values()),
        hyperparameters=tuple(hyper),
        statement=_statement(model, outcomes),
        fixed=_features(coefficients, arms),
        sds=np.array([inf if sd is None else sd for sd in sds]),
        spreads=(spreads[0], spreads[1], spreads[2]),
    )


def _features(coefficients: Mapping[tuple[int, str], str], arms: list[list[str]]) -> Features:
    """Return each place, (arm, outcome), with the coefficient of its treatment."""
    names = tuple(coefficients.values())
    width = max(len(own) for own in arms)
    index = np.zeros((len(arms), 2 * width, 1), dtype=np.int64)
    value = np.zeros(index.shape)
    for s, own in enumerate(arms):
        for a, treatment in enumerate(own):
            for o in range(2):
                name = coefficients.get((o, treatment))
                if name is not None:
                    index[s, a + o * width, 0] = names.index(name)
                    value[s, a + o * width, 0] = 1.0
    return Features(index=index, value=value)


def _statement(model: TwoOutcomes, outcomes: tuple[str, str]) -> str:
    lines: list[str] = []
    for outcome, sd, spread in zip(outcomes, model.effect_sd, model.heterogeneity, strict=True):
        lines.append(f"{outcome}: effects {normal(sd)}; tau {spread.statement}")
    lines.append(f"{CORRELATION}: {model.between.statement}")
    lines.append(f"within-study correlation, stated and not estimated: {model.within}")
    return "\n".join(lines)


def _correlation(prior: UniformCorrelation) -> Hyperparameter:
    return Hyperparameter(
        name=CORRELATION, prior=prior, scale=False, start=0.5 * (prior.lower + prior.upper),
        step=0.25 * (prior.upper - prior.lower), lower=prior.lower, upper=prior.upper,
    )  # fmt: skip


Pair = tuple[StudyContrasts | None, StudyContrasts | None]


def _matched(first: Network, second: Network) -> dict[str, Pair]:
    """Return each study's contrasts of both outcomes, on a baseline that both have."""
    one = {s.study: s for s in first.studies}
    two = {s.study: s for s in second.studies}
    out: dict[str, Pair] = {}
    for study in dict.fromkeys([*one, *two]):
        a, b = one.get(study), two.get(study)
        if a is None or b is None:
            out[study] = a, b
            continue
        shared = [t for t in a.treatments if t in b.treatments]
        if not shared:
            raise NetworkError(f"Study {study}: its two outcomes share no arm.")
        out[study] = rebased(a, shared[0]), rebased(b, shared[0])
    return out


def rebased(contrasts: StudyContrasts, baseline: str) -> StudyContrasts:
    """Return the same contrasts against another arm of the study."""
    place = contrasts.treatments.index(baseline)
    if place == 0:
        return contrasts
    rest = [i for i in range(len(contrasts.treatments)) if i != place]
    turn = np.zeros((len(rest), len(rest)))
    for row, i in enumerate(rest):
        turn[row, place - 1] = -1.0
        if i > 0:
            turn[row, i - 1] = 1.0
    return replace(
        contrasts,
        treatments=(baseline, *(contrasts.treatments[i] for i in rest)),
        estimates=turn @ contrasts.estimates,
        covariance=turn @ contrasts.covariance @ turn.T,
    )


def arm_variances(contrasts: StudyContrasts) -> Floats:
    """Return the variance of each arm behind contrasts, (a,): with three arms or more the shared
    covariance is the baseline's; of two arms each has half."""
    diagonal = np.diagonal(contrasts.covariance)
    m = len(diagonal)
    if m == 1:
        return np.array([0.5, 0.5]) * diagonal[0]
    shared = float(contrasts.covariance[np.triu_indices(m, 1)].mean())
    return np.concatenate([[shared], diagonal - shared])


def _block(pairs: Mapping[str, Pair], model: TwoOutcomes) -> tuple[JointBlock, list[list[str]]]:
    arms = [_arms(pair) for pair in pairs.values()]
    width = max(len(own) for own in arms)
    shape = (len(pairs), 2 * (width - 1))
    within = np.repeat(np.eye(shape[1])[None], shape[0], axis=0)
    differences = np.zeros((*shape, 2 * width))
    values, known = np.zeros(shape), np.zeros(shape)
    outcome, arm = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for s, (study, pair) in enumerate(pairs.items()):
        places: list[list[int]] = []
        for o, contrasts in enumerate(pair):
            places.append([])
            for j, treatment in enumerate(contrasts.treatments[1:] if contrasts else ()):
                a = arms[s].index(treatment)
                row = a - 1 + o * (width - 1)
                places[o].append(row)
                differences[s, row, a + o * width] = 1.0
                differences[s, row, o * width] = -1.0
                values[s, row] = contrasts.estimates[j] if contrasts else 0.0
                known[s, row], outcome[s, row], arm[s, row] = 1.0, o, a
            if contrasts:
                within[s][np.ix_(places[o], places[o])] = contrasts.covariance
        cross = _cross(study, pair, model)
        within[s][np.ix_(places[0], places[1])] = cross
        within[s][np.ix_(places[1], places[0])] = cross.T
        _need_possible(study, within[s])
    block = JointBlock(
        studies=np.arange(len(pairs)), differences=differences, values=values, within=within,
        known=known, outcome=outcome, arm=arm,
    )  # fmt: skip
    return block, arms


def _arms(pair: Pair) -> list[str]:
    return list(dict.fromkeys(t for contrasts in pair if contrasts for t in contrasts.treatments))


def _cross(study: str, pair: Pair, model: TwoOutcomes) -> Floats:
    """Return the covariance between the contrasts of both outcomes: arms are independent, and in
    each arm the two estimates have the stated correlation."""
    one, two = pair
    if one is None or two is None:
        return np.zeros((len(one.estimates) if one else 0, len(two.estimates) if two else 0))
    sd_one, sd_two = (np.sqrt(np.maximum(arm_variances(c), 0.0)) for c in (one, two))
    same = np.array([[float(a == b) for b in two.treatments[1:]] for a in one.treatments[1:]])
    own = same * sd_one[1:, None] * sd_two[None, 1:]
    return model.within_of(study) * (own + sd_one[0] * sd_two[0])


def _need_possible(study: str, covariance: Floats) -> None:
    if np.linalg.eigvalsh(covariance).min() <= 0:
        raise NetworkError(
            f"Study {study}: its two outcomes cannot have the stated within-study correlation. "
            "Choose one nearer to zero for it."
        )


def _mass(weighted: Weighted, j: int) -> Floats:
    """Return the mass at each node of one hyperparameter."""
    nodes = np.arange(weighted.axes[j].points)
    return (weighted.place[:, j] == nodes[:, None]).astype(np.float64) @ weighted.weights


def _posterior(
    problem: Problem, bound: _Bound, weighted: Weighted, outcomes: tuple[str, str]
) -> OutcomesPosterior:
    found = weighted.conditional
    spreads = bound.tau(found.psi)
    reference = problem.network.reference
    joint = GaussianMixture(
        reference=reference,
        names=bound.names,
        weights=weighted.weights,
        means=found.mean,
        covariances=0.5 * (found.covariance + np.swapaxes(found.covariance, 1, 2)),
        heterogeneity=spreads[:, 0],
    )
    effects: dict[str, GaussianMixture] = {}
    for o, outcome in enumerate(outcomes):
        mine = [j for j, name in enumerate(bound.names) if name.endswith(f": {outcome}")]
        effects[outcome] = replace(
            joint,
            names=tuple(bound.names[j].removesuffix(f": {outcome}") for j in mine),
            means=joint.means[:, mine],
            covariances=joint.covariances[:, mine][:, :, mine],
            heterogeneity=spreads[:, o],
        )
    margins = {
        h.name: Margin(
            name=h.name,
            values=weighted.axes[j].rule()[0],
            weights=_mass(weighted, j),
            axis=weighted.axes[j],
        )
        for j, h in enumerate(bound.hyperparameters)
    }
    return OutcomesPosterior(
        outcomes=outcomes, effects=effects, joint=joint, weighted=weighted,
        hyperparameters=margins, statement=bound.statement,
    )  # fmt: skip
