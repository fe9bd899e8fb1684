"""Conditions about how a person metabolises: by the genes, and by inhibitors taken now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from assuage.options.appraisal import Hinge
from assuage.options.found import Found, found_one, hinge_of
from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding
from assuage.patient.genotype import genotype_concept
from assuage.patient.phenoconversion import by_inhibitor, groups_of, sole_inhibitor
from assuage.patient.record import Phenotype

NOT_TESTED = "not_tested"
"""What a table of two genes calls a gene without a result."""
_ABSENT = Found(finding=Finding.ABSENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Genotype:
    """`genes` holds each gene with the results that fit; `not_tested` is a result of its own.

    Guidelines on two genes have rows for a gene that was not tested. So a row that names a result
    of both is absent while one of them is untested: the row for that case speaks instead.
    """

    manual: ClassVar[str] = (
        "`genotype` (in `genes/` only) The recorded phenotype of each gene is one of those named. "
        "Where it names one gene alone, not recorded until that gene was tested."
    )
    genes: tuple[tuple[str, tuple[str, ...]], ...]
    _when_untested: Finding = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Most people have no result: what the condition says then is worked out once."""
        object.__setattr__(self, "_when_untested", self._finding({})[0])

    @property
    def sentence(self) -> str:
        return " and ".join(
            f"{gene} {' or '.join(result.replace('_', ' ') for result in results)}"
            + (" metaboliser" if NOT_TESTED not in results else "")
            for gene, results in self.genes
        )

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(
            genotype_concept(gene, result)
            for gene, results in self.genes
            for result in results
            if result != NOT_TESTED
        )

    def look_in(self, facts: Facts) -> Found:
        finding, gene = self._finding(facts.record.genotypes)
        if finding is Finding.ABSENT:
            return _ABSENT
        if finding is Finding.NOT_RECORDED:
            return _untested(gene)
        tested = facts.record.genotypes
        known = tuple(
            facts.has(genotype_concept(gene, tested[gene]))
            for gene, _ in self.genes
            if gene in tested
        )
        hinges = frozenset(hinge_of(fact) for fact in known)
        return Found(finding=finding, facts=known, hinges=hinges)

    def at_a_glance(self, facts: Facts) -> Finding | None:
        tested = facts.record.genotypes
        finding = self._finding(tested)[0] if tested else self._when_untested
        return None if finding is Finding.PRESENT else finding

    def _finding(self, tested: Mapping[str, str]) -> tuple[Finding, str]:
        """Return what the results say, and the gene that is to be tested where one is."""
        unknown, named = "", 0
        for gene, results in self.genes:
            found = tested.get(gene, NOT_TESTED)
            named += NOT_TESTED not in results
            if found in results:
                continue
            if found != NOT_TESTED:
                return Finding.ABSENT, ""
            unknown = gene
        if not unknown:
            return Finding.PRESENT, ""
        return (Finding.NOT_RECORDED, unknown) if named == 1 else (Finding.ABSENT, "")


@cache
def _untested(gene: str) -> Found:
    return found_one(
        Fact(
            concept=f"{gene} phenotype",
            label=f"{gene} phenotype",
            finding=Finding.NOT_RECORDED,
            because="the record does not say",
            ask=f"genotypes: {gene}",
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ByInhibitor:
    manual: ClassVar[str] = (
        "`{by_inhibitor: {G: P}}` A medicine taken now makes the person metabolise as phenotype P "
        "(poor or intermediate) of gene G, whose own result is better or unknown. Not recorded "
        "when no medication list is given. A drug does not inhibit its own way out here."
    )
    gene: str
    phenotype: Phenotype

    @property
    def sentence(self) -> str:
        return f"{self.gene} {self.phenotype} metaboliser by an inhibitor taken now"

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(groups_of(self.gene))

    def look_in(self, facts: Facts) -> Found:
        fact = by_inhibitor(facts, self.gene, self.phenotype)
        if fact.finding is not Finding.PRESENT:
            return found_one(fact)
        sole = sole_inhibitor(facts, self.gene)
        hinges = frozenset({hinge_of(sole)}) if sole else frozenset[Hinge]()
        return Found(finding=fact.finding, facts=(fact,), hinges=hinges)

    def at_a_glance(self, facts: Facts) -> Finding | None:
        groups, taking = groups_of(self.gene), facts.taking
        if taking is None or any(group in taking for group in groups):
            return None
        return Finding.ABSENT
