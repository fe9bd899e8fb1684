"""A hand-made plan for testing reports; its doses and days are invented, not advice."""

from datetime import date
from decimal import Decimal

from report_sample_words import CYMBALTA, PAMELOR

from assuage.plan.dosing import Advice, Product, StoppingRule
from assuage.plan.regimen import (
    Caveat,
    Ceiling,
    Check,
    Count,
    DoseStep,
    Intake,
    Plan,
    Review,
    TaperStep,
)
from assuage.provenance import Citation, Cited
from assuage.units import mg_per_day

LABEL = Citation(source=CYMBALTA, locator="section 2.4")
LEAFLET = Citation(source=PAMELOR, locator="leaflet")
CAPSULE = Product(form="capsule", strength=Decimal(30), citation=LABEL)
TABLET = Product(form="tablet", strength=Decimal("7.5"), citation=LABEL, may_be_halved=True)


def morning(*counts: Count) -> tuple[Intake, ...]:
    return (Intake(time="morning", counts=counts),)


def check(what: str, why: str, on: date, week: int) -> Check:
    return Check(what=what, why=why, on=on, week=week, citation=LABEL, timed_by="assuage")


START, SECOND, SIXTH = date(2026, 6, 15), date(2026, 6, 29), date(2026, 7, 27)

PLAN = Plan(
    drug="duloxetine",
    label="duloxetine",
    today=START,
    indication="neuropathic pain",
    for_pain=True,
    steps=(
        DoseStep(
            from_day=1,
            from_date=START,
            dose=mg_per_day(30),
            intakes=morning(Count(number=Decimal(1), product=CAPSULE)),
        ),
        DoseStep(
            from_day=8,
            from_date=date(2026, 6, 22),
            dose=mg_per_day("71.25"),
            intakes=(
                *morning(Count(number=Decimal(2), product=CAPSULE)),
                Intake(time="evening", counts=(Count(number=Decimal("1.5"), product=TABLET),)),
            ),
        ),
    ),
    target=mg_per_day("71.25"),
    target_given=False,
    target_citation=LABEL,
    ceiling=Ceiling(dose=mg_per_day(120), because="highest dose in adults (UK)", citation=LEAFLET),
    other_ceilings=(),
    limits=(),
    reviews=(
        Review(
            on=SECOND,
            week=2,
            purpose="tolerability",
            ask="Side effects and mood.",
            citation=LEAFLET,
            timed_by="source",
        ),
        Review(
            on=SIXTH,
            week=6,
            purpose="efficacy",
            ask="Pain against the start.",
            citation=LEAFLET,
            timed_by="source",
        ),
    ),
    monitoring=(
        check("Blood pressure", "it can rise", START, 0),
        check("Mood", "it can worsen", START, 0),
        check("Blood pressure", "it can rise", SECOND, 2),
        check("Mood", "it can worsen", SIXTH, 6),
    ),
    stopping=(
        StoppingRule(
            id="no-gain", when="Pain fell by less than 30%.", do="Come off.", citation=LEAFLET
        ),
    ),
    taper=(
        TaperStep(
            from_day=1,
            dose=mg_per_day(30),
            intakes=morning(Count(number=Decimal(1), product=CAPSULE)),
        ),
        TaperStep(from_day=15, dose=mg_per_day(0), intakes=()),
    ),
    taper_guidance=(Cited(value="Come off in steps.", citation=LABEL),),
    advice=(
        Advice(id="onset", topic="onset", text="Give it time.", citation=LEAFLET),
        Advice(id="mood", topic="danger", text="Thoughts of harm.", citation=LEAFLET, urgent=True),
    ),
    caveats=(Caveat(text="Sources disagree on the maximum."),),
)
