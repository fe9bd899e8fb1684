"""Studies as observed: counts, means or contrasts with the likelihood that is theirs.

A network may mix them, so that no trial is thrown away for its way of reporting. All arms of a
network share one scale of the linear predictor, the link: log odds for risks, log for rates,
identity for means.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import ClassVar, Literal

import numpy as np

from assuage.errors import InvalidInput, NetworkError, Problem
from assuage.evidence.assembly import usual_reference
from assuage.evidence.network import Floats, LeftOut, StudyContrasts, components

Link = Literal["logit", "log", "identity"]
_Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class BinomialArms:
    """`events[a]` of `people[a]` in each arm."""

    link: ClassVar[Link | None] = "logit"
    study: str
    treatments: tuple[str, ...]
    events: tuple[float, ...]
    people: tuple[float, ...]

    def problems(self) -> list[Problem]:
        return [
            _problem(self.study, t, f"{r:g} events of {n:g} people", "0 to all people")
            for t, r, n in zip(self.treatments, self.events, self.people, strict=True)
            if not 0 <= r <= n < np.inf
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoissonArms:
    """`events[a]` in `exposure[a]` person-time; log rates are the predictors."""

    link: ClassVar[Link | None] = "log"
    study: str
    treatments: tuple[str, ...]
    events: tuple[float, ...]
    exposure: tuple[float, ...]

    def problems(self) -> list[Problem]:
        return [
            _problem(self.study, t, f"{r:g} events in {e:g}", "0 or more of each")
            for t, r, e in zip(self.treatments, self.events, self.exposure, strict=True)
            if r < 0 or e < 0 or (r > 0 and e == 0)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalArms:
    """Arm means with standard errors taken as known. An infinite one says nothing."""

    link: ClassVar[Link | None] = "identity"
    study: str
    treatments: tuple[str, ...]
    means: tuple[float, ...]
    ses: tuple[float, ...]

    def problems(self) -> list[Problem]:
        return [
            _problem(self.study, t, f"a standard error of {se:g}", "one above zero")
            for t, se in zip(self.treatments, self.ses, strict=True)
            if not se > 0
        ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalContrasts:
    """Contrasts with the study's baseline on the scale of the link (log odds ratios, log rate
    ratios, mean differences): `estimates` (a - 1,), `covariance` (a - 1, a - 1)."""

    link: ClassVar[Link | None] = None
    study: str
    treatments: tuple[str, ...]
    estimates: Floats
    covariance: Floats

    @classmethod
    def of(cls, contrasts: StudyContrasts) -> "NormalContrasts":
        return cls(
            study=contrasts.study,
            treatments=contrasts.treatments,
            estimates=contrasts.estimates,
            covariance=contrasts.covariance,
        )

    def problems(self) -> list[Problem]:
        return _covariance_problems(self.study, self.treatments, self.estimates, self.covariance)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskContrasts:
    """Risk differences or log risk ratios without arm data.

    `estimates` (a - 1,) are normal about the contrast of risks that the arms' log odds imply.
    They say little of the risk they started from, so a stated belief is needed: the baseline arm's
    log odds are N(baseline_mean, baseline_sd^2).
    """

    link: ClassVar[Link | None] = "logit"
    study: str
    treatments: tuple[str, ...]
    scale: Literal["RD", "log RR"]
    estimates: Floats
    covariance: Floats
    baseline_mean: float
    baseline_sd: float

    def problems(self) -> list[Problem]:
        found = _covariance_problems(self.study, self.treatments, self.estimates, self.covariance)
        if not 0 < self.baseline_sd < np.inf:
            found.append(
                _problem(
                    self.study,
                    self.treatments[0],
                    f"a baseline SD of {self.baseline_sd:g}",
                    "a finite one above zero, in log odds",
                )
            )
        return found


def from_nnt(
    study: str,
    treatments: tuple[str, str],
    nnt: tuple[float, float, float],
    *,
    baseline_mean: float,
    baseline_sd: float,
) -> RiskContrasts:
    """Return the risk difference behind an NNT and its 95% interval, `nnt` = (value, one limit,
    other limit).

    1 / NNT is the risk difference of treatments[1] over treatments[0], and its limits are the
    reciprocals of the NNT's (Altman, BMJ 1998;317:1309-1312): a negative limit is a number needed
    to harm.
    """
    value, one, other = (1 / x for x in nnt)
    se = abs(one - other) / (2 * _Z95)
    return RiskContrasts(
        study=study,
        treatments=treatments,
        scale="RD",
        estimates=np.array([value]),
        covariance=np.array([[se**2]]),
        baseline_mean=baseline_mean,
        baseline_sd=baseline_sd,
    )


ObservedStudy = BinomialArms | PoissonArms | NormalArms | NormalContrasts | RiskContrasts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObservedNetwork:
    """Studies that can be analysed together on one link. `treatments` is sorted."""

    link: Link
    reference: str
    treatments: tuple[str, ...]
    studies: tuple[ObservedStudy, ...]
    left_out: tuple[LeftOut, ...] = field(default=())

    @property
    def arms(self) -> int:
        """The largest number of arms in a study."""
        return max(len(study.treatments) for study in self.studies)


def observe(
    results: Iterable[ObservedStudy | LeftOut],
    *,
    reference: str | None = None,
    link: Link | None = None,
) -> ObservedNetwork:
    """Return the network of all studies.

    Arms are put in order, so that the order they are listed in changes nothing: a study's baseline
    is the reference where it has that, else its first treatment by name.

    `link` is needed only when every study is a contrast. Raises InvalidInput naming study and arm
    for impossible numbers, NetworkError when links are mixed, the network falls into parts, or the
    reference is in no study.
    """
    everything = tuple(results)
    studies = tuple(r for r in everything if not isinstance(r, LeftOut))
    if not studies:
        raise NetworkError("No study can be used.")
    problems = [p for study in studies for p in (*_shape_problems(study), *study.problems())]
    if problems:
        raise InvalidInput(problems)
    parts: tuple[tuple[str, ...], ...] = components(studies)
    if len(parts) > 1:
        named = "; ".join(f"({i}) {', '.join(part)}" for i, part in enumerate(parts, start=1))
        raise NetworkError(
            f"The network falls into {len(parts)} parts that no study joins: {named}. "
            "Analyse one part at a time, or add a study that links them."
        )
    joined = next(iter(parts))
    if reference is not None and reference not in joined:
        raise NetworkError(
            f"The reference {reference!r} is in no study; choose one of: {', '.join(joined)}."
        )
    chosen = reference or usual_reference(studies)
    return ObservedNetwork(
        link=_link(studies, link),
        reference=chosen,
        treatments=joined,
        studies=tuple(_baseline_first(study, chosen) for study in studies),
        left_out=tuple(r for r in everything if isinstance(r, LeftOut)),
    )


def _baseline_first(study: ObservedStudy, reference: str) -> ObservedStudy:
    """Order a study's arms: the reference first, then by name. Contrasts have their baseline."""
    t = study.treatments
    order = sorted(range(len(t)), key=lambda a: (t[a] != reference, t[a]))

    def sorted_(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(values[a] for a in order)

    treatments = tuple(t[a] for a in order)
    match study:
        case BinomialArms():
            events, people = sorted_(study.events), sorted_(study.people)
            return replace(study, treatments=treatments, events=events, people=people)
        case PoissonArms():
            events, exposure = sorted_(study.events), sorted_(study.exposure)
            return replace(study, treatments=treatments, events=events, exposure=exposure)
        case NormalArms():
            means, ses = sorted_(study.means), sorted_(study.ses)
            return replace(study, treatments=treatments, means=means, ses=ses)
        case _:
            return study


def _link(studies: Sequence[ObservedStudy], stated: Link | None) -> Link:
    examples: dict[Link, str] = {}
    for study in studies:
        if study.link is not None:
            examples.setdefault(study.link, study.study)
    if stated is not None:
        examples.setdefault(stated, "the link asked for")
    if len(examples) > 1:
        named = "; ".join(f"{link}: {study}" for link, study in sorted(examples.items()))
        raise NetworkError(
            f"Studies on different scales cannot share a network ({named}). Convert one kind to "
            "contrasts on the scale of the other, or analyse them apart."
        )
    return next(iter(examples)) if examples else "identity"


def _shape_problems(study: ObservedStudy) -> list[Problem]:
    if len(study.treatments) < 2:
        found, expected = f"{len(study.treatments)} arm", "two or more arms"
    elif len(set(study.treatments)) < len(study.treatments):
        found, expected = f"treatments {', '.join(study.treatments)}", "each treatment once"
    else:
        return []
    return [_problem(study.study, "all arms", found, expected)]


def _covariance_problems(
    study: str, treatments: tuple[str, ...], estimates: Floats, covariance: Floats
) -> list[Problem]:
    m = len(treatments) - 1
    if estimates.shape != (m,) or covariance.shape != (m, m):
        shapes = f"estimates {estimates.shape}, covariance {covariance.shape}"
        return [_problem(study, "contrasts", shapes, f"({m},) and ({m}, {m})")]
    variances = np.diagonal(covariance)
    informative = np.isfinite(variances)
    inner = covariance[np.ix_(informative, informative)]
    if not (variances > 0).all() or (inner.size and np.linalg.eigvalsh(inner).min() <= 0):
        return [_problem(study, "contrasts", "a covariance", "a positive definite one")]
    return []


def _problem(study: str, arm: str, found: str, expected: str) -> Problem:
    return Problem(
        where=f"study {study}, {arm}",
        found=found,
        expected=expected,
        do="Correct the row or leave the study out.",
    )
