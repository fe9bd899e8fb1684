"""The numbers of an estimate as figures, each with the path to its trials."""

from dataclasses import dataclass
from operator import attrgetter

from assuage.options.appraisal import OutcomeEstimate
from assuage.report.chart import People
from assuage.report.papers.consultation import Consultation
from assuage.report.papers.figure import BaselinePath, EstimatePath, Figure, Path, Said

DECIMALS = {"per_1000": 0, "points": 1}


@dataclass(frozen=True, slots=True)
class Estimated:
    """One estimate at the dose of the plan, ready to be said."""

    case: Consultation
    estimate: OutcomeEstimate

    def path(self, quantity: str) -> Path:
        """Return the path to a quantity: what placebo does has other trials than the drug."""
        if quantity.startswith("with_placebo"):
            return BaselinePath(
                outcome=self.estimate.outcome,
                condition=self.case.record.pain.condition,
                quantity=quantity,
            )
        dose = self.case.dose
        assert dose is not None  # else there were no estimate
        origin = self.estimate.origin
        return EstimatePath(
            outcome=self.estimate.outcome,
            drug=self.case.plan.drug,
            dose=dose.dose,
            quantity=quantity,
            trial_ids=origin.trial_ids,
            label=origin.label,
        )

    def level(self, quantity: str) -> Figure:
        """Return with_drug.estimate or with_placebo.estimate, per 1,000 people or in points."""
        value: float = attrgetter(quantity)(self.estimate)
        decimals = DECIMALS[self.estimate.unit]
        return self.case.speaker.count(value, self.path(quantity), decimals=decimals)

    def change(self, quantity: str) -> Figure:
        """Return difference.estimate, .low or .high with its sign."""
        value: float = attrgetter(quantity)(self.estimate)
        decimals = DECIMALS[self.estimate.unit]
        return self.case.speaker.signed(value, self.path(quantity), decimals=decimals)

    def of_100(self, people: People, quantity: str) -> Figure:
        """Return a part of 100 people, as the picture draws it."""
        value: int = getattr(people, quantity)
        placebo_alone = quantity in {"anyway", "instead"}
        name = f"with_placebo.{quantity}" if placebo_alone else quantity
        return self.case.speaker.count(abs(value), self.path(name))

    def origin(self) -> Said:
        """Say in a few words where it is from, and mark what rests on reconstructed counts."""
        origin, speak = self.estimate.origin, self.case.speaker
        if origin.kind == "label":
            return speak.say("origin_label")
        trials = speak.count(origin.trials, self.path("origin.trials"))
        people = speak.count(origin.participants, self.path("origin.participants"))
        few = "one" if origin.trials == 1 else "many"
        said = speak.say(f"origin_{origin.kind}_{few}", trials=trials, people=people)
        return speak.say("origin_marked", origin=said) if origin.reconstructed else said
