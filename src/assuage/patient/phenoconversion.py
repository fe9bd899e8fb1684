"""How a person metabolises now: the phenotype of the genes, and what inhibitors make of it.

A strong inhibitor of CYP2D6 makes anybody a poor metaboliser; a moderate one halves the activity
score, from which the phenotype is read anew. This is the rule of the CPIC guideline on opioids
(Crews et al., Clin Pharmacol Ther 2021; PMC8249478); activity scores that carry medicines were
proposed by Borges et al. (J Clin Pharmacol 2010;50:450; PMC3816977). CPIC says of antidepressants
that no consensus exists (Bousman et al. 2023; PMC10564324), so that what follows from a conversion
is graded by assuage and never says more than caution. For CYP2C19 the same is done by alleles.

The genotype is not replaced: rules on it hold as before, and of two readings the stricter decides.
Inducers convert nobody: a higher activity would loosen what the genotype asks for.
"""

from collections.abc import Mapping

from assuage.patient.facts import Facts
from assuage.patient.finding import Fact, Finding
from assuage.patient.record import Phenotype

CONVERTED = ("CYP2D6", "CYP2C19")
"""The genes whose phenotype an inhibitor changes here."""
SLOW: tuple[Phenotype, ...] = ("poor", "intermediate")
"""The phenotypes that an inhibitor leads to."""

# CYP2D6 scores (Caudle et al., Clin Transl Sci 2020; PMC6951851): poor 0, intermediate below 1.25,
# normal to 2.25, ultrarapid above. Half of any normal score is below 1.25; half of an ultrarapid
# one is not, and asks for no less. CYP2C19 has no score: of two working alleles one is left, as in
# an intermediate metaboliser (ours).
_HALVED: Mapping[Phenotype, Phenotype] = {
    "poor": "poor",
    "intermediate": "intermediate",
    "normal": "intermediate",
}


def groups_of(gene: str) -> tuple[str, str]:
    """Return the medication concepts of a gene's strong and moderate inhibitors."""
    return f"{gene.lower()}_strong_inhibitor", f"{gene.lower()}_moderate_inhibitor"


def converted(genotype: Phenotype | None, strength: str) -> Phenotype | None:
    """Return the poor or intermediate phenotype that a strong or moderate inhibitor leads to.

    None where a moderate one leads to neither (a rapid metaboliser), or nobody can tell (a gene
    that was not tested, or without a clear result).
    """
    if strength == "strong":
        return "poor"
    return None if genotype is None else _HALVED.get(genotype)


def by_inhibitor(facts: Facts, gene: str, phenotype: Phenotype) -> Fact:
    """Say whether inhibitors taken now make the person metabolise as this phenotype of a gene.

    Absent where the genes are no better by themselves: rules on the genotype say it then.
    """
    genotype = facts.record.genotypes.get(gene)
    strong, moderate = groups_of(gene)
    taken = _taken(facts, strong)
    if phenotype == "poor":
        found, group, strength = taken, strong, "strong"
    elif taken.finding is Finding.PRESENT:
        return _absent(gene, phenotype, taken)
    else:
        found, group, strength = _taken(facts, moderate), moderate, "moderate"
    reached = converted(genotype, strength)
    if reached != phenotype or genotype == phenotype:
        return _absent(gene, phenotype, found)
    own = f"by genotype {genotype}" if genotype else "no genotype recorded"
    because = f"{found.because}, a {strength} inhibitor; {own}"
    if found.finding is not Finding.PRESENT:
        because = found.because
    return Fact(
        concept=group,
        label=f"{gene} {phenotype} metaboliser now",
        finding=found.finding,
        because=because,
        on=found.on,
        ask=found.ask,
    )


def sole_inhibitor(facts: Facts, gene: str) -> Fact | None:
    """Return the only inhibitor of a gene that acts now, of any strength; None where several do.

    Without it, nothing is left that slows the enzyme.
    """
    group = f"{gene.lower()}_inhibitor"
    if len((facts.taking or {}).get(group, ())) != 1:
        return None
    strong, moderate = (_taken(facts, each) for each in groups_of(gene))
    found = strong if strong.finding is Finding.PRESENT else moderate
    return found if found.finding is Finding.PRESENT else None


def phenotypes_now(facts: Facts) -> tuple[Fact, ...]:
    """Return each gene's phenotype that inhibitors taken now have changed, for the reader."""
    looks = (by_inhibitor(facts, gene, phenotype) for gene in CONVERTED for phenotype in SLOW)
    return tuple(fact for fact in looks if fact.finding is Finding.PRESENT)


def _taken(facts: Facts, group: str) -> Fact:
    """Say whether an inhibitor of a group is taken, or was stopped so lately that it still acts."""
    now = facts.takes(group)
    if now.finding is not Finding.ABSENT:
        return now
    open_days = now
    for medicine, days in facts.vocabulary.acts_after_stop.get(group, ()):
        lately = facts.takes(medicine, days)
        if lately.finding is Finding.PRESENT:
            return lately
        if lately.finding is Finding.NOT_RECORDED:
            open_days = lately
    return open_days


def _absent(gene: str, phenotype: str, looked_at: Fact) -> Fact:
    return Fact(
        concept=looked_at.concept,
        label=f"{gene} {phenotype} metaboliser now",
        finding=Finding.ABSENT,
        because=looked_at.because,
    )
