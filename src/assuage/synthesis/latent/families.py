"""Likelihoods of single arms: log-likelihood and its derivatives in the linear predictor."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from assuage.evidence.network import Floats
from assuage.synthesis.latent.features import Ints

_HIGHEST = 300.0
"""exp would overflow not far above; no data support a predictor so high."""


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """log-likelihood without its constant, first derivative, minus the second, and the
    expected observation (events, events, mean), each in the predictors' shape."""

    value: Floats
    first: Floats
    weight: Floats
    fitted: Floats


class Family(Protocol):
    """Arms of studies, shape (S, A); predictors come as (..., S, A) or, with `extra`, with one
    more axis at the end."""

    @property
    def exact(self) -> bool:
        """Whether the log-likelihood is quadratic, so that its integral needs no nodes."""
        ...

    @property
    def shape(self) -> tuple[int, int]: ...

    def start(self) -> Floats:
        """Predictors near each arm's own estimate, kept finite, shape (S, A)."""
        ...

    def constant(self) -> Floats:
        """What `value` leaves out of the log-likelihood, shape (S,)."""
        ...

    def saturated(self) -> Floats:
        """The largest `value` each arm could have, shape (S, A)."""
        ...

    def value_of(self, expected: Floats) -> Floats:
        """The log-likelihood, less its constant, of expected observations (S, A)."""
        ...

    def at(self, eta: Floats, *, extra: bool = False) -> Derivatives: ...

    def scarcity(self) -> Floats:
        """The smallest count of a study that says how normal its likelihood is, shape (S,)."""
        ...

    def eventless(self) -> NDArray[np.bool_]:
        """Whether a study saw no event in any arm (or nothing else), shape (S,)."""
        ...

    def pick(self, rows: slice | Ints) -> "Family":
        """The family of some of the studies."""
        ...


def _like(data: Floats, extra: bool) -> Floats:
    return data[..., None] if extra else data


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binomial:
    """Events of people, logit link."""

    events: Floats
    people: Floats
    exact: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        return self.events.shape[0], self.events.shape[1]

    def start(self) -> Floats:
        return np.log((self.events + 0.5) / (self.people - self.events + 0.5))

    def constant(self) -> Floats:
        others = self.people - self.events
        ways = gammaln(self.people + 1) - gammaln(self.events + 1) - gammaln(others + 1)
        return ways.sum(axis=-1)

    def saturated(self) -> Floats:
        return self.value_of(self.events)

    def value_of(self, expected: Floats) -> Floats:
        share = expected / np.maximum(self.people, 1e-300)
        return xlogy(self.events, share) + xlog1py(self.people - self.events, -share)

    def at(self, eta: Floats, *, extra: bool = False) -> Derivatives:
        events, people = _like(self.events, extra), _like(self.people, extra)
        odds = np.exp(np.minimum(eta, _HIGHEST))
        total = 1 + odds
        fitted = people * (odds / total)
        return Derivatives(
            value=events * eta - people * np.log(total),
            first=events - fitted,
            weight=fitted / total,
            fitted=fitted,
        )

    def scarcity(self) -> Floats:
        return np.minimum(self.events, self.people - self.events).min(axis=-1)

    def eventless(self) -> NDArray[np.bool_]:
        return (self.events == 0).all(axis=-1) | (self.events == self.people).all(axis=-1)

    def pick(self, rows: slice | Ints) -> "Binomial":
        return Binomial(events=self.events[rows], people=self.people[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Poisson:
    """Events in person-time, log link."""

    events: Floats
    exposure: Floats
    exact: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        return self.events.shape[0], self.events.shape[1]

    def start(self) -> Floats:
        return np.log((self.events + 0.5) / np.maximum(self.exposure, 1e-300))

    def constant(self) -> Floats:
        given = xlogy(self.events, self.exposure) - gammaln(self.events + 1)
        return given.sum(axis=-1)

    def saturated(self) -> Floats:
        return self.value_of(self.events)

    def value_of(self, expected: Floats) -> Floats:
        rate = expected / np.maximum(self.exposure, 1e-300)
        return xlogy(self.events, rate) - expected

    def at(self, eta: Floats, *, extra: bool = False) -> Derivatives:
        fitted = _like(self.exposure, extra) * np.exp(np.minimum(eta, _HIGHEST))
        events = _like(self.events, extra)
        return Derivatives(
            value=events * eta - fitted,
            first=events - fitted,
            weight=fitted,
            fitted=fitted,
        )

    def scarcity(self) -> Floats:
        return self.events.min(axis=-1)

    def eventless(self) -> NDArray[np.bool_]:
        return (self.events == 0).all(axis=-1)

    def pick(self, rows: slice | Ints) -> "Poisson":
        return Poisson(events=self.events[rows], exposure=self.exposure[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normal:
    """Means with known precision (1 / se^2; zero for an arm that says nothing)."""

    means: Floats
    precision: Floats
    exact: bool = True

    @property
    def shape(self) -> tuple[int, int]:
        return self.means.shape[0], self.means.shape[1]

    def start(self) -> Floats:
        return self.means.copy()

    def constant(self) -> Floats:
        known = self.precision > 0
        terms = 0.5 * np.log(np.where(known, self.precision, 1.0) / (2 * np.pi))
        return np.where(known, terms, 0.0).sum(axis=-1)

    def saturated(self) -> Floats:
        return np.zeros_like(self.means)

    def value_of(self, expected: Floats) -> Floats:
        return -0.5 * self.precision * (self.means - expected) ** 2

    def at(self, eta: Floats, *, extra: bool = False) -> Derivatives:
        precision = _like(self.precision, extra)
        off = _like(self.means, extra) - eta
        return Derivatives(
            value=-0.5 * precision * off**2,
            first=precision * off,
            weight=np.broadcast_to(precision, eta.shape),
            fitted=eta,
        )

    def scarcity(self) -> Floats:
        return np.full(len(self.means), np.inf)

    def eventless(self) -> NDArray[np.bool_]:
        return (self.precision == 0).all(axis=-1)

    def pick(self, rows: slice | Ints) -> "Normal":
        return Normal(means=self.means[rows], precision=self.precision[rows])
