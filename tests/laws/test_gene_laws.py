"""Laws of genes and of what is taken: knowing more of a person never permits more.

Truth: a guideline's advice on one gene is not withdrawn by the result of another; and a medicine
that is added to a list makes nothing safer. No exception is known: inducers convert nobody.
"""

from dataclasses import replace

from any_patient import (
    TODAY,
    book,
    drugs,
    entry,
    interesting_medicines,
    permits,
    quick,
    records,
    words,
)
from hypothesis import given
from hypothesis import strategies as st

from assuage.options.gene_condition import ByInhibitor
from assuage.patient.derivation import derive_facts
from assuage.patient.finding import Finding

RESULTS = ("poor", "intermediate", "normal", "rapid", "ultrarapid", "indeterminate")
genotypes = st.dictionaries(
    st.sampled_from(["CYP2D6", "CYP2C19", "CYP2B6"]), st.sampled_from(RESULTS)
)
CHANGERS = [
    *("paroxetine", "terbinafine", "bupropion", "mirabegron", "abiraterone", "fluconazole"),
    *("fluvoxamine", "omeprazole", "cenobamate", "ticlopidine", "rifampicin", "phenytoin"),
    *("ciprofloxacin", "combined_oral_contraceptive", "teriflunomide", "carbamazepine"),
]


def not_better(before, after):
    rules = book()
    was, now = permits(before, rules), permits(after, rules)
    assert {drug for drug in drugs() if now[drug] > was[drug]} == set()


@quick
@given(records(), genotypes, st.data())
def test_the_result_of_another_gene_never_permits_more(record, known, data):
    gene = data.draw(st.sampled_from(["CYP2D6", "CYP2C19", "CYP2B6"]))
    fewer = {name: result for name, result in known.items() if name != gene}
    more = {**fewer, gene: data.draw(st.sampled_from(RESULTS))}
    not_better(replace(record, genotypes=fewer), replace(record, genotypes=more))


@quick
@given(records(), genotypes, st.data())
def test_an_added_medicine_never_permits_more(record, known, data):
    listed = record.medications or ()
    names = st.sampled_from(CHANGERS) | st.sampled_from(interesting_medicines())
    added = data.draw(names.filter(lambda name: all(name != one.medicine for one in listed)))
    before = replace(record, genotypes=known, medications=listed)
    not_better(before, replace(before, medications=(*listed, entry(added))))


CONVERTING = [
    ByInhibitor(gene=gene, phenotype=phenotype)
    for gene in ("CYP2D6", "CYP2C19")
    for phenotype in ("poor", "intermediate")
]


@quick
@given(records(), genotypes, st.lists(st.sampled_from(CHANGERS), unique=True, max_size=3))
def test_without_the_inhibitor_that_is_named_nothing_is_converted(record, known, names):
    taken = tuple(entry(name) for name in names)
    taking = replace(record, genotypes=known, medications=taken)
    for condition in CONVERTING:
        look = condition.look_in(derive_facts(taking, words(), today=TODAY))
        if look.finding is not Finding.PRESENT:
            continue
        named = {hinge.words for hinge in look.hinges}
        left = tuple(m for m in taken if f"takes {m.name} (line 2)" not in named)
        assert len(left) + len(named) == len(taken)
        fewer = derive_facts(replace(taking, medications=left), words(), today=TODAY)
        still = [c for c in CONVERTING if c.look_in(fewer).finding is Finding.PRESENT]
        same_gene = [c for c in still if c.gene == condition.gene]
        assert bool(same_gene) == (not named)
