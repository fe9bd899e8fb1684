"""P-scores: how sure we can be that a treatment is better than another, averaged over others."""

from typing import Literal

import numpy as np
from scipy.special import ndtr

from assuage.evidence.network import Floats

SmallValues = Literal["desirable", "undesirable"]


def p_scores(differences: Floats, standard_errors: Floats, small_values: SmallValues) -> Floats:
    """Return n P-scores in [0, 1] from (n, n) differences (row minus column) and their errors.

    Rücker and Schwarzer, BMC Med Res Methodol 2015;15:58, equation 2.
    """
    n = len(differences)
    if n < 2:
        return np.full(n, np.nan)
    sign = -1.0 if small_values == "desirable" else 1.0
    safe = standard_errors + np.eye(n)
    better = ndtr(sign * differences / safe)
    np.fill_diagonal(better, 0)
    return better.sum(axis=1) / (n - 1)
