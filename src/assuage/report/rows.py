"""An appraisal as rows that a reader meets, in the order of reading: tables before any ink."""

from collections.abc import Iterable
from dataclasses import dataclass

from assuage.options.appraisal import (
    Appraisal,
    DoseOption,
    Option,
    OutcomeEstimate,
    Reason,
    Verdict,
)
from assuage.provenance import Citation, Source
from assuage.report.presentation import Presentation
from assuage.report.wording import VERDICTS
from assuage.units import MgPerDay

_SEVERITY = (
    "contraindicated",
    "avoid",
    "caution",
    "reduce_dose",
    "ask",
    "note",
    "monitor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSource:
    """A source with the number by which the report cites it."""

    number: int
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """A reason as printed: `kind` is its rule's effect, or `ask` when the fact is unrecorded.

    `decides` marks the few that lead.
    """

    kind: str
    decides: bool
    reason: Reason
    number: int

    @property
    def citation(self) -> Citation:
        return self.reason.citation


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRow:
    """One drug in the overview, with its two headline outcomes at the dose shown.

    `leading` are the reasons to read first, `others` counts those that speak against it besides.
    """

    option: Option
    dose: MgPerDay | None
    benefit: OutcomeEstimate | None
    harm: OutcomeEstimate | None
    leading: tuple[ReasonRow, ...]
    others: int

    @property
    def has_numbers(self) -> bool:
        shown = (self.benefit, self.harm)
        return any(e is not None and e.difference is not None for e in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGroup:
    verdict: Verdict
    rows: tuple[OverviewRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseMatrix:
    """Differences from placebo of each outcome (rows) at each dose (columns) of one drug.

    `alike` are the outcomes that stand at every dose with the same estimate, because the trials
    do not tell its doses apart; they have no row.
    """

    doses: tuple[MgPerDay, ...]
    rows: tuple[tuple[str, tuple[OutcomeEstimate | None, ...]], ...]
    alike: tuple[str, ...]


def in_reading_order(appraisal: Appraisal) -> tuple[Option, ...]:
    """Return every option: by verdict, then by rank, then as the appraisal has them."""
    place = {verdict: i for i, verdict in enumerate(VERDICTS)}
    return tuple(
        sorted(
            appraisal.options,
            key=lambda o: (place[o.verdict], o.rank if o.rank is not None else len(place) ** 9),
        )
    )


def citations(appraisal: Appraisal) -> Iterable[Citation]:
    for option in in_reading_order(appraisal):
        for reason in option.reasons:
            yield reason.citation


def numbered_sources(cited: Iterable[Citation]) -> tuple[NumberedSource, ...]:
    """Number the sources in the order in which they are first cited."""
    sources = {citation.source.id: citation.source for citation in cited}
    return tuple(
        NumberedSource(number=i, source=source) for i, source in enumerate(sources.values(), 1)
    )


def kind_of(reason: Reason) -> str:
    """Return what a reason asks of the reader: an unrecorded fact asks a question."""
    unanswered = reason.finding == "not recorded" and reason.effect != "monitor"
    return "ask" if unanswered else reason.effect


def reason_rows(option: Option, sources: Iterable[NumberedSource]) -> tuple[ReasonRow, ...]:
    """Return all reasons of a drug, those that lead first, then by severity."""
    number = {s.source.id: s.number for s in sources}
    leads = {reason: place for place, reason in enumerate(option.leading)}
    rows = (
        ReasonRow(
            kind=kind_of(reason),
            decides=reason in leads,
            reason=reason,
            number=number[reason.citation.source.id],
        )
        for reason in option.reasons
    )
    rank = {kind: i for i, kind in enumerate(_SEVERITY)}
    last = len(leads)
    return tuple(
        sorted(rows, key=lambda r: (leads.get(r.reason, last), rank.get(r.kind, len(rank))))
    )


def common_reasons(appraisal: Appraisal) -> tuple[Reason, ...]:
    """Return the reasons that every drug has, word for word: a report says them once."""
    if len(appraisal.options) < 2:
        return ()
    first, *others = (option.reasons for option in appraisal.options)
    return tuple(reason for reason in first if all(reason in each for each in others))


def estimate_of(dose: DoseOption | None, outcome: str) -> OutcomeEstimate | None:
    if dose is None:
        return None
    return next((e for e in dose.outcomes if e.outcome == outcome), None)


def has_data(estimate: OutcomeEstimate | None) -> bool:
    return estimate is not None and estimate.difference is not None


def shown_dose(option: Option) -> DoseOption | None:
    """Return the dose that stands for the drug: its first, the one it would be given at."""
    return option.doses[0] if option.doses else None


def overview(appraisal: Appraisal, presentation: Presentation) -> tuple[VerdictGroup, ...]:
    """Return every drug once, grouped by verdict, most permissive first; no group is empty."""
    sources = numbered_sources(citations(appraisal))
    common = common_reasons(appraisal)
    groups: dict[Verdict, list[OverviewRow]] = {}
    for option in in_reading_order(appraisal):
        dose = shown_dose(option)
        rows = [r for r in reason_rows(option, sources) if r.reason not in common]
        row = OverviewRow(
            option=option,
            dose=dose.dose if dose is not None else None,
            benefit=estimate_of(dose, presentation.headline.benefit),
            harm=estimate_of(dose, presentation.headline.harm),
            leading=tuple(r for r in rows if r.decides),
            others=sum(not r.decides and r.reason.permits is not Verdict.SUITABLE for r in rows),
        )
        groups.setdefault(option.verdict, []).append(row)
    return tuple(VerdictGroup(verdict=v, rows=tuple(shown)) for v, shown in groups.items())


def top_options(appraisal: Appraisal, count: int) -> tuple[Option, ...]:
    """Return the highest-ranked drugs on offer, best first."""
    ranked = [o for o in appraisal.options if o.rank is not None]
    return tuple(sorted(ranked, key=lambda o: o.rank or 0)[:count])


def by_data(option: Option, presentation: Presentation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a drug's outcomes, in order, into those with data at some dose and those without."""
    found = {e.outcome for dose in option.doses for e in dose.outcomes}
    outcomes = sorted(found, key=lambda o: presentation.outcome(o).order)
    known = {e.outcome for dose in option.doses for e in dose.outcomes if has_data(e)}
    return (
        tuple(o for o in outcomes if o in known),
        tuple(o for o in outcomes if o not in known),
    )


def dose_matrix(option: Option, presentation: Presentation) -> DoseMatrix:
    outcomes, _ = by_data(option, presentation)
    doses = sorted(option.doses, key=lambda d: d.dose)
    rows = {o: tuple(estimate_of(d, o) for d in doses) for o in outcomes}
    alike = tuple(o for o, estimates in rows.items() if _same(estimates))
    return DoseMatrix(
        doses=tuple(d.dose for d in doses),
        rows=tuple((o, estimates) for o, estimates in rows.items() if o not in alike),
        alike=alike,
    )


def _same(estimates: Iterable[OutcomeEstimate | None]) -> bool:
    return len({e.difference if e is not None else None for e in estimates}) == 1


def against(row: OverviewRow) -> tuple[ReasonRow, ...]:
    """Return the reasons that the overview must put in words.

    That a drug is taken already is a mark of its own.
    """
    marked = bool(row.option.marks)
    return tuple(r for r in row.leading if not (marked and r.reason.rule == "already-taken"))


def common_against(appraisal: Appraisal) -> tuple[Reason, ...]:
    """Return what speaks against every drug alike, apart from names that nobody could identify."""
    spoken = {"contraindicated", "avoid", "caution", "reduce_dose"}
    return tuple(
        reason
        for reason in common_reasons(appraisal)
        if kind_of(reason) in spoken and reason.rule != "not-checked"
    )


def not_ranked_apart(appraisal: Appraisal) -> tuple[Option, Option] | None:
    """Return the two likeliest best drugs when neither is more likely than not to be the best."""
    chances = [o for o in top_options(appraisal, 2) if o.best_probability is not None]
    if len(chances) < 2 or any((o.best_probability or 0) > 0.5 for o in chances):
        return None
    return chances[0], chances[1]
