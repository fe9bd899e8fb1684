"""What the trial tables and a published pool say of duloxetine 120 mg against 60 mg.

    python validation/duloxetine_doses.py

Pain relief of 50% or more and withdrawal for adverse events, first from the trial tables (where
three trials count both doses together for pain), then with these three replaced by the numbers by
dose that Kajdasz, Iyengar, Desaiah et al. (Clin Ther 2007;29 Suppl:2536-46) print for their pool.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assuage.evidence.observed import ObservedStudy, RiskContrasts, from_nnt
from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.trials import load_trials
from assuage.synthesis.models.dose_model import DosePrior
from assuage.synthesis.models.dose_network import Dosed, DoseNetwork, DoseScale, observe_doses
from assuage.synthesis.models.dose_response import Direction, DoseResponse, fit_dose_response
from assuage.synthesis.models.dose_trials import dose_network_of

POOLED = ("Goldstein2005", "Raskin2005", "Wernicke2006")
PRINTED = {
    "pain_relief_50": ((5.2, 3.8, 8.3), (4.9, 3.6, 7.6), 91, 339),
    "withdrawal_adverse_event": ((17.5, 10.2, 58.8), (8.8, 6.3, 14.7), 17, 339),
}
"""NNT or NNH (value, limits) of 60 and of 120 mg, and placebo events and people of the pool (pain:
the tables' reconstruction; withdrawals: the three trials' own counts)."""
MID = float(np.log(1.25))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def kajdasz(outcome: str) -> RiskContrasts:
    """The pool as one study of three arms; its placebo group is shared by both differences."""
    low_dose, high_dose, events, people = PRINTED[outcome]
    risk = events / people
    mean, sd = float(np.log(risk / (1 - risk))), float(np.sqrt(1 / events + 1 / (people - events)))
    pairs = [
        from_nnt("Kajdasz2007", ("placebo", f"duloxetine {dose}"), nnt, baseline_mean=mean,
                 baseline_sd=sd)
        for dose, nnt in ((60, low_dose), (120, high_dose))
    ]  # fmt: skip
    shared = risk * (1 - risk) / people
    covariance = np.full((2, 2), shared)
    covariance[0, 0], covariance[1, 1] = (p.covariance[0, 0] for p in pairs)
    return replace(
        pairs[0],
        treatments=("placebo", "duloxetine 60", "duloxetine 120"),
        estimates=np.array([p.estimates[0] for p in pairs]),
        covariance=covariance,
    )


def with_kajdasz(network: DoseNetwork, outcome: str) -> DoseNetwork:
    rest: Sequence[ObservedStudy] = [s for s in network.observed.studies if s.study not in POOLED]
    arms = [*network.arms.values(), Dosed.at("duloxetine", 60), Dosed.at("duloxetine", 120)]
    return observe_doses([*rest, kajdasz(outcome)], arms, scale=DoseScale(unit="mg/day"))


def show(title: str, response: DoseResponse) -> None:
    say(f"\n{title}")
    for study in response.network.observed.studies:
        say(f"   {study.study}: {', '.join(study.treatments)}")
    for gone in response.network.observed.left_out:
        say(f"   left out: {gone.study}, {gone.reason}")
    for row in response.weights:
        say(f"   {row.weight:5.1%} {row.curve}")
    for point in response.curve("duloxetine", (20, 40, 60, 120)):
        say(f"   {point.dose:g} mg: odds ratio {np.exp(point.median):.2f} "
              f"({np.exp(point.low):.2f} to {np.exp(point.high):.2f})")  # fmt: skip
    gain = response.gain("duloxetine", 60, 120, mid=MID)
    say(f"   120 v 60 mg: better by more than OR 1.25: {gain.probability:.2f}; worse by more: "
          f"{gain.worse:.2f}; OR toward better {np.exp(gain.median):.2f} "
          f"({np.exp(gain.low):.2f} to {np.exp(gain.high):.2f})")  # fmt: skip
    for row in response.no_gain("duloxetine", mid=MID):
        say(f"   no gain above {row.dose:g} mg: {row.probability:.2f} (a plateau by then "
              f"{row.plateau or 0:.2f})")  # fmt: skip
    for row in response.ed50():
        say(f"   {row.statement}")


def main() -> None:
    tables, catalogues = load_trials(), load_catalogues()
    outcomes: dict[str, Direction] = {
        "pain_relief_50": "larger",
        "withdrawal_adverse_event": "smaller",
    }
    for outcome, desirable in outcomes.items():
        network = dose_network_of(tables, catalogues.outcomes[outcome], ["duloxetine"])
        for title, chosen in (
            ("trial tables", network), ("with Kajdasz 2007", with_kajdasz(network, outcome)),
        ):  # fmt: skip
            prior = DosePrior.default(chosen)
            show(f"{outcome}, {title}", fit_dose_response(chosen, prior, desirable=desirable))


if __name__ == "__main__":
    main()
