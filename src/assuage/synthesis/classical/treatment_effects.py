"""Estimated effects of treatments versus a reference, with their covariance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from assuage.evidence.network import Floats
from assuage.synthesis.gls import NetworkFit
from assuage.synthesis.prediction import RelativeEffect


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TreatmentEffects:
    """Effects of n treatments on the analysis scale (log for ratios).

    `estimates` (n,) and `covariance` (n, n) are versus `reference`, in the order of `treatments`,
    zero for the reference itself; nan where the data do not identify an effect. `df` are the
    degrees of freedom of t for intervals, None for the normal distribution.
    """

    treatments: tuple[str, ...]
    reference: str
    estimates: Floats
    covariance: Floats
    df: float | None = None

    @property
    def differences(self) -> Floats:
        """(n, n): row treatment minus column treatment."""
        return self.estimates[:, None] - self.estimates[None, :]

    @property
    def standard_errors(self) -> Floats:
        """(n, n): standard errors of `differences`; zero on the diagonal."""
        own = np.diagonal(self.covariance)
        out = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * self.covariance, 0))
        np.fill_diagonal(out, 0)
        return out

    def relative_effects(self, level: float = 0.95) -> tuple[RelativeEffect, ...]:
        """Return each pair of treatments once, the reference second; no prediction intervals."""
        half = (1 + level) / 2
        z = float(ndtri(half) if self.df is None else stdtrit(self.df, half))
        order = sorted(
            range(len(self.treatments)), key=lambda i: (self.treatments[i] == self.reference, i)
        )
        differences, errors = self.differences.tolist(), self.standard_errors.tolist()
        return tuple(
            RelativeEffect(
                treatment1=self.treatments[i],
                treatment2=self.treatments[j],
                estimate=differences[i][j],
                se=errors[i][j],
                low=differences[i][j] - z * errors[i][j],
                high=differences[i][j] + z * errors[i][j],
                predict_low=None,
                predict_high=None,
            )
            for rank, i in enumerate(order)
            for j in order[rank + 1 :]
        )


def versus_reference(
    treatments: tuple[str, ...], reference: str, estimates: Floats, covariance: Floats
) -> TreatmentEffects:
    """Put the reference's zeros back: shapes (n - 1,) and (n - 1, n - 1) become (n,) and (n, n)."""
    n = len(treatments)
    others = np.array([i for i, name in enumerate(treatments) if name != reference])
    full, spread = np.zeros(n), np.zeros((n, n))
    full[others] = estimates
    spread[np.ix_(others, others)] = covariance
    return TreatmentEffects(
        treatments=treatments, reference=reference, estimates=full, covariance=spread
    )


def effects_of(fit: NetworkFit) -> TreatmentEffects:
    """Return the effects of a fitted network."""
    return TreatmentEffects(
        treatments=fit.treatments,
        reference=fit.reference,
        estimates=fit.estimates,
        covariance=fit.covariance,
    )
