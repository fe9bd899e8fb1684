"""What can be wrong with what rules rest on: their sources, their drugs, the words of a record."""

from collections.abc import Iterator

from assuage.options.reviewed import CheckFinding, Reviewed
from assuage.patient.vocabulary import LISTED, Concept


def sources(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """Sources without an address or cited by nobody; rules without a place or a grade in theirs."""
    citations = [*(rule.citation for rule in reviewed.rules), *reviewed.cited]
    citations += [c for each in reviewed.recorded for p in each.positions for c in p.citations]
    used = {citation.source.id for citation in citations}
    named = " ".join(citation.locator for citation in citations)
    for name, source in reviewed.sources.items():
        where = reviewed.where(f"source {name}")
        of_rules = f"source {name}" in reviewed.places  # other tables' sources are cited there
        if of_rules and name not in used and name not in named:
            yield CheckFinding(
                severity="error",
                where=where,
                says=f"The source {name} is cited by nobody.",
                do="Cite it, or take it out.",
            )
        if not source.url:
            yield CheckFinding(
                severity="error",
                where=where,
                says=f"The source {name} has no address: nobody can read it again.",
                do="Add its url.",
            )
    for rule in reviewed.rules:
        lacking = [
            word
            for word, given in (("place", rule.citation.locator), ("grade", rule.citation.grade))
            if not given
        ]
        if lacking:
            yield CheckFinding(
                severity="error",
                where=reviewed.where(rule.id),
                says=f"{rule.id} cites {rule.citation.source.id} without a {' or '.join(lacking)}.",
                do="Read the source, and write where it says so (locator) and how it was read "
                "(grade A or B).",
            )


def drugs(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """Drugs without a rule of their own; classes that are empty, or hold what is no candidate."""
    own = {rule.about for rule in reviewed.rules}
    for drug in reviewed.drugs:
        if drug not in own:
            yield CheckFinding(
                severity="error",
                where=f"drugs/{drug}.yaml",
                says=f"No rule is about {drug} by itself: at best it is a caution.",
                do="Read its label, and write its rules.",
            )
    for name, members in reviewed.classes.items():
        unknown = [drug for drug in members if drug not in reviewed.drugs]
        where = reviewed.where(f"class {name}")
        if not members:
            yield CheckFinding(
                severity="error",
                where=where,
                says=f"The class {name} is empty: its rules are about no drug.",
                do="Name its drugs, or take it out.",
            )
        if unknown:
            yield CheckFinding(
                severity="error",
                where=where,
                says=f"The class {name} names {', '.join(unknown)}, which no drug file describes.",
                do="Correct the name, or add the drug file.",
            )


def named_and_coded(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """Concepts that a record cannot show, or only by chance: without medicines, names or codes."""
    for concept in reviewed.world.vocabulary.concepts.values():
        where = reviewed.where(f"concept {concept.id}")
        yield from _never_shown(concept, where, reviewed)
        if missing := _lacks(concept):
            yield CheckFinding(
                severity="note",
                where=where,
                says=f"{concept.id} ({concept.label}) has no {missing}.",
                do="Add one, if a source gives it.",
            )
    for measure in reviewed.world.vocabulary.measures.values():
        if not measure.loinc and measure.id not in _NOT_MEASURED:
            yield CheckFinding(
                severity="note",
                where=reviewed.where(f"measure {measure.id}"),
                says=f"{measure.id} ({measure.label}) has no LOINC code.",
                do="Add one, if a source gives it.",
            )


_NOT_MEASURED = frozenset({"age", "pregnancy_weeks"})


def _never_shown(concept: Concept, where: str, reviewed: Reviewed) -> Iterator[CheckFinding]:
    world = reviewed.world
    if concept.kind == "medication" and not world.members.get(concept.id):
        yield CheckFinding(
            severity="error",
            where=where,
            says=f"No medicine is in {concept.id} ({concept.label}).",
            do="Put its medicines in valuesets/medicines.csv, or take it out.",
        )
    by_itself = concept.kind in LISTED or concept.kind == "genotype"
    if by_itself and concept.id not in world.reachable:
        yield CheckFinding(
            severity="error",
            where=where,
            says=f"Nothing in a record can show {concept.id} ({concept.label}).",
            do="Add names, a threshold (shown_by), a key of the patient file, or a concept that "
            "implies it.",
        )


def _lacks(concept: Concept) -> str:
    """Name the code that such a concept should have, and the names where it has neither."""
    if concept.kind == "medication":
        return "" if concept.atc or concept.rxnorm else "ATC or RxNorm code"
    known_otherwise = concept.icd10cm or concept.shown_by or concept.allergy_to
    if concept.kind not in LISTED or known_otherwise:
        return ""
    return "ICD-10-CM code" if concept.synonyms else "ICD-10-CM code and no other name"
