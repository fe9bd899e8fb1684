"""A relative exposure in a sentence or two that a clinician reads."""

from collections.abc import Iterable, Sequence

from assuage.exposure.change import Change
from assuage.exposure.published import Moiety


def stated(
    drug: str,
    moiety: Moiety | None,
    ratio: tuple[float, float, float],
    parent: float,
    changes: Sequence[Change],
    *,
    contradiction: bool,
) -> str:
    """Say the ratio, what it is of, what it rests on, and what nobody published."""
    if not changes:
        return f"Nothing recorded is known to change the exposure to {drug}."
    of = f"{drug} with its active metabolite {moiety.metabolite}" if moiety else drug
    median, low, high = (short(value) for value in ratio)
    return " ".join(
        [
            f"The exposure to {of} is judged at {median} times the usual one "
            f"(95% interval {low} to {high}).",
            *_by_basis(drug, changes),
            *_moved_metabolite(drug, parent, changes),
            *_contradicted(drug, contradiction),
        ]
    )


def short(value: float) -> str:
    """Write a ratio with two figures, as much as it deserves."""
    return f"{value:.2f}" if value < 1 else f"{value:.1f}"


def mg(dose: float) -> str:
    """Write an equivalent dose with two figures: 7.1, 18, 100, 1,300."""
    if dose < 10:
        return f"{dose:.2g}"
    return f"{float(f'{dose:.2g}'):,.0f}"


def mg_interval(low: float, high: float) -> str:
    """Write the interval of an equivalent dose: 18 to 560."""
    return f"{mg(low)} to {mg(high)}"


def _by_basis(drug: str, changes: Sequence[Change]) -> Iterable[str]:
    groups = (
        ("published", "Published for {drug}: {what}."),
        ("predicted", "No ratio is published for {drug}; predicted by the static model: {what}."),
        ("not published", "No ratio is published for {drug}; taken as 1, widely: {what}."),
    )
    for basis, sentence in groups:
        what = ", ".join(change.what for change in changes if change.basis == basis)
        if what:
            yield sentence.format(drug=drug, what=what)


def _moved_metabolite(drug: str, parent: float, changes: Sequence[Change]) -> Iterable[str]:
    if any(change.judged != change.parent for change in changes):
        yield f"{drug.capitalize()} itself: {short(parent)} times."


def _contradicted(drug: str, contradiction: bool) -> Iterable[str]:
    if contradiction:
        yield (
            f"The published shares of two enzymes in {drug} add up to more than the whole: "
            f"the studies contradict each other, and the true rise may be larger."
        )
