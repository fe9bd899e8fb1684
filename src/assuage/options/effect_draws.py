"""Draws of what happens on placebo and on each treatment, the same on every run.

Draws of one network are joint, so that two drugs compared with the same placebo groups move
together; different outcomes and different networks are drawn apart, as nothing is known of how
they go together.
"""

from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from assuage.evidence.network import Floats
from assuage.options.evidence_choice import Evidence
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.release import EvidenceRelease, LabelEffect, Level

COUNT = 1024
UNKNOWN_TAU = 0.34
"""Between-study SD on log odds where no network gives one: the median of its prior."""


def stream(*names: str) -> int:
    """Return the fixed number of an independent stream of draws."""
    return crc32("/".join(names).encode())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectDraws:
    """Draws from a release for people with one condition. Arrays have shape (COUNT,).

    Effects are against placebo: log odds ratios, or points on 0-10.
    """

    release: EvidenceRelease
    condition: str
    _joint: dict[tuple[str, Level], Floats] = field(default_factory=dict[tuple[str, Level], Floats])
    _single: dict[tuple[str, ...], Floats] = field(default_factory=dict[tuple[str, ...], Floats])

    def placebo(self, outcome: str) -> Floats | None:
        """Return the log odds (or points) on placebo, or None when no placebo arm reports it."""
        result = self.release.outcomes.get(outcome)
        if result is None or result.baseline is None:
            return None
        risk = result.baseline.of(self.condition)
        return self._normal(("placebo", outcome), risk.mean, risk.sd)

    def effect(self, outcome: str, evidence: Evidence) -> Floats:
        """Return the effect against placebo that the evidence speaks of."""
        if evidence.label is not None:
            return self._of_label(outcome, evidence.label)
        assert evidence.level is not None
        names = self.release.outcomes[outcome].levels[evidence.level].effects.names
        return self._level(outcome, evidence.level)[:, names.index(evidence.node)]

    def tau(self, outcome: str) -> float:
        """Return the between-study SD of an outcome's effects (posterior median, by drug)."""
        result = self.release.outcomes.get(outcome)
        level = None if result is None else result.levels.get("drug")
        return UNKNOWN_TAU if level is None else level.tau[0]

    def _level(self, outcome: str, level: Level) -> Floats:
        """Joint draws (COUNT, treatments); by class, as for a drug that was not tried.

        A class's mean says little of one more member: it is drawn as a new study's effect would
        be, with the between-study spread, which at this level holds that between drugs too.
        """
        if (outcome, level) not in self._joint:
            effects = self.release.outcomes[outcome].levels[level].effects
            wanted = effects.predictive() if level == "class" else effects
            drawn = wanted.draws(COUNT, stream=stream(outcome, level))
            self._joint[outcome, level] = drawn
        return self._joint[outcome, level]

    def _of_label(self, outcome: str, label: LabelEffect) -> Floats:
        """A label's trials were in other people: their effect counts as one more study's."""
        sd = (label.se**2 + self.tau(outcome) ** 2) ** 0.5
        return self._normal(("label", label.drug, outcome), label.log_odds_ratio, sd)

    def _normal(self, name: tuple[str, ...], mean: float, sd: float) -> Floats:
        if name not in self._single:
            one = GaussianMixture(
                reference="",
                names=("x",),
                weights=np.ones(1),
                means=np.array([[mean]]),
                covariances=np.array([[[sd**2]]]),
                heterogeneity=np.zeros(1),
            )
            self._single[name] = one.draws(COUNT, stream=stream(*name))[:, 0]
        return self._single[name]


def expit(log_odds: Floats) -> Floats:
    """Return risks for log odds."""
    return 1 / (1 + np.exp(-log_odds))
