"""From a drug's own exposure to that of the drug with its active metabolite.

With the drug's part p of the sum in the reference group, the sum changes by p R + (1 - p) M: R for
the drug, M for the metabolite. R comes from the ratios; M lies between two bounds. Where the
enzyme forms the metabolite: between being its only maker (then M = R x, x the activity left) and
the metabolite staying as it was (M = 1); one of several makers leaves it as it was. Where the
enzyme clears both: between the change of the metabolite given as a drug, and that change times R,
for a drug that stays longer also forms more; a ratio printed of the metabolite itself lowers the
lower bound. The middle of the bounds on the log scale is used,
and the bounds are taken as two standard deviations to either side. All of this is assuage's own.
"""

from math import exp, log, sqrt

from assuage.exposure.change import Change
from assuage.exposure.model import ExposureModel
from assuage.exposure.published import Moiety, Route
from assuage.exposure.static_model import LogRatio

NEAR = 0.15
"""Within this much of an activity a metabolite's printed ratio is taken as a bound. Ours."""


def judged_with_metabolite(route: Route, change: Change, model: ExposureModel) -> LogRatio:
    """Return the log ratio of what is judged: of the drug, or of its sum with the metabolite."""
    moiety = model.knowledge.moiety_of(route.drug)
    if moiety is None or route.metabolite == "none" or change.left is None:
        return change.parent
    part, own = moiety.parent_share, exp(change.parent.mean)
    low, high, variance = _metabolite(route, moiety, change, model)
    sums = (log(part * own + (1 - part) * low), log(part * own + (1 - part) * high))
    middle = sum(sums) / 2
    weight = part * own / exp(middle)
    known = weight * sqrt(change.parent.variance) + (1 - weight) * sqrt(variance)
    return LogRatio(mean=middle, variance=known**2 + ((sums[1] - sums[0]) / 4) ** 2)


def _metabolite(
    route: Route, moiety: Moiety, change: Change, model: ExposureModel
) -> tuple[float, float, float]:
    """Return the bounds of the metabolite's ratio, and the variance of its log within them."""
    own, left = exp(change.parent.mean), change.left or 0.0
    same = change.parent.variance
    if route.metabolite == "forms":
        return (own * left if route.share == "main" else 1.0), 1.0, same
    given = change.parent
    if (moiety.metabolite_drug, route.route) in model.static.shares:
        given = model.static.log_ratio(
            moiety.metabolite_drug, route.route, after=left, inhibitor=None
        )
    low, high = sorted((exp(given.mean), exp(given.mean) * own))
    printed = _printed(route, moiety, left, model)
    return (low if printed is None else min(low, printed)), high, given.variance


def _printed(route: Route, moiety: Moiety, left: float, model: ExposureModel) -> float | None:
    """Return the metabolite's own ratio as printed for the nearest activity, if one is near.

    Those of nortriptyline stop at 48 hours and are lower bounds in poor metabolisers.
    """
    near = [
        (abs(row.activity - left), row.ratio)
        for row in model.knowledge.ratios
        if row.victim == route.drug
        and row.route == route.route
        and row.use == "metabolite"
        and row.analyte.startswith(moiety.metabolite)
        and row.activity is not None
    ]
    distance, ratio = min(near, default=(NEAR + 1, 1.0))
    return ratio if distance <= NEAR else None
