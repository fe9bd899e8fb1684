"""Would the tests notice a wrong safety rule? Every limit, verdict and day is made wrong in turn.

    python -m validation.rule_mutations [--sample N] [--write docs/explanation/mutations.md]

Each mutant is one wrong copy of the knowledge. It is caught when a check says of it what it does
not say of the true one. Checks are the boundary probes of tests/cases/probes, the table of the gene
guidelines (tests/knowledge/pgx.csv) and the written cases of tests/cases, in this order. Mutants
that the reader refuses, because the law of unrecorded facts forbids them, count as caught.
Without --write nothing is written. Two processes; well below ten minutes.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cases.case_format import HERE, Case, cases_of, differences
from tests.cases.probe_format import Probe, failures, read_probes
from tests.knowledge.gene_table import gene_differences
from validation.rule_mutants import KINDS, Mutant, mutants

from assuage.errors import AssuageError
from assuage.knowledge.rules import load_safety

PROCESSES = 2
REFUSED = "refused by the reader"
INTRODUCTION = """\
# Would the tests notice a wrong safety rule?

A rule can be wrong by one step: below 30 becomes below 31, fourteen days become thirteen, avoid
becomes caution. So each verdict, limit, day and dose of the safety rules, and each number that
shows a condition, is made wrong on purpose, one at a time. A *mutant* is such a wrong copy of the
knowledge. It is caught when one of these notices, asked in this order:

- a *boundary probe* (`tests/cases/probes`): a tiny patient just inside a rule or just outside it,
  with what the source says must be found. For the 371 rows of the reviewed table the probes come
  from that table, which is older than the rules. For the other rules they say a second time what
  the rule's source and [decision 0008](../decisions/0008-clinical-choices.md) ask for; whoever
  wrote them knew the rule;
- for the rules of the gene guidelines, the table of their recommendations
  (`tests/knowledge/pgx.csv`);
- a *written case* (`tests/cases`): a whole patient and what a pharmacist expects of every drug.
"""
LIMITS = """\
## What this does not show

- That a rule is right. A source misread twice, in the rule and in the probe, is not noticed; no
  second clinician has checked either.
- That no rule is missing.
- That every medicine of a group is in it: a probe takes one or a few.
- What share a test written without sight of the rules would reach: probes were added where a mutant
  had survived. And which gene advice is the stricter of two is taken from the rules' own order.

Made by

    python -m validation.rule_mutations --write docs/explanation/mutations.md
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a mutant: `caught` says by what, and is empty where nothing noticed."""

    kind: str
    of: str
    change: str
    caught: str
    equivalent: str

    @property
    def survives(self) -> bool:
        return not self.caught and not self.equivalent


Check = Callable[[Mutant], str]
"""Return what a check says against a mutant; nothing when it finds all as it should be."""


@cache
def _all_mutants() -> tuple[Mutant, ...]:
    return tuple(mutants(load_safety()))


@cache
def _probes_of() -> dict[str, tuple[Probe, ...]]:
    found: dict[str, list[Probe]] = defaultdict(list)
    for probe in _all_probes():
        found[probe.tests].append(probe)
    return {name: tuple(probes) for name, probes in found.items()}


@cache
def _all_probes() -> tuple[Probe, ...]:
    return read_probes()


def _probes_by_name(name: str) -> list[Probe]:
    """Return every probe, first those whose patients have the name in their words."""
    return sorted(_all_probes(), key=lambda probe: not any(name in each for each in probe.inside))


def by_probes(mutant: Mutant) -> str:
    """Look at the probes of what was changed; for a condition, then at all that may read it."""
    if mutant.knowledge is None:
        return REFUSED
    own = _probes_of().get(mutant.of, ())
    words = mutant.knowledge.vocabulary
    others = _probes_by_name(mutant.of) if mutant.of in {*words.concepts, *words.measures} else ()
    for probe in (*own, *others):
        try:
            found = failures(probe, mutant.knowledge)
        except (AssuageError, ValueError) as error:
            found = [f"{probe.tests}: {error}"]
        if found:
            return f"probe {found[0]}"
    return ""


@cache
def _gene_rules() -> frozenset[str]:
    return frozenset(name for one in load_safety().genes for name in one.rules)


def by_gene_table(mutant: Mutant) -> str:
    """Hold a rule of the gene guidelines against their table, row by row."""
    if mutant.knowledge is None or mutant.of not in _gene_rules():
        return ""
    found = gene_differences(mutant.knowledge, {mutant.of})
    return f"table {found[0]}" if found else ""


@cache
def _cases() -> tuple[Case, ...]:
    return (*cases_of(HERE), *cases_of(HERE / "own"))


def by_cases(mutant: Mutant) -> str:
    """Ask the written cases: the first whose answer is not the one it argues for."""
    if mutant.knowledge is None:
        return ""
    for case in _cases():
        try:
            found = differences(case, knowledge=mutant.knowledge)
        except AssuageError as error:
            found = (str(error),)
        if found:
            return f"case {case.title}: {found[0]}"
    return ""


CHECKS: tuple[Check, ...] = (by_probes, by_gene_table, by_cases)


def judge(place: int) -> Outcome:
    """Hold one mutant against the checks, the first that notices it last."""
    mutant = _all_mutants()[place]
    caught = next((said for check in CHECKS if (said := check(mutant))), "")
    return Outcome(
        kind=mutant.kind,
        of=mutant.of,
        change=mutant.change,
        caught=caught,
        equivalent="" if caught else mutant.equivalent,
    )


def judge_all(places: Sequence[int], processes: int = PROCESSES) -> Iterator[Outcome]:
    """Judge the mutants at these places of the list, in their order."""
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(judge, places, chunksize=25)


def sample(total: int, wanted: int | None) -> range:
    """Return places spread evenly over the list: all of them when none or more are wanted."""
    step = 1 if wanted is None else max(1, total // max(wanted, 1))
    return range(0, total, step)


def watched(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    for done, outcome in enumerate(outcomes, start=1):
        if done % 100 == 0 or done == total:
            sys.stderr.write(f"\r{done} of {total} mutants")
            sys.stderr.flush()
        yield outcome
    sys.stderr.write("\n")


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return made, caught, equivalent and share by kind, as the rows of a table."""
    lines = [
        "| what is made wrong | made | caught | cannot differ | share |",
        "|---|--:|--:|--:|--:|",
    ]
    made = Counter(each.kind for each in outcomes)
    caught = Counter(each.kind for each in outcomes if each.caught)
    equal = Counter(each.kind for each in outcomes if each.equivalent)
    for kind, words in KINDS.items():
        if made[kind]:
            lines.append(_row(words, made[kind], caught[kind], equal[kind]))
    return [*lines, _row("**all**", made.total(), caught.total(), equal.total())]


def _row(words: str, made: int, caught: int, equal: int) -> str:
    of = made - equal
    return (
        f"| {words} | {made:,} | {caught:,} | {equal} | {100 * caught / of if of else 100:.1f}% |"
    )


def survivors(outcomes: Iterable[Outcome]) -> list[str]:
    return [f"- {each.of}, {each.kind}: {each.change}" for each in outcomes if each.survives]


def page(outcomes: Sequence[Outcome]) -> str:
    """Return the page of the documentation."""
    refused = sum(each.caught == REFUSED for each in outcomes)
    cannot = Counter(each.equivalent for each in outcomes if each.equivalent)
    alive = survivors(outcomes)
    by = Counter(each.caught.split()[0] for each in outcomes if each.caught)
    return "\n".join(
        [
            INTRODUCTION,
            *table(outcomes),
            "",
            f"The share is of those that can differ. Of the caught, {refused:,} are refused by the",
            "reader, because an unrecorded fact would permit more than the fact itself; the first",
            f"to notice was a probe for {by['probe']:,}, the table of the gene guidelines for",
            f"{by['table']:,}, a written case for {by['case']:,}.",
            "",
            "Those that cannot differ for any patient:",
            "",
            *(f"- {count}: {why}" for why, count in cannot.most_common()),
            "",
            "## Survivors",
            "",
            *(alive or ["None."]),
            "",
            LIMITS,
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Make every safety rule wrong in turn.")
    parser.add_argument("--sample", type=int, help="judge about this many mutants, spread evenly")
    parser.add_argument("--write", type=Path, help="write the page of the documentation here")
    wanted = parser.parse_args(arguments)
    wrong = [line for probe in _all_probes() for line in failures(probe, load_safety())]
    wrong += gene_differences(load_safety())
    wrong += [f"{case.title}: {line}" for case in _cases() for line in differences(case)]
    if wrong:
        sys.exit("The knowledge itself fails its checks; mend that first:\n" + "\n".join(wrong))
    places = sample(len(_all_mutants()), wanted.sample)
    outcomes = list(watched(judge_all(places), len(places)))
    print("\n".join(table(outcomes)))
    alive = survivors(outcomes)
    print(f"\n{len(alive)} survivors" + (":" if alive else "."))
    print("\n".join(alive))
    if wanted.write is not None:
        wanted.write.write_text(page(outcomes), encoding="utf-8")


if __name__ == "__main__":
    main()
