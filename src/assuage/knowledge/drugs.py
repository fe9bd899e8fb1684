"""Read the drugs: what each is, how it is sold and dosed, what to watch and what to tell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TypeVar

from pydantic import TypeAdapter

from assuage.knowledge.citing import Folder, SourceEntry
from assuage.knowledge.drug_citations import Citer, read_drug_part
from assuage.knowledge.drug_entries import (
    AdviceEntry,
    CommonEntry,
    DosingEntry,
    DrugEntry,
    MonitoringEntry,
    ReviewEntry,
)
from assuage.knowledge.reading import Problems, check, nearest
from assuage.plan.dosing import (
    Advice,
    Dosing,
    Drug,
    Intakes,
    Maximum,
    MonitoringNeed,
    Product,
    ReviewRule,
    StoppingRule,
    TaperRule,
    Washout,
    Waypoint,
)
from assuage.provenance import Cited, Source
from assuage.units import MgPerDay

T = TypeVar("T")
PartPath = tuple[str | int, ...]


def load_drugs(folder: Folder | None = None) -> Mapping[str, Drug]:
    """Return the drugs of a knowledge folder by id, by default those that come with assuage.

    Raises InvalidInput with every problem of all the files in `drugs` and `plan`.
    """
    return _own_drugs() if folder is None else _read_drugs(folder)


@cache
def _own_drugs() -> Mapping[str, Drug]:
    return _read_drugs(files("assuage_knowledge"))


def _read_drugs(folder: Folder) -> Mapping[str, Drug]:
    problems = Problems()
    shared = _read_shared(folder, problems)
    drugs: dict[str, Drug] = {}
    for name in sorted(part.name for part in folder.joinpath("drugs").iterdir()):
        if not name.endswith(".yaml") or name == "sources.yaml":
            continue
        located = read_drug_part(folder, f"drugs/{name}", problems)
        entry = check(TypeAdapter(DrugEntry), located, problems)
        if entry is None or shared is None:
            continue
        reader = _DrugReader(entry, shared, Citer(located, shared.sources, problems))
        reader.check_coherence(name.removesuffix(".yaml"))
        drugs[entry.id] = reader.drug()
    problems.refuse_if_any()
    return drugs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What all drug files refer to by id, and what holds for every plan."""

    sources: Mapping[str, Source]
    review: ReviewRule
    taper: TaperRule
    stopping: Mapping[str, StoppingRule]
    advice: Mapping[str, Advice]
    monitoring: Mapping[str, MonitoringNeed]


def read_drug_sources(folder: Folder, problems: Problems) -> dict[str, Source]:
    """Return the sources of `drugs` and `plan`, by id."""
    located = read_drug_part(folder, "drugs/sources.yaml", problems)
    titles = check(TypeAdapter(dict[str, SourceEntry]), located, problems) or {}
    return {name: Source(id=name, title=s.title, url=s.url) for name, s in titles.items()}


def _read_shared(folder: Folder, problems: Problems) -> _Shared | None:
    sources = read_drug_sources(folder, problems)
    common_file = read_drug_part(folder, "plan/common.yaml", problems)
    common = check(TypeAdapter(CommonEntry), common_file, problems)
    if common is None:
        return None
    citer = Citer(common_file, sources, problems)
    return _Shared(
        sources=sources,
        review=_review(common.review, citer),
        taper=TaperRule(
            largest_fraction=citer.cited(common.taper.largest_fraction),
            largest_step=None,
            interval_days=citer.cited(common.taper.interval_days),
            shortest_days=citer.cited(common.taper.shortest_days),
            guidance=(),
        ),
        stopping={
            name: StoppingRule(
                id=name,
                when=rule.when,
                do=rule.do,
                citation=citer.cite(rule.source),
                set_by=rule.set_by,
            )
            for name, rule in common.stopping.items()
        },
        advice=_read_advice(folder, sources, problems),
        monitoring=_read_monitoring(folder, sources, problems),
    )


def _review(entry: ReviewEntry, citer: Citer) -> ReviewRule:
    return ReviewRule(
        early_days=citer.cited(entry.early_days),
        early_days_young=citer.cited(entry.early_days_young),
        young_through_age=entry.young_through_age,
        weeks=citer.cited(entry.weeks),
        weeks_at_target=citer.cited(entry.weeks_at_target),
        ask_early=entry.ask_early,
        ask_benefit=entry.ask_benefit,
    )


def _read_advice(
    folder: Folder, sources: Mapping[str, Source], problems: Problems
) -> dict[str, Advice]:
    located = read_drug_part(folder, "plan/advice.yaml", problems)
    citer = Citer(located, sources, problems)
    entries = check(TypeAdapter(dict[str, AdviceEntry]), located, problems) or {}
    return {
        name: Advice(
            id=name,
            topic=entry.topic,
            text=entry.text,
            citation=citer.cite(entry.source),
            urgent=entry.urgent,
        )
        for name, entry in entries.items()
    }


def _read_monitoring(
    folder: Folder, sources: Mapping[str, Source], problems: Problems
) -> dict[str, MonitoringNeed]:
    located = read_drug_part(folder, "plan/monitoring.yaml", problems)
    citer = Citer(located, sources, problems)
    entries = check(TypeAdapter(dict[str, MonitoringEntry]), located, problems) or {}
    return {
        name: MonitoringNeed(
            what=entry.what,
            why=entry.why,
            citation=citer.cite(entry.source),
            weeks=entry.weeks,
            timed_by=entry.timed_by,
            joins=entry.joins,
            says=entry.says,
            only_if_joined=entry.only_if_joined,
            id=name,
        )
        for name, entry in entries.items()
    }


@dataclass(frozen=True, slots=True)
class _DrugReader:
    entry: DrugEntry
    shared: _Shared
    citer: Citer

    def check_coherence(self, file_id: str) -> None:
        """Add a problem for what types cannot see: ids, and numbers that contradict each other."""
        entry = self.entry
        if entry.id != file_id:
            self._refuse(("id",), entry.id, f"{file_id}, as the file is named")
        if not any(product.strengths for product in entry.products):
            self._refuse(("products",), "no strength", "at least one marketed strength")
        for place, product in enumerate(entry.products):
            for half in sorted(set(product.may_be_halved) - set(product.strengths)):
                self._refuse(("products", place), f"{half} mg to halve", "one of its strengths")
        self._check_doses(entry.dosing)
        self._check_waypoints(entry.dosing)

    def _check_doses(self, dosing: DosingEntry) -> None:
        low, high = dosing.target_low, dosing.target_high
        if low and high and low.value > high.value:
            self._refuse(("dosing", "target_low"), str(low.value), f"at most {high.value}")
        highest = max((maximum.dose for maximum in dosing.maxima), default=None)
        for name, dose in (("start", dosing.start), ("target_high", high)):
            if dose and highest is not None and dose.value > highest:
                self._refuse(("dosing", name), str(dose.value), f"at most {highest}, the maximum")
        if not dosing.intakes.times:
            self._refuse(("dosing", "intakes"), "no time of day", "at least one in times")
        if dosing.intakes.split_above and len(dosing.intakes.divided) < 2:
            self._refuse(("dosing", "intakes"), "split_above alone", "two times in divided")

    def _check_waypoints(self, dosing: DosingEntry) -> None:
        points = dosing.waypoints.days if dosing.waypoints else ()
        for before, after in pairwise(points):
            if before.day >= after.day or before.dose >= after.dose:
                found = f"day {after.day}, {after.dose} mg after day {before.day}, {before.dose} mg"
                self._refuse(("dosing", "waypoints"), found, "rising days and doses")
        if points and dosing.start and (points[0].day, points[0].dose) != (1, dosing.start.value):
            found = f"day {points[0].day}, {points[0].dose} mg"
            self._refuse(
                ("dosing", "waypoints"), found, f"day 1, {dosing.start.value} mg, the start"
            )

    def drug(self) -> Drug:
        """Return the drug; problems found on the way are added to the others."""
        entry, shared = self.entry, self.shared
        return Drug(
            id=entry.id,
            label=entry.label,
            drug_class=entry.drug_class,
            rxnorm=entry.rxnorm,
            atc=entry.atc,
            mechanism=self.citer.cited(entry.mechanism),
            guideline_line=tuple(self.citer.cited(line) for line in entry.guideline_line),
            half_life_hours=self.citer.cited_or_none(entry.half_life_hours),
            active_metabolite=self.citer.cited_or_none(entry.active_metabolite),
            products=tuple(self._products()),
            dosing=self._dosing(entry.dosing),
            review=shared.review,
            adequate_trial=self.citer.trial(entry.id, entry.adequate_trial),
            renal=tuple(self.citer.cited(note) for note in entry.renal),
            hepatic=tuple(self.citer.cited(note) for note in entry.hepatic),
            taper=self._taper(),
            washouts=tuple(
                Washout(other=gap.other, direction=gap.direction, days=self.citer.cited(gap.days))
                for gap in entry.washouts
            ),
            monitoring=tuple(self._named("monitoring", entry.monitoring, shared.monitoring)),
            advice=tuple(self._named("advice", entry.advice, shared.advice)),
            stopping=tuple(self._named("stopping", entry.stopping, shared.stopping)),
        )

    def _products(self) -> Iterator[Product]:
        for group in self.entry.products:
            for strength in group.strengths:
                yield Product(
                    form=group.form,
                    strength=strength,
                    citation=self.citer.cite(group.source),
                    release=group.release,
                    may_be_halved=strength in group.may_be_halved,
                    market=group.market,
                )

    def _dosing(self, entry: DosingEntry) -> Dosing:
        return Dosing(
            indication=entry.indication,
            for_pain=entry.for_pain,
            start=self.citer.dose(entry.start),
            start_older=self.citer.dose(entry.start_older),
            older_from_age=entry.older_from_age,
            step=self.citer.dose(entry.step),
            interval_days=self.citer.cited_or_none(entry.interval_days),
            waypoints=self._waypoints(entry),
            target_low=self.citer.dose(entry.target_low),
            target_high=self.citer.dose(entry.target_high),
            maxima=tuple(self._maxima(entry)),
            intakes=Intakes(
                times=entry.intakes.times,
                citation=self.citer.cite(entry.intakes.source),
                split_above=self.citer.dose(entry.intakes.split_above),
                divided=entry.intakes.divided,
            ),
            notes=tuple(self.citer.cited(note) for note in entry.notes),
        )

    def _waypoints(self, entry: DosingEntry) -> Cited[tuple[Waypoint, ...]] | None:
        if entry.waypoints is None:
            return None
        points = tuple(
            Waypoint(day=point.day, dose=MgPerDay(point.dose)) for point in entry.waypoints.days
        )
        return Cited(value=points, citation=self.citer.cite(entry.waypoints.source))

    def _maxima(self, entry: DosingEntry) -> Iterator[Maximum]:
        for maximum in entry.maxima:
            yield Maximum(
                dose=Cited(value=MgPerDay(maximum.dose), citation=self.citer.cite(maximum.source)),
                market=maximum.market,
                from_age=maximum.from_age,
                note=maximum.note,
            )

    def _taper(self) -> TaperRule:
        return replace(
            self.shared.taper,
            largest_step=self.citer.dose(self.entry.taper.largest_step),
            guidance=tuple(self.citer.cited(note) for note in self.entry.taper.guidance),
        )

    def _named(self, part: str, names: Iterable[str], known: Mapping[str, T]) -> Iterator[T]:
        for place, name in enumerate(names):
            if name in known:
                yield known[name]
            else:
                expected = f"an id of the {part} that plans share{nearest(name, known)}"
                self._refuse((part, place), name, expected)

    def _refuse(self, path: PartPath, found: str, expected: str) -> None:
        where = self.citer.located.where(path)
        self.citer.problems.add(where, found=found, expected=expected, do="Correct it.")
