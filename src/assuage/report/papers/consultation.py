"""What both papers are made of: one appraisal, one plan, one record."""

from collections.abc import Mapping
from dataclasses import dataclass

from assuage.evidence.outcome import OutcomeDefinition
from assuage.messages import Messages
from assuage.options.appraisal import Appraisal, DoseOption, Option, OutcomeEstimate
from assuage.options.ordering import Weight
from assuage.patient.record import PatientRecord
from assuage.plan.dosing import Drug
from assuage.plan.regimen import Plan
from assuage.provenance import Citation
from assuage.report.papers.figure import Figure, OwnPath, Said, Speaker
from assuage.report.rows import estimate_of, has_data

BENEFIT, STOPPED = "pain_relief_50", "withdrawal_adverse_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """The values of both papers. `weights` are those that the order was made with; `drug` is what
    the plan was made from."""

    appraisal: Appraisal
    plan: Plan
    drug: Drug
    record: PatientRecord
    weights: tuple[Weight, ...]
    outcomes: Mapping[str, OutcomeDefinition]
    messages: Messages

    @property
    def speaker(self) -> Speaker:
        return Speaker(self.messages)

    @property
    def option(self) -> Option:
        """The option that the plan is for."""
        return next(o for o in self.appraisal.options if o.drug == self.plan.drug)

    @property
    def dose(self) -> DoseOption | None:
        """The dose that the numbers stand at: the plan's target, else the one appraised first."""
        doses = self.option.doses
        at_target = [d for d in doses if d.dose == self.plan.target]
        return next(iter((*at_target, *doses)), None)

    @property
    def weight(self) -> Mapping[str, float]:
        return {w.outcome: w.weight for w in self.weights if w.weight > 0}

    @property
    def own_weights(self) -> bool:
        return bool(self.record.weights or self.record.judgements)

    def estimate(self, outcome: str) -> OutcomeEstimate | None:
        """Return an estimate that has data at the dose of the plan, or None."""
        found = estimate_of(self.dose, outcome)
        return found if has_data(found) else None

    @property
    def timing(self) -> Citation:
        """The source of the days of the steps: its own schedule, its interval, or its start."""
        dosing = self.drug.dosing
        timed = (dosing.waypoints, dosing.interval_days, dosing.start)
        return next((each.citation for each in timed if each), self.plan.target_citation)

    def outcome_name(self, outcome: str) -> Said:
        """Return an outcome's name for clinicians; the numbers in it belong to its definition."""
        speak = self.speaker
        defined = OwnPath(of=f"outcomes.yaml: {outcome}")
        share = Figure(value=0.3, text=self.messages.percent(0.3), path=defined)
        scale = {name: speak.count(end, defined) for name, end in (("bottom", 0), ("top", 10))}
        parts = {"share": share, **scale}
        text = self.messages.texts.get(f"outcome_{outcome}", "")
        return speak.say(
            f"outcome_{outcome}",
            **{name: part for name, part in parts.items() if f"{{{name}}}" in text},
        )

    def drug_name(self, drug: str) -> str:
        return self.messages.say(f"drug_{drug}")
