"""What can be wrong with rules that read well: those that never fire, contradict, repeat, outbid.

Each check yields findings: an error must be mended before the knowledge is used, a note is for a
reviewer to judge.
"""

from collections.abc import Iterator
from itertools import combinations

from assuage.options.reviewed import CheckFinding, Reviewed
from assuage.options.rule import EFFECTS, Rule
from assuage.options.satisfiable import implies, why_never
from assuage.units import plain


def never_fires(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """Rules whose condition no patient can meet: for any of their drugs, or for one of them."""
    for rule in reviewed.rules:
        drugs = reviewed.drugs_of(rule)
        why = {drug: why_never(rule.when, reviewed.world, drug) for drug in drugs}
        dead = [drug for drug, reason in why.items() if reason]
        if not dead:
            continue
        all_dead = len(dead) == len(drugs)
        yield CheckFinding(
            severity="error" if all_dead else "note",
            where=reviewed.where(rule.id),
            says=f"{rule.id} can never fire"
            + ("" if all_dead else f" for {', '.join(dead)}")
            + f": {'; '.join(dict.fromkeys(filter(None, why.values())))}.",
            do="Correct the condition, or take the rule out.",
        )


def _numbers(rule: Rule) -> tuple[object, ...]:
    return rule.cap, rule.start_cap, rule.dose_factor


def _same_question(reviewed: Reviewed) -> Iterator[tuple[Rule, Rule]]:
    """Pairs of rules with the same condition that speak of a common drug."""
    by_condition: dict[object, list[Rule]] = {}
    for rule in reviewed.rules:
        by_condition.setdefault(rule.when, []).append(rule)
    for rules in by_condition.values():
        for a, b in combinations(rules, 2):
            if set(reviewed.drugs_of(a)) & set(reviewed.drugs_of(b)):
                yield a, b


def contradicts(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """Rules of one region that answer the same question differently, unless it is recorded.

    Between a drug and its class it is a note: the stricter holds for that drug. What to watch or
    to know stands beside any verdict.
    """
    recorded = [each.rules for each in reviewed.recorded]
    for a, b in _same_question(reviewed):
        aside = {a.effect, b.effect} & {"monitor", "note"}
        differ = a.effect != b.effect or _numbers(a) != _numbers(b)
        if a.region != b.region or aside or not differ:
            continue
        known = any({a.id, b.id} <= rules for rules in recorded)
        error = a.about == b.about and not known
        does = " and ".join(f"{rule.id} says {_says(rule)} ({rule.about})" for rule in (a, b))
        kept = "; it is recorded in disagreements.yaml" if known else ""
        yield CheckFinding(
            severity="error" if error else "note",
            where=reviewed.where(b.id),
            says=f"With {a.when.sentence}, {does}, both {a.region}{kept}.",
            do="Correct one, or record the disagreement."
            if error
            else "The stricter holds where both apply; see that this is meant.",
        )


def _says(rule: Rule) -> str:
    numbers = [
        f"at most {plain(rule.cap)} mg/day" if rule.cap else "",
        f"first dose at most {plain(rule.start_cap)} mg/day" if rule.start_cap else "",
        f"{rule.dose_factor} of the dose" if rule.dose_factor else "",
    ]
    return ", ".join([rule.effect.replace("_", " "), *filter(None, numbers)])


def duplicates(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """The same statement of the same source twice; for a drug and its class a note."""
    for a, b in _same_question(reviewed):
        same = a.effect == b.effect and _numbers(a) == _numbers(b)
        if same and a.citation.source.id == b.citation.source.id and a.region == b.region:
            yield CheckFinding(
                severity="error" if a.about == b.about else "note",
                where=reviewed.where(b.id),
                says=f"{b.id} ({b.about}) says what {a.id} ({a.about}) says, by the same source: "
                f"{_says(a)} with {a.when.sentence}.",
                do="Keep one of the two.",
            )


def redundant(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """Rules that another of the same drug and region outdoes wherever they fire, as notes.

    They may still be worth keeping for what they say to do; what to watch is never redundant.
    """
    weighed = [rule for rule in reviewed.rules if EFFECTS.index(rule.effect) < _MONITOR]
    for narrow in weighed:
        for wide in weighed:
            if (
                narrow.about == wide.about
                and narrow.region == wide.region
                and narrow.when != wide.when
                and EFFECTS.index(narrow.effect) >= EFFECTS.index(wide.effect)
                and _numbers(narrow) in {(None, None, None), _numbers(wide)}
                and implies(narrow.when, wide.when, reviewed.world)
            ):
                yield CheckFinding(
                    severity="note",
                    where=reviewed.where(narrow.id),
                    says=f"{narrow.id} ({_says(narrow)} with {narrow.when.sentence}) never "
                    f"decides: {wide.id} ({_says(wide)} with {wide.when.sentence}) fires "
                    "whenever it does.",
                    do="Keep it for its wording, or take it out.",
                )


_MONITOR = EFFECTS.index("monitor")


def doses(reviewed: Reviewed) -> Iterator[CheckFinding]:
    """Caps above the drug's maximum, first doses above the cap."""
    for rule in reviewed.rules:
        where = reviewed.where(rule.id)
        if rule.cap is not None and rule.start_cap is not None and rule.start_cap > rule.cap:
            yield CheckFinding(
                severity="error",
                where=where,
                says=f"{rule.id} allows a first dose of {plain(rule.start_cap)} mg/day and no more "
                f"than {plain(rule.cap)} mg/day at all.",
                do="Correct one of the two.",
            )
        for drug in reviewed.drugs_of(rule):
            yield from _caps_of(rule, drug, where, reviewed)


def _caps_of(rule: Rule, drug: str, where: str, reviewed: Reviewed) -> Iterator[CheckFinding]:
    highest, lowest = reviewed.highest.get(drug), reviewed.lowest.get(drug)
    for word, dose in (("cap", rule.cap), ("first dose", rule.start_cap)):
        if dose is None or highest is None or lowest is None or dose < lowest:
            continue
        above = dose > highest
        if not above and word == "first dose" and dose < highest:
            continue
        against = (
            f"above its highest maximum of {plain(highest)} mg/day"
            if above
            else f"not below its lowest maximum of {plain(lowest)} mg/day: it changes no plan"
        )
        yield CheckFinding(
            severity="error" if above else "note",
            where=where,
            says=f"{rule.id}: a {word} of {plain(dose)} mg/day of {drug}, {against}.",
            do="Correct the dose here or in the drug file." if above else "See that it is meant.",
        )
