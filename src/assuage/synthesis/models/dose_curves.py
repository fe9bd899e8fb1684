"""Dose-response functions, each as a basis that its coefficients multiply.

All are zero at dose zero. A curve with one coefficient an agent is scaled to one at the agent's
reference dose: the coefficient is the effect there, whatever the curve, so that one prior serves
all of them and their marginal likelihoods can be compared. Only doses relative to the reference
enter (but where a user states a dose), so that the unit of doses changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log1p
from typing import Literal, Protocol

import numpy as np

from assuage.evidence.network import Floats
from assuage.synthesis.models.dose_network import Agent
from assuage.synthesis.models.dose_shape import ED50Prior, LogNormalED50


class Curve(Protocol):
    """doses are (D,), u = log(ED50 / reference dose) is (K,) where a curve has an ED50."""

    @property
    def name(self) -> str: ...

    @property
    def statement(self) -> str: ...

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:
        """Return the basis (K, D, F), F the agent's number of coefficients; K = 1 without ED50."""
        ...

    def spread(self, agent: Agent, u: Floats) -> Floats:
        """Return the prior SDs of the coefficients over the SD of an effect, (K, F) or (1, F)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _OneCoefficient:
    def spread(self, agent: Agent, u: Floats) -> Floats:  # noqa: ARG002 - alike for all
        return np.ones((1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(_OneCoefficient):
    name: str = "linear"

    @property
    def statement(self) -> str:
        return "effect in proportion to the dose"

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:  # noqa: ARG002
        return (doses / agent.reference)[None, :, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLinear(_OneCoefficient):
    """log(1 + d / d0), with `offset` d0 in the network's unit; None: the agent's lowest studied
    dose."""

    offset: float | None = None
    name: str = "log-linear"

    @property
    def statement(self) -> str:
        at = "the agent's lowest studied dose" if self.offset is None else f"{self.offset:g}"
        return f"effect in proportion to log(1 + dose / {at})"

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:  # noqa: ARG002
        offset = agent.studied[0] if self.offset is None else self.offset
        return (np.log1p(doses / offset) / log1p(agent.reference / offset))[None, :, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(_OneCoefficient):
    """1 - exp(-d / d0) with `scale` d0 in the network's unit."""

    scale: float
    name: str = "exponential"

    @property
    def statement(self) -> str:
        return f"effect in proportion to 1 - exp(-dose / {self.scale:g})"

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:  # noqa: ARG002
        top = np.expm1(-agent.reference / self.scale)
        return (np.expm1(-doses / self.scale) / top)[None, :, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadratic:
    """A parabola through dose zero: it may turn back. `bend` is the prior SD of the deviation from
    a straight line half way to the reference dose, over an effect's."""

    bend: float = 0.25
    name: str = "quadratic"

    @property
    def statement(self) -> str:
        return (
            "effect a parabola in the dose; half way to the reference dose it leaves the straight "
            f"line by {self.bend:g} of an effect's prior SD"
        )

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:  # noqa: ARG002
        x = doses / agent.reference
        return np.stack([x, 4 * x * (1 - x)], axis=1)[None]

    def spread(self, agent: Agent, u: Floats) -> Floats:  # noqa: ARG002
        return np.array([[1.0, self.bend]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Emax:
    """Emax d / (ED50 + d). An ED50 is an agent's own, shared within its class, or one for all
    (relative to each agent's reference dose). `coefficient` is what has the effects' prior: the
    effect at the reference dose or, as in MBNMAdose, Emax."""

    ed50: ED50Prior = field(default_factory=LogNormalED50)
    shared: Literal["agent", "class", "all"] = "agent"
    coefficient: Literal["effect at the reference dose", "Emax"] = "effect at the reference dose"
    name: str = "Emax"

    @property
    def statement(self) -> str:
        by = {"agent": "each agent", "class": "each class", "all": "all agents"}[self.shared]
        prior = "" if self.coefficient != "Emax" else "; the effects' prior is that of Emax"
        return f"effect Emax dose / (ED50 + dose), one ED50 for {by}{prior}"

    def group(self, agent: Agent) -> str:
        return {"agent": agent.name, "class": agent.group, "all": "all agents"}[self.shared]

    def learns(self, agents: tuple[Agent, ...]) -> bool:
        """Whether the trials can say anything of an ED50 that these agents share."""
        return self.coefficient == "Emax" or not all(agent.only_reference for agent in agents)

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:
        x, ed50 = doses / agent.reference, np.exp(u)[:, None]
        return (x * (ed50 + 1) / (ed50 + x))[:, :, None]

    def spread(self, agent: Agent, u: Floats) -> Floats:  # noqa: ARG002
        return 1 / (1 + np.exp(u))[:, None] if self.coefficient == "Emax" else np.ones((1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class NaturalSpline:
    """A straight line to the reference dose plus a natural (restricted) cubic spline's deviations
    from it.

    Inner `knots` are shares of the reference dose; by default an agent's studied doses between
    zero and the reference, at most two (about a third and two thirds up). The outer knots are zero
    and the reference; a natural spline goes on straight beyond. Coefficients: the effect at the
    reference dose, and at each inner knot the deviation from the line, whose prior SD is `bend`
    times an effect's.
    """

    knots: tuple[float, ...] | None = None
    bend: float = 0.25
    name: str = "spline"

    @property
    def statement(self) -> str:
        return (
            "restricted cubic spline; deviation from a straight line at each inner knot with "
            f"{self.bend:g} of an effect's prior SD"
        )

    def inner(self, agent: Agent) -> tuple[float, ...]:
        if self.knots is not None:
            return self.knots
        between = [d / agent.reference for d in agent.studied if d < agent.reference]
        if len(between) <= 2:
            return tuple(between)
        last = len(between) - 1
        return between[last // 3], between[last - last // 3]

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:  # noqa: ARG002
        x = doses / agent.reference
        inner = self.inner(agent)
        if not inner:
            return x[None, :, None]
        knots = np.array([0.0, *inner, 1.0])
        bumps = natural_cubic(knots, x)[:, 1:-1]
        return np.concatenate([x[:, None], bumps], axis=1)[None]

    def spread(self, agent: Agent, u: Floats) -> Floats:  # noqa: ARG002
        return np.array([[1.0] + [self.bend] * len(self.inner(agent))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plateau(_OneCoefficient):
    """In proportion to the dose up to `breaks` (by agent), and no gain above.

    With `breaks` None every studied dose but the largest may be where the plateau begins, each as
    likely as another for each agent: the fit is their average.
    """

    breaks: Mapping[str, float] | None = None
    name: str = "plateau"

    @property
    def statement(self) -> str:
        if self.breaks is None:
            return (
                "effect in proportion to the dose up to a studied dose below the largest (each "
                "equally likely before the trials), no gain above it"
            )
        where = ", ".join(f"{agent} {dose:g}" for agent, dose in sorted(self.breaks.items()))
        return f"effect in proportion to the dose up to {where}, no gain above it"

    def basis(self, agent: Agent, doses: Floats, u: Floats) -> Floats:  # noqa: ARG002
        at = (self.breaks or {}).get(agent.name, agent.reference)
        return (np.minimum(doses, at) / min(at, agent.reference))[None, :, None]


def natural_cubic(knots: Floats, x: Floats) -> Floats:
    """Return the natural cubic spline through each unit vector of values at `knots` (n,), at x
    (D,): shape (D, n). Beyond the outer knots it goes on straight."""
    n = len(knots)
    step = np.diff(knots)
    # second derivatives at the knots from the continuity of the first ones; zero at both ends
    system, right = np.eye(n), np.zeros((n, n))
    for i in range(1, n - 1):
        system[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
        right[i, i - 1 : i + 2] = 6 / step[i - 1], -6 / step[i - 1] - 6 / step[i], 6 / step[i]
    curvature = np.linalg.solve(system, right)
    inside = np.clip(x, knots[0], knots[-1])
    place = np.clip(np.searchsorted(knots, inside, side="right") - 1, 0, n - 2)
    h = step[place][:, None]
    b = ((inside - knots[place])[:, None]) / h
    a = 1 - b
    eye = np.eye(n)
    value = a * eye[place] + b * eye[place + 1]
    value += ((a**3 - a) * curvature[place] + (b**3 - b) * curvature[place + 1]) * h**2 / 6
    slope = (eye[place + 1] - eye[place]) / h
    slope += ((1 - 3 * a**2) * curvature[place] + (3 * b**2 - 1) * curvature[place + 1]) * h / 6
    return value + slope * (x - inside)[:, None]
