"""What genes and other medicines leave of the enzymes that a drug leaves by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from assuage.exposure.change import Change, ChangeBasis, citations_of
from assuage.exposure.model import ExposureModel
from assuage.exposure.moiety import judged_with_metabolite
from assuage.exposure.observation import ENZYMES
from assuage.exposure.published import Route
from assuage.exposure.static_model import LogRatio
from assuage.patient.facts import Facts
from assuage.patient.record import RecordedMedicine
from assuage.provenance import Citation

FLUOXETINE_DAYS = 35
"""Days for which fluoxetine goes on inhibiting after the last dose (labels of tricyclics)."""
FLUOXETINE = "fluoxetine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An enzyme's activity, 1 in the reference group: the value used, and its range."""

    value: float
    low: float
    high: float


USUAL = Activity(value=1.0, low=1.0, high=1.0)
ACTIVITIES = {
    ("CYP2D6", "poor"): Activity(value=0.0, low=0.0, high=0.0),
    ("CYP2D6", "intermediate"): Activity(value=0.375, low=0.125, high=0.5),
    ("CYP2D6", "ultrarapid"): Activity(value=1.5, low=1.25, high=2.0),
    ("CYP2C19", "poor"): Activity(value=0.0, low=0.0, high=0.0),
    ("CYP2C19", "intermediate"): Activity(value=0.5, low=0.5, high=0.68),
    ("CYP2C19", "rapid"): Activity(value=1.18, low=1.0, high=1.36),
    ("CYP2C19", "ultrarapid"): Activity(value=1.36, low=1.18, high=1.54),
}
"""CYP2D6: half the CPIC activity score, 0.25-1 for intermediate and above 2.25 for ultrarapid.
CYP2C19: a working allele counts a half, a *17 allele 0.68, which is what the ratios of escitalopram
by genotype ask for. The values within a range are assuage's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inhibitor:
    """A medicine taken, and the name under which the model knows what it leaves of a route."""

    name: str
    where: str
    key: str


def enzyme_changes(drug: str, facts: Facts, model: ExposureModel) -> tuple[Change, ...]:
    """Return what genes and inhibitors change for a drug, one change for each of its enzymes.

    On one enzyme a gene and an inhibitor do not multiply: the inhibitor takes its part of what
    the gene gave, so that after a strong one the gene hardly matters (phenoconversion), and
    without the enzyme the inhibitor does nothing. Of several inhibitors the strongest counts.
    """
    taken = acting_medicines(facts.besides(drug))
    printed = _printed(drug, taken, model)
    changes: list[Change] = []
    for route in model.knowledge.routes_of(drug):
        if route.route in ENZYMES:
            here = [m for m in taken if printed.get(m.medicine or "", route.route) == route.route]
            changes.extend(_enzyme_changes(route, facts, here, model))
    return tuple(changes)


def _printed(
    drug: str, taken: Iterable[RecordedMedicine], model: ExposureModel
) -> Mapping[str, str]:
    """Return the route under which a medicine's effect on this very drug was printed.

    That ratio holds all that the medicine does to the drug, by whatever enzymes: it is not
    predicted again on another. A ratio printed for no one enzyme stands under no route.
    """
    names = [medicine.medicine for medicine in taken if medicine.medicine]
    routes = {o.inhibitor: o.route for o in model.seen if o.drug == drug and o.inhibitor in names}
    whole = {row.level: "" for row in model.rows_for(drug, "inhibitor", names, routes=[""])}
    return {name: route for name, route in routes.items() if name} | whole


def acting_medicines(facts: Facts) -> tuple[RecordedMedicine, ...]:
    """Return the medicines that act today: those taken, and fluoxetine stopped of late."""
    entries = {
        (entry.medicine or entry.name): entry
        for group in (facts.taking or {}).values()
        for entry in group
        if _acts(entry, facts)
    }
    return tuple(entries[name] for name in sorted(entries))


def _acts(entry: RecordedMedicine, facts: Facts) -> bool:
    if entry.is_taken(facts.today):
        return True
    if FLUOXETINE not in entry.concepts or entry.is_planned(facts.today):
        return False
    stopped = entry.stopped
    if stopped is None or stopped is True:
        return False
    return (facts.today - stopped).days <= FLUOXETINE_DAYS


def _inhibitor(
    route: str, taken: Iterable[RecordedMedicine], model: ExposureModel
) -> _Inhibitor | None:
    """Return the strongest inhibitor of a route: by its own ratios, else by its group."""
    found: list[_Inhibitor] = []
    for entry in taken:
        groups = (
            group.concept
            for group in model.knowledge.inhibitor_classes
            if group.route == route and group.concept in entry.concepts
        )
        names = (
            name for name in (entry.medicine, *groups) if name and model.static.knows(name, route)
        )
        key = next(names, None)
        if key is not None:
            found.append(_Inhibitor(name=entry.name, where=entry.where, key=key))
    return min(found, key=lambda one: model.static.residual(one.key, route), default=None)


def _enzyme_changes(
    route: Route, facts: Facts, taken: Iterable[RecordedMedicine], model: ExposureModel
) -> Iterator[Change]:
    enzyme = route.route
    phenotype = facts.record.genotypes.get(enzyme, "normal")
    activity = ACTIVITIES.get((enzyme, phenotype), USUAL)
    inhibitor = _inhibitor(enzyme, taken, model)
    if activity is USUAL and inhibitor is None:
        return
    moot = activity.value == 0
    basis, citations = _grounds(route, activity, None if moot else inhibitor, model)
    change = Change(
        what=_what(enzyme, phenotype, activity, inhibitor),
        parent=_ratio(route, activity, None if moot else inhibitor, model),
        judged=LogRatio(mean=0.0, variance=0.0),
        basis=basis,
        because=_because(enzyme, phenotype, activity, inhibitor)
        + (f"; {route.drug} inhibits {enzyme} itself" if route.inhibits_itself else ""),
        citations=citations,
        route=enzyme,
        combined=inhibitor is not None and activity is not USUAL and not moot,
        left=activity.value
        * (1.0 if inhibitor is None else model.static.residual(inhibitor.key, enzyme)),
    )
    yield replace(change, judged=judged_with_metabolite(route, change, model))


def _ratio(
    route: Route,
    activity: Activity,
    inhibitor: _Inhibitor | None,
    model: ExposureModel,
) -> LogRatio:
    """Return the log ratio; to its variance comes the range of the activity, as four deviations.

    A drug that inhibits its own enzyme has less of it to lose at steady state than after the
    single doses that were studied: the ratio lies between 1 and theirs, and the middle on the log
    scale is used, the bounds two deviations away.
    """
    key = None if inhibitor is None else inhibitor.key

    def at(value: float) -> LogRatio:
        return model.static.log_ratio(route.drug, route.route, after=value, inhibitor=key)

    ratio = at(activity.value)
    width = at(activity.low).mean - at(activity.high).mean
    variance = ratio.variance + (width / 4) ** 2
    if route.inhibits_itself:
        return LogRatio(mean=ratio.mean / 2, variance=variance / 4 + (ratio.mean / 4) ** 2)
    return LogRatio(mean=ratio.mean, variance=variance)


def _grounds(
    route: Route, activity: Activity, inhibitor: _Inhibitor | None, model: ExposureModel
) -> tuple[ChangeBasis, tuple[Citation, ...]]:
    """Say whether each part was published for this drug, and where.

    A prediction rests on the drug's own rows, those of the inhibitor, and who names the route.
    """
    wanted: list[tuple[float, str | None]] = []
    if activity is not USUAL:
        wanted.append((activity.value, None))
    if inhibitor is not None:
        wanted.append((1.0, inhibitor.key))
    published = all(
        model.is_published(route.drug, route.route, activity=value, inhibitor=key)
        for value, key in wanted
    )
    keys = {key for _, key in wanted}
    here = [o for o in model.seen if o.route == route.route]
    own = [row for o in here if o.drug == route.drug and o.inhibitor in keys for row in o.rows]
    if published:
        return "published", citations_of(own)
    others = [row for o in here if o.inhibitor and o.inhibitor in keys for row in o.rows]
    return "predicted", (*citations_of([*own, *others]), route.citation)


def _what(enzyme: str, phenotype: str, activity: Activity, inhibitor: _Inhibitor | None) -> str:
    parts = [f"{enzyme} {phenotype} metaboliser"] if activity is not USUAL else []
    if inhibitor is not None:
        parts.append(f"{inhibitor.name} (inhibits {enzyme})")
    return " with ".join(parts)


def _because(enzyme: str, phenotype: str, activity: Activity, inhibitor: _Inhibitor | None) -> str:
    gene = f"genotype: {enzyme} {phenotype}" if activity is not USUAL else ""
    medicine = f"takes or took {inhibitor.name} ({inhibitor.where})" if inhibitor else ""
    both = "; ".join(part for part in (gene, medicine) if part)
    if not (gene and medicine):
        return both
    moot = f"without {enzyme} the medicine changes nothing more"
    shared = "on one enzyme the two do not multiply"
    return f"{both}; {moot if activity.value == 0 else shared}"
