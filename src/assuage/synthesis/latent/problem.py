"""A network and a model as blocks of like studies, ready to be solved at any hyperparameters."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.observed import (
    BinomialArms,
    NormalArms,
    NormalContrasts,
    ObservedNetwork,
    ObservedStudy,
    PoissonArms,
    RiskContrasts,
)
from assuage.synthesis.latent.arm_block import ArmBlock
from assuage.synthesis.latent.contrast_block import ContrastBlock
from assuage.synthesis.latent.families import Binomial, Family, Normal, Poisson
from assuage.synthesis.latent.features import BoundDesign, Features, Ints, SparseDesign
from assuage.synthesis.latent.integral import Contribution, Fitted
from assuage.synthesis.latent.model import BoundModel
from assuage.synthesis.latent.risk_block import RiskBlock


class Working(Protocol):
    """A block linearised: X' `information` X and X' `target` make the coefficients' equations."""

    @property
    def information(self) -> Floats: ...
    @property
    def target(self) -> Floats: ...
    def update(self, theta: Floats, eta: Floats) -> Floats: ...


class Block(Protocol):
    """Studies of one kind and number of arms. Arrays begin with K points, then the studies."""

    @property
    def studies(self) -> Ints: ...
    @property
    def arms(self) -> int: ...
    @property
    def exact(self) -> bool: ...
    def start(self, points: int) -> Floats: ...
    def working(self, eta: Floats, tau: Floats) -> Working: ...
    def settle(self, theta: Floats, eta: Floats, tau: Floats, steps: int) -> Floats: ...
    def laplace(self, theta: Floats, eta: Floats, tau: Floats) -> Floats: ...
    def contribution(
        self, theta: Floats, eta: Floats, tau: Floats, spread: Floats | None
    ) -> Contribution: ...
    def log_likelihood(self, theta: Floats, eta: Floats, tau: Floats) -> Floats: ...
    def fitted(self, theta: Floats, eta: Floats, tau: Floats) -> Fitted: ...
    def deviance_at(self, expected: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPrior:
    """Prior of each study's level mu, the predictor of its baseline arm: N(mean, sd^2), or flat
    when `sd` is None."""

    mean: float = 0.0
    sd: float | None

    @property
    def statement(self) -> str:
        prior = "flat" if self.sd is None else f"N({self.mean:.3g}, SD {self.sd:.3g})"
        return f"level of each study's baseline arm (the reference, or its first by name): {prior}"


NODES = ((50, 4), (10, 5), (3, 7), (1, 9), (0, 11))
"""Quadrature nodes a dimension by the events (or non-events) in a study's scarcest arm: the fewer,
the less normal its likelihood. Against 25 nodes (15 for three arms, 9 for four) this moves means by
at most 0.005 and SDs by 0.1% of a posterior SD on the golden networks with binary outcomes."""
MOST_NODES = 2500
"""Many arms get fewer nodes a dimension, so that no study gets more in all; the fewest are three,
because two would move means by a sixth of a posterior SD."""
MOST_ARMS = 8
"""Arms that a counted study may have: with more, three nodes a dimension are too many in all."""


def nodes_for(scarcity: Floats, arms: int) -> Ints:
    """Return the quadrature nodes a dimension for studies whose scarcest arm has so many events."""
    nodes = np.select([scarcity >= least for least, _ in NODES], [n for _, n in NODES])
    limit = next((n for n in range(11, 3, -1) if n**arms <= MOST_NODES), 3)
    return np.minimum(nodes, limit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Blocks with their sparse designs, and the model that fills them in."""

    network: ObservedNetwork
    model: BoundModel
    blocks: tuple[Block, ...]
    designs: tuple[SparseDesign, ...]

    @property
    def p(self) -> int:
        return len(self.model.names)

    @property
    def exact(self) -> bool:
        """Whether the posterior given the hyperparameters is Gaussian."""
        return all(block.exact for block in self.blocks)

    def bind(self, psi: Floats) -> tuple[BoundDesign, ...]:
        """Return the blocks' designs at the points psi (K, P)."""
        features = self.model.features(psi)
        return tuple(
            sparse.at(features.of(block.studies, block.arms))
            for sparse, block in zip(self.designs, self.blocks, strict=True)
        )


def build_problem(
    network: ObservedNetwork, model: BoundModel, level: LevelPrior, example: Floats
) -> Problem:
    """Group a network's studies into blocks. `example` (K, P) are points that show which places
    of the design are ever used."""
    blocks = tuple(_blocks(network, level))
    features: Features = model.features(example)
    designs = tuple(
        SparseDesign.of(features.of(block.studies, block.arms), len(model.names))
        for block in blocks
    )
    return Problem(network=network, model=model, blocks=blocks, designs=designs)


def _blocks(network: ObservedNetwork, level: LevelPrior) -> list[Block]:
    groups: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for s, study in enumerate(network.studies):
        detail = study.scale if isinstance(study, RiskContrasts) else ""
        groups[type(study).__name__, len(study.treatments), detail].append(s)
    out: list[Block] = []
    for key in sorted(groups):
        rows = np.array(groups[key], dtype=np.int64)
        members = [network.studies[s] for s in groups[key]]
        contrasts = [m for m in members if isinstance(m, NormalContrasts)]
        risks = [m for m in members if isinstance(m, RiskContrasts)]
        if contrasts:
            estimates = np.array([c.estimates for c in contrasts], dtype=np.float64)
            covariances = np.array([c.covariance for c in contrasts], dtype=np.float64)
            out.append(ContrastBlock.of(rows, estimates, covariances))
        elif risks:
            out.append(_risk_block(rows, risks))
        else:
            out.extend(_arm_blocks(rows, _family(members), level, network))
    return out


def _family(members: Sequence[ObservedStudy]) -> Family:
    binomial = [m for m in members if isinstance(m, BinomialArms)]
    poisson = [m for m in members if isinstance(m, PoissonArms)]
    normal = [m for m in members if isinstance(m, NormalArms)]
    if binomial:
        return Binomial(
            events=np.array([m.events for m in binomial], dtype=np.float64),
            people=np.array([m.people for m in binomial], dtype=np.float64),
        )
    if poisson:
        return Poisson(
            events=np.array([m.events for m in poisson], dtype=np.float64),
            exposure=np.array([m.exposure for m in poisson], dtype=np.float64),
        )
    ses = np.array([m.ses for m in normal], dtype=np.float64)
    return Normal(means=np.array([m.means for m in normal], dtype=np.float64), precision=1 / ses**2)


def _arm_blocks(
    rows: Ints, family: Family, level: LevelPrior, network: ObservedNetwork
) -> list[Block]:
    _refuse_too_many_arms(family, network)
    nodes = nodes_for(family.scarcity(), family.shape[1])
    empty = family.eventless()
    if level.sd is None:
        _need_information(rows[empty], network)
    out: list[Block] = []
    for count, eventless in sorted(set(zip(nodes.tolist(), empty.tolist(), strict=True))):
        picked = np.flatnonzero((nodes == count) & (empty == eventless))
        precision = 0.0 if level.sd is None else 1 / level.sd**2
        out.append(
            ArmBlock(
                studies=rows[picked],
                family=family.pick(picked),
                level_mean=np.full(len(picked), level.mean if level.sd is not None else 0.0),
                level_precision=np.full(len(picked), precision),
                nodes=int(count),
                eventless=bool(eventless),
            )
        )
    return out


def _refuse_too_many_arms(family: Family, network: ObservedNetwork) -> None:
    arms = family.shape[1]
    if arms > MOST_ARMS and not family.exact:
        named = [study.study for study in network.studies if len(study.treatments) == arms]
        raise NetworkError(
            f"A study's counts can have at most {MOST_ARMS} arms here; {', '.join(named)} has "
            f"{arms}: give it as contrasts on the scale of the link (NormalContrasts), "
            "or take arms together."
        )


def _need_information(empty: Ints, network: ObservedNetwork) -> None:
    """Refuse studies whose flat level would have no finite mode."""
    named = [network.studies[s].study for s in map(int, empty)]
    if named:
        raise NetworkError(
            f"A flat prior of the studies' levels needs an event and a person without one in every "
            f"study, which is not so in: {', '.join(named)}. State a level prior such as "
            "LevelPrior(sd=10), or leave these studies out."
        )


def _risk_block(rows: Ints, members: list[RiskContrasts]) -> RiskBlock:
    covariance = np.array([m.covariance for m in members], dtype=np.float64)
    m = covariance.shape[1]
    finite = np.isfinite(np.diagonal(covariance, axis1=1, axis2=2))
    both = finite[:, :, None] & finite[:, None, :]
    inner = np.where(both, covariance, np.eye(m))
    precision = np.where(both, np.linalg.inv(inner), 0.0)
    log_det = np.linalg.slogdet(inner)[1]
    return RiskBlock(
        studies=rows,
        scale=members[0].scale,
        estimates=np.array([x.estimates for x in members], dtype=np.float64),
        precision=precision,
        constant=-0.5 * (log_det + finite.sum(axis=1) * np.log(2 * np.pi)),
        level_mean=np.array([x.baseline_mean for x in members]),
        level_precision=np.array([1 / x.baseline_sd**2 for x in members]),
    )
