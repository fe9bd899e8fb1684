"""What a dose means at a person's exposure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from assuage.exposure.relative import RelativeExposure
from assuage.exposure.wording import short
from assuage.units import MgPerDay, plain

Floats = NDArray[np.float64]
WORTH_A_CHANGE = 1.25
"""The least rise that lowers a start; less is commonly held to be of no weight. Ours (0008)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureStart:
    """A starting dose at a person's exposure.

    `cut` is the part of the usual start that was aimed at (1: unchanged). `reached` is False when
    no dose that strengths make is as low as that: `dose` is then the lowest there is.
    """

    dose: MgPerDay
    cut: float
    reached: bool
    because: str


def equivalent_dose(dose: MgPerDay, exposure: RelativeExposure, normals: Floats) -> Floats:
    """Return, draw by draw, the dose that gives most people the exposure this person gets of it.

    `dose` is in mg/day, as is the result; `normals` are standard normal draws, of any shape: the
    same for every dose and drug that is compared in one person, so that differences are right.
    """
    return float(dose) * np.exp(exposure.log_mean + exposure.log_sd * normals)


def equivalent_interval(dose: MgPerDay, exposure: RelativeExposure) -> tuple[float, float, float]:
    """Return the median and the 95% bounds of the equivalent dose, in mg/day."""
    given = float(dose)
    return given * exposure.median, given * exposure.low, given * exposure.high


def start_for_exposure(
    start: MgPerDay, makeable: Sequence[MgPerDay], exposure: RelativeExposure
) -> ExposureStart:
    """Return the starting dose at a person's exposure: lower where it is raised, never higher.

    The larger of the two counts, the rise of the drug itself and that of its sum with the
    metabolite. Where less is expected the start stays: a slow start harms nobody. `makeable` holds
    the daily doses that marketed strengths make; the largest at or below the aim is taken.
    """
    rise = max(exposure.median, exposure.parent_median)
    if rise < WORTH_A_CHANGE:
        return ExposureStart(dose=start, cut=1.0, reached=True, because="")
    aim = start / Decimal(repr(rise))
    low_enough = [dose for dose in makeable if dose <= aim]
    dose = max(low_enough, default=min(makeable, default=start))
    told = f"{exposure.drug} at {short(rise)} times the usual exposure"
    if not low_enough:
        told += f"; no strength makes as little as {plain(_rounded(aim))} mg"
    return ExposureStart(
        dose=min(dose, start), cut=1 / rise, reached=bool(low_enough), because=told
    )


def _rounded(dose: Decimal) -> Decimal:
    """Round a dose that is only told, not taken, to a tenth of a mg."""
    return dose.quantize(Decimal("0.1"))
