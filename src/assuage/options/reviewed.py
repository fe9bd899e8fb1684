"""What a check of the knowledge looks at, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assuage.options.disagreement import SourcesDisagree
from assuage.options.rule import EVERY_DRUG, Rule
from assuage.options.satisfiable import World
from assuage.provenance import Citation, Source
from assuage.units import MgPerDay


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """One thing to mend (error) or to judge (note): where it stands, what it is, what to do."""

    severity: Literal["error", "note"]
    where: str
    says: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check: its name, what it asks, how many things it looked at, what it found."""

    name: str
    asks: str
    looked_at: int
    findings: tuple[CheckFinding, ...]

    @property
    def errors(self) -> tuple[CheckFinding, ...]:
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def notes(self) -> tuple[CheckFinding, ...]:
        return tuple(each for each in self.findings if each.severity == "note")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reviewed:
    """All that is checked. `highest` and `lowest` are the largest and smallest adult maximum of a
    drug by any source; `places` says in which file and line a rule, concept, class or source of
    rules is. `cited` are citations besides those of rules (thresholds). `recorded` are
    disagreements.
    """

    rules: tuple[Rule, ...]
    world: World
    classes: Mapping[str, tuple[str, ...]]
    drugs: tuple[str, ...]
    sources: Mapping[str, Source]
    cited: tuple[Citation, ...]
    highest: Mapping[str, MgPerDay]
    lowest: Mapping[str, MgPerDay]
    recorded: tuple[SourcesDisagree, ...]
    places: Mapping[str, str]

    def drugs_of(self, rule: Rule) -> tuple[str, ...]:
        if rule.about == EVERY_DRUG:
            return self.drugs
        return self.classes.get(rule.about, (rule.about,))

    def where(self, name: str) -> str:
        return self.places.get(name, name)
