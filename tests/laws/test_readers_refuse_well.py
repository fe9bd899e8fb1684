"""Whatever a file holds, it is read, or refused with what to do: never a traceback, never a hang.

Truth: the contract of docs/reference/cli.md (exit 3 names file, line, what was found and expected).
"""

import json
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.consult.appraise import appraise
from assuage.consult.library import load_library
from assuage.consult.patient import patient_from_file, patient_from_text
from assuage.errors import InvalidInput, NetworkError, OutOfScope
from assuage.evidence.assembly import assemble
from assuage.knowledge.nma_table import read_nma_table
from assuage.synthesis.gls import fit
from assuage.synthesis.summary import summarise_fit

DAY = date(2026, 6, 15)
EXAMPLE = (Path(__file__).parents[2] / "examples" / "patient.yaml").read_text()
LIBRARY = load_library()
KEYS = (
    *("age", "born", "sex", "pain", "condition", "score", "since", "conditions", "name", "on"),
    *("absent", "medications", "mg_per_day", "started", "stopped", "allergies", "measurements"),
    *("value", "unit", "egfr", "weight", "genotypes", "CYP2D6", "pregnancy", "weeks"),
    *("suicidality", "alcohol", "smoker", "attempts", "preferences", "weights", "nausea"),
    *("judgements", "cost_per_month"),
)
PIECES = (
    *(
        "*a",
        "&a ",
        "[",
        "{",
        "]",
        "}",
        ":",
        "- ",
        "\t",
        "\x00",
        "\ufeff",
        "\ud800",
        "!!int x",
        "? ",
    ),
    *("!!timestamp x", "!!bool x", "<<: ", "---\n", "2026-13-45", "9" * 5000, "0x" + "f" * 90),
    *("1e999", ".nan", "true", "~", "2014-01-01T10:00:00Z", "9999-12-31", "\n", "%YAML 9.9\n"),
)
quick = settings(max_examples=60, deadline=None)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.dates()
    | st.datetimes()
    | st.sampled_from(("painful diabetic neuropathy", "present", "kg", "fluoxetine", "female"))
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


def refusal_of(act: Callable[[], object]) -> OutOfScope | InvalidInput | NetworkError | None:
    """Return how it was refused, or None; any other error is a failure of the test."""
    try:
        act()
    except (OutOfScope, InvalidInput, NetworkError) as refusal:
        return refusal
    return None


def taken_or_refused(text: str, *, then_appraise: bool = False) -> None:
    def read():
        record = patient_from_text(text, "someone.yaml", LIBRARY, today=DAY)
        if then_appraise:
            appraise(record, LIBRARY, today=DAY)

    refusal = refusal_of(read)
    for problem in refusal.problems if isinstance(refusal, InvalidInput) else ():
        assert problem.where.startswith("someone.yaml")
        assert problem.do
        assert len(str(problem)) < 3000


@quick
@given(st.text())
def test_any_text_for_a_patient(text: str):
    taken_or_refused(text)


@quick
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), values, max_size=8))
def test_any_data_for_a_patient(data: dict[str, object]):
    taken_or_refused(yaml.safe_dump(data, allow_unicode=True))
    taken_or_refused(json.dumps(data, default=str))


@quick
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.sampled_from(PIECES) | st.text())
def test_the_example_with_something_put_in_or_lost(at: int, lost: int, piece: str):
    taken_or_refused(EXAMPLE[:at] + piece + EXAMPLE[at + lost :], then_appraise=True)


@given(st.binary(max_size=200))
@settings(max_examples=30, deadline=None)
def test_any_bytes_for_a_patient(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    path = tmp_path_factory.getbasetemp() / "someone.yaml"
    path.write_bytes(content)
    with pytest.raises((InvalidInput, OutOfScope)):  # no such bytes hold age and pain
        patient_from_file(path, LIBRARY, today=DAY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &a [*a]", "&a, a reference"),
        ("a: *b", "*b, a reference"),
        ("[" * 100_000, "lists within lists"),
        ("{a: " * 5000, "lists within lists"),
        ("age: " + "9" * 5000, "99999999999999999999... (5000 characters)"),
        ("age: !!int x", "x"),
        ("? [a, b]\n: c", "a list or a mapping in the place of a key"),
        ("age: \x0050", "the character '\\x00', which cannot be printed"),
        ("x" * 1_000_001, "1,000,001 characters"),
    ],
)
def test_what_would_crash_or_hang_is_named(text: str, found: str):
    with pytest.raises(InvalidInput) as refused:
        patient_from_text(text, "someone.yaml", LIBRARY, today=DAY)
    assert [p.found for p in refused.value.problems] == [found]


def test_a_day_that_no_calendar_has_is_told_with_all_other_problems():
    text = "born: 1968-02-30\nsex: neither\npain: {condition: painful diabetic neuropathy}\n"
    with pytest.raises(InvalidInput) as refused:
        patient_from_text(text, "someone.yaml", LIBRARY, today=DAY)
    assert [(p.where, p.found) for p in refused.value.problems] == [
        ("someone.yaml, line 1", "'1968-02-30' for born"),
        ("someone.yaml, line 2", "'neither' for sex"),
    ]


PAIN = "pain: painful diabetic neuropathy\n"


@pytest.mark.parametrize(
    "wrong",
    [
        "age: true",
        "age: 50\nmeasurements: {weight: {value: yes, unit: kg}}",
        "age: 50\npreferences: {weights: {nausea: 1.0e+308}}",
        "age: 50\npreferences: {weights: {nausea: true}}",
        "age: 50\npreferences: {judgements: {nausea: true}}",
        "age: 50\npreferences: {judgements: {nausea: -1}}",
        "age: 50\npreferences: {judgements: {nausea: .nan}}",
        "age: 50\npreferences: {judgements: {nausea: [50]}}",
        "age: 50\npreferences: {cost_per_month: {duloxetine: -5}}",
        "age: 50\nconditions: [{name: depression, on: 0001-01-01}]",
        "age: 50\nmedications: [{name: fluoxetine, started: 9999-12-31}]",
        "born: 19800101",
        "age: 50\nconditions: [" + "depression," * 501 + "]",
    ],
)
def test_what_no_person_has_is_refused(wrong: str):
    with pytest.raises(InvalidInput) as refused:
        patient_from_text(f"{PAIN}{wrong}\n", "someone.yaml", LIBRARY, today=DAY)
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("moment", ["2014-01-02T23:30:00Z", "'2014-01-02T23:30:00.000+02:00'"])
def test_a_moment_as_records_export_it_is_its_day(moment: str):
    record = patient_from_text(
        f"{PAIN}age: 50\nconditions: [{{name: depression, on: {moment}}}]\n",
        "someone.yaml",
        LIBRARY,
        today=DAY,
    )
    assert [condition.on for condition in record.conditions] == [date(2014, 1, 2)]


HEADERS = (
    "study,treatment,events,n",
    "study,treatment,events,time",
    "study,treatment,mean,sd,n",
    "study,treatment1,treatment2,estimate,se",
)
numbers = (
    st.floats(allow_nan=True).map(repr)
    | st.integers().map(str)
    | st.sampled_from(("0", "1", "12", "40", "0.5", "1e308", "1e-300", "9" * 400, "", "-1", "x"))
)


def pooled_or_refused(text: str) -> None:
    def pool():
        table = read_nma_table(text, "data.csv")
        network = assemble(table.results, measure=table.measure)
        summarise_fit(fit(network), small_values="desirable")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refusal_of(pool)


@quick
@given(st.text() | st.text().map(lambda rest: f"{HEADERS[0]}\n{rest}"))
def test_any_text_for_a_network(text: str):
    pooled_or_refused(text)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(HEADERS),
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from("pqr"), st.sampled_from("pqr"), *[numbers] * 3
        ),
        min_size=2,
        max_size=6,
    ),
)
def test_any_numbers_for_a_network(header: str, rows: list[tuple[str, ...]]):
    names = header.count("treatment")
    cells = len(header.split(","))
    lines = [",".join((*row[: 1 + names], *row[3:])[:cells]) for row in rows]
    pooled_or_refused("\n".join([header, *lines]))


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_parted_otherwise_is_told_in_one_line(mark: str, word: str):
    text = f"{HEADERS[0]}\na,p,1,10\na,q,2,10\n".replace(",", mark)
    with pytest.raises(InvalidInput) as refused:
        read_nma_table(text, "data.csv")
    (problem,) = refused.value.problems
    assert problem.found == f"columns separated by {word}"
