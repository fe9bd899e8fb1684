"""A dose-response curve as a model of the latent engine."""

from dataclasses import dataclass
from math import inf, log, pi

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Floats
from assuage.evidence.observed import ObservedNetwork
from assuage.synthesis.latent.features import Features, Ints
from assuage.synthesis.latent.model import (
    BoundModel,
    CoefficientPrior,
    Hyperparameter,
    heterogeneity,
)
from assuage.synthesis.models.dose_curves import Curve, Emax
from assuage.synthesis.models.dose_network import Agent, Dosed, DoseNetwork
from assuage.synthesis.models.dose_shape import LogDensity
from assuage.synthesis.priors import HeterogeneityPrior, difference_prior, log_odds_prior


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePrior:
    """Each agent's effect at its reference dose against dose zero is N(0, effect_sd^2), flat when
    None (which cannot be averaged over curves); `heterogeneity` None: a common effect.

    With `within_class` those effects are exchangeable within the agents' classes: a class mean
    N(0, effect_sd^2), and agents about it with a SD that has this prior.
    """

    effect_sd: float | None
    heterogeneity: HeterogeneityPrior | None
    within_class: HeterogeneityPrior | None = None

    def __post_init__(self) -> None:
        if self.within_class is not None and self.effect_sd is None:
            raise NetworkError("Effects exchangeable within classes need a proper effect_sd.")

    @property
    def scales(self) -> tuple[Hyperparameter, ...]:
        """The SDs that are integrated over: tau, and that within classes."""
        named = (("tau", self.heterogeneity), ("SD within class", self.within_class))
        return tuple(heterogeneity(p, name=name) for name, p in named if p is not None)

    @classmethod
    def default(cls, network: DoseNetwork, *, outcome_sd: float | None = None) -> "DosePrior":
        """Return the house's prior for log odds and log rates; means need the outcome's SD."""
        if network.observed.link == "identity":
            if outcome_sd is None:
                raise NetworkError(
                    "Means have no natural scale: state a DosePrior, or outcome_sd, the SD of the "
                    "outcome among people."
                )
            chosen = difference_prior(outcome_sd)
        else:
            chosen = log_odds_prior()
        return cls(effect_sd=chosen.effect_sd, heterogeneity=chosen.heterogeneity)

    @property
    def statement(self) -> str:
        effects = "flat" if self.effect_sd is None else f"N(0, SD {self.effect_sd:.3g})"
        spread = (
            "common effects (tau = 0)" if self.heterogeneity is None
            else f"random effects with SD tau: {self.heterogeneity.statement}"
        )  # fmt: skip
        if self.within_class is not None:
            effects = f"{effects} for its class, about which agents have a SD: "
            effects += self.within_class.statement
        return f"effect of each agent at its reference dose against dose zero: {effects}; {spread}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShapeGroup:
    """Agents with one ED50; `column` is its place in psi, None where no trial speaks of it."""

    name: str
    agents: tuple[Agent, ...]
    prior: LogDensity
    column: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoseModel:
    """A curve over a dose network, as the engine's LatentModel."""

    doses: DoseNetwork
    curve: Curve
    prior: DosePrior

    def bind(self, network: ObservedNetwork) -> "BoundDoses":
        if network is not self.doses.observed:
            raise NetworkError("A dose-response model is fitted to its own network.")
        groups = _groups(self.curve, self.doses, len(self.prior.scales))
        columns: dict[str, tuple[int, int]] = {}
        names: list[str] = []
        for agent in self.doses.agents:
            width = self.curve.basis(agent, np.ones(1), np.zeros(1)).shape[-1]
            columns[agent.name] = (len(names), width)
            names.append(agent.name)
            names.extend(f"{agent.name}: bend {j}" for j in range(1, width))
        return BoundDoses(model=self, groups=groups, columns=columns, names=tuple(names))


def _groups(curve: Curve, doses: DoseNetwork, first: int) -> tuple[ShapeGroup, ...]:
    if not isinstance(curve, Emax):
        return ()
    members: dict[str, list[Agent]] = {}
    for agent in doses.agents:
        members.setdefault(curve.group(agent), []).append(agent)
    out: list[ShapeGroup] = []
    column = first
    for name, agents in members.items():
        learns = curve.learns(tuple(agents)) or _pooled(doses, agents)
        out.append(
            ShapeGroup(
                name=name,
                agents=tuple(agents),
                prior=curve.ed50.of(name, tuple(agents), doses.unit),
                column=column if learns else None,
            )
        )
        column += learns
    return tuple(out)


def _pooled(doses: DoseNetwork, agents: list[Agent]) -> bool:
    names = {agent.name for agent in agents}
    return any(len(arm.shares) > 1 and arm.agent in names for arm in doses.arms.values())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundDoses:
    """A curve bound to its network. `columns` are each agent's first coefficient and their
    number."""

    model: DoseModel
    groups: tuple[ShapeGroup, ...]
    columns: dict[str, tuple[int, int]]
    names: tuple[str, ...]

    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]:
        return self.model.prior.scales + tuple(
            Hyperparameter(
                name=f"log ED50 of {group.name}", prior=group.prior, scale=False,
                start=min(group.prior.mean, 0.0), step=0.5 * min(group.prior.sd, 1.5),
            )
            for group in self.groups
            if group.column is not None
        )  # fmt: skip

    @property
    def statement(self) -> str:
        curve, prior = self.model.curve, self.model.prior
        lines = [f"{curve.name}: {curve.statement}", prior.statement]
        lines += [group.prior.statement for group in self.groups]
        return "; ".join(lines)

    def shape(self, agent: Agent, psi: Floats) -> Floats:
        """Return the agent's u, (K,); (1,) and zero where the curve has none."""
        for group in self.groups:
            if agent in group.agents:
                return psi[:, group.column] if group.column is not None else np.zeros(1)
        return np.zeros(1)

    def rows(self, arms: list[Dosed], psi: Floats) -> Floats:
        """Return the maps from coefficients to effects against dose zero, (K, D, p)."""
        out = np.zeros((len(psi), len(arms), len(self.names)))
        for d, arm in enumerate(arms):
            if arm.is_placebo:
                continue
            agent = self.model.doses.agent(arm.agent)
            first, width = self.columns[agent.name]
            doses = np.array([dose for dose, _ in arm.shares])
            shares = np.array([share for _, share in arm.shares])
            basis = self.model.curve.basis(agent, doses, self.shape(agent, psi))
            out[:, d, first : first + width] = np.einsum("d,kdf->kf", shares, basis)
        return out

    def features(self, psi: Floats) -> Features:
        network = self.model.doses.observed
        index, arm_of, base_of = self._places()
        arms = [self.model.doses.arms[label] for label in network.treatments]
        table = self.rows(arms, psi)  # (K, T, p)
        own = np.take_along_axis(table[:, arm_of], index[None, :, :, : self._width], axis=3)
        base = np.take_along_axis(table[:, base_of], index[None, :, :, self._width :], axis=3)
        value = np.concatenate([own, -base], axis=3) * self._present()[None, :, :, None]
        value = value * self._used(index)
        return Features(index=index, value=value if self.groups else value[0])

    @property
    def _width(self) -> int:
        return max(width for _, width in self.columns.values())

    def _places(self) -> tuple[Ints, Ints, Ints]:
        """Return columns (S, A, 2F), and treatments of arms and of their baselines (S, A)."""
        network, width = self.model.doses.observed, self._width
        order = {label: i for i, label in enumerate(network.treatments)}
        shape = (len(network.studies), network.arms)
        index = np.zeros((*shape, 2 * width), dtype=np.int64)
        arm_of, base_of = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for s, study in enumerate(network.studies):
            base = order[study.treatments[0]]
            base_of[s] = base
            for a, label in enumerate(study.treatments):
                arm_of[s, a] = order[label]
                index[s, a, :width] = self._columns_of(label)
                index[s, a, width:] = self._columns_of(study.treatments[0])
        return index, arm_of, base_of

    def _columns_of(self, label: str) -> Ints:
        arm = self.model.doses.arms[label]
        if arm.is_placebo:
            return np.zeros(self._width, dtype=np.int64)
        first, width = self.columns[arm.agent]
        return first + np.minimum(np.arange(self._width), width - 1)

    def _used(self, index: Ints) -> Floats:
        """Zero for the places that only repeat an agent's last coefficient."""
        width = self._width
        halves = index.reshape(*index.shape[:2], 2, width)
        fresh = np.ones(halves.shape)
        fresh[..., 1:] = halves[..., 1:] != halves[..., :-1]
        return fresh.reshape(index.shape)

    def _present(self) -> Floats:
        """One for arms other than baselines, (S, A)."""
        network = self.model.doses.observed
        out = np.zeros((len(network.studies), network.arms))
        for s, study in enumerate(network.studies):
            out[s, 1 : len(study.treatments)] = 1.0
        return out

    def prior(self, psi: Floats) -> CoefficientPrior:
        sd = self.model.prior.effect_sd
        sds = np.empty((len(psi), len(self.names)))
        for agent in self.model.doses.agents:
            first, width = self.columns[agent.name]
            spread = self.model.curve.spread(agent, self.shape(agent, psi))
            sds[:, first : first + width] = inf if sd is None else sd * spread
        if self.model.prior.within_class is None:
            return CoefficientPrior.independent(sds)
        column = len(self.model.prior.scales) - 1
        return self._exchangeable(sds, psi[:, column])

    def _exchangeable(self, sds: Floats, within: Floats) -> CoefficientPrior:
        """Return the prior in which agents' effects share a class mean; `within` (K,)."""
        covariance = sds[:, :, None] ** 2 * np.eye(len(self.names))
        agents = self.model.doses.agents
        for one in agents:
            i = self.columns[one.name][0]
            covariance[:, i, i] += (within * sds[:, i] / self._effect_sd) ** 2
            for other in agents:
                j = self.columns[other.name][0]
                if i != j and one.group == other.group:
                    covariance[:, i, j] = sds[:, i] * sds[:, j]
        precision: Floats = np.linalg.inv(covariance).astype(np.float64, copy=False)
        constant = 0.5 * len(self.names) * log(2 * pi)
        return CoefficientPrior(
            mean=np.zeros_like(sds),
            precision=precision,
            log_norm=-0.5 * np.linalg.slogdet(covariance)[1] - constant,
        )

    @property
    def _effect_sd(self) -> float:
        return self.model.prior.effect_sd or 1.0

    def tau(self, psi: Floats) -> Floats:
        return np.zeros(len(psi)) if self.model.prior.heterogeneity is None else psi[:, 0]

    def effects(self, psi: Floats) -> Floats | None:
        network = self.model.doses.observed
        others = [t for t in network.treatments if t != network.reference]
        rows = self.rows([self.model.doses.arms[t] for t in others], psi)
        base = self.rows([self.model.doses.arms[network.reference]], psi)
        return rows - base


def as_model(doses: DoseNetwork, curve: Curve, prior: DosePrior) -> DoseModel:
    return DoseModel(doses=doses, curve=curve, prior=prior)


_: type[BoundModel] = BoundDoses
