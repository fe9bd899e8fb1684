"""Where CPIC and DPWG say different things of one drug in one phenotype."""

from collections.abc import Iterable
from dataclasses import dataclass

from assuage.knowledge.genes import GeneStatement
from assuage.options.rule import VERDICT_OF, Region
from assuage.provenance import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class GenePosition:
    """What one guideline says: `effect` as it counts here, `says` in our words."""

    who: str
    region: Region
    effect: str
    says: str
    rule: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneDisagreement:
    """Two guidelines whose effects lead to different verdicts. `about` is the drug."""

    id: str
    about: str
    phenotype: str
    question: str
    positions: tuple[GenePosition, ...]


def gene_disagreements(statements: Iterable[GeneStatement]) -> tuple[GeneDisagreement, ...]:
    """Return the disagreements on one gene, by drug and phenotype.

    Only statements that name one gene are held against each other: DPWG has no rows for two.
    """
    by_case: dict[tuple[str, str, str], dict[str, GeneStatement]] = {}
    for one in statements:
        if len(one.named) == 1:
            ((gene, result),) = one.named.items()
            by_case.setdefault((one.drug, gene, result), {}).setdefault(one.short, one)
    return tuple(
        _disagreement(case, tuple(said[who] for who in sorted(said)))
        for case, said in sorted(by_case.items())
        if len({VERDICT_OF[one.effect] for one in said.values()}) > 1
    )


def _disagreement(case: tuple[str, str, str], said: tuple[GeneStatement, ...]) -> GeneDisagreement:
    drug, gene, result = case
    return GeneDisagreement(
        id=f"{drug}-{gene}-{result}".lower(),
        about=drug,
        phenotype=f"{gene} {result}",
        question=f"What does a {gene} {result} metaboliser need with {drug}?",
        positions=tuple(
            GenePosition(
                who=one.short,
                region=one.region,
                effect=one.effect,
                says=one.says,
                rule=one.rule,
                citation=one.citation,
            )
            for one in said
        ),
    )
