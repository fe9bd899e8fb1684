"""Truth: a release small enough to work out by hand. Effects are all but certain (SD 0.001), so
that medians are plain arithmetic: with a risk of 200 per 1,000 on placebo, an odds ratio of 2 gives
odds 0.25 x 2 = 0.5, a risk of 333, a difference of 133."""

from dataclasses import replace
from decimal import Decimal
from math import log

import numpy as np
import pytest

from assuage.evidence.outcome import OutcomeDefinition
from assuage.options.appraisal import OutcomeEstimate
from assuage.options.benefit import expect
from assuage.options.evidence_choice import Candidate
from assuage.options.ordering import Ordering, Weight, order
from assuage.synthesis.baseline import Baseline, BaselineRisk
from assuage.synthesis.mixture import GaussianMixture
from assuage.synthesis.release import (
    Classical,
    EvidenceRelease,
    LabelEffect,
    LevelResult,
    OutcomeResult,
    Support,
)
from assuage.units import MgPerDay, mg_per_day

PDN = "painful_diabetic_neuropathy"
RELIEF = OutcomeDefinition(
    id="relief", label="relief", patient_label="", kind="binary", direction="benefit",
    higher_is_better=True, unit="per_1000", family="pain relief", order=1, primary=True,
)  # fmt: skip
NAUSEA = replace(
    RELIEF, id="nausea", direction="harm", higher_is_better=False, family="side effects", order=2
)


def support(trials: int, treated: int, doses: tuple[int, ...] = ()) -> Support:
    return Support(
        trials=tuple(f"T{i}" for i in range(trials)),
        people=2 * treated,
        treated=treated,
        doses=tuple(Decimal(d) for d in doses),
        conditions=(PDN,),
        placebo_controlled=trials,
        high_risk=(),
        not_judged=(),
        reconstructed=(),
        derived=(),
    )


def level(
    effects: dict[str, float], supports: dict[str, Support], sd: float = 0.001
) -> LevelResult:
    size = len(effects)
    return LevelResult(
        effects=GaussianMixture(
            reference="placebo",
            names=tuple(effects),
            weights=np.ones(1),
            means=np.array([list(effects.values())]),
            covariances=np.array([np.eye(size) * sd**2]),
            heterogeneity=np.array([0.001]),
        ),
        support=supports,
        tau=(0.001, 0.0, 0.002),
        prior="",
        trials=1,
        people=1,
        classical=Classical(q=0.0, df=0, i2=None, tau=0.0, estimates={}),
        left_out=(),
        conventions=(),
    )


def outcome(
    name: str, drug: LevelResult, dose: LevelResult, group: LevelResult, risk: float = 0.2
) -> OutcomeResult:
    base = BaselineRisk(mean=log(risk / (1 - risk)), sd=0.001, spread=0.0, trials=1, participants=1)
    return OutcomeResult(
        outcome=name,
        measure="OR",
        baseline=Baseline(conditions={PDN: base}, elsewhere=base),
        levels={"drug": drug, "dose": dose, "class": group},
    )


def release(*results: OutcomeResult, labels: tuple[LabelEffect, ...] = ()) -> EvidenceRelease:
    return EvidenceRelease(
        id="test", variant="all", software="", knowledge="", inputs="",
        outcomes={r.outcome: r for r in results}, not_analysed=(), labels=labels, priors={},
    )  # fmt: skip


def candidate(drug: str, *doses: int) -> Candidate:
    return Candidate(
        drug=drug,
        label=drug,
        drug_class="snri",
        class_label="SNRI",
        doses=tuple(mg_per_day(d) for d in doses),
    )


def estimates(made: EvidenceRelease, one: Candidate) -> dict[MgPerDay, OutcomeEstimate]:
    found = expect(made, condition=PDN, candidates=[one], outcomes=[RELIEF])
    return {option.dose: option.outcomes[0] for option in found.options[one.drug]}


def with_doses(sixty: float, hundred: float, *, pooled: float = 2.0, sd: float = 0.001):
    """One drug: odds ratios at 60 and 120 mg, and pooled; three trials and 300 people each."""
    return release(
        outcome(
            "relief",
            level({"dulox": log(pooled)}, {"dulox": support(6, 600, (60, 120))}),
            level(
                {"dulox 60": log(sixty), "dulox 120": log(hundred)},
                {"dulox 60": support(3, 300, (60,)), "dulox 120": support(3, 300, (120,))},
                sd,
            ),
            level({"snri": log(pooled)}, {"snri": support(6, 600)}),
        )
    )


def test_an_odds_ratio_is_laid_upon_the_placebo_risk():
    made = with_doses(2.0, 2.0)
    found = estimates(made, candidate("dulox", 60))[mg_per_day(60)]
    assert found.with_placebo is not None
    assert found.with_drug is not None
    assert found.difference is not None
    shown = (found.with_placebo.estimate, found.with_drug.estimate, found.difference.estimate)
    assert shown == pytest.approx((200, 1000 / 3, 400 / 3), abs=0.5)
    assert found.origin.statement == "6 trials of dulox, 60 to 120 mg/day pooled, 1,200 people"


def difference(found: OutcomeEstimate) -> float:
    assert found.difference is not None
    return found.difference.estimate


def test_doses_that_differ_speak_for_themselves_and_an_untried_one_as_the_lower():
    found = estimates(with_doses(2.0, 4.0), candidate("dulox", 30, 60, 90, 120))
    # odds 0.5 and 1.0: risks 333 and 500
    assert [difference(e) for e in found.values()] == pytest.approx(
        [133.3, 133.3, 133.3, 300], abs=1
    )
    assert [e.origin.statement for e in found.values()] == [
        "3 trials of 60 mg/day, 600 people; 30 mg was not tried enough, shown as 60 mg",
        "3 trials of 60 mg/day, 600 people",
        "3 trials of 60 mg/day, 600 people; 90 mg was not tried enough, shown as 60 mg",
        "3 trials of 120 mg/day, 600 people",
    ]


def test_doses_that_trials_do_not_tell_apart_are_pooled():
    found = estimates(with_doses(2.0, 2.2, sd=0.5), candidate("dulox", 60, 120))
    assert [difference(e) for e in found.values()] == pytest.approx([133.3, 133.3], abs=1)


def test_a_thin_drug_is_read_together_with_its_class_and_says_what_it_has():
    # In the network by drug, drugs of a class lean on each other: its number is the drug's own
    # posterior, an odds ratio of 2 at a risk of 20%, which the class's mean must not replace.
    made = release(
        outcome(
            "relief",
            level({"venla": log(2.0)}, {"venla": support(1, 20, (150,))}),
            level({"venla 150": log(9.0)}, {"venla 150": support(1, 20, (150,))}),
            level({"snri": log(9.0)}, {"snri": support(7, 700)}),
        )
    )
    found = estimates(made, candidate("venla", 150))[mg_per_day(150)]
    assert difference(found) == pytest.approx(133.3, abs=1)
    assert found.origin.kind == "class"
    assert found.origin.statement == (
        "1 trial of venla here, 40 people; read together with evidence from 7 trials with any "
        "SNRI, 1,400 people"
    )


def test_a_thin_class_speaks_for_no_other_drug():
    drugs = level({"dulox": log(9.0)}, {"dulox": support(2, 30, (60,))})
    made = release(
        outcome("relief", drugs, drugs, level({"snri": log(9.0)}, {"snri": support(2, 30)}))
    )
    silent = estimates(made, candidate("venla", 150))[mg_per_day(150)]
    assert (silent.difference, silent.origin.kind) == (None, "none")


def test_a_label_speaks_where_trials_are_silent_and_nothing_is_never_zero():
    label = LabelEffect(
        drug="venla", outcome="relief", log_odds_ratio=log(2.0), se=0.001, people=5000,
        statement="product label: 10% of 3,000", source="label",
    )  # fmt: skip
    made = with_doses(2.0, 2.0)
    labelled = replace(made, labels=(label,))
    spoken = estimates(labelled, replace(candidate("venla", 75), drug_class="other"))
    assert spoken[mg_per_day(75)].origin.kind == "label"
    assert difference(spoken[mg_per_day(75)]) == pytest.approx(133.3, abs=2)
    silent = estimates(made, replace(candidate("venla", 75), drug_class="other"))[mg_per_day(75)]
    assert (silent.with_drug, silent.with_placebo, silent.difference) == (None, None, None)
    assert silent.origin.statement == "no data: no trial of venla or of its class reports it"


def ordered(weights: tuple[Weight, ...]) -> Ordering:
    """good: relief OR 4, nausea OR 1; strong: relief OR 6, nausea OR 6; dull: no data at all."""
    effects = {
        "relief": {"good": 4.0, "strong": 6.0},
        "nausea": {"good": 1.0, "strong": 6.0},
    }
    results = [
        outcome(
            name,
            level({d: log(x) for d, x in odds.items()}, {d: support(4, 400) for d in odds}),
            level({"good 1": 0.0}, {"good 1": support(1, 10)}),
            level({"snri": 0.0}, {"snri": support(1, 10)}),
        )
        for name, odds in effects.items()
    ]
    options = [candidate("good", 1), candidate("strong", 1)]
    options.append(replace(candidate("dull", 1), drug_class="other"))
    found = expect(release(*results), condition=PDN, candidates=options, outcomes=[RELIEF, NAUSEA])
    return order(found, offered={c.drug: c.doses[0] for c in options}, weights=weights)


def test_weights_decide_between_more_relief_and_less_nausea():
    only_relief = ordered((Weight(outcome="relief", weight=1.0, why=""),))
    assert [s.drug for s in only_relief.standings] == ["strong", "good", "dull"]
    both = ordered(
        (
            Weight(outcome="relief", weight=1.0, why=""),
            Weight(outcome="nausea", weight=1.0, why=""),
        )
    )
    assert (both.standings[0].drug, both.standings[0].best_probability) == ("good", 1.0)
    # strong: odds 1.5 in both, risk 600: the gain and the harm cancel
    strong = next(s for s in both.standings if s.drug == "strong")
    assert strong.value == pytest.approx(0, abs=1)


def test_a_drug_without_data_gets_no_benefit_and_the_average_harm():
    both = ordered(
        (
            Weight(outcome="relief", weight=1.0, why=""),
            Weight(outcome="nausea", weight=1.0, why=""),
        )
    )
    dull = next(s for s in both.standings if s.drug == "dull")
    # nausea differences are 0 (good) and 400 (strong): 200 is assumed
    assert dull.value == pytest.approx(-200, abs=2)
    assert dull.assumed == ("relief", "nausea")


def two_alike(drug_level: dict[str, float]) -> Ordering:
    """Two drugs of one class, ranked by relief alone; `drug_level` has those with own trials."""
    made = release(
        outcome(
            "relief",
            level(
                {d: log(odds) for d, odds in drug_level.items()},
                {d: support(4, 400) for d in drug_level},
                0.3,
            ),
            level({"own 1": 0.0}, {"own 1": support(1, 10)}),
            level({"snri": log(2.5)}, {"snri": support(5, 500)}, 0.3),
        )
    )
    options = [candidate("borrowed", 1), candidate("own", 1)]
    found = expect(made, condition=PDN, candidates=options, outcomes=[RELIEF])
    return order(
        found,
        offered={c.drug: c.doses[0] for c in options},
        weights=(Weight(outcome="relief", weight=1.0, why=""),),
    )


def test_proof_goes_before_promise():
    # the class promises more (odds 2.5 against 2.0), but only one of the drugs was tried
    result = two_alike({"own": 2.0})
    assert [(s.drug, s.best_probability) for s in result.standings] == [
        ("own", 1.0),
        ("borrowed", None),
    ]
    assert not result.coin_toss


def test_a_coin_toss_is_said():
    result = two_alike({"own": 2.0, "borrowed": 2.01})
    assert result.coin_toss


def test_the_spread_between_trials_counts_once_against_the_certainty_of_a_class():
    # log OR of the class 0.693, spread 0.3: one more member lies in 0.11 to 1.28, which holds no
    # effect of zero. With the spread laid on a second time it would: 0.693 - 1.96 x 0.42 < 0.
    effects = {"snri": log(2)}
    tight = level(effects, {"snri": support(4, 4000)})
    spread = replace(tight.effects, heterogeneity=np.array([0.3]))
    group = replace(tight, effects=spread, tau=(0.3, 0.2, 0.4))
    drug = replace(level({"other": 0.7}, {"other": support(4, 4000)}), tau=(0.3, 0.2, 0.4))
    made = release(outcome("relief", drug, level({}, {}), group))
    (shown,) = estimates(made, candidate("new", 60)).values()
    assert shown.origin.kind == "class"
    assert shown.certainty is not None
    assert shown.certainty.reasons == ("mostly from other drugs of the class",)
