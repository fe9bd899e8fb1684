"""Which designs disagree with which: the net heat matrix.

Krahn, Binder and König, BMC Med Res Methodol 2013;13:35. For each design its trials are set free
from the consistent network ("detached"), and one looks how much less the other designs then
deviate from it.
"""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from assuage.evidence.network import Floats, Network
from assuage.synthesis.classical.designs import (
    PooledDesign,
    block_covariance,
    contrast_matrix,
    pool_designs,
)
from assuage.synthesis.classical.weights import Comparison, named, pairs
from assuage.synthesis.consistency import decompose
from assuage.synthesis.design import Indices, build_design
from assuage.synthesis.gls import Effects

_PINV = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignContrast:
    """treatment2 against treatment1, the baseline, as the trials of one design see it."""

    design: tuple[str, ...]
    treatment1: str
    treatment2: str
    studies: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetHeat:
    """R contrasts of designs, each design's a - 1 together.

    `q` (R,) are their parts of Q between designs. `change` (R, R): how much the part of the row
    falls when the design of the column is detached (positive: the column's design was the cause;
    negative: it agreed with the row and held it up). `residuals` (R, R): what is left of the row
    once the column's design is detached. Columns of designs whose detachment changes nothing are
    nan. `hat` (R, R) is each contrast's network estimate (rows) from the designs' own (columns);
    `hat_comparisons` (C, R) are those of all comparisons.
    """

    tau2: float
    rows: tuple[DesignContrast, ...]
    q: Floats
    change: Floats
    residuals: Floats
    hat: Floats
    comparisons: tuple[Comparison, ...]
    hat_comparisons: Floats


def net_heat(
    network: Network, *, effects: Effects = "common", tau2: float | None = None
) -> NetHeat:
    """Return the net heat matrix.

    With random effects tau² is that within designs, by the method of moments (so that
    inconsistency is not taken for heterogeneity), unless `tau2` presets it. Raises NetworkError
    when the network is not connected.
    """
    design = build_design(network)
    if tau2 is None:
        tau2 = decompose(design).tau_within ** 2 if effects == "random" else 0.0
    designs = pool_designs(network, design, tau2)
    n = len(network.treatments)
    x = contrast_matrix(designs, n)
    inverse: Floats = np.linalg.inv(block_covariance(designs)).astype(float, copy=False)
    y = np.concatenate([own.effects for own in designs])
    fitted = np.linalg.pinv(x.T @ inverse @ x, rcond=_PINV, hermitian=True) @ x.T @ inverse
    own = y - x @ fitted @ y
    q = own * (inverse @ own)
    residuals = _detached(designs, x, inverse, y)
    first, second = pairs(n)
    return NetHeat(
        tau2=tau2,
        rows=design_rows(network, designs),
        q=q,
        change=q[:, None] - residuals * (inverse @ residuals),
        residuals=residuals,
        hat=x @ fitted,
        comparisons=named(network.treatments, (first, second)),
        hat_comparisons=fitted[second] - fitted[first],
    )


def design_rows(network: Network, designs: tuple[PooledDesign, ...]) -> tuple[DesignContrast, ...]:
    """Return the contrasts of all designs, in order."""
    name = network.treatments
    return tuple(
        DesignContrast(
            design=tuple(name[a] for a in own.arms),
            treatment1=name[own.arms[0]],
            treatment2=name[arm],
            studies=len(own.studies),
        )
        for own in designs
        for arm in own.arms[1:]
    )


def _detached(designs: tuple[PooledDesign, ...], x: Floats, inverse: Floats, y: Floats) -> Floats:
    """Residuals (R, R) of all contrasts from the network without the column's design, zero within
    that design; nan where the others say nothing of any of its contrasts."""
    places = _places(designs)
    information = np.array([x[at].T @ inverse[np.ix_(at, at)] @ x[at] for at in places])
    score = np.array([x[at].T @ inverse[np.ix_(at, at)] @ y[at] for at in places])
    # sums before and after a design, as taking it from the total would leave its rounding
    after = np.cumsum(information[::-1], axis=0)[::-1]
    before = np.zeros_like(information[0])
    out = np.full((y.size, y.size), np.nan)
    for d, (own, at) in enumerate(zip(designs, places, strict=True)):
        rest: Floats = before + (after[d + 1] if d + 1 < len(designs) else 0)
        before = before + information[d]
        if not _speak_of(rest, own.arms):
            continue
        others = np.delete(score, d, axis=0).sum(axis=0)
        inverted = np.linalg.pinv(rest, rcond=_PINV, hermitian=True)
        left: Floats = y - x @ (inverted @ others)
        left[at] = 0
        out[:, at] = left[:, None]
    return out


def _places(designs: tuple[PooledDesign, ...]) -> list[Indices]:
    sizes = [own.effects.size for own in designs]
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])


def _speak_of(information: Floats, arms: tuple[int, ...]) -> bool:
    """Whether the trials behind this information link some two of these arms."""
    linked = information != 0
    for arm in arms[:-1]:
        reached = np.zeros(len(linked), dtype=bool)
        reached[arm] = True
        size = 0
        while size < reached.sum():
            size = int(reached.sum())
            reached |= linked[reached].any(axis=0)
        if reached[list(arms)].sum() > 1:
            return True
    return False


def display_order(heat: NetHeat) -> tuple[int, ...]:
    """Return the rows in an order that puts alike ones side by side, for a picture.

    Rows whose column is nan are left out. Clustered by complete linkage on the summed absolute
    differences of rows and of columns, as netmeta's netheat.
    """
    kept = np.flatnonzero(~np.isnan(heat.change).any(axis=0))
    if kept.size < 3:
        return tuple(kept.tolist())
    change = heat.change[np.ix_(kept, kept)]
    from scipy.cluster import hierarchy  # noqa: PLC0415 - slow to import, for pictures only
    from scipy.spatial import distance  # noqa: PLC0415

    clusters, apart = cast("Any", hierarchy), cast("Any", distance).pdist
    tree = clusters.linkage(
        apart(change, "cityblock") + apart(change.T, "cityblock"), method="complete"
    )
    return tuple(kept[clusters.leaves_list(tree)].tolist())
