"""All knowledge a consultation reads, read once and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property

from assuage.evidence.outcome import OutcomeDefinition
from assuage.knowledge.adequate_trials import load_adequate_trials
from assuage.knowledge.burdens import load_burdens
from assuage.knowledge.catalogues import Catalogues, load_catalogues
from assuage.knowledge.disagreements import load_disagreements
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.preferences import load_preferences
from assuage.knowledge.releases import load_release
from assuage.knowledge.rules import SafetyKnowledge, load_safety
from assuage.knowledge.weights import load_weights
from assuage.options.attempt_adequacy import AdequateTrial
from assuage.options.burden import BurdenBook
from assuage.options.disagreement import SourcesDisagree
from assuage.options.ordering import Weight
from assuage.options.preference import Elicitation
from assuage.options.rule import RuleBook, compile_rules
from assuage.plan.dosing import Drug
from assuage.synthesis.release import EvidenceRelease, Variant
from assuage.units import MgPerDay

TargetKey = tuple[str, int, tuple[MgPerDay, ...], tuple[Decimal, ...]]
"""What the doses to weigh follow from: drug, age, highest doses, shares of the usual dose."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Library:
    """The candidate drugs, the rules laid out for them, where their sources disagree, the
    evidence, and the usual weights."""

    drugs: Mapping[str, Drug]
    safety: SafetyKnowledge
    rules: RuleBook
    disagreements: tuple[SourcesDisagree, ...]
    burdens: BurdenBook
    adequate_trials: Mapping[str, AdequateTrial]
    elicitation: Elicitation
    catalogues: Catalogues
    weights: tuple[Weight, ...]
    release: EvidenceRelease
    targets: dict[TargetKey, tuple[MgPerDay, ...]] = field(
        default_factory=dict[TargetKey, tuple[MgPerDay, ...]]
    )

    @cached_property
    def disagreements_about(self) -> Mapping[str, tuple[SourcesDisagree, ...]]:
        """Where sources disagree on each drug."""
        return {
            drug: tuple(each for each in self.disagreements if drug in each.drugs)
            for drug in self.drugs
        }

    @property
    def outcomes(self) -> Mapping[str, OutcomeDefinition]:
        return self.catalogues.outcomes


@cache
def load_library(variant: Variant = "all") -> Library:
    """Read everything that comes with assuage. Raises InvalidInput when any of it is damaged."""
    drugs = load_drugs()
    safety = load_safety()
    return Library(
        drugs=drugs,
        safety=safety,
        rules=compile_rules(safety.rules, tuple(drugs), safety.classes),
        disagreements=load_disagreements(),
        burdens=load_burdens(safety, tuple(drugs)),
        adequate_trials=load_adequate_trials(),
        elicitation=load_preferences(),
        catalogues=load_catalogues(),
        weights=load_weights(),
        release=load_release(variant),
    )
