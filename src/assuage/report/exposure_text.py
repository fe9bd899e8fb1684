"""A person's exposure to a drug, for the terminal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from assuage.exposure.relative import RelativeExposure
from assuage.patient.facts import MEDICATIONS
from assuage.provenance import Citation, Stamp
from assuage.report.exposure_rows import acts_like, exposure_citations, factor_rows
from assuage.report.rows import numbered_sources
from assuage.report.text import QUIET, chapter, hanging, sources_list, spaced, stamp_line, text
from assuage.report.wording import NOT_A_DEVICE, capitalised, listed, one_line
from assuage.units import MgPerDay

Refer = Callable[[Citation], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ExposureText:
    """What rich prints; `patient` is the summary line of what was recorded."""

    exposure: RelativeExposure
    dose: MgPerDay
    stamp: Stamp
    patient: str

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType]:
        exposure = self.exposure
        sources = numbered_sources(exposure_citations(exposure))
        numbers = {s.source.id: s.number for s in sources}
        yield from chapter(f"What a dose of {exposure.drug} means in this person")
        yield text((one_line(self.patient), "bold"))
        yield text((stamp_line(self.stamp), QUIET))
        yield text((NOT_A_DEVICE, QUIET))
        yield Text("")
        yield text((f"{capitalised(acts_like(self.dose, exposure))}.", "bold"))
        yield text(exposure.statement)
        if exposure.factors:
            yield from chapter("What changes it")
            yield from factor_lines(
                exposure, lambda c: (_reference(numbers[c.source.id], c.locator), QUIET)
            )
        if exposure.not_recorded:
            yield from chapter("Not recorded, and could matter")
            yield text(f"{capitalised(listed(not_recorded_words(exposure)))}.")
        if sources:
            yield from chapter("Sources")
            yield from sources_list((s.number, s.source) for s in sources)


def not_recorded_words(exposure: RelativeExposure) -> list[str]:
    """Name what was not recorded, genes as genes."""
    return [
        "the list of medicines" if name == MEDICATIONS else f"the {name} genotype"
        for name in exposure.not_recorded
    ]


def factor_lines(exposure: RelativeExposure, refer: Refer) -> Iterable[RenderableType]:
    """Yield one line a factor: its ratio, what that rests on, and why it holds here."""
    for row in factor_rows(exposure):
        cited = [refer(citation) for citation in row.citations]
        said = f"{row.ratio}; {row.basis}; {row.because}."
        yield hanging("·", spaced((f"{row.what}:", "bold"), said, *cited))


def _reference(number: int, locator: str) -> str:
    return f"[{', '.join(part for part in (str(number), locator) if part)}]"
