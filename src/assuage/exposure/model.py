"""All that is needed to judge a person's exposure, learnt once from the published tables."""

from collections.abc import Iterable
from dataclasses import dataclass

from assuage.exposure.observation import Observation, observations
from assuage.exposure.published import ExposureKnowledge, ExposureRatio, Route
from assuage.exposure.static_model import (
    Key,
    NormalPrior,
    StaticModel,
    StaticPriors,
    fit_static,
)

SHARE_PRIORS = {
    "main": NormalPrior(centre=0.75, sd=0.7),
    "part": NormalPrior(centre=0.3, sd=0.7),
    "minor": NormalPrior(centre=0.1, sd=0.7),
}
MEASURED_SHARE_SD = 0.3
RESIDUAL_PRIORS = {
    "strong": NormalPrior(centre=0.1, sd=1.0),
    "not_stated": NormalPrior(centre=0.4, sd=1.25),
}
"""On the log odds; all assuage's own. Strong inhibitors are held to leave hardly any activity
(doi 10.1002/cpt.1768)."""


NEW_STUDY_SPREAD = 0.5
"""Standard deviation of a further study around the model, on the log scale.

Larger than the spread within the table: with it the intervals of left-out studies cover what they
should (`validation/exposure_ratios.py`).
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExposureModel:
    """The published tables, and the static model learnt from them.

    `seen` holds what it was learnt from.
    """

    knowledge: ExposureKnowledge
    static: StaticModel
    seen: tuple[Observation, ...]

    def is_published(
        self, drug: str, route: str, *, activity: float, inhibitor: str | None
    ) -> bool:
        """Say whether a ratio of this very drug was published for this very factor.

        For a genotype: one with an activity on the same side of the usual one, none for none.
        """
        return any(
            o.drug == drug
            and o.route == route
            and o.inhibitor == inhibitor
            and (o.before == 1.0 if inhibitor else _alike(o.after, activity))
            for o in self.seen
        )

    def rows_for(
        self, drug: str, kind: str, levels: Iterable[str], *, routes: Iterable[str] | None = None
    ) -> tuple[ExposureRatio, ...]:
        """Return the rows of a factor that are pooled as they stand."""
        wanted = frozenset(levels)
        allowed = None if routes is None else frozenset(routes)
        return tuple(
            row
            for row in self.knowledge.ratios
            if row.victim == drug
            and row.kind == kind
            and row.use == "score"
            and row.level in wanted
            and (allowed is None or row.route in allowed)
        )

    def shares_of(self, drug: str) -> float:
        """Return the sum of the median shares of enzymes that ratios were published for.

        Above 1 the studies contradict each other: no drug leaves by more than all of it.
        """
        routes = {o.route for o in self.seen if o.drug == drug}
        return sum(self.static.share(drug, route) for route in sorted(routes))


def _alike(one: float, other: float) -> bool:
    if one == 0 or other == 0:
        return one == other
    return (one > 1) == (other > 1)


def fit_exposure(knowledge: ExposureKnowledge) -> ExposureModel:
    """Learn the static model from every row that can be scored."""
    return fit_rows(knowledge, knowledge.ratios)


def fit_rows(knowledge: ExposureKnowledge, rows: Iterable[ExposureRatio]) -> ExposureModel:
    """Learn from some of the rows: leaving one study out shows what the others foresee.

    The priors are those of all rows, so that what is left out can be predicted.
    """
    everything = observations(knowledge.ratios)
    seen = observations(rows)
    static = fit_static(seen, _priors(knowledge, everything))
    return ExposureModel(knowledge=knowledge, static=static, seen=seen)


def _priors(knowledge: ExposureKnowledge, everything: Iterable[Observation]) -> StaticPriors:
    shares: dict[Key, NormalPrior] = {
        (route.drug, route.route): _share_prior(route) for route in knowledge.routes
    }
    residuals: dict[Key, NormalPrior] = {
        (group.concept, group.route): RESIDUAL_PRIORS[group.strength]
        for group in knowledge.inhibitor_classes
    }
    for observed in everything:
        # A drug that studies use to test an enzyme leaves mainly by it.
        shares.setdefault((observed.drug, observed.route), SHARE_PRIORS["main"])
        if observed.inhibitor is not None:
            key = (observed.inhibitor, observed.route)
            residuals.setdefault(key, RESIDUAL_PRIORS["not_stated"])
    return StaticPriors(shares=shares, residuals=residuals)


def _share_prior(route: Route) -> NormalPrior:
    if isinstance(route.share, str):
        return SHARE_PRIORS[route.share]
    return NormalPrior(centre=route.share, sd=MEASURED_SHARE_SD)
