"""Each trial's weights on the comparisons of its arms, as a graph Laplacian.

A network meta-analysis is an electrical network (Rücker, Res Synth Methods 2012;3:312-324):
weights are conductances, and the evidence for a comparison is a current of one unit that enters at
its first treatment and leaves at its second. A multi-arm trial's inverse covariance is the
Laplacian of its arms, so its weights need no separate adjustment.
"""

from dataclasses import dataclass

import numpy as np

from assuage.evidence.network import Floats, Network
from assuage.synthesis.design import Design, Indices
from assuage.synthesis.gls import NetworkFit

Comparison = tuple[str, str]
"""Two treatments; an effect of it is the first minus the second."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrialWeights:
    """S trials with a arms each: `studies` their names, `arms` (S, a) positions of treatments,
    `laplacians` (S, a, a) their inverse covariances over arms (rows sum to zero), and `scores`
    (S, a), Laplacian times effects."""

    studies: tuple[str, ...]
    arms: Indices
    laplacians: Floats
    scores: Floats


def trial_weights(network: Network, design: Design, tau2: float) -> tuple[TrialWeights, ...]:
    """Return the weights of all trials given tau², grouped by their number of arms."""
    names = studies_by_arms(network)
    out: list[TrialWeights] = []
    for stack in design.stacks:
        weights = 1 / (stack.variances + tau2)
        out.append(
            TrialWeights(
                studies=names[stack.arms.shape[1]],
                arms=stack.arms,
                laplacians=np.einsum("sr,sri,srj->sij", weights, stack.rows, stack.rows),
                scores=np.einsum("sr,sri->si", weights * stack.y, stack.rows),
            )
        )
    return tuple(out)


def studies_by_arms(network: Network) -> dict[int, tuple[str, ...]]:
    """Return the names of the studies with so many arms, in the order of the design's stacks."""
    sizes = sorted({len(study.treatments) for study in network.studies})
    return {
        size: tuple(s.study for s in network.studies if len(s.treatments) == size) for size in sizes
    }


def laplacian(trials: tuple[TrialWeights, ...], treatments: int) -> Floats:
    """Return the (n, n) Laplacian of all trials together."""
    out = np.zeros((treatments, treatments))
    for group in trials:
        np.add.at(out, (group.arms[:, :, None], group.arms[:, None, :]), group.laplacians)
    return out


def pairs(treatments: int) -> tuple[Indices, Indices]:
    """Return the positions of the first and of the second treatment of each of the n (n - 1) / 2
    comparisons, in order."""
    first, second = np.triu_indices(treatments, 1)
    return first, second


def compared(trials: tuple[TrialWeights, ...], treatments: int) -> tuple[Indices, Indices]:
    """Return the positions of the treatments of each comparison that some trial makes, in order."""
    seen = np.zeros((treatments, treatments), dtype=bool)
    for group in trials:
        seen[group.arms[:, :, None], group.arms[:, None, :]] = True
    first, second = np.nonzero(np.triu(seen, 1))
    return first, second


def named(treatments: tuple[str, ...], found: tuple[Indices, Indices]) -> tuple[Comparison, ...]:
    """Return positions as comparisons by name."""
    first: list[int] = found[0].tolist()
    second: list[int] = found[1].tolist()
    return tuple((treatments[i], treatments[j]) for i, j in zip(first, second, strict=True))


def potentials(fit: NetworkFit) -> Floats:
    """Return, for each comparison, the potential of each treatment: (n (n - 1) / 2, n).

    A unit of current enters at the comparison's first treatment and leaves at its second; the
    reference is at zero.
    """
    first, second = pairs(len(fit.treatments))
    out: Floats = fit.covariance[first] - fit.covariance[second]
    return out
