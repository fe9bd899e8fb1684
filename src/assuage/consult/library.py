"""All knowledge a consultation reads, read once and kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assuage.evidence.outcome import OutcomeDefinition
from assuage.knowledge.catalogues import Catalogues, load_catalogues
from assuage.knowledge.disagreements import load_disagreements
from assuage.knowledge.drugs import load_drugs
from assuage.knowledge.releases import load_release
from assuage.knowledge.rules import SafetyKnowledge, load_safety
from assuage.knowledge.weights import load_weights
from assuage.options.disagreement import SourcesDisagree
from assuage.options.ordering import Weight
from assuage.options.rule import RuleBook, compile_rules
from assuage.plan.dosing import Drug
from assuage.synthesis.release import EvidenceRelease, Variant


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Library:
    """The candidate drugs, the rules laid out for them, where their sources disagree, the
    evidence, and the usual weights."""

    drugs: Mapping[str, Drug]
    safety: SafetyKnowledge
    rules: RuleBook
    disagreements: tuple[SourcesDisagree, ...]
    catalogues: Catalogues
    weights: tuple[Weight, ...]
    release: EvidenceRelease

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
        catalogues=load_catalogues(),
        weights=load_weights(),
        release=load_release(variant),
    )
