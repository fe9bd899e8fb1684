"""Read what an adequate trial is: of each candidate drug, and of other drugs against this pain."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from assuage.knowledge.drug_citations import Citer, read_drug_part
from assuage.knowledge.drug_entries import AdequateTrialEntry
from assuage.knowledge.drugs import load_drugs, read_drug_sources
from assuage.knowledge.reading import Problems, check
from assuage.knowledge.valuesets import Folder
from assuage.options.attempt_adequacy import AdequateTrial

OTHERS = "plan/adequate_trials.yaml"


def load_adequate_trials(folder: Folder | None = None) -> Mapping[str, AdequateTrial]:
    """Return the adequate trial of each drug by its id, by default those that come with assuage.

    Raises InvalidInput with every problem of the drug files, or of the file of other drugs.
    """
    return _own_trials() if folder is None else _read_trials(folder)


@cache
def _own_trials() -> Mapping[str, AdequateTrial]:
    return _read_trials(files("assuage_knowledge"))


def _read_trials(folder: Folder) -> Mapping[str, AdequateTrial]:
    candidates = {drug.id: drug.adequate_trial for drug in load_drugs(folder).values()}
    problems = Problems()
    located = read_drug_part(folder, OTHERS, problems)
    citer = Citer(located, read_drug_sources(folder, problems), problems)
    others = check(TypeAdapter(dict[str, AdequateTrialEntry]), located, problems) or {}
    for name in others.keys() & candidates.keys():
        problems.add(
            located.where((name,)),
            found=f"{name}, which is a candidate",
            expected="drugs that have no file of their own",
            do=f"Write it in drugs/{name}.yaml.",
        )
    found = {name: citer.trial(name, entry) for name, entry in others.items()}
    problems.refuse_if_any()
    return {**found, **candidates}
