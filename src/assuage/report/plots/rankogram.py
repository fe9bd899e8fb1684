"""The rankogram: how probable each rank is for each treatment, and each rank or better."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from assuage.report.plots.theme import (
    BLUE,
    SKY,
    VERMILION,
    Spec,
    field,
    framed,
    mark,
    panels,
    values,
    widest,
)

_COLUMNS, _WIDE, _TALL = 4, 150, 96


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRow:
    """The probability that a treatment has a rank (1 is best), and that it has it or a better."""

    treatment: str
    rank: int
    probability: float
    cumulative: float


def rank_rows(probabilities: Mapping[str, Sequence[float]]) -> tuple[RankRow, ...]:
    """Return a row for each treatment and rank; a treatment's probabilities are in rank order."""
    return tuple(
        RankRow(treatment=name, rank=rank, probability=p, cumulative=up_to)
        for name, own in probabilities.items()
        for rank, (p, up_to) in enumerate(zip(own, accumulate(own), strict=True), start=1)
    )


def rankogram_spec(
    rows: Sequence[RankRow],
    scores: Mapping[str, float],
    *,
    score: str = "SUCRA",
    title: str = "Which rank has each treatment?",
    subtitle: Sequence[str] = (),
) -> Spec:
    """Return a panel for each treatment, best score first, as Vega-Lite: bars for each rank, a
    line for this rank or better."""
    order = sorted(scores, key=lambda name: -scores[name])
    names = {name: f"{name}  {scores[name]:.2f}" for name in order}
    data = values(rows)
    for datum in data["values"]:
        datum["panel"] = names[datum["treatment"]]
    ranks = len(order)
    ticks = [r for r in range(1, ranks + 1) if ranks <= 12 or r % 5 == 0 or r == 1]
    x = field("rank", "ordinal", title="Rank", axis={"labelAngle": 0, "values": ticks})
    axis = {"format": "%", "values": [0, 0.5, 1], "grid": True}
    scale = {"domain": [0, 1]}
    bars = field("probability", title="Probability", scale=scale, axis=axis)
    line = field("cumulative", title="Probability", scale=scale, axis=axis)
    body: Spec = {
        "data": data,
        **panels("panel", [names[name] for name in order], columns=_COLUMNS),
        "spec": {
            "width": max(_WIDE, 13 * ranks, widest(names.values(), bold=True)),
            "height": _TALL,
            "encoding": {"x": x},
            "layer": [
                {"mark": mark("bar", color=SKY, stroke=BLUE), "encoding": {"y": bars}},
                {
                    "mark": mark(
                        "line", color=VERMILION, strokeWidth=1.6, point={"color": VERMILION}
                    ),
                    "encoding": {"y": line},
                },
            ],
        },
        "resolve": {"axis": {"x": "independent"}},
    }
    lead = f"Bars: this rank. Line: this rank or better. Beside the name: {score}."
    return framed(body, title=title, subtitle=[lead, *subtitle])
