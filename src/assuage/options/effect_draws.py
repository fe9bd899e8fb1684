"""Draws of what happens on placebo and on each treatment, the same on every run.

Draws of one network are joint, so that two drugs compared with the same placebo groups move
together, and a drug with the class that speaks for another; different outcomes and different
networks are drawn apart, as nothing is known of how they go together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from statistics import NormalDist
from zlib import crc32

import numpy as np

from assuage.evidence.network import Floats
from assuage.evidence.nodes import Level
from assuage.options.evidence_choice import Evidence
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.release import EvidenceRelease, LabelEffect

COUNT = 1024
UNKNOWN_TAU = 0.34
"""Between-study SD on log odds where no network gives one: the median of its prior."""


@lru_cache(maxsize=4096)
def order_of(*names: str) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    """Return a fixed order of the draws, unlike that of any other name.

    Rows of one network stay together; in another order they are independent of other networks'.
    By the finaliser of SplitMix64, the same on every machine.
    """
    mask, seed = np.uint64(2**64 - 1), crc32("/".join(names).encode())
    z = (np.arange(COUNT, dtype=np.uint64) + np.uint64(seed * COUNT)) * np.uint64(
        0x9E3779B97F4A7C15
    )
    z = ((z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)) & mask
    z = ((z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)) & mask
    return np.argsort(z ^ (z >> np.uint64(31)), kind="stable")


@lru_cache(maxsize=1)
def _standard_normal() -> Floats:
    """The mid-quantiles of a standard normal, shape (COUNT,)."""
    standard = NormalDist()
    return np.array([standard.inv_cdf((i + 0.5) / COUNT) for i in range(COUNT)])


def normal_draws(mean: float, sd: float, *names: str) -> Floats:
    """Return COUNT draws of a normal variable, in an order of their own for these names."""
    return mean + sd * standard_draws(*names)


@lru_cache(maxsize=4096)
def standard_draws(*names: str) -> Floats:
    """Return COUNT draws of a standard normal variable, in an order of their own."""
    return _standard_normal()[order_of(*names)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectDraws:
    """Draws from a release. Arrays have shape (COUNT,).

    Effects are against placebo: log odds ratios, or points on 0-10. Each network is drawn once,
    when it is first asked for, and only for the drugs and classes in `nodes`.
    """

    release: EvidenceRelease
    nodes: frozenset[str]
    _joint: dict[tuple[str, Level], dict[str, Floats]] = field(
        default_factory=dict[tuple[str, Level], dict[str, Floats]]
    )

    def placebo(self, outcome: str, condition: str) -> Floats | None:
        """Return the log odds (or points) on placebo, or None when no placebo arm reports it."""
        result = self.release.outcomes.get(outcome)
        if result is None or result.baseline is None:
            return None
        risk = result.baseline.of(condition)
        return normal_draws(risk.mean, risk.sd, "placebo", outcome)

    def effect(self, outcome: str, evidence: Evidence) -> Floats:
        """Return the effect against placebo that the evidence speaks of."""
        if evidence.label is not None:
            return self._of_label(outcome, evidence.label)
        assert evidence.level is not None
        if evidence.level != "class":
            return self._level(outcome, evidence.level)[evidence.node]
        drugs = self.release.outcomes[outcome].levels["drug"].effects
        joint: Level = "drug" if evidence.node in drugs.names else "class"
        drawn = self._level(outcome, joint)[evidence.node]
        return drawn + normal_draws(0.0, self._between(outcome), "member", outcome, evidence.member)

    def tau(self, outcome: str, level: Level = "drug") -> float:
        """Return the between-study SD of an outcome's effects: the root of its mean square, which
        is what it adds to the variance of the effect in a new trial."""
        result = self.release.outcomes.get(outcome)
        found = None if result is None else result.levels.get(level)
        if found is None:
            return UNKNOWN_TAU
        return float(found.effects.weights @ found.effects.heterogeneity**2) ** 0.5

    def _level(self, outcome: str, level: Level) -> dict[str, Floats]:
        """Joint draws by node."""
        if (outcome, level) not in self._joint:
            effects = self.release.outcomes[outcome].levels[level].effects
            wanted = [n for n in effects.names if (n.rpartition(" ")[0] or n) in self.nodes]
            drawn = _part(effects, wanted).draws(COUNT)[order_of(outcome, level)]
            columns = np.ascontiguousarray(drawn.T)
            self._joint[outcome, level] = dict(zip(wanted, columns, strict=True))
        return self._joint[outcome, level]

    def _between(self, outcome: str) -> float:
        """How far one more member may lie from its class's mean (SD).

        The spread of drugs about their class (root mean square of its posterior).
        """
        effects = self.release.outcomes[outcome].levels["class"].effects
        return float(effects.weights @ effects.heterogeneity**2) ** 0.5

    def _of_label(self, outcome: str, label: LabelEffect) -> Floats:
        """A label's trials were in other people: their effect counts as one more study's."""
        sd = (label.se**2 + self.tau(outcome) ** 2) ** 0.5
        return normal_draws(label.log_odds_ratio, sd, "label", label.drug, outcome)


@lru_cache(maxsize=4)
def draws_of(release: EvidenceRelease, nodes: frozenset[str]) -> EffectDraws:
    """Return the draws of a release for these drugs and classes, made once in a process."""
    return EffectDraws(release=release, nodes=nodes)


def _part(effects: GaussianMixture, names: Sequence[str]) -> GaussianMixture:
    """Return the joint posterior of some of the treatments."""
    keep = [effects.names.index(name) for name in names]
    return replace(
        effects,
        names=tuple(names),
        means=effects.means[:, keep],
        covariances=effects.covariances[:, keep][:, :, keep],
    )


def expit(log_odds: Floats) -> Floats:
    """Return risks for log odds."""
    return 1 / (1 + np.exp(-log_odds))
