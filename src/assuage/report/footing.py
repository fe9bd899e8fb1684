"""What a number of the overview rests on, where a reader could take it for more than it is."""

from assuage.options.appraisal import OutcomeEstimate
from assuage.options.evidence_choice import ENOUGH_PEOPLE
from assuage.report.presentation import Presentation
from assuage.report.rows import OverviewRow
from assuage.report.wording import capitalised

UNTRIED = "No trial here shows whether it helps, or how often it is stopped."


def footing(row: OverviewRow, presentation: Presentation) -> str:
    """Say what is weak under the two headline numbers of a row; nothing where nothing is.

    A drug may be safe here and yet never have been tried: its row says so, lest "suitable" is read
    as "works".
    """
    if _silent(row.benefit) and _silent(row.harm):
        return UNTRIED
    headline = presentation.headline
    said: list[str] = []
    for outcome, estimate in ((headline.benefit, row.benefit), (headline.harm, row.harm)):
        weak = list(weaknesses(estimate, presentation))
        if estimate is row.harm and _kind(row.harm) not in {"trials", _kind(row.benefit)}:
            weak.insert(0, f"{_kind(row.harm)} evidence")  # a column of its own tells the benefit's
        if weak:
            said.append(f"{presentation.outcome(outcome).family}: {', '.join(weak)}")
    return f"{capitalised('; '.join(said))}." if said else ""


def _silent(estimate: OutcomeEstimate | None) -> bool:
    return estimate is None or estimate.difference is None


def _kind(estimate: OutcomeEstimate | None) -> str:
    return "trials" if estimate is None or estimate.difference is None else estimate.origin.kind


def weaknesses(estimate: OutcomeEstimate | None, presentation: Presentation) -> tuple[str, ...]:
    """Name the doses, the people, the doubts and the contradictions under a number, briefly."""
    if estimate is None or estimate.difference is None:
        return ()
    origin = estimate.origin
    found = [f"trials at {origin.studied_at}"] if origin.studied_at else []
    if not origin.against_placebo:
        found.append("none against placebo")
    if origin.kind in {"trials", "class"} and origin.participants < ENOUGH_PEOPLE:
        found.append(
            f"only {origin.participants} people" if origin.participants else "people not counted"
        )
    if origin.doubted and 2 * origin.doubted >= origin.trials:
        found.append(f"{origin.doubted} of {origin.trials} trials doubted")
    if estimate.contradicts:
        names = [f"‘{presentation.outcome(o).label.lower()}’" for o in estimate.contradicts]
        found.append(f"contradicts {' and '.join(names)}")
    return tuple(found)
