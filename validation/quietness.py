"""Count the reasons that a reader meets first, over 200 varied people and one healthy adult.

    python -m validation.quietness [--write docs/explanation/quietness.md]

Warnings that come too often are dismissed: this counts them, drug by drug.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from statistics import mean, median

from validation.realistic_patients import (
    COUNT,
    TODAY,
    Patient,
    healthy_with_diabetic_neuropathy,
    realistic_patients,
)

from assuage.consult.library import Library, load_library
from assuage.consult.patient import patient_from_text
from assuage.options.appraisal import Verdict
from assuage.options.question import questions
from assuage.options.screening import Screening, screen
from assuage.patient.derivation import derive_facts

DRUGS = ("duloxetine", "nortriptyline", "amitriptyline")
MARKS = ("<!-- counted -->\n", "<!-- end -->")


def screened(patient: Patient, library: Library) -> tuple[Screening, ...]:
    text = json.dumps(patient, default=str)
    record = patient_from_text(text, "patient.json", library, today=TODAY)
    return screen(derive_facts(record, library.safety.vocabulary, today=TODAY), library.rules)


def speaking(screening: Screening) -> int:
    """All reasons that speak against the drug, leading or not."""
    return sum(reason.permits is not Verdict.SUITABLE for reason in screening.reasons)


def counted(library: Library) -> str:
    """Return what was counted, as Markdown."""
    found = [screened(patient, library) for patient in realistic_patients()]
    every = [s for screenings in found for s in screenings]
    healthy = {
        s.drug: s.verdict.value
        for s in screened(healthy_with_diabetic_neuropathy(), library)
        if s.drug in DRUGS
    }
    lines = [
        f"{COUNT} patients x 17 drugs. The healthy adult: "
        + ", ".join(f"{drug} {verdict}" for drug, verdict in healthy.items())
        + ".",
        "",
        *_distribution(every),
        "",
        *_by_drug(found),
        "",
        *_verdicts(every),
        "",
        f"Questions a patient: median {median(len(questions(f)) for f in found):g}.",
    ]
    return "\n".join(lines) + "\n"


def _distribution(every: list[Screening]) -> list[str]:
    leading = Counter(len(s.leading) for s in every)
    shares = " | ".join(f"{100 * leading[n] / len(every):.0f}%" for n in range(4))
    behind = sorted(speaking(s) for s in every)
    return [
        "| reasons that lead | 0 | 1 | 2 | 3 | median |",
        "|---|---|---|---|---|---|",
        f"| share of drugs | {shares} | {median(len(s.leading) for s in every):g} |",
        "",
        f"All reasons against a drug, those behind included: median {median(behind):g}, "
        f"nine in ten at most {behind[int(0.9 * len(behind))]}, most {behind[-1]}.",
    ]


def _by_drug(found: list[tuple[Screening, ...]]) -> list[str]:
    rows = ["| drug | leading, mean | leading, median | all, median |", "|---|---|---|---|"]
    for place, screening in enumerate(found[0]):
        mine = [screenings[place] for screenings in found]
        few, many = [len(s.leading) for s in mine], [speaking(s) for s in mine]
        rows.append(f"| {screening.drug} | {mean(few):.1f} | {median(few):g} | {median(many):g} |")
    return rows


def _verdicts(every: list[Screening]) -> list[str]:
    verdicts = Counter(s.verdict for s in every)
    named = ", ".join(
        f"{v.value.replace('_', ' ')} {100 * n / len(every):.0f}%"
        for v, n in verdicts.most_common()
    )
    return [f"Verdicts: {named}."]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", type=Path, help="the page to write the figures into")
    page = asked.parse_args().write
    said = counted(load_library())
    print(said)
    if page is not None:
        before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
        page.write_text(
            before + MARKS[0] + said + MARKS[1] + rest.split(MARKS[1])[1], encoding="utf-8"
        )


if __name__ == "__main__":
    main()
