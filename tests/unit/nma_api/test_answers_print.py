"""An answer prints as its table, in a terminal and in a notebook, whatever it holds inside."""

from pathlib import Path

from assuage import nma

SMOKING = Path(__file__).parents[3] / "examples" / "networks" / "smoking-cessation.csv"


def test_an_answer_prints_as_its_table():
    ranks = nma.read(SMOKING, reference="no contact").fit().ranks()
    assert str(ranks) == repr(ranks) == str(ranks.table())
    assert ranks._repr_html_() == ranks.table()._repr_html_()
    assert str(ranks).count("\n") < 12
