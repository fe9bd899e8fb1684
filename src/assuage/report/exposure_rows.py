"""A person's exposure to a drug as rows: each factor in words, with the sources it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assuage.exposure.dose import equivalent_interval
from assuage.exposure.relative import ExposureFactor, RelativeExposure
from assuage.exposure.wording import mg, mg_interval, short
from assuage.provenance import Citation
from assuage.units import MgPerDay, plain

BASES = {
    "published": "published for this drug",
    "predicted": "predicted by the static model",
    "not published": "no ratio published, taken as 1 and wide",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRow:
    """One factor: what it is, its ratio and basis in words, and each source once."""

    what: str
    ratio: str
    basis: str
    because: str
    citations: tuple[Citation, ...]


def factor_rows(exposure: RelativeExposure) -> tuple[FactorRow, ...]:
    return tuple(
        FactorRow(
            what=factor.what,
            ratio=_ratio(factor),
            basis=BASES[factor.basis],
            because=factor.because,
            citations=tuple(_by_source(factor.citation)),
        )
        for factor in exposure.factors
    )


def _ratio(factor: ExposureFactor) -> str:
    said = f"{short(factor.ratio)} times ({short(factor.low)} to {short(factor.high)})"
    if short(factor.parent_ratio) == short(factor.ratio):
        return said
    return f"{said}, the drug itself {short(factor.parent_ratio)} times"


def _by_source(citations: Iterable[Citation]) -> Iterable[Citation]:
    """Yield one citation a source, that names all its places."""
    places: dict[str, list[Citation]] = {}
    for citation in citations:
        places.setdefault(citation.source.id, []).append(citation)
    for cited in places.values():
        locators = dict.fromkeys(c.locator for c in cited if c.locator)
        yield replace(cited[0], locator="; ".join(locators))


def acts_like(dose: MgPerDay, exposure: RelativeExposure) -> str:
    """Say what a dose in this person compares with: acts like 100 mg/day (18 to 560)."""
    if not exposure.factors:
        return f"{plain(dose)} mg/day acts as it does in most people"
    like, low, high = equivalent_interval(dose, exposure)
    return f"{plain(dose)} mg/day acts like {mg(like)} mg/day ({mg_interval(low, high)})"


def exposure_citations(exposure: RelativeExposure | None) -> Iterable[Citation]:
    """Yield the citations in the order of the rows."""
    if exposure is not None:
        for row in factor_rows(exposure):
            yield from row.citations
