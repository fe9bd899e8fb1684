"""The evidence report as text for a terminal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from assuage.evidence.coverage import NotUsed
from assuage.report.evidence import CheckReport, EvidenceRow, OutcomeEvidence, TrialEvidence
from assuage.report.text import QUIET, chapter, hanging, indented, spaced, text

MARKED = {"reconstructed": "yellow", "not used": "red"}
_TABLE_NAMES = {
    "studies": "studies",
    "arms": "arms",
    "arm_results": "results of single arms",
    "contrasts": "printed differences between arms",
    "unpooled_means": "means that cannot be pooled",
    "sources": "sources",
    "labels": "side-effect percentages of labels",
    "guidelines": "statements of guidelines",
    "published": "pooled estimates that reviews printed",
}


def check_text(report: CheckReport) -> RenderableType:
    """Return what was read and what cannot be used, for a terminal."""
    return Group(
        *chapter("What was read"),
        _counts(report.counts),
        *chapter("What there is for each outcome"),
        _coverage(report),
        *chapter("What cannot be used, and why"),
        *_not_used(report.not_used, report.titles),
        Text(""),
        text(
            ("No problem found.", "green"),
            " ",
            "Numbers: "
            + ", ".join(f"{n:,} {basis.replace('_', ' ')}" for basis, n in report.bases.items())
            + ".",
        ),
    )


def _counts(counts: Mapping[str, int]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", min_width=6)
    table.add_column()
    for name, number in counts.items():
        if number:
            table.add_row(f"{number:,}", text(_TABLE_NAMES[name]))
    return table


def _coverage(report: CheckReport) -> Table:
    table = Table(box=None, padding=(0, 1), header_style=QUIET)
    table.add_column("outcome", overflow="fold")
    for heading in ("trials", "with arms", "difference only", "people", "reconstructed rows"):
        table.add_column(heading, justify="right")
    for entry in report.coverage:
        marked = Text(str(entry.reconstructed or ""), style=MARKED["reconstructed"])
        table.add_row(
            text(report.labels[entry.outcome]),
            str(entry.trials),
            str(entry.arm_level or ""),
            str(entry.contrast_only or ""),
            f"{entry.participants:,}",
            marked,
        )
    return table


def _not_used(items: Sequence[NotUsed], titles: Mapping[str, str]) -> Iterable[RenderableType]:
    """List the reasons, most common first, each with what it holds back."""
    if not items:
        yield text("Everything can be used.")
    for reason, number in Counter(item.reason for item in items).most_common():
        held = [item for item in items if item.reason == reason]
        named = [
            f"{titles[item.study]} ({item.outcome})" if item.outcome else titles[item.study]
            for item in held
        ]
        yield hanging(
            (f"{number}", "bold"),
            text((f"{reason}:", "bold"), " ", ("; ".join(named), QUIET)),
            width=4,
        )


def show_text(evidence: OutcomeEvidence) -> RenderableType:
    """Return every row behind an outcome, for a terminal."""
    number = {source.id: i for i, source in enumerate(evidence.sources, start=1)}
    of = f", trials of {evidence.drug}" if evidence.drug else ""
    parts: list[RenderableType] = [*chapter(f"{evidence.outcome.label}{of}")]
    if evidence.outcome.definition:
        parts.append(text((evidence.outcome.definition, QUIET)))
    if not evidence.trials:
        parts.append(text("No trial here reports it."))
    for trial in evidence.trials:
        parts += [Text(""), *_trial(trial, number)]
    if evidence.sources:
        parts += [*chapter("Sources"), *_sources(evidence)]
    return Group(*parts)


def _trial(trial: TrialEvidence, number: Mapping[str, int]) -> Iterable[RenderableType]:
    study = trial.study
    details = [
        trial.condition,
        study.design.replace("_", " ") if study.design != "not_stated" else "design not stated",
        f"{study.weeks:g} weeks" if study.weeks else "",
        "open label" if study.open_label else "",
        f"risk of bias {study.risk_of_bias.replace('_', ' ')}",
    ]
    yield spaced((study.title, "bold"), (", ".join(part for part in details if part), QUIET))
    table = Table.grid(padding=(0, 2))
    for width in (30, 34):
        table.add_column(width=width, overflow="fold")
    table.add_column(width=4, justify="right")
    for width in (13, 5):
        table.add_column(width=width, overflow="fold")
    for row in trial.rows:
        table.add_row(*_cells(row, number))
    yield indented(table, 2)
    for note in dict.fromkeys(row.note for row in trial.rows if row.note):
        yield indented(text((note, QUIET)), 4)


def _cells(row: EvidenceRow, number: Mapping[str, int]) -> tuple[Text, ...]:
    style = QUIET if row.stands_aside else ""
    percent = "" if row.percent is None else f"{row.percent:.0f}%"
    return (
        text((row.treatment, style)),
        text((row.result, style)),
        text((percent, style)),
        text((row.basis, MARKED.get(row.basis, QUIET))),
        text((f"[{number[row.source]}]", QUIET)),
    )


def _sources(evidence: OutcomeEvidence) -> Iterable[RenderableType]:
    rows = [row for trial in evidence.trials for row in trial.rows]
    for i, source in enumerate(evidence.sources, start=1):
        places = "; ".join(_places(row.place for row in rows if row.source == source.id))
        yield hanging(
            f"[{i}]", spaced(source.title, (source.url, QUIET), (f"({places})", QUIET)), width=5
        )


def _places(places: Iterable[str]) -> Iterable[str]:
    """Join the rows of one file: outcomes.csv, rows 2, 3, 9."""
    by_file: dict[str, list[str]] = {}
    for place in places:
        name, row = place.split(", row ")
        by_file.setdefault(name, []).append(row)
    for name, rows in by_file.items():
        yield f"{name}, row{'s' if len(rows) > 1 else ''} {', '.join(rows)}"
