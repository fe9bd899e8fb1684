"""Is the whole network consistent? The design-by-treatment interaction model.

Each design may have its own effects; the inconsistency parameters are by how much they leave the
consistent ones (Higgins, Jackson, Barrett, Lu, Ades, White, Res Synth Methods 2012;3:98-110; White,
Barrett, Jackson, Higgins, Res Synth Methods 2012;3:111-125). Which contrasts count as consistent
and which as deviating is a choice; the global test does not depend on it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

from assuage.evidence.network import Floats, Network
from assuage.synthesis.classical.designs import (
    PooledDesign,
    block_covariance,
    design_contrasts,
    pool_designs,
    regression,
)
from assuage.synthesis.classical.net_heat import DesignContrast, design_rows
from assuage.synthesis.consistency import ChiSquared
from assuage.synthesis.design import Design, build_design
from assuage.synthesis.gls import Effects
from assuage.synthesis.heterogeneity import TauMethod, estimate_tau2


@dataclass(frozen=True, slots=True, kw_only=True)
class InconsistencyParameter:
    """By how much a design's effect of treatment2 against treatment1 exceeds the consistent one."""

    design: tuple[str, ...]
    treatment1: str
    treatment2: str
    studies: int
    estimate: float
    se: float
    z: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignInteraction:
    """`wald` tests that all inconsistency parameters are zero. `tau2` is the heterogeneity within
    designs. `consistent` are the contrasts that define the consistent effects (a tree over the
    treatments), `covariance` is that of the parameters, in their order."""

    effects: Effects
    tau2: float
    wald: ChiSquared
    parameters: tuple[InconsistencyParameter, ...]
    consistent: tuple[DesignContrast, ...]
    covariance: Floats


def design_interaction(
    network: Network,
    *,
    effects: Effects = "random",
    tau_method: TauMethod = "REML",
    tau2: float | None = None,
) -> DesignInteraction:
    """Fit the full design-by-treatment interaction model.

    The designs with most trials define the consistent effects. With tau² = 0 the Wald statistic is
    Q between designs. Without two trials of one design tau² cannot be told from inconsistency and
    is taken as zero. Raises NetworkError when the network is not connected.
    """
    design = build_design(network)
    if tau2 is None:
        tau2 = tau2_within(network, design, tau_method) if effects == "random" else 0.0
    designs = pool_designs(network, design, tau2)
    contrasts = design_rows(network, designs)
    tree, loops, turn = _fundamental_loops(designs, len(network.treatments))
    effects_of = np.concatenate([own.effects for own in designs])
    covariance = turn @ block_covariance(designs) @ turn.T
    omega = turn @ effects_of
    q = float(omega @ np.linalg.solve(covariance, omega)) if loops else 0.0
    df = len(loops)
    errors = np.sqrt(np.diagonal(covariance))
    return DesignInteraction(
        effects=effects,
        tau2=tau2,
        wald=ChiSquared(q=q, df=df, p=float(chdtrc(df, q)) if df else float("nan")),
        parameters=tuple(
            _parameter(contrasts[loop], estimate, se)
            for loop, estimate, se in zip(loops, omega.tolist(), errors.tolist(), strict=True)
        ),
        consistent=tuple(contrasts[edge] for edge in tree),
        covariance=covariance,
    )


def tau2_within(network: Network, design: Design, tau_method: TauMethod) -> float:
    """Return tau² of the model in which every design has its own effects."""
    columns = design_contrasts(network, design)
    if design.y.size <= columns.shape[1]:
        return 0.0
    names = tuple(f"contrast {i}" for i in range(columns.shape[1]))
    return estimate_tau2(regression(design, columns, names), tau_method)


def _fundamental_loops(
    designs: tuple[PooledDesign, ...], treatments: int
) -> tuple[list[int], list[int], Floats]:
    """Return the contrasts of a spanning tree, the others, and (others, R): each of the others
    minus its way through the tree.

    The tree is grown from the designs with most trials; what it leaves over closes one loop each.
    """
    edges = [
        (own.arms[0], arm, rank, len(own.studies))
        for rank, own in enumerate(designs)
        for arm in own.arms[1:]
    ]
    order = sorted(range(len(edges)), key=lambda e: (-edges[e][3], edges[e][2], e))
    root = list(range(treatments))

    def find(a: int) -> int:
        while root[a] != a:
            a = root[a]
        return a

    tree: list[int] = []
    for e in order:
        one, two = find(edges[e][0]), find(edges[e][1])
        if one != two:
            root[two] = one
            tree.append(e)
    loops = [e for e in range(len(edges)) if e not in set(tree)]
    incidence = np.zeros((len(edges), treatments))
    for e, (base, arm, *_) in enumerate(edges):
        incidence[e, arm] += 1
        incidence[e, base] -= 1
    # tree contrasts express every other: solve on all treatments but the first
    ways = np.rint(np.linalg.solve(incidence[tree, 1:].T, incidence[loops, 1:].T)).T
    turn = np.zeros((len(loops), len(edges)))
    turn[np.arange(len(loops)), loops] = 1
    turn[:, tree] -= ways
    return tree, loops, turn


def _parameter(contrast: DesignContrast, estimate: float, se: float) -> InconsistencyParameter:
    z = estimate / se
    return InconsistencyParameter(
        design=contrast.design,
        treatment1=contrast.treatment1,
        treatment2=contrast.treatment2,
        studies=contrast.studies,
        estimate=estimate,
        se=se,
        z=z,
        p=float(2 * ndtr(-abs(z))),
    )
