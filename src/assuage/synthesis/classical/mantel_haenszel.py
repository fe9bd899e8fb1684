"""Mantel-Haenszel network meta-analysis of odds ratios, for rare events.

Efthimiou, Rücker, Schwarzer, Higgins, Egger and Salanti, Stat Med 2019;38:2992-3012. Trials of the
same design are pooled by the generalised Mantel-Haenszel estimator (Mickey and Elashoff,
Biometrics 1985;41:623-635) with its covariance (Greenland, Biometrics 1989;45:183-191), which needs
no correction of empty cells; the designs are then joined by generalised least squares. The effect
is a common one; what remains between the designs is inconsistency.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from assuage.errors import NetworkError
from assuage.evidence.network import Floats, LeftOut
from assuage.synthesis.classical.event_counts import (
    CountedArms,
    EventCounts,
    informative,
    joined_treatments,
    keep_arms,
)
from assuage.synthesis.classical.treatment_effects import TreatmentEffects, versus_reference
from assuage.synthesis.consistency import ChiSquared


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledDesign:
    """All trials of one design: log odds ratios (a - 1,) of treatments[1:] versus treatments[0]."""

    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    estimates: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MantelHaenszelFit:
    """Common log odds ratios; `inconsistency` tests whether the designs agree."""

    effects: TreatmentEffects
    inconsistency: ChiSquared
    designs: tuple[PooledDesign, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def studies(self) -> int:
        return sum(len(design.studies) for design in self.designs)


def mantel_haenszel_network(
    studies: Sequence[CountedArms], *, reference: str | None = None
) -> MantelHaenszelFit:
    """Pool each design, then the designs. No cell is corrected.

    Left out with their reasons: trials without any event or without anyone free of it, and, in all
    trials of a design, an arm that has no event (or nothing else) in any of them. Raises
    NetworkError when what remains is not connected, or no trial of a design can compare two of its
    treatments.
    """
    used, left_out = informative(studies)
    groups, dropped = _by_design(used)
    left_out = (*left_out, *dropped)
    kept = [study for group in groups for study in group]
    treatments, reference = joined_treatments(kept, reference, left_out)
    designs = tuple(_pool(group) for group in groups)
    basis = {t: i for i, t in enumerate(t for t in treatments if t != reference)}
    x = np.concatenate([_rows(design, basis) for design in designs])
    y = np.concatenate([design.estimates for design in designs])
    weights = np.zeros((y.size, y.size))
    start = 0
    for design in designs:
        end = start + design.estimates.size
        weights[start:end, start:end] = np.linalg.inv(design.covariance)
        start = end
    covariance = np.linalg.inv(x.T @ weights @ x).astype(float, copy=False)
    estimates = covariance @ (x.T @ (weights @ y))
    residuals = y - x @ estimates
    q, df = float(residuals @ weights @ residuals), y.size - len(basis)
    return MantelHaenszelFit(
        effects=versus_reference(treatments, reference, estimates, covariance),
        inconsistency=ChiSquared(
            q=q if df else 0.0, df=df, p=float(chdtrc(df, q)) if df else float("nan")
        ),
        designs=designs,
        left_out=left_out,
    )


def _by_design(
    studies: Sequence[EventCounts],
) -> tuple[tuple[tuple[EventCounts, ...], ...], tuple[LeftOut, ...]]:
    """Group by the treatments that were compared; drop a design's empty or full arms.

    A trial keeps its design when an arm is dropped, so that it is not pooled with the trials that
    never had that arm.
    """
    by_design: dict[tuple[str, ...], list[EventCounts]] = {}
    for study in studies:
        order = sorted(range(len(study.treatments)), key=study.treatments.__getitem__)
        names = tuple(study.treatments[i] for i in order)
        by_design.setdefault(names, []).append(
            EventCounts(
                study=study.study, treatments=names, events=study.events[order], n=study.n[order]
            )
        )
    groups: list[tuple[EventCounts, ...]] = []
    left_out: list[LeftOut] = []
    for names in sorted(by_design):
        group = by_design[names]
        events = np.sum([s.events for s in group], axis=0)
        others = np.sum([s.n - s.events for s in group], axis=0)
        keep = ((events > 0) & (others > 0)).tolist()
        empty = ", ".join(t for t, kept in zip(names, keep, strict=True) if not kept)
        if empty:
            reason = f"{empty}: no event, or nothing else, in all trials of {' v '.join(names)}"
            left_out += [LeftOut(study=s.study, reason=reason) for s in group]
        if sum(keep) > 1:
            groups.append(tuple(keep_arms(s, keep) for s in group))
    return tuple(groups), tuple(left_out)


def _rows(design: PooledDesign, basis: dict[str, int]) -> Floats:
    rows = np.zeros((design.estimates.size, len(basis)))
    for i, treatment in enumerate(design.treatments[1:]):
        if treatment in basis:
            rows[i, basis[treatment]] = 1
        if design.treatments[0] in basis:
            rows[i, basis[design.treatments[0]]] = -1
    return rows


def _pool(group: Sequence[EventCounts]) -> PooledDesign:
    """The generalised Mantel-Haenszel log odds ratios of one design and their covariance."""
    names = group[0].treatments
    events, n = np.array([s.events for s in group]), np.array([s.n for s in group])
    total = n.sum(axis=1)[:, None, None]
    others = n - events
    # c[s, x, y]: events on x times event-free people on y, over all people of the trial
    c = events[:, :, None] * others[:, None, :] / total
    off = ~np.eye(len(names), dtype=bool)
    sums = c.sum(axis=0)
    if (sums[off] == 0).any():
        x, y = np.argwhere((sums == 0) & off)[0].tolist()
        raise NetworkError(
            f"No odds ratio of {names[x]} v {names[y]}: in the trials of {' v '.join(names)} "
            f"({', '.join(s.study for s in group)}) nobody with the event on {names[x]} can be "
            f"set against somebody without it on {names[y]}."
        )
    logs = np.log(np.where(off, sums, 1.0)) - np.log(np.where(off, sums.T, 1.0))
    mean = logs.sum(axis=1) / len(names)
    spread = _covariance_of_sums(_covariances(events, n, sums)) / len(names) ** 2
    estimates = mean[1:] - mean[0]
    return PooledDesign(
        treatments=names,
        studies=tuple(s.study for s in group),
        estimates=estimates,
        covariance=spread[1:, 1:] - spread[1:, :1] - spread[:1, 1:] + spread[0, 0],
    )


def _covariances(events: Floats, n: Floats, sums: Floats) -> Floats:
    """U (a, a, a): U[x, y, z] is the covariance of the pairwise log odds ratios of x v y and x v z,
    their variance when y = z, zero when x is y or z (Greenland 1989)."""
    a = sums.shape[0]
    total = n.sum(axis=1)
    others = n - events
    e, f, m = (part / total[:, None] for part in (events, others, n))
    safe = np.where(sums > 0, sums, 1.0)
    ahead, behind = 1 / safe, 1 / safe.T  # 1 / C[x, y] and 1 / C[y, x]
    triple = (
        np.einsum("sx,sy,sz->xyz", e, others, f) * ahead[:, :, None] * ahead[:, None, :]
        + np.einsum("sx,sy,sz->xyz", m, others, e) * ahead[:, :, None] * behind[:, None, :]
        + np.einsum("sx,sy,sz->xyz", m, events, f) * behind[:, :, None] * ahead[:, None, :]
        + np.einsum("sx,sy,sz->xyz", f, events, e) * behind[:, :, None] * behind[:, None, :]
    ) / 3
    c = events[:, :, None] * f[:, None, :]
    d = e[:, :, None] + f[:, None, :]
    back_c, back_d = c.transpose(0, 2, 1), d.transpose(0, 2, 1)
    pair = (
        (c * d).sum(axis=0) * ahead**2
        + (c * back_d + back_c * d).sum(axis=0) * ahead * behind
        + (back_c * back_d).sum(axis=0) * behind**2
    ) / 2
    same = np.eye(a)
    apart = 1 - same
    return (
        triple * apart[:, :, None] * apart[:, None, :] * apart + (pair * apart)[:, :, None] * same
    )


def _covariance_of_sums(u: Floats) -> Floats:
    """The covariance (a, a) of the sums over y of the log odds ratios x v y."""
    first = u.sum(axis=2)  # over z: [x, y]
    pair = np.diagonal(u, axis1=1, axis2=2)
    out = u.sum(axis=0) - first - first.T + pair
    np.fill_diagonal(out, first.sum(axis=1))
    return out
