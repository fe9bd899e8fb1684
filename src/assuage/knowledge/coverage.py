"""What the safety rules cover: how many of each topic speak of each drug, blanks included.

A topic is a file of the rules folder; the gene guidance, a file a drug, is one topic with the
labels' words on genes. A blank means that no source was found, not that the drug is safe in that
respect.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from assuage.knowledge.catalogues import knowledge_folder
from assuage.knowledge.citing import Folder, read_part
from assuage.knowledge.rules import load_safety
from assuage.options.rule import EVERY_DRUG

_HEAD = """# Coverage of the safety rules

Rules per topic and drug: those about the drug itself + those about its class or every drug. A blank
means that no source was found for it, which is not proof of safety. Written by
`assuage.knowledge.coverage` from the rules; do not edit.
"""


def topics_of_rules(folder: Folder | None = None) -> dict[str, tuple[str, ...]]:
    """Return the ids of the rules of each file, in the order of the files.

    The gene guidance of a drug is `genes/<drug>`.
    """
    where = folder or knowledge_folder()
    names = sorted(part.name for part in where.joinpath("rules").iterdir())
    guidance: dict[str, dict[str, None]] = {}
    for statement in load_safety(folder).genes:
        guidance.setdefault(f"genes/{statement.drug}", {})[statement.rule] = None
    topics = {
        name.removesuffix(".yaml"): tuple(
            entry["id"] for entry in read_part(where, f"rules/{name}").data
        )
        for name in names
        if name.endswith(".yaml") and name != "sources.yaml"
    }
    return topics | {name: tuple(ids) for name, ids in guidance.items()}


def coverage(drugs: Sequence[str]) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """Return, for each topic and drug, the number of rules of its own and of its classes."""
    safety = load_safety()
    about = {rule.id: rule.about for rule in safety.rules}
    table: dict[str, dict[str, tuple[int, int]]] = {}
    topics: dict[str, list[str]] = {}
    for file, ids in topics_of_rules().items():
        topics.setdefault(file.split("/", 1)[0], []).extend(ids)
    for topic, rules in topics.items():
        counts = Counter(about[rule] for rule in rules)
        table[topic] = {
            drug: (
                counts[drug],
                counts[EVERY_DRUG]
                + sum(counts[name] for name, members in safety.classes.items() if drug in members),
            )
            for drug in drugs
        }
    return table


def coverage_page(drugs: Sequence[str]) -> str:
    """Return the coverage as a page in Markdown, one row per topic."""
    rows = [
        f"| {topic.replace('_', ' ')} | "
        + " | ".join(f"{own}+{shared}" if own or shared else " " for own, shared in cells.values())
        + " |"
        for topic, cells in ((topic, dict(cells)) for topic, cells in coverage(drugs).items())
    ]
    title = "| topic | " + " | ".join(drugs) + " |"
    rule = "|---|" + "---|" * len(drugs)
    return "\n".join([_HEAD, title, rule, *rows]) + "\n"
