"""An appraisal on one screen: what is urgent, what to ask, all drugs, and three in numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from assuage.options.appraisal import Appraisal, Option
from assuage.report.appraisal_text import column_heads, header, overview_line, verdict_line
from assuage.report.numbers import signed
from assuage.report.presentation import Presentation
from assuage.report.rows import (
    OverviewRow,
    against,
    by_data,
    estimate_of,
    overview,
    shown_dose,
    top_options,
)
from assuage.report.summary import PROVISIONAL, asked, brief_reason, marked, named_with_dose
from assuage.report.text import QUIET, chapter, hanging, spaced, text
from assuage.report.wording import listed, one_line, uncapitalised

IN_FULL = "Reasons, sources, doses and choices: the same without --brief."


@dataclass(frozen=True, slots=True)
class AppraisalBrief:
    """What rich prints for `--brief`. Nothing vanishes: every drug has its row and verdict."""

    appraisal: Appraisal
    presentation: Presentation

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType]:
        width = options.max_width
        yield from header(self.appraisal, self.presentation)
        yield from _questions(self.appraisal)
        yield from chapter("Of 1,000 people, more or fewer than with placebo")
        yield column_heads(self.presentation, width)
        mark = PROVISIONAL if self.appraisal.not_settled else ""
        for group in overview(self.appraisal, self.presentation):
            yield verdict_line(group.verdict)
            for row in group.rows:
                yield overview_line(row, self.presentation, width, mark)
                if said := _why(row):
                    yield Text(f"    {said}", style=QUIET, no_wrap=True, overflow="ellipsis")
        yield from chapter("The first three in numbers")
        for option in top_options(self.appraisal, 3):
            yield hanging(f"{option.rank}", _in_numbers(option, self.presentation))
        if self.appraisal.not_checked:
            names = "; ".join(one_line(item) for item in self.appraisal.not_checked)
            yield text((f"Not checked: {names}.", QUIET))
        yield text((IN_FULL, QUIET))


def _questions(appraisal: Appraisal) -> Iterable[RenderableType]:
    in_full, short = asked(appraisal)
    if in_full:
        facts = [uncapitalised(question.fact) for question in in_full]
        named = listed([*facts, *short])
        yield hanging(("?", "bold blue"), spaced(("Record first:", "bold"), f"{named}."))


def _why(row: OverviewRow) -> str:
    """Say the marks, the weightiest reason and of how many it is: a line of its own."""
    reasons = against(row)
    count = len(reasons) + row.others
    lead = f"1 of {count}: " if count > 1 else ""
    worst = f"{lead}{brief_reason(reasons[0].reason)}" if reasons else ""
    return " ".join(part for part in (marked(row), worst) if part)


def _in_numbers(option: Option, presentation: Presentation) -> Text:
    """Write what it does as differences from placebo, without intervals: the two headline
    outcomes, and those of other families.
    """
    dose, (known, _) = shown_dose(option), by_data(option, presentation)
    lead = (presentation.headline.benefit, presentation.headline.harm)
    families = {presentation.outcome(outcome).family for outcome in lead}
    said: list[str] = []
    for outcome in known:
        estimate, defined = estimate_of(dose, outcome), presentation.outcome(outcome)
        if outcome not in lead and defined.family in families:
            continue
        if estimate is not None and estimate.difference is not None:
            change = signed(estimate.difference.estimate, estimate.unit)
            doubt = " (contradicted)" if estimate.contradicts else ""
            said.append(f"{uncapitalised(defined.label)} {change}{doubt}")
    return spaced((f"{named_with_dose(option)}:", "bold"), "; ".join(said) or "no data")
