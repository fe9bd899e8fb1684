"""The example networks are the published data, not a copy with a slip.

Truth: the golden files, which hold the data sets of the R package netmeta as it ships them. The
treatments have their full names in the examples, so the numbers are compared, and each abbreviation
must stand for one name.
"""

import csv
import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "networks"
GOLDEN = Path(__file__).parents[1] / "reference" / "golden"
SETS = [
    ("smoking-cessation", "smokingcessation", "arm", ("treatment",), ("event", "n")),
    ("senn2013", "senn2013", "contrast", ("treat1", "treat2"), ("TE", "seTE")),
]


@pytest.mark.parametrize(("name", "source", "kind", "treatments", "numbers"), SETS)
def test_an_example_holds_the_published_numbers(
    name: str, source: str, kind: str, treatments: tuple[str, ...], numbers: tuple[str, ...]
):
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table))[1:]
    data = json.loads((GOLDEN / f"nma_{source}.json").read_text())["data"][kind]
    assert [[float(x) for x in row[-2:]] for row in rows] == [
        list(pair) for pair in zip(*(data[n] for n in numbers), strict=True)
    ]
    short = [s for pair in zip(*(data[t] for t in treatments), strict=True) for s in pair]
    full = [name for row in rows for name in row[1:-2]]
    assert len(set(zip(short, full, strict=True))) == len(set(short)) == len(set(full))
