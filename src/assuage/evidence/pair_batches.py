"""The contrasts of many trials from their printed pairwise contrasts, trials of a size at once.

The same as `effect.contrasts_from_pairs` on each trial, in time that a large network can spare.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from assuage.evidence.effect import ROUNDING_IN_SE, Pair, contrasts_from_pairs
from assuage.evidence.network import Floats, StudyContrasts


def contrasts_from_studies(studies: Mapping[str, Sequence[Pair]]) -> tuple[StudyContrasts, ...]:
    """Return the contrasts of each trial, in the order given.

    Raises NetworkError as `contrasts_from_pairs` does, for the first trial it would refuse.
    """
    found: dict[str, StudyContrasts] = {}
    names: dict[str, tuple[str, ...]] = {}
    batches: dict[int, list[str]] = {}
    for study, pairs in studies.items():
        if len(pairs) == 1:
            arms = (pairs[0].treatment2, pairs[0].treatment1)
        else:
            arms = tuple(dict.fromkeys(t for p in pairs for t in (p.treatment2, p.treatment1)))
        names[study] = arms
        if len(pairs) == len(arms) * (len(arms) - 1) // 2 and len(set(arms)) == len(arms):
            batches.setdefault(len(arms), []).append(study)
    for size, batch in batches.items():
        for study, estimates, covariance in _batch(studies, names, batch, size):
            found[study] = StudyContrasts(
                study=study, treatments=names[study], estimates=estimates, covariance=covariance
            )
    # a trial that is missing here has something wrong with it, which the other function names
    return tuple(
        found[study] if study in found else contrasts_from_pairs(study, pairs)
        for study, pairs in studies.items()
    )


def _batch(
    studies: Mapping[str, Sequence[Pair]],
    names: Mapping[str, tuple[str, ...]],
    batch: Sequence[str],
    size: int,
) -> list[tuple[str, Floats, Floats]]:
    """Contrasts and covariance of trials with the same number of arms that are in order."""
    given = np.array([(p.estimate, p.se) for study in batch for p in studies[study]])
    if size == 2:
        estimates, covariance = given[:, :1], (given[:, 1] ** 2)[:, None, None]
        return list(zip(batch, estimates, covariance, strict=True))
    effect, variance = _matrices(studies, names, batch, (given, size))
    covariance = (variance[:, 0, 1:, None] + variance[:, 0, None, 1:] - variance[:, 1:, 1:]) / 2
    whole = np.flatnonzero(np.isfinite((effect + variance).sum(axis=(1, 2))))
    kept = whole[np.linalg.eigvalsh(covariance[whole])[:, 0] > 0]
    effect, variance = effect[kept], variance[kept]
    values = _least_squares(effect, variance)
    gap = np.abs(effect - (values[:, :, None] - values[:, None, :]))
    agree = (gap - ROUNDING_IN_SE * np.sqrt(variance)).max(axis=(1, 2), initial=0.0) <= 0
    estimates = values[:, 1:] - values[:, :1]
    places: list[int] = kept.tolist()
    return [(batch[i], estimates[row], covariance[i]) for row, i in enumerate(places) if agree[row]]


def _matrices(
    studies: Mapping[str, Sequence[Pair]],
    names: Mapping[str, tuple[str, ...]],
    batch: Sequence[str],
    numbers: tuple[Floats, int],
) -> tuple[Floats, Floats]:
    """All contrasts of each trial as (S, a, a) effects, nan where one is missing, and variances."""
    given, size = numbers
    at = np.array(
        [
            (row, names[study].index(p.treatment1), names[study].index(p.treatment2))
            for row, study in enumerate(batch)
            for p in studies[study]
        ]
    )
    trial, first, second = at.T
    effect = np.full((len(batch), size, size), np.nan)
    variance = np.zeros_like(effect)
    diagonal = np.arange(size)
    effect[:, diagonal, diagonal] = 0.0
    effect[trial, first, second], effect[trial, second, first] = given[:, 0], -given[:, 0]
    variance[trial, first, second] = variance[trial, second, first] = given[:, 1] ** 2
    return effect, variance


def _least_squares(effect: Floats, variance: Floats) -> Floats:
    """Arm values (S, a) that reproduce the contrasts best, weighted as the trial's own fit is."""
    size = effect.shape[1]
    centre = np.eye(size) - 1 / size
    inverse = -0.5 * centre @ variance @ centre
    # the pseudo-inverse of a matrix whose rows sum to zero, by filling in its one null direction
    scale: Floats = np.einsum("sii->s", inverse)[:, None, None]
    laplacian = np.asarray(np.linalg.inv(inverse + scale / size), np.float64) - 1 / (scale * size)
    return -np.einsum("sij,sjk,sjk->si", inverse, laplacian, effect)
