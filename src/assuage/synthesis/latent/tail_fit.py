"""How far importance weights can be trusted: the generalised Pareto shape of their tail.

Vehtari, Simpson, Gelman, Yao and Gabry (J Mach Learn Res 2024;25(72):1-58) smooth the largest
weights by a generalised Pareto fit and use its shape k-hat as the diagnostic; the fit is the
profile posterior mean of Zhang and Stephens (Technometrics 2009;51:316-325), with the weak prior
on k that the former paper adds.
"""

from math import ceil, sqrt

import numpy as np

from assuage.evidence.network import Floats

RELIABLE = 0.7
"""Estimates from weights with a larger k-hat converge too slowly to be used."""
_FEWEST_TAIL = 5


def smoothed(log_weights: Floats) -> tuple[Floats, float]:
    """Return log weights with a smoothed tail, normalised to sum to one, and k-hat."""
    log_w = log_weights - log_weights.max()
    count = len(log_w)
    size = ceil(min(0.2 * count, 3 * sqrt(count)))
    order = np.argsort(log_w, kind="stable")
    tail = order[count - size :]
    cutoff = float(np.exp(log_w[order[count - size - 1]]))
    excess = np.exp(log_w[tail]) - cutoff
    if size < _FEWEST_TAIL or excess[-1] <= 0 or excess[-1] - excess[0] <= 1e-12 * excess[-1]:
        return log_w - np.log(np.exp(log_w).sum()), -np.inf
    k, scale = pareto_fit(np.maximum(excess, 1e-300))
    at = (np.arange(size) + 0.5) / size
    quantiles = -np.log1p(-at) if abs(k) < 1e-12 else np.expm1(-k * np.log1p(-at)) / k
    log_w = log_w.copy()
    log_w[tail] = np.minimum(np.log(cutoff + scale * quantiles), 0.0)
    return log_w - np.log(np.exp(log_w).sum()), k


def pareto_fit(excess: Floats) -> tuple[float, float]:
    """Return shape and scale of a generalised Pareto for sorted positive excesses (n,)."""
    n = len(excess)
    candidates = 30 + int(sqrt(n))
    quartile = float(excess[int(n / 4 + 0.5) - 1])
    at = np.arange(1, candidates + 1)
    theta = 1 / excess[-1] + (1 - np.sqrt(candidates / (at - 0.5))) / (3 * quartile)
    shapes = np.log1p(-theta[:, None] * excess).mean(axis=1)
    profile = n * (np.log(-theta / shapes) - shapes - 1)
    weights = np.exp(profile - profile.max())
    mean = float((theta * weights).sum() / weights.sum())
    k = float(np.log1p(-mean * excess).mean())
    scale = -k / mean
    return k * n / (n + 10) + 10 * 0.5 / (n + 10), scale
