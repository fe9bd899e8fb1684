"""Each rule holds just inside its limits, not just outside them, and says what its source says.

Truth: the table of 371 reviewed rows, compiled from labels, CPIC and regulators before this
repository (its triggers, limits, days, verdicts and doses). For the other rules a second reading of
the source that each row of `probes/*.csv` names, with decision 0008 where grade or limit is ours.
"""

from dataclasses import replace

import pytest
from tests.cases.probe_format import (
    DRUGS,
    ConceptProbe,
    RuleProbe,
    drugs_of,
    failures,
    read_probes,
)

from assuage.knowledge.rules import load_safety

SAFETY = load_safety()
PROBES = read_probes()
TOPICS = sorted({probe.topic for probe in PROBES})


@pytest.mark.parametrize("topic", TOPICS)
def test_what_each_probe_says_is_found(topic: str):
    found = [line for probe in PROBES if probe.topic == topic for line in failures(probe, SAFETY)]
    assert found == []


def test_every_rule_is_probed_once():
    """The rules of the gene guidelines are held to their table instead (tests/knowledge)."""
    probed = [probe.tests for probe in PROBES if isinstance(probe, RuleProbe)]
    by_table = {name for one in SAFETY.genes for name in one.rules}
    assert len(probed) == len(set(probed))
    assert {rule.id for rule in SAFETY.rules} - by_table <= set(probed)
    assert set(probed) <= {rule.id for rule in SAFETY.rules}


def test_every_measurement_that_grows_old_is_probed():
    probes = (p for p in PROBES if p.topic == "days_that_measurements_count")
    inside = {part.split()[0] for p in probes for each in p.inside for part in each.split("; ")}
    measures = SAFETY.vocabulary.measures.values()
    old = {m.id for m in measures if m.counts_for_days is not None}
    by_rule = {"nortriptyline_level"}  # RC368
    read_by_none = {"hba1c"}
    assert old - inside == by_rule | read_by_none


def test_every_condition_that_a_number_or_a_date_can_show_is_probed():
    probed = {probe.tests for probe in PROBES if isinstance(probe, ConceptProbe)}
    concepts = SAFETY.vocabulary.concepts.values()
    assert {c.id for c in concepts if c.shown_by or c.recent_of} - probed == set()


def test_every_probe_names_its_source_and_a_patient_inside():
    lacking = [probe.tests for probe in PROBES if not (probe.source and probe.inside)]
    assert lacking == []


def test_only_what_always_can_be_decided_lacks_a_meaning_of_the_unknown():
    open_ended = {p.tests for p in PROBES if isinstance(p, RuleProbe) and not p.if_unknown}
    of_age_alone = {
        *("RC126", "RC189", "RC190", "RC191", "RC193", "RC194", "RC195", "RC196", "RC197"),
        *("RC198", "RC199", "RC200", "RC201", "RC202", "RC203", "RC214", "RC215", "AS021", "AS033"),
        "AS163",  # of age and sex: who has no recorded sex is told
    }
    of_everyone = {"RC092", "RC094"}
    assert open_ended == of_age_alone | of_everyone


def test_a_wrong_probe_is_noticed():
    probe = next(p for p in PROBES if isinstance(p, RuleProbe) and p.tests == "RC176")
    swapped = replace(
        probe,
        about="venlafaxine",
        if_unknown="caution",
        inside=probe.outside,
        outside=probe.inside,
    )
    assert failures(swapped, SAFETY) == [
        "RC176: [crcl 30 mL/min] venlafaxine: nothing, expected contraindicated",
        "RC176: [crcl 29 mL/min] meets duloxetine, expected none",
        "RC176: duloxetine, unknown: ask, expected pass",
        "RC176: venlafaxine, unknown: pass, expected caution",
    ]


def test_any_means_the_seventeen_candidates():
    assert len(set(DRUGS)) == 17
    assert drugs_of("any") == set(DRUGS)
