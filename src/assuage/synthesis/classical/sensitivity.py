"""How much a network rests on one study, and how its answer came about study by study."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assuage.errors import NetworkError
from assuage.evidence.network import Network, StudyContrasts, components
from assuage.synthesis.gls import Effects, NetworkFit, fit
from assuage.synthesis.heterogeneity import TauMethod


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WithoutStudy:
    """The network refitted without one study.

    `lost` are the treatments that this study alone ties to the reference; their effects cannot be
    told without it, and `fit` is of the others. `fit` is None when nothing is left.
    `largest_shift` is the largest change of an effect versus the reference, in standard errors of
    the whole network; 0 when the reference is gone.
    """

    study: str
    fit: NetworkFit | None
    lost: tuple[str, ...]
    largest_shift: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeStep:
    """The network after the studies up to `studies`' last, as far as tied to the reference.

    `value` is what the studies were ordered by (a year). `waiting` are studies not yet tied to the
    reference. `fit` is None until the first study with the reference.
    """

    value: float
    added: tuple[str, ...]
    studies: int
    waiting: tuple[str, ...]
    fit: NetworkFit | None


def leave_one_out(whole: NetworkFit) -> tuple[WithoutStudy, ...]:
    """Refit without each study in turn, by the same model and estimate of tau².

    A heterogeneity that was preset stays preset.
    """
    studies = whole.network.studies
    refit = _Refit.of(whole)
    return tuple(
        _without(whole, study, (*studies[:i], *studies[i + 1 :]), refit)
        for i, study in enumerate(studies)
    )


def _without(
    whole: NetworkFit,
    study: StudyContrasts,
    others: Sequence[StudyContrasts],
    refit: "_Refit",
) -> WithoutStudy:
    left = _tied(whole.network, others)
    if left is None:
        lost = tuple(t for t in whole.treatments if t != whole.reference)
        return WithoutStudy(study=study.study, fit=None, lost=lost, largest_shift=0.0)
    without = refit(left)
    position = {t: i for i, t in enumerate(whole.treatments)}
    at = [position[t] for t in without.treatments]
    reference = position[whole.reference]
    errors = whole.standard_errors[at, reference]
    shift = np.abs(without.estimates - whole.estimates[at])
    return WithoutStudy(
        study=study.study,
        fit=without,
        lost=tuple(t for t in whole.treatments if t not in without.treatments),
        largest_shift=float((shift / np.where(errors > 0, errors, 1.0)).max()),
    )


def cumulative(
    network: Network,
    order: Mapping[str, float],
    *,
    effects: Effects = "random",
    tau_method: TauMethod = "REML",
    tau2: float | None = None,
) -> tuple[CumulativeStep, ...]:
    """Fit the network anew after each value of the order (such as the year of each study).

    Studies with the same value enter together. Raises NetworkError when a study has no value.
    """
    absent = [s.study for s in network.studies if s.study not in order]
    if absent:
        raise NetworkError(f"No place in the order for: {', '.join(absent)}.")
    refit = _Refit(effects=effects, tau_method=tau_method, tau2=tau2)
    return tuple(_steps(network, order, refit))


def _steps(
    network: Network, order: Mapping[str, float], refit: "_Refit"
) -> Iterator[CumulativeStep]:
    for value in sorted({order[s.study] for s in network.studies}):
        so_far = [s for s in network.studies if order[s.study] <= value]
        tied = _tied(network, so_far)
        known = {s.study for s in tied.studies} if tied else set[str]()
        yield CumulativeStep(
            value=value,
            added=tuple(s.study for s in so_far if order[s.study] == value),
            studies=len(so_far),
            waiting=tuple(s.study for s in so_far if s.study not in known),
            fit=refit(tied) if tied else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refit:
    effects: Effects
    tau_method: TauMethod
    tau2: float | None

    @classmethod
    def of(cls, whole: NetworkFit) -> "_Refit":
        preset = whole.effects == "random" and whole.tau_method is None
        return cls(
            effects=whole.effects,
            tau_method=whole.tau_method or "REML",
            tau2=whole.tau2 if preset else None,
        )

    def __call__(self, network: Network) -> NetworkFit:
        return fit(network, effects=self.effects, tau_method=self.tau_method, tau2=self.tau2)


def _tied(network: Network, studies: Sequence[StudyContrasts]) -> Network | None:
    """The part of these studies that is tied to the reference; None when there is none."""
    for part in components(studies):
        if network.reference in part:
            own = set(part)
            kept = tuple(s for s in studies if s.treatments[0] in own)
            return replace(network, treatments=part, studies=kept)
    return None
