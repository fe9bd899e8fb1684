"""What shaped an answer and the reader did not choose: said with every appraisal."""

from collections.abc import Sequence

from assuage.consult.library import Library
from assuage.consult.wishes import whose_weights
from assuage.options.ordering import Ordering
from assuage.options.preference import Weights
from assuage.options.unjudged import disagreements
from assuage.patient.facts import Facts
from assuage.patient.record import PatientRecord


def choices_of(
    facts: Facts,
    library: Library,
    wishes: Weights,
    ordering: Ordering,
    regions: Sequence[str] | None,
) -> dict[str, str]:
    """Say every choice that shaped the answer and that the reader did not make."""
    record = facts.record
    condition = library.catalogues.conditions[record.pain.condition].label
    reconstructed = (
        "trial counts worked out from other statistics are used, and marked"
        if library.release.variant == "all"
        else "trial counts worked out from other statistics are left out"
    )
    assumed = [s.drug for s in ordering.standings if s.assumed]
    without_data = (
        f"no data, or numbers that contradict each other, on some weighed outcomes for "
        f"{', '.join(assumed)}: no benefit, or the average harm of the others (its own where "
        "worse), is assumed there, with the widest uncertainty"
        if assumed
        else "none needed: every weighed outcome has an estimate for every drug in the order"
    )
    return {
        "baseline": f"what happened on placebo in {condition}, drawn towards all conditions "
        "the less, the more trials there are",
        "effects": "the same relative effect in every condition; random effects between trials",
        "weights": _weighed(record, library, wishes),
        "order": "drugs whose main benefit was shown in their own trials first, then those with "
        "only their class to speak for them, then those without evidence of benefit; by weighed "
        "benefit and harm within each group; how often a drug is best is counted in the first; a "
        "drug tried in vain, long and high enough, comes last",
        "dose compared": "the lowest usual target dose of each drug within the limits found here",
        "reconstructed numbers": reconstructed,
        "outcomes without data": without_data,
        "jurisdictions": "none set: where sources disagree, the strictest decides"
        if not regions
        else f"{', '.join(regions)}: where its sources disagree with others, theirs are taken; all "
        "other rules stay",
        **({"pain condition": record.pain.note} if record.pain.note else {}),
        **({"undated measurements": _undated(facts)} if facts.undated else {}),
        **_taken(facts),
        **library.release.priors,
    }


def _weighed(record: PatientRecord, library: Library, wishes: Weights) -> str:
    parts = (f"{library.outcomes[w.outcome].label} {w.weight:.3g}" for w in wishes.weights)
    return f"{whose_weights(record, wishes)}: {', '.join(parts)}"


def _undated(facts: Facts) -> str:
    measures = facts.vocabulary.measures
    return f"{', '.join(measures[name].label for name in facts.undated)}: counted as of today"


def _taken(facts: Facts) -> dict[str, str]:
    """Say which of two facts that do not fit each other was taken."""
    found = disagreements(facts)
    stricter = "the stricter of the two was taken; find out which is right"
    return {"facts that disagree": f"{'; '.join(found)}: {stricter}"} if found else {}
