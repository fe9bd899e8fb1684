"""Which unrecorded facts could change who comes first.

Truth: the made-up ward of test_screening, by hand, with a rule that lowers the dose of otheramine
after falls. Otheramine leads. Examplamine waits for clearance and falls (avoid) and would lead; its
unrecorded glaucoma would only be a caution, and holds nothing back.
"""

from dataclasses import replace
from decimal import Decimal

from test_screening import DRUGS, FALLS, PERSON, RULES, TODAY, WORDS

from assuage.options.appraisal import Verdict
from assuage.options.choice import Choice, FactFlip, facts_that_could_flip
from assuage.options.ordering import Ordering
from assuage.options.rule import compile_rules
from assuage.options.screening import screen
from assuage.patient.derivation import derive_facts

LOWERED = replace(
    RULES[-1],
    id="R8",
    about="otheramine",
    when=FALLS,
    effect="reduce_dose",
    if_not_recorded="caution",
    dose_factor=Decimal("0.5"),
)
WARD = (*RULES, LOWERED)
BOOK = compile_rules(WARD, DRUGS, {"amines": ("examplamine", "otheramine")})
CHOICE = Choice(
    kind="close",
    ordering=Ordering(standings=(), close=()),
    first="otheramine",
    second="thirdamine",
    probability=0.7,
    pairwise={},
    differences=(),
    flips=(),
    dominated=(),
    would_lead=("examplamine",),
)


def flips(choice: Choice) -> set[FactFlip]:
    record = replace(PERSON, medications=())
    screenings = screen(derive_facts(record, WORDS, today=TODAY), BOOK)
    verdicts = {s.drug: s.verdict for s in screenings}
    assert verdicts["otheramine"] is Verdict.CAUTION
    assert verdicts["examplamine"] is Verdict.NOT_ENOUGH_INFORMATION
    return set(facts_that_could_flip(choice, screenings))


DOSE = FactFlip(key="falls", label="falls", drug="otheramine", effect="lowers_dose")


def test_facts_that_let_in_one_that_leads_or_lower_the_dose_of_the_first():
    assert flips(CHOICE) == {
        DOSE,
        FactFlip(key="crcl", label="creatinine clearance", drug="examplamine", effect="lets_in"),
        FactFlip(key="falls", label="falls", drug="examplamine", effect="lets_in"),
    }


def test_a_drug_that_would_not_lead_asks_for_nothing():
    assert flips(replace(CHOICE, would_lead=())) == {DOSE}
    assert flips(replace(CHOICE, first="thirdamine", would_lead=())) == set()
