"""Direct against indirect evidence, by fitting: SIDE, SIDDE and Bayesian node-splitting.

To split a comparison of A and B, call A another treatment A' in every trial that has both A and B.
Then A' minus B is what these trials find (direct), A minus B what the others imply (indirect),
with one heterogeneity for all: node-splitting (Dias, Welton, Caldwell, Ades, Stat Med
2010;29:932-944). A multi-arm trial with both stays whole; it is the arm A that is allowed to
deviate in it. Back-calculation, which needs no refit, is in `synthesis.splits`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scipy.special import ndtr

from assuage.errors import NetworkError
from assuage.evidence.network import Network, StudyContrasts, components
from assuage.synthesis.classical.weights import Comparison
from assuage.synthesis.gls import Effects, NetworkFit, fit
from assuage.synthesis.heterogeneity import TauMethod
from assuage.synthesis.mixture import NormalMixture
from assuage.synthesis.posterior import HeterogeneityPosterior
from assuage.synthesis.priors import Prior
from assuage.synthesis.quadrature import fit_random_effects
from assuage.synthesis.splits import split

_SPLIT_OFF = " (in direct trials)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSplit:
    """treatment1 minus treatment2, from `studies` trials that compare them and from the others.

    `difference` is direct minus indirect, `p` that of the two-sided test that it is zero. `tau2`
    is the heterogeneity of the split model; for SIDDE, that of the trials without direct evidence.
    """

    treatment1: str
    treatment2: str
    studies: int
    direct: float
    se_direct: float
    indirect: float
    se_indirect: float
    difference: float
    se_difference: float
    z: float
    p: float
    tau2: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BayesianSplit:
    """treatment1 minus treatment2 as posterior distributions; `difference` is direct minus
    indirect. `p` is twice the smaller probability of the difference lying on one side of zero."""

    treatment1: str
    treatment2: str
    studies: int
    direct: NormalMixture
    indirect: NormalMixture
    difference: NormalMixture
    tau: HeterogeneityPosterior
    probability_above_zero: float
    p: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the central credible interval of the difference."""
        return self.difference.interval(level)


def comparisons_to_split(network: Network) -> tuple[Comparison, ...]:
    """Return the comparisons with both kinds of evidence, in order; the reference comes second.

    Indirect evidence is there when trials without one of the two treatments link them (van
    Valkenhoef, Dias, Ades, Welton, Res Synth Methods 2016;7:80-93).
    """
    order = [t for t in network.treatments if t != network.reference] + [network.reference]
    return tuple(
        (one, two)
        for rank, one in enumerate(order)
        for two in order[rank + 1 :]
        if any(_has(study, one, two) for study in network.studies)
        and _indirect_part(network, one, two)
    )


def _has(study: StudyContrasts, one: str, two: str) -> bool:
    return one in study.treatments and two in study.treatments


def _indirect_part(network: Network, one: str, two: str) -> tuple[StudyContrasts, ...]:
    """The trials without both treatments that link the two, however remotely; () if none do."""
    rest = tuple(study for study in network.studies if not _has(study, one, two))
    for part in components(rest):
        if one in part and two in part:
            return tuple(study for study in rest if study.treatments[0] in part)
    return ()


def split_network(network: Network, treatment1: str, treatment2: str) -> tuple[Network, str]:
    """Return the network in which treatment1 is another treatment wherever a trial has both, and
    that treatment's name.

    Raises NetworkError when the two lack direct or indirect evidence, or treatment1 is the
    network's reference (split it the other way round).
    """
    _refuse_unsplittable(network, treatment1, treatment2)
    apart = treatment1 + _SPLIT_OFF

    def renamed(study: StudyContrasts) -> StudyContrasts:
        if not _has(study, treatment1, treatment2):
            return study
        names = tuple(apart if t == treatment1 else t for t in study.treatments)
        return replace(study, treatments=names)

    return replace(
        network,
        treatments=tuple(sorted((*network.treatments, apart))),
        studies=tuple(renamed(study) for study in network.studies),
    ), apart


def _refuse_unsplittable(network: Network, one: str, two: str) -> None:
    for name in (one, two):
        if name not in network.treatments:
            raise NetworkError(
                f"{name!r} is not in the network; choose from {', '.join(network.treatments)}."
            )
    if one == network.reference:
        raise NetworkError(
            f"{one} is the reference and cannot be split off: ask for {two} against {one} instead."
        )
    if not any(_has(study, one, two) for study in network.studies):
        raise NetworkError(f"No trial compares {one} with {two}: all evidence is indirect.")
    if not _indirect_part(network, one, two):
        raise NetworkError(
            f"Without the trials that compare {one} with {two} nothing links them: all evidence is "
            "direct."
        )


def side(
    network: Network, *, effects: Effects = "random", tau_method: TauMethod = "REML"
) -> tuple[SideSplit, ...]:
    """Separate indirect from direct evidence: one refitted model for each splittable comparison."""
    return tuple(
        _side(network, pair, effects, tau_method) for pair in comparisons_to_split(network)
    )


def _side(network: Network, pair: Comparison, effects: Effects, tau_method: TauMethod) -> SideSplit:
    one, two = pair
    parted, apart = split_network(network, one, two)
    model = fit(parted, effects=effects, tau_method=tau_method)
    place = {name: i for i, name in enumerate(model.treatments)}
    a, b, own = place[one], place[two], place[apart]
    return _value(
        pair,
        studies=sum(_has(study, one, two) for study in network.studies),
        direct=(float(model.differences[own, b]), float(model.standard_errors[own, b])),
        indirect=(float(model.differences[a, b]), float(model.standard_errors[a, b])),
        se_difference=float(model.standard_errors[own, a]),
        tau2=model.tau2,
    )


def _value(
    pair: Comparison,
    *,
    studies: int,
    direct: tuple[float, float],
    indirect: tuple[float, float],
    se_difference: float,
    tau2: float,
) -> SideSplit:
    difference = direct[0] - indirect[0]
    z = difference / se_difference
    return SideSplit(
        treatment1=pair[0],
        treatment2=pair[1],
        studies=studies,
        direct=direct[0],
        se_direct=direct[1],
        indirect=indirect[0],
        se_indirect=indirect[1],
        difference=difference,
        se_difference=se_difference,
        z=z,
        p=float(2 * ndtr(-abs(z))),
        tau2=tau2,
    )


def sidde(model: NetworkFit) -> tuple[SideSplit, ...]:
    """Separate indirect from direct design evidence, for each splittable comparison.

    The direct estimate is pooled under the fit's own tau²; the indirect one is the network
    estimate of the trials without any that has both treatments, whose tau² is estimated anew
    (netmeta's "SIDDE"). Where those trials fall into parts, the part with both treatments counts
    (netmeta then gives nothing).
    """
    return tuple(_sidde(model))


def _sidde(model: NetworkFit) -> Iterator[SideSplit]:
    direct = {(s.treatment1, s.treatment2): s for s in split(model)}
    for pair in comparisons_to_split(model.network):
        rest = _fit_rest(model, pair)
        own = direct[pair]
        a, b = (rest.treatments.index(name) for name in pair)
        indirect = (float(rest.differences[a, b]), float(rest.standard_errors[a, b]))
        yield _value(
            pair,
            studies=own.studies,
            direct=(own.direct, own.se_direct),
            indirect=indirect,
            se_difference=(own.se_direct**2 + indirect[1] ** 2) ** 0.5,
            tau2=rest.tau2,
        )


def _fit_rest(model: NetworkFit, pair: Comparison) -> NetworkFit:
    studies = _indirect_part(model.network, *pair)
    rest = replace(
        model.network,
        reference=pair[1],
        treatments=tuple(sorted({t for study in studies for t in study.treatments})),
        studies=studies,
    )
    if model.effects == "random" and model.tau_method is None:
        return fit(rest, tau2=model.tau2)
    return fit(rest, effects=model.effects, tau_method=model.tau_method or "REML")


def bayesian_node_splits(network: Network, *, prior: Prior) -> tuple[BayesianSplit, ...]:
    """Split every comparison that has both kinds of evidence, by the quadrature over tau."""
    return tuple(
        bayesian_node_split(network, one, two, prior=prior)
        for one, two in comparisons_to_split(network)
    )


def bayesian_node_split(
    network: Network, treatment1: str, treatment2: str, *, prior: Prior
) -> BayesianSplit:
    """Return direct, indirect and their difference under the prior of the unsplit network.

    The split-off arm has the same prior as every treatment has against the reference. Raises
    NetworkError where the comparison cannot be split.
    """
    parted, apart = split_network(network, treatment1, treatment2)
    posterior = fit_random_effects(parted, prior=prior)
    difference = posterior.effects.contrast(apart, treatment1)
    above = difference.exceedance(0.0)
    return BayesianSplit(
        treatment1=treatment1,
        treatment2=treatment2,
        studies=sum(_has(study, treatment1, treatment2) for study in network.studies),
        direct=posterior.effects.contrast(apart, treatment2),
        indirect=posterior.effects.contrast(treatment1, treatment2),
        difference=difference,
        tau=posterior.tau,
        probability_above_zero=above,
        p=2 * min(above, 1 - above),
    )
