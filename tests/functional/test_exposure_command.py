"""`assuage exposure` and the plans that heed it, whole answers from the patient file on.

Truth: the printed ratios (Lobo 2009, Zhong 2026, Gjestad 2015) and the formula of Rowland and
Matin 1973, worked here by hand; and the contract of the command in docs/reference/exposure-json.md.
"""

import csv
import json
import sys
from math import exp, log, sqrt
from pathlib import Path

import pytest

from assuage.cli.main import main

ROOT = Path(__file__).parents[2]
DAY = ("--today", "2026-06-15")
SOMEONE = """\
age: 50
sex: {sex}
pain: {{condition: painful diabetic neuropathy, score: 7}}
absent: [all_others]
allergies: []
suicidality: none
{more}
"""
RATIOS = ROOT / "src" / "assuage_knowledge" / "kinetics" / "exposure_ratios.csv"
Z = 1.959964
FURTHER_STUDY = 0.5  # the spread of a further study, as docs/explanation/exposure.md states it


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    def call(command: str, more: str, *words: str, sex: str = "male") -> str:
        path = tmp_path / "someone.yaml"
        path.write_text(SOMEONE.format(sex=sex, more=more))
        monkeypatch.setattr(sys, "argv", ["assuage", command, str(path), *words, *DAY])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert not left.value.code, said.err
        return said.out

    return call


def printed_of(inhibitor: str) -> set[str]:
    """The sources of every scored ratio beside an inhibitor of CYP2D6."""
    with RATIOS.open() as table:
        return {
            row["source_id"]
            for row in csv.DictReader(table)
            if (row["level"], row["route"], row["use"]) == (inhibitor, "CYP2D6", "score")
        }


def exposure(run, more: str, drug: str, dose: str, **who: str):
    return json.loads(run("exposure", more, "--drug", drug, "--dose", dose, "--json", **who))


def test_nortriptyline_25_mg_in_a_poor_metaboliser(run):
    """Nobody printed its ratio. CYP2D6 is its main route: share 0.75, SD 0.7 on the log odds. What
    is left is 1 / (1 - 0.75) = 4 times; d log ratio / d log odds of the share is the share."""
    told = exposure(run, "medications: []\ngenotypes: {CYP2D6: poor}", "nortriptyline", "25")
    sd = sqrt((0.75 * 0.7) ** 2 + 2 * FURTHER_STUDY**2)
    low, high = 4 * exp(-Z * sd), 4 * exp(Z * sd)
    found = told["exposure"]
    assert told["mg_per_day"] == 25
    assert told["acts_like"] == {
        "mg_per_day": pytest.approx(100, rel=1e-6),
        "low": pytest.approx(25 * low, rel=1e-4),
        "high": pytest.approx(25 * high, rel=1e-4),
    }
    (factor,) = found.pop("factors")
    assert found == {
        "analyte": "nortriptyline",
        "ratio": pytest.approx(4),
        "low": pytest.approx(low, rel=1e-4),
        "high": pytest.approx(high, rel=1e-4),
        "drug_alone": pytest.approx(4),
        "statement": "The exposure to nortriptyline is judged at 4.0 times the usual one (95% "
        "interval 0.71 to 22.5). No ratio is published for nortriptyline; predicted by the static "
        "model: CYP2D6 poor metaboliser.",
        "not_recorded": [],
    }
    assert (factor["what"], factor["basis"]) == ("CYP2D6 poor metaboliser", "predicted")
    assert [source["id"] for source in factor["sources"]] == ["kvist-2001"]


def test_nortriptyline_25_mg_beside_paroxetine(run):
    """A strong inhibitor leaves a little of the enzyme: less than a poor metaboliser's rise, and
    more than with the tenth left that strong inhibitors are held to leave at most."""
    told = exposure(run, "medications: [paroxetine]", "nortriptyline", "25")
    found = told["exposure"]
    assert 1 / (1 - 0.75 * 0.9) < found["ratio"] < 4
    (factor,) = found["factors"]
    assert factor["what"] == "paroxetine (inhibits CYP2D6)"
    assert factor["basis"] == "predicted"
    assert {s["id"] for s in factor["sources"]} == {"kvist-2001", *printed_of("paroxetine")}
    assert found["not_recorded"] == ["CYP2D6"]
    assert told["acts_like"]["mg_per_day"] == pytest.approx(25 * found["ratio"])
    text = " ".join(
        run(
            "exposure", "medications: [paroxetine]", "--drug", "nortriptyline", "--dose", "25"
        ).split()
    )
    assert "25 mg/day acts like 90 mg/day (17 to 470)." in text
    assert "Not recorded, and could matter" in text
    assert "The CYP2D6 genotype." in text


@pytest.mark.parametrize(("sex", "direction"), [("female", 0.5), ("male", -0.5)])
def test_duloxetine_60_mg_in_a_smoker(run, sex: str, direction: float):
    """Clearance of nonsmokers is 0.70 of smokers' (Lobo 2009); women have 1 / 0.60 (Lobo 2009) and
    1 / 0.75 (Zhong 2026) of the exposure of men, and half of that against mixed people."""
    told = exposure(run, "medications: []\nsmoker: yes", "duloxetine", "60", sex=sex)
    women = exp(direction * (log(1 / 0.6) + log(1 / 0.75)) / 2)
    factors = {f["what"]: f for f in told["exposure"]["factors"]}
    assert set(factors) == {f"{sex} sex", "smoking"}
    assert {f["basis"] for f in factors.values()} == {"published"}
    assert factors["smoking"]["ratio"] == pytest.approx(0.7)
    assert [s["id"] for s in factors["smoking"]["sources"]] == ["lobo-2009"]
    assert factors[f"{sex} sex"]["ratio"] == pytest.approx(women, rel=1e-3)
    assert told["acts_like"]["mg_per_day"] == pytest.approx(60 * 0.7 * women, rel=1e-3)
    assert told["exposure"]["not_recorded"] == ["CYP2D6"]


def test_citalopram_20_mg_with_omeprazole(run):
    """Printed for citalopram 1.353 and for escitalopram 1.939 (Gjestad 2015): the answer lies
    between its own ratio and what the sister says."""
    told = exposure(run, "medications: [omeprazole]", "citalopram", "20")
    (factor,) = told["exposure"]["factors"]
    assert factor["what"] == "omeprazole (inhibits CYP2C19)"
    assert factor["basis"] == "published"
    assert [s["id"] for s in factor["sources"]] == ["gjestad-2015"]
    assert 1.353 < factor["ratio"] < 1.939
    assert told["exposure"]["low"] < 1.353 < told["exposure"]["high"]
    assert told["acts_like"]["mg_per_day"] == pytest.approx(20 * factor["ratio"])


def test_without_a_factor_a_dose_is_itself(run):
    told = exposure(run, "medications: []\ngenotypes: {CYP2D6: normal}", "nortriptyline", "25")
    assert told["acts_like"] == {"mg_per_day": 25, "low": 25, "high": 25}
    assert told["exposure"]["factors"] == []


def test_a_dose_that_is_none_is_refused(monkeypatch, capsys):
    words = ["assuage", "exposure", str(ROOT / "examples" / "patient.yaml")]
    for dose in ("0", "-5", "many"):
        monkeypatch.setattr(sys, "argv", [*words, "--drug", "nortriptyline", f"--dose={dose}"])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 2
        assert "is not a dose in mg/day" in capsys.readouterr().err
