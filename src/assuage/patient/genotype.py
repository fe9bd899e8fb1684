"""The concept that a gene's recorded phenotype stands for."""


def genotype_concept(gene: str, phenotype: str) -> str:
    """Return the concept of a phenotype of a gene, as valuesets/concepts.yaml has it."""
    return f"{gene.lower()}_{phenotype}_metaboliser"
