"""How well published exposure ratios are foreseen by the others: leave one study out.

    python validation/exposure_ratios.py [--write docs/explanation/exposure.md]

For each study, the static model is learnt from all other studies and predicts the study's rows.
A row counts as seen when the others inform each of its parameters: the drug's share of the enzyme,
and what the medicine leaves of it.
"""

import argparse
from dataclasses import dataclass
from math import exp, log, sqrt
from pathlib import Path
from statistics import fmean

from assuage.exposure.model import NEW_STUDY_SPREAD, ExposureModel, fit_exposure, fit_rows
from assuage.exposure.observation import Observation, observations
from assuage.exposure.published import ExposureKnowledge
from assuage.knowledge.exposure_ratios import load_exposure
from assuage.knowledge.rules import load_safety

MARKS = ("<!-- measured -->\n", "<!-- end -->")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One row of a left-out study: its log ratio, and what the others foresaw."""

    row: str
    log_ratio: float
    mean: float
    variance: float
    spread: float
    seen: bool

    @property
    def sd(self) -> float:
        """Standard deviation of a further study, as it is used for a person."""
        return sqrt(self.variance + NEW_STUDY_SPREAD**2)

    @property
    def narrow(self) -> float:
        """The same with the spread that the other studies show among themselves."""
        return sqrt(self.variance + self.spread**2)

    @property
    def missed(self) -> float:
        return abs(self.log_ratio - self.mean)


def foreseen(knowledge: ExposureKnowledge) -> tuple[Foreseen, ...]:
    found: list[Foreseen] = []
    everything = observations(knowledge.ratios)
    for study in dict.fromkeys(observed.study for observed in everything):
        others = [row for row in knowledge.ratios if row.study != study]
        model = fit_rows(knowledge, others)
        for observed in everything:
            if observed.study == study:
                found.extend(_rows(observed, model))
    return tuple(found)


def _rows(observed: Observation, model: ExposureModel) -> list[Foreseen]:
    predicted = model.static.log_ratio(
        observed.drug,
        observed.route,
        before=observed.before,
        after=observed.after,
        inhibitor=observed.inhibitor,
    )
    return [
        Foreseen(
            row=row.id,
            log_ratio=log(row.ratio),
            mean=predicted.mean,
            variance=predicted.variance,
            spread=model.static.spread,
            seen=_is_seen(observed, model),
        )
        for row in observed.rows
    ]


def _is_seen(observed: Observation, model: ExposureModel) -> bool:
    route = observed.route
    drug = any((o.drug, o.route) == (observed.drug, route) for o in model.seen)
    medicine = observed.inhibitor is None or any(
        (o.inhibitor, o.route) == (observed.inhibitor, route) for o in model.seen
    )
    return drug and medicine


def fold_error(missed: list[float]) -> float:
    """Return the geometric mean fold error of absolute log errors."""
    return exp(fmean(missed))


def measured(knowledge: ExposureKnowledge) -> str:
    """Return what was measured, as Markdown."""
    model = fit_exposure(knowledge)
    within = [f for o in model.seen for f in _rows(o, model)]
    left_out = foreseen(knowledge)
    seen = [f for f in left_out if f.seen]
    lines = [
        f"{len(left_out)} rows of {len({o.study for o in model.seen})} studies. Spread between "
        f"studies: {model.static.spread:.2f} on the log scale; for a new one {NEW_STUDY_SPREAD}.",
        "",
        "| prediction | rows | geometric mean fold error | inside the 95% interval | "
        "with the spread within the table |",
        "|---|---|---|---|---|",
        _line("fitted to the row itself", within),
        _line("study left out, share and inhibitor seen elsewhere", seen),
        _line("study left out, every row", list(left_out)),
        f"| no change at all | {len(left_out)} | "
        f"{fold_error([abs(f.log_ratio) for f in left_out]):.2f} | | |",
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, rows: list[Foreseen]) -> str:
    inside = 100 * fmean(f.missed <= 1.96 * f.sd for f in rows)
    narrow = 100 * fmean(f.missed <= 1.96 * f.narrow for f in rows)
    error = fold_error([f.missed for f in rows])
    return f"| {name} | {len(rows)} | {error:.2f} | {inside:.0f}% | {narrow:.0f}% |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="page whose marked block is replaced")
    page = parser.parse_args().write
    text = measured(load_exposure(load_safety().vocabulary))
    print(text)
    if page is not None:
        before, _, rest = page.read_text().partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        page.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
