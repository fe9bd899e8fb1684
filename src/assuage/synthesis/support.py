"""What stands behind each treatment of a network: trials, people, doses, and known weaknesses."""

from collections.abc import Mapping, Sequence

from assuage.evidence.outcome_network import OutcomeNetwork
from assuage.evidence.trial_contrasts import StudyEvidence
from assuage.synthesis.release import Support


def support(found: OutcomeNetwork) -> Mapping[str, Support]:
    """Return the support of every treatment of a network but the reference."""
    network = found.network
    return {
        treatment: _support(treatment, found.of(treatment), network.reference)
        for treatment in network.treatments
        if treatment != network.reference
    }


SMALL_ARM = 50
"""People in an arm below which a trial is taken as small; ours."""


def _is_small(study: StudyEvidence) -> bool:
    return any(arm.people is not None and arm.people < SMALL_ARM for arm in study.arms)


def _support(treatment: str, studies: Sequence[StudyEvidence], reference: str) -> Support:
    own = [arm for s in studies for arm in s.arms if arm.node == treatment]
    trials = [s.study for s in studies]
    return Support(
        trials=tuple(t.id for t in trials),
        people=sum(s.people for s in studies),
        treated=sum(arm.people or 0 for arm in own),
        doses=tuple(sorted({dose for arm in own for dose in arm.doses})),
        conditions=tuple(sorted({t.condition for t in trials})),
        placebo_controlled=sum(reference in s.contrasts.treatments for s in studies),
        high_risk=tuple(t.id for t in trials if t.open_label or t.risk_of_bias == "high"),
        not_judged=tuple(t.id for t in trials if t.risk_of_bias in ("not_judged", "unclear")),
        reconstructed=tuple(s.study.id for s in studies if s.reconstructed),
        derived=tuple(s.study.id for s in studies if s.derived),
        small=tuple(s.study.id for s in studies if _is_small(s)),
        doubts=tuple((s.study.id, f"{s.study.title}: {s.doubt}") for s in studies if s.doubt),
    )
