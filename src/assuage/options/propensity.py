"""How likely one person is to have an outcome on a drug, given how earlier drugs went.

On the log odds scale a person's propensity with a drug is the group's, plus a part of the person
(shared by all drugs), a part of person and class, and a part of person and drug. The parts are
normal, independent, and have mean zero: the logistic-normal model for repeated binary outcomes
(Stiratelli, Laird and Ware, Biometrics 1984;40:961-971). The chance of the next outcome given the
earlier ones is a ratio of two integrals over the parts, by Gauss-Hermite quadrature, one part
inside the other: given the person, classes are independent; given the class, drugs are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy import optimize

from assuage.evidence.network import Floats

LOGISTIC_VARIANCE = np.pi**2 / 3
"""Variance of the standard logistic distribution: what varies within one person and drug."""
_NODES = 9
_POINTS, _RAW = hermegauss(_NODES)
_WEIGHTS = _RAW / _RAW.sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Shares of the variance of the propensity: of the person, person and class, person and drug.

    They are intraclass correlations of the latent propensity: `person` between drugs of different
    classes, `person + drug_class` between drugs of a class, all three between two courses of one
    drug. What they leave of 1 varies from course to course.
    """

    person: float
    drug_class: float
    drug: float

    @property
    def variances(self) -> tuple[float, float, float]:
        """The three variances on the log odds scale."""
        left = 1 - self.person - self.drug_class - self.drug
        total = LOGISTIC_VARIANCE / left
        return self.person * total, self.drug_class * total, self.drug * total


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course of a drug, taken or thought of. `chance` is the group's risk of the outcome on it.

    `happened` says how it went. `shows` is how much of the outcome the course could show, above 0
    to 1: too low or too short a course fails in many whom the drug would help.
    """

    drug: str
    drug_class: str
    chance: float
    happened: bool
    shows: float = 1.0


def log_odds_shift(history: Sequence[Course], target: Course, shares: Shares) -> float:
    """Return the log odds of the outcome on `target` given the history, minus those without.

    Both are chances among all people with that history, so that the shift adds to the log odds of
    the group.
    """
    if not history:
        return 0.0
    asked = Course(
        drug=target.drug, drug_class=target.drug_class, chance=target.chance, happened=True
    )
    given = _likelihood((*history, asked), shares) / _likelihood(tuple(history), shares)
    alone = _likelihood((asked,), shares)
    return float(_logit(given) - _logit(alone))


@lru_cache(maxsize=4096)
def _likelihood(courses: tuple[Course, ...], shares: Shares) -> float:
    """Return the probability of what happened in all courses of one person."""
    by_class: dict[str, dict[str, list[Course]]] = {}
    for course in courses:
        by_class.setdefault(course.drug_class, {}).setdefault(course.drug, []).append(course)
    person = np.ones(_NODES)
    for drugs in by_class.values():
        of_class = np.ones((_NODES, _NODES))
        for taken in drugs.values():
            of_drug = np.ones((_NODES, _NODES, _NODES))
            for course in taken:
                of_drug = of_drug * _chance_of_what_happened(course, shares)
            of_class = of_class * (of_drug @ _WEIGHTS)
        person = person * (of_class @ _WEIGHTS)
    return float(person @ _WEIGHTS)


@lru_cache(maxsize=4096)
def _risk(chance: float, shares: Shares) -> Floats:
    """Return the risk at each node, shape (person, class, drug); kept, and never written to."""
    scales = np.sqrt(shares.variances)
    person, drug_class, drug = (scale * _POINTS for scale in scales)
    part = person[:, None, None] + drug_class[None, :, None] + drug[None, None, :]
    return _expit(_centre(chance, round(float(np.linalg.norm(scales)), 12)) + part)


def _chance_of_what_happened(course: Course, shares: Shares) -> Floats:
    risk = course.shows * _risk(course.chance, shares)
    return risk if course.happened else 1 - risk


@lru_cache(maxsize=4096)
def _centre(chance: float, spread: float) -> float:
    """Return the log odds of the middle person where the group as a whole has `chance`."""
    points, raw = hermegauss(41)
    weights = raw / raw.sum()

    def off(centre: float) -> float:
        return float(weights @ _expit(centre + spread * points)) - chance

    brentq = cast("Any", optimize).brentq  # scipy ships no types for it
    return float(brentq(off, -60.0, 60.0, xtol=1e-12))


def _expit(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


def _logit(chance: float) -> float:
    return float(np.log(chance) - np.log1p(-chance))
