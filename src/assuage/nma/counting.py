"""From a network's account to the methods that count events."""

from __future__ import annotations

from typing import Literal

from assuage.errors import NetworkError
from assuage.nma.counts import CountNetwork
from assuage.nma.effects import Result
from assuage.nma.observing import counted
from assuage.nma.reported import ReportedNetwork
from assuage.synthesis.classical.hypergeometric import HypergeometricFit, hypergeometric_network
from assuage.synthesis.classical.mantel_haenszel import MantelHaenszelFit, mantel_haenszel_network
from assuage.synthesis.classical.rank_probability import scores

CountMethod = Literal["mantel-haenszel", "hypergeometric"]
_SAID: dict[CountMethod, str] = {
    "mantel-haenszel": "Common effects by Mantel-Haenszel; no continuity correction.",
    "hypergeometric": "Common effects, non-central hypergeometric likelihood; no correction.",
}


def count_network(account: ReportedNetwork, method: CountMethod) -> CountNetwork:
    """Fit a network of counts. NetworkError without events of people, or on another measure."""
    if account.measure != "OR":
        raise NetworkError(f"These methods estimate the OR; the network has the {account.measure}.")
    studies, reference = counted(account), account.reference
    fit: MantelHaenszelFit | HypergeometricFit = (
        mantel_haenszel_network(studies, reference=reference)
        if method == "mantel-haenszel"
        else hypergeometric_network(studies, reference=reference)
    )
    own = scores(fit.effects, account.small_values)
    kept = tuple(study for study in account.studies if study.study not in _out(fit))
    result = Result(
        name=account.name,
        measure="OR",
        reference=fit.effects.reference,
        order=tuple(sorted(fit.effects.treatments, key=lambda t: (-own[t], t))),
        small_values=account.small_values,
        interval="95% CI",
        score_name="P-score",
        model=_SAID[method],
        choices="",
        studies=kept,
    )
    return CountNetwork(result=result, fit=fit)


def _out(fit: MantelHaenszelFit | HypergeometricFit) -> set[str]:
    return {own.study for own in fit.left_out}
