"""Every drug that can be planned renders in all three forms, from the knowledge that ships."""

import json
from datetime import date

import pytest

from assuage.errors import PlanError
from assuage.knowledge.drugs import load_drugs
from assuage.plan.planning import make_plan
from assuage.plan.regimen import Plan
from assuage.provenance import Stamp
from assuage.report.plan_html import plan_html
from assuage.report.plan_json import plan_json
from assuage.report.plan_text import PlanText
from assuage.report.text import render

TODAY = date(2026, 6, 15)
STAMP = Stamp(software="0", knowledge="0", release="0", today=TODAY)


def planned(age: int) -> dict[str, Plan]:
    plans: dict[str, Plan] = {}
    for name, drug in load_drugs().items():
        try:
            plans[name] = make_plan(drug, age=age, today=TODAY)
        except PlanError:
            continue
    return plans


@pytest.mark.parametrize("age", [40, 72])
def test_every_plan_renders_and_shows_its_doses(age: int):
    plans = planned(age)
    assert {"amitriptyline", "duloxetine", "nortriptyline", "venlafaxine"} <= set(plans)
    for plan in plans.values():
        text = " ".join(render(PlanText(plan, STAMP, "someone"), width=100).split())
        page = plan_html(plan, STAMP, patient="someone")
        told = json.dumps(plan_json(plan, STAMP, patient="someone"))
        for step in plan.steps:
            dose = f"{step.dose.normalize():f}"
            assert f"{dose} mg/day" in text
            assert f"<b>{dose}</b>" in page
            assert f'"mg_per_day": {dose}' in told
        for advice in plan.advice:
            assert advice.citation.source.title in text
