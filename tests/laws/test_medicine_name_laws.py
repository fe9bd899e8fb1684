"""No slip of the hand turns one medicine into another.

Truth: the words are made from the known names by the definition of a slip (a letter left out,
added, changed, or swapped with the next), so what each was meant to be is known. All names with all
slips are counted by validation/medicine_names.py; here those of the candidates, and a sample.
"""

from string import ascii_lowercase

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assuage.knowledge.catalogues import load_catalogues
from assuage.knowledge.rules import load_safety
from assuage.patient.near_names import slips_between

VOCABULARY = load_safety().vocabulary
KNOWN = sorted(VOCABULARY.medicine_names)
CANDIDATES = [drug.id for drug in load_catalogues().treatments.candidates]


def slips_in(name: str) -> set[str]:
    made: set[str] = set()
    for i in range(len(name) + 1):
        head, tail = name[:i], name[i:]
        made |= {head + letter + tail for letter in ascii_lowercase}
        made |= {head + letter + tail[1:] for letter in ascii_lowercase if tail}
        if tail:
            made.add(head + tail[1:])
        if len(tail) > 1:
            made.add(head + tail[1] + tail[0] + tail[2:])
    return made - {name, *KNOWN}


def meant(name: str) -> set[str]:
    return set(VOCABULARY.read_medicine(name).medicines)


@pytest.mark.parametrize("drug", CANDIDATES)
def test_no_slip_in_a_candidate_is_read_as_another_medicine(drug: str):
    read = {word: VOCABULARY.read_medicine(word).medicines for word in slips_in(drug)}
    assert {word: found for word, found in read.items() if found not in {(), (drug,)}} == {}
    assert sum(found == (drug,) for found in read.values()) > 0.8 * len(read)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KNOWN), st.data())
def test_no_slip_in_any_name_is_read_as_another_medicine(name: str, data: st.DataObject):
    word = data.draw(st.sampled_from(sorted(slips_in(name))))
    if " ".join(word.split()) not in KNOWN:
        found = VOCABULARY.read_medicine(word)
        assert set(found.medicines) <= meant(name)
        assert found.unknown or set(found.medicines) in (set(), meant(name))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(KNOWN), st.sampled_from(["{} 25 mg", "{} tablets", " {} 10mg nocte", "({})"])
)
def test_strength_and_form_change_nothing(name: str, written: str):
    assert set(VOCABULARY.read_medicine(written.format(name)).medicines) == meant(name)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KNOWN), st.sampled_from(KNOWN), st.sampled_from(["/", " + ", " and ", "; "]))
def test_two_names_joined_are_both_read(one: str, other: str, sign: str):
    assume(sign != " and " or not {"and", "with"} & {*one.split(), *other.split()})
    found = VOCABULARY.read_medicine(f"{one}{sign}{other}")
    assert set(found.medicines) == meant(one) | meant(other)


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="abcdeimnoprtx ", max_size=9), st.text(alphabet="abcdeimnoprtx ", max_size=9)
)
def test_slips_are_a_distance(one: str, other: str):
    between = slips_between(one, other, limit=20)
    assert between == slips_between(other, one, limit=20)
    assert (between == 0) == (one == other)
    assert abs(len(one) - len(other)) <= between <= max(len(one), len(other))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(text: str):
    found = VOCABULARY.read_medicine(text)
    assert set(found.medicines) <= VOCABULARY.medicines.keys()
