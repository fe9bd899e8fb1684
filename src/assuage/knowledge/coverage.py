"""What the safety rules cover: how many of each topic speak of each drug, blanks included.

A topic is a file of the rules folder; the gene guidance, a file a drug, is one topic with the
labels' words on genes. A blank means that no source was found, not that the drug is safe in that
respect.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from assuage.knowledge.catalogues import knowledge_folder
from assuage.knowledge.citing import Folder, read_part
from assuage.knowledge.reading import Located
from assuage.knowledge.rules import load_safety
from assuage.options.rule import EVERY_DRUG

_HEAD = """# Coverage of the safety rules

Rules per topic and drug: those about the drug itself + those about its class or every drug. A blank
means that no source was found for it, which is not proof of safety. Written by
`assuage.knowledge.coverage` from the rules; do not edit.
"""


def topics_of_rules(folder: Folder | None = None) -> dict[str, tuple[str, ...]]:
    """Return the ids of the rules of each file, in the order of the files.

    The gene guidance of a drug is `genes/<drug>`; of one statement may come several rules.
    """
    safety = load_safety(folder)
    topics = {
        topic: [entry["id"] for entry in located.data] for topic, located in _topic_files(folder)
    }
    written = {rule for ids in topics.values() for rule in ids}
    for statement in safety.genes:
        ids = topics.setdefault(f"genes/{statement.drug}", [])
        ids += [each for each in statement.rules if each not in written]
        written.update(statement.rules)
    return {topic: tuple(ids) for topic, ids in topics.items()}


def rule_places(folder: Folder | None = None) -> dict[str, str]:
    """Return the file and line of each rule, by its id."""
    written = {
        entry["id"]: located.where((place,))
        for _, located in _topic_files(folder)
        for place, entry in enumerate(located.data)
    }
    genes = load_safety(folder).genes
    return {rule: each.where for each in genes for rule in each.rules} | written


def _topic_files(folder: Folder | None) -> Iterator[tuple[str, Located]]:
    where = folder or knowledge_folder()
    for name in sorted(part.name for part in where.joinpath("rules").iterdir()):
        if name.endswith(".yaml") and name != "sources.yaml":
            yield name.removesuffix(".yaml"), read_part(where, f"rules/{name}")


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


def blanks_table(drugs: Sequence[str]) -> str:
    """Return, in Markdown, the drugs for which a topic has no rule at all, topic by topic.

    Why a place is blank is not known: the matter may not arise, or no text that says so was found.
    """
    blank = {
        topic: [drug for drug, counts in cells.items() if not any(counts)]
        for topic, cells in coverage(drugs).items()
    }
    total = sum(map(len, blank.values()))
    head = f"Blank are {total} of {len(blank) * len(drugs)} places (drug by topic):"
    rows = [f"| {topic.replace('_', ' ')} | {', '.join(at)} |" for topic, at in blank.items() if at]
    return "\n".join([head, "", "| topic | nothing found for |", "|---|---|", *rows]) + "\n"


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
