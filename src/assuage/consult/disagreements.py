"""Where sources disagree on a drug and it matters to this person: what each says, what is taken."""

from collections.abc import Sequence

from assuage.consult.library import Library
from assuage.options.appraisal import Disagreement, Voice
from assuage.options.disagreement import SourcesDisagree, relevant, rules_set_aside
from assuage.options.screening import Screening
from assuage.patient.facts import Facts


def disagreements_shown(
    facts: Facts,
    screenings: Sequence[Screening],
    library: Library,
    regions: Sequence[str] | None,
) -> dict[str, tuple[Disagreement, ...]]:
    """Return, by drug, the questions that sources answer differently and that matter here."""
    aside = rules_set_aside(library.disagreements, regions)
    rules = {p.rule.id: p.rule for p in library.rules.rules if p.rule.id in aside} if aside else {}
    shown: dict[str, tuple[Disagreement, ...]] = {}
    for screening in screenings:
        found = relevant(
            library.disagreements_about[screening.drug],
            screening.drug,
            facts,
            rules,
            on_offer=screening.verdict.is_on_offer,
            spoken=frozenset(reason.rule for reason in screening.reasons),
        )
        shown[screening.drug] = tuple(_disagreement(each, regions) for each in found)
    return shown


def _disagreement(each: SourcesDisagree, regions: Sequence[str] | None) -> Disagreement:
    return Disagreement(
        question=each.question,
        voices=tuple(
            Voice(who=p.who, region=p.region, says=p.says, citations=p.citations)
            for p in each.positions
        ),
        choice=each.choice(regions),
        general=each.always,
    )
