"""The one-screen account of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from assuage.nma.reported import ReportedNetwork
from assuage.report.nma import MEASURE_NAMES
from assuage.report.text import render, text

WIDTH = 100
_LISTED = 12
_KINDS = {
    "events": "events of people",
    "rates": "events in person-time",
    "means": "means",
    "contrasts": "contrasts as reported",
}


def account_text(account: ReportedNetwork) -> str:
    """Return the account in at most `WIDTH` columns."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, said in _lines(account):
        grid.add_row(Text(name), text(said))
    return render(grid, width=WIDTH).rstrip("\n")


def _lines(account: ReportedNetwork) -> Iterator[tuple[str, str]]:
    studies, people = account.studies, account.people
    multi = sum(len(study.treatments) > 2 for study in studies)
    arms = sum(len(study.treatments) for study in studies)
    yield "Network", account.name
    yield "Studies", f"{len(studies)}, {multi or 'none'} of them with more than two arms"
    counted = f", {sum(people.values()):,.0f} people" if people else ""
    yield "Arms", f"{arms}{counted}"
    yield "Treatments", f"{len(account.treatments)}: {_treatments(account)}"
    better = "small" if account.small_values == "desirable" else "large"
    measure = f"{MEASURE_NAMES[account.measure]} ({account.measure})"
    yield "Outcome", f"{_KINDS[account.kind]}; {measure}; {better} values are desirable"
    yield "Reference", account.reference
    designs = len({frozenset(study.treatments) for study in studies})
    pairs = len(account.graph().edges)
    possible = len(account.treatments) * (len(account.treatments) - 1) // 2
    yield (
        "Comparisons",
        f"{pairs} of {possible} made by some trial; {designs} design{'' if designs == 1 else 's'}",
    )
    yield "Connected", _connected(account)
    yield "Left out", _left_out(account)
    if account.chosen_for_you:
        yield "Chosen for you", "; ".join(_choice(account, what) for what in account.chosen_for_you)


def _treatments(account: ReportedNetwork) -> str:
    trials = Counter(t for study in account.studies for t in study.treatments)
    shown = [f"{name} ({trials[name]})" for name in account.treatments[:_LISTED]]
    more = len(account.treatments) - _LISTED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "") + "; trials in brackets"


def _connected(account: ReportedNetwork) -> str:
    if account.connected:
        return "yes"
    named = "; ".join(f"({i}) {', '.join(p)}" for i, p in enumerate(account.parts, start=1))
    return f"no, in {len(account.parts)} parts: {named}. Analyse one with .part(treatment)"


def _left_out(account: ReportedNetwork) -> str:
    if not account.left_out:
        return "nothing"
    shown = "; ".join(f"{out.study} ({out.reason})" for out in account.left_out[:_LISTED])
    more = len(account.left_out) - _LISTED
    return f"{len(account.left_out)}: {shown}" + (f"; and {more} more" if more > 0 else "")


def _choice(account: ReportedNetwork, what: str) -> str:
    made = {
        "measure": account.measure,
        "reference": account.reference,
        "small_values": account.small_values,
    }
    return f"{what}={made[what]!r}"
